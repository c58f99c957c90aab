/* SPDX-License-Identifier: MIT
 * The stick's file, decoded; offer.h. Nothing read here is believed later: what counts is what the
 * flash holds when it is staged. */
#include "boot/offer.h"

#include <string.h>

#include "config/layout.h"
#include "image/vectors.h"
#include "sys/log.h"
#include "util/bytes.h"

/* The path becomes folder and name together. */
static enum bl_rc offer_begin(struct offer *offer, const char *folder, const char *name)
{
    size_t at = strlen(folder);
    size_t length = strlen(name);

    memset(offer, 0, sizeof *offer);
    if (at + length >= sizeof offer->path)
        return BL_E_FILE_NAME;
    memcpy(offer->path, folder, at);
    memcpy(offer->path + at, name, length + 1);
    return BL_OK;
}

static void offer_opened(struct offer *offer)
{
    offer->file_bytes = offer->file.bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)offer->file.bytes;
}

enum bl_rc offer_open(struct offer *offer, struct stick *stick, const char *path)
{
    enum bl_rc rc = offer_begin(offer, path, "");

    if (rc == BL_OK)
        rc = volume_open(&stick->volume, path, &offer->file);
    if (rc == BL_E_FILE_NONE) {
        log_line("stick: %s, no %s", volume_describe(&stick->volume), path);
        return rc;
    }
    if (rc != BL_OK)
        return log_error(rc, path);
    offer_opened(offer);
    log_line("stick: %s, %u bytes", path, (unsigned)offer->file_bytes);
    return BL_OK;
}

enum bl_rc offer_open_entry(struct offer *offer, struct stick *stick, const char *folder,
                            const struct folder_entry *entry)
{
    enum bl_rc rc = offer_begin(offer, folder, entry->name);

    if (rc == BL_OK)
        rc = volume_open_entry(&stick->volume, entry, &offer->file);
    if (rc == BL_OK)
        offer_opened(offer);
    return rc;
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

bool offer_installed(const struct offer *offer, const struct slot_check *run)
{
    if (run->kind != SLOT_WHOLE || run->mcuboot != offer->is_mcuboot ||
        run->footer.image_bytes != offer->image_bytes)
        return false;
    return offer->is_mcuboot
               ? digest_same(run->footer.digest.sha256, offer->image.sha256, DIGEST_SHA256_BYTES)
               : digest_same(run->footer.digest.md5, offer->md5, DIGEST_MD5_BYTES);
}

struct install_stick_file offer_stick_file(const struct offer *offer, const struct stick *stick)
{
    struct install_stick_file file = {.bytes = offer->file_bytes,
                                      .stick_vid = usb_host_vid(&stick->host),
                                      .stick_pid = usb_host_pid(&stick->host)};

    memcpy(file.id, offer->id, sizeof file.id);
    return file;
}
