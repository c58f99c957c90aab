/* SPDX-License-Identifier: MIT
 * The stick's file, decoded; offer.h. Nothing read here is believed later: what counts is what the
 * flash holds when it is staged. */
#include "boot/offer.h"

#include <string.h>

#include "config/layout.h"
#include "image/md5file.h"
#include "image/vectors.h"
#include "install/pump.h"
#include "install/trust.h"
#include "sys/log.h"
#include "util/bytes.h"

#define MD5_ENDING ".md5"

_Static_assert(MD5FILE_BYTES_MAX <= PUMP_CHUNK_BYTES, "the .md5 file is read into one buffer");

enum bl_rc offer_open(struct offer *offer, struct stick *stick, const char *path)
{
    size_t length = strlen(path);

    if (length >= sizeof offer->path)
        return BL_E_BUG;
    memset(offer, 0, sizeof *offer);
    memcpy(offer->path, path, length + 1);
    enum bl_rc rc = volume_open(&stick->volume, path, &offer->file);

    if (rc == BL_E_FILE_NONE) {
        log_line("stick: no %s on it", path);
        return rc;
    }
    if (rc != BL_OK)
        return log_error(rc, path);
    offer->file_bytes = offer->file.bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)offer->file.bytes;
    log_line("stick: %s, %u bytes", path, (unsigned)offer->file_bytes);
    return BL_OK;
}

/* len bytes of the file at off, all of them. */
static enum bl_rc read_exact(struct offer *offer, struct stick *stick, uint32_t off, void *buf,
                             uint32_t len)
{
    uint32_t got = 0;
    enum bl_rc rc = volume_read_at(&stick->volume, &offer->file, off, buf, len, &got);

    return rc == BL_OK && got < len ? BL_E_FS_CHAIN : rc;
}

static enum bl_rc decode_plain(struct offer *offer, const uint8_t head[VECTORS_BYTES])
{
    offer->image_bytes = offer->file_bytes;
    if (offer->file_bytes > PLAIN_IMAGE_MAX_BYTES)
        return BL_E_IMG_TOO_BIG;
    return vectors_check(head, 0, offer->file_bytes);
}

/* What mcuboot_load reads from. */
struct file_source {
    struct offer *offer;
    struct stick *stick;
};

static enum bl_rc source_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    struct file_source *file = ctx;

    return read_exact(file->offer, file->stick, off, buf, len);
}

static enum bl_rc decode_mcuboot(struct offer *offer, struct stick *stick)
{
    struct mcuboot_image *image = &offer->image;
    struct file_source file = {offer, stick};
    struct mcuboot_source source = {&file, source_read, offer->file_bytes};
    enum bl_rc rc = mcuboot_load(&source, image);

    if (rc == BL_OK) {
        offer->image_bytes = image->total_bytes;
        memcpy(offer->id, image->sha256, sizeof offer->id);
        trust_describe("stick", image);
    }
    return rc;
}

enum bl_rc offer_decode(struct offer *offer, struct stick *stick)
{
    uint8_t head[VECTORS_BYTES];

    if (offer->file_bytes == 0)
        return BL_E_IMG_EMPTY;
    if (offer->file_bytes < sizeof head)
        return BL_E_IMG_VECTORS;
    enum bl_rc rc = read_exact(offer, stick, 0, head, sizeof head);

    if (rc != BL_OK)
        return rc;
    offer->is_mcuboot = le32(head) == MCUBOOT_MAGIC;
    return offer->is_mcuboot ? decode_mcuboot(offer, stick) : decode_plain(offer, head);
}

/* Offset of the base name, and of the dot of its ending (the end of the path when it has none). */
static size_t base_off(const char *path)
{
    size_t base = 0;

    for (size_t i = 0; path[i] != '\0'; i++)
        base = path[i] == '/' ? i + 1 : base;
    return base;
}

static size_t ending_off(const char *path)
{
    size_t end = strlen(path);

    for (size_t i = end; i > base_off(path); i--)
        if (path[i - 1] == '.')
            return i - 1;
    return end;
}

/* "/a/x.bin" to "/a/x.md5" or "/a/x.bin.md5". False when that is too long. */
static bool md5_path(const char path[FILE_PATH_MAX], bool replace, char out[FILE_PATH_MAX])
{
    size_t length = replace ? ending_off(path) : strlen(path);

    if (length + sizeof MD5_ENDING > FILE_PATH_MAX)
        return false;
    memcpy(out, path, FILE_PATH_MAX);
    memcpy(out + length, MD5_ENDING, sizeof MD5_ENDING);
    return true;
}

static enum bl_rc md5_open(const struct offer *offer, struct stick *stick, char path[FILE_PATH_MAX],
                           struct volume_file *file)
{
    enum bl_rc rc = BL_E_FILE_NONE;

    for (unsigned i = 0; i < 2 && rc == BL_E_FILE_NONE; i++)
        if (md5_path(offer->path, i == 0, path))
            rc = volume_open(&stick->volume, path, file);
    return rc == BL_E_FILE_NONE ? BL_E_MD5_MISSING : rc;
}

enum bl_rc offer_read_md5(struct offer *offer, struct stick *stick)
{
    char path[FILE_PATH_MAX];
    struct volume_file file;
    uint32_t got = 0;
    uint8_t md5[DIGEST_MD5_BYTES];
    enum bl_rc rc = md5_open(offer, stick, path, &file);

    if (rc != BL_OK)
        return rc;
    if (file.bytes > MD5FILE_BYTES_MAX)
        return BL_E_MD5_FORMAT;
    rc = volume_read_at(&stick->volume, &file, 0, pump_memory[0], MD5FILE_BYTES_MAX, &got);
    if (rc == BL_OK)
        rc = md5file_parse(pump_memory[0], got, offer->path + base_off(offer->path), md5);
    if (rc == BL_OK) {
        log_line("stick: %s reads %08x...", path, (unsigned)be32(md5));
        memcpy(offer->md5, md5, sizeof md5);
        memcpy(offer->id, md5, sizeof offer->id);
    }
    return rc;
}

struct install_stick_file offer_stick_file(const struct offer *offer, const struct stick *stick)
{
    struct install_stick_file file = {.bytes = offer->file_bytes,
                                      .stick_vid = usb_host_vid(&stick->host),
                                      .stick_pid = usb_host_pid(&stick->host)};

    memcpy(file.id, offer->id, sizeof file.id);
    return file;
}
