/* SPDX-License-Identifier: MIT
 * The stick's file, decoded; offer.h. Nothing read here is believed later: what counts is what the
 * flash holds when it is staged. */
#include "boot/offer.h"

#include <string.h>

#include "config/layout.h"
#include "image/vectors.h"
#include "install/trust.h"
#include "sys/log.h"
#include "util/bytes.h"

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

struct install_stick_file offer_stick_file(const struct offer *offer, const struct stick *stick)
{
    struct install_stick_file file = {.bytes = offer->file_bytes,
                                      .stick_vid = usb_host_vid(&stick->host),
                                      .stick_pid = usb_host_pid(&stick->host)};

    memcpy(file.id, offer->id, sizeof file.id);
    return file;
}
