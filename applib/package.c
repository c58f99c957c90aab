/* SPDX-License-Identifier: MIT
 * Streaming of a package into the update area: whole chunks go to flash, the last one is filled up
 * with 0xFF, which is what erased flash reads. A plain image's footer comes last, once the flash was
 * read back and found right, so that a package that was cut off never has one. */
#include "applib/package.h"

#include <string.h>

#include "applib/staging.h"
#include "config/layout.h"
#include "image/footer.h"
#include "image/mcuboot.h"
#include "port/clock.h"
#include "port/flash.h"

_Static_assert(PACKAGE_CHUNK_BYTES % 4u == 0, "flash is programmed by words");
_Static_assert(SLOT_SECTOR_BYTES % PACKAGE_CHUNK_BYTES == 0, "a sector is whole chunks");
_Static_assert(PLAIN_IMAGE_MAX_BYTES % 4 == 0, "the filled-up last word ends before the footer");
_Static_assert(PACKAGE_CHUNK_BYTES >= FOOTER_BYTES, "the footer is built in the chunk");

/* Bytes of the update area that the package and its footer may reach: the end of a sector. */
static uint32_t area_bytes(uint32_t image_bytes)
{
    return image_bytes > PLAIN_IMAGE_MAX_BYTES ? SLOT_BYTES
                                               : footer_sectors(image_bytes) * SLOT_SECTOR_BYTES;
}

static enum bl_rc set_up(struct package *p, uint32_t image_bytes)
{
    memset(p, 0, sizeof *p);
    p->image_bytes = image_bytes;
    digest_begin(&p->digest);
    if (image_bytes < FOOTER_IMAGE_MIN_BYTES)
        return BL_E_IMG_EMPTY;
    return image_bytes > SLOT_BYTES ? BL_E_IMG_TOO_BIG : BL_OK;
}

enum bl_rc package_begin(struct package *p, uint32_t image_bytes)
{
    p->rc = set_up(p, image_bytes);
    if (p->rc == BL_OK)
        p->rc = staging_erase(0, area_bytes(image_bytes));
    return p->rc;
}

/* Reads and hashes len bytes of the update area through the chunk. */
static void digest_of_flash(struct package *p, struct digest_run *run, uint32_t len)
{
    for (uint32_t off = 0; off < len; off += PACKAGE_CHUNK_BYTES) {
        uint32_t part = len - off < PACKAGE_CHUNK_BYTES ? len - off : PACKAGE_CHUNK_BYTES;
        flash_read(UPDATE_ADDR + off, p->chunk, part);
        digest_bytes(run, p->chunk, part);
        clock_idle();
    }
}

static bool sector_blank(struct package *p, uint32_t sector_off)
{
    uint32_t all = 0xFFFFFFFFu;
    for (uint32_t off = 0; off < SLOT_SECTOR_BYTES; off += PACKAGE_CHUNK_BYTES) {
        flash_read(UPDATE_ADDR + sector_off + off, p->chunk, PACKAGE_CHUNK_BYTES);
        for (uint32_t i = 0; i < PACKAGE_CHUNK_BYTES / 4u; i++)
            all &= p->chunk[i];
        clock_idle();
    }
    return all == 0xFFFFFFFFu;
}

static void look_for_kind(struct package *p)
{
    uint32_t word;
    flash_read(UPDATE_ADDR, &word, sizeof word);
    p->mcuboot = word == MCUBOOT_MAGIC;
}

enum bl_rc package_resume(struct package *p, uint32_t image_bytes,
                          const uint8_t sha256[DIGEST_SHA256_BYTES], uint32_t *have_bytes)
{
    *have_bytes = 0;
    p->rc = set_up(p, image_bytes);
    if (p->rc != BL_OK)
        return p->rc;
    p->resumed = true;
    memcpy(p->sha256, sha256, DIGEST_SHA256_BYTES);
    uint32_t area = area_bytes(image_bytes), begun = area - SLOT_SECTOR_BYTES;
    while (begun > 0 && sector_blank(p, begun))
        begun -= SLOT_SECTOR_BYTES;
    if (begun >= image_bytes) /* only the footer's sector lies behind the image */
        begun -= SLOT_SECTOR_BYTES;
    p->rc = staging_erase(begun, area - begun);
    if (p->rc == BL_OK) {
        digest_of_flash(p, &p->digest, begun);
        look_for_kind(p);
        p->taken_bytes = begun;
        *have_bytes = begun;
    }
    return p->rc;
}

/* Programs the chunk that ends at taken_bytes. */
static enum bl_rc write_chunk(struct package *p)
{
    uint32_t fill = p->taken_bytes % PACKAGE_CHUNK_BYTES;
    uint32_t len = fill == 0 ? PACKAGE_CHUNK_BYTES : fill;
    uint32_t off = (p->taken_bytes - 1u) / PACKAGE_CHUNK_BYTES * PACKAGE_CHUNK_BYTES;
    uint8_t *chunk = (uint8_t *)p->chunk;
    while (len % 4u != 0)
        chunk[len++] = 0xFF;
    if (off == 0)
        p->mcuboot = p->chunk[0] == MCUBOOT_MAGIC;
    if (!p->mcuboot && p->image_bytes > PLAIN_IMAGE_MAX_BYTES)
        return BL_E_IMG_TOO_BIG;
    return staging_program(off, p->chunk, len);
}

enum bl_rc package_bytes(struct package *p, const void *data, uint32_t len)
{
    const uint8_t *from = data;
    if (p->rc == BL_OK && len > p->image_bytes - p->taken_bytes)
        p->rc = BL_E_IMG_TOO_BIG;
    while (p->rc == BL_OK && len > 0) {
        uint32_t fill = p->taken_bytes % PACKAGE_CHUNK_BYTES;
        uint32_t part = PACKAGE_CHUNK_BYTES - fill < len ? PACKAGE_CHUNK_BYTES - fill : len;
        memcpy((uint8_t *)p->chunk + fill, from, part);
        digest_bytes(&p->digest, from, part);
        p->taken_bytes += part;
        from += part;
        len -= part;
        if (p->taken_bytes % PACKAGE_CHUNK_BYTES == 0)
            p->rc = write_chunk(p);
    }
    return p->rc;
}

static enum bl_rc check_and_mark(struct package *p)
{
    struct footer footer = {.image_bytes = p->image_bytes};
    struct digest_run run;
    struct digest held;
    digest_end(&p->digest, &footer.digest);
    digest_begin(&run);
    digest_of_flash(p, &run, p->image_bytes);
    digest_end(&run, &held);
    if (!digest_same(held.sha256, footer.digest.sha256, DIGEST_SHA256_BYTES))
        return BL_E_IMG_DIGEST;
    if (p->resumed && !digest_same(held.sha256, p->sha256, DIGEST_SHA256_BYTES))
        return BL_E_IMG_DIGEST;
    if (p->mcuboot)
        return BL_OK;
    footer_encode(&footer, (uint8_t *)p->chunk);
    return staging_program(footer_off(p->image_bytes), p->chunk, FOOTER_BYTES);
}

enum bl_rc package_end(struct package *p)
{
    if (p->rc == BL_OK && p->taken_bytes != p->image_bytes)
        p->rc = BL_E_BUG;
    if (p->rc == BL_OK && p->taken_bytes % PACKAGE_CHUNK_BYTES != 0)
        p->rc = write_chunk(p);
    if (p->rc == BL_OK)
        p->rc = check_and_mark(p);
    return p->rc;
}
