/* SPDX-License-Identifier: MIT
 * Plain images; plain.h. */
#include "boot/plain.h"

#include <string.h>

#include "config/layout.h"
#include "image/md5file.h"
#include "image/slot.h"
#include "install/flash_op.h"
#include "install/pump.h"
#include "port/clock.h"
#include "sys/led.h"
#include "sys/log.h"
#include "util/bytes.h"

#define MD5_ENDING ".md5"

_Static_assert(MD5FILE_BYTES_MAX <= PUMP_CHUNK_BYTES, "the .md5 file is read into one buffer");

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

enum bl_rc plain_read_md5(struct offer *offer, struct stick *stick)
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

static void hash_staged(uint32_t bytes, struct digest *out)
{
    static struct slot_hash held; /* kept off the stack */
    struct slot_map map = slot_map_of(UPDATE_ADDR);

    slot_hash_begin(&held, &map, bytes);
    while (slot_hash_poll(&held) == BL_PENDING) {
        led_tick();
        clock_tend();
    }
    *out = held.digest;
}

static enum bl_rc write_footer(const struct footer *footer)
{
    _Alignas(4) uint8_t bytes[FOOTER_BYTES];
    uint32_t image_bytes = footer->image_bytes;
    uint32_t used_sectors = (image_bytes + SLOT_SECTOR_BYTES - 1) / SLOT_SECTOR_BYTES;
    enum bl_rc rc = BL_OK;

    if (footer_sectors(image_bytes) > used_sectors)
        rc = flash_op_erase(UPDATE_ADDR + used_sectors * SLOT_SECTOR_BYTES);
    footer_encode(footer, bytes);
    if (rc == BL_OK)
        rc = flash_op_program(UPDATE_ADDR + footer_off(image_bytes), bytes, FOOTER_BYTES);
    return rc;
}

enum bl_rc plain_finish_staging(const struct offer *offer, const struct digest *sent,
                                struct footer *out)
{
    out->image_bytes = offer->image_bytes;
    hash_staged(offer->image_bytes, &out->digest);
    if (!digest_same(out->digest.md5, offer->md5, DIGEST_MD5_BYTES) ||
        !digest_same(out->digest.sha256, sent->sha256, DIGEST_SHA256_BYTES))
        return BL_E_IMG_DIGEST;
    return write_footer(out);
}
