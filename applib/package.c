/* SPDX-License-Identifier: MIT
 * Streaming of a package into the update area: whole chunks go to flash, the last one is filled up
 * with 0xFF, which is what erased flash reads. The footer comes last, once the flash was read back
 * and found right, so that a package that was cut off never has one. */
#include "applib/package.h"

#include <string.h>

#include "applib/staging.h"
#include "config/layout.h"
#include "image/footer.h"
#include "port/clock.h"
#include "port/flash.h"

_Static_assert(PACKAGE_CHUNK_BYTES % 4u == 0, "flash is programmed by words");
_Static_assert(PLAIN_IMAGE_MAX_BYTES % 4 == 0, "the filled-up last word ends before the footer");
_Static_assert(PACKAGE_CHUNK_BYTES >= FOOTER_BYTES, "the footer is built in the chunk");

enum bl_rc package_begin(struct package *p, uint32_t image_bytes)
{
    memset(p, 0, sizeof *p);
    p->image_bytes = image_bytes;
    digest_begin(&p->digest);
    if (image_bytes < FOOTER_IMAGE_MIN_BYTES)
        p->rc = BL_E_IMG_EMPTY;
    else if (image_bytes > PLAIN_IMAGE_MAX_BYTES)
        p->rc = BL_E_IMG_TOO_BIG;
    else
        p->rc = staging_erase(footer_sectors(image_bytes) * SLOT_SECTOR_BYTES);
    return p->rc;
}

/* Programs the chunk that ends at taken_bytes. */
static enum bl_rc write_chunk(struct package *p)
{
    uint32_t fill = p->taken_bytes % PACKAGE_CHUNK_BYTES;
    uint32_t len = fill == 0 ? PACKAGE_CHUNK_BYTES : fill;
    uint8_t *chunk = (uint8_t *)p->chunk;
    while (len % 4u != 0)
        chunk[len++] = 0xFF;
    return staging_program((p->taken_bytes - 1u) / PACKAGE_CHUNK_BYTES * PACKAGE_CHUNK_BYTES,
                           p->chunk, len);
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

/* The digest of what the flash holds, through the chunk. */
static void digest_of_flash(struct package *p, struct digest *out)
{
    struct digest_run run;
    digest_begin(&run);
    for (uint32_t off = 0; off < p->image_bytes; off += PACKAGE_CHUNK_BYTES) {
        uint32_t left = p->image_bytes - off;
        uint32_t len = left < PACKAGE_CHUNK_BYTES ? left : PACKAGE_CHUNK_BYTES;
        flash_read(UPDATE_ADDR + off, p->chunk, len);
        digest_bytes(&run, p->chunk, len);
        clock_idle();
    }
    digest_end(&run, out);
}

static enum bl_rc write_footer(struct package *p)
{
    struct footer footer = {.image_bytes = p->image_bytes};
    struct digest held;
    digest_end(&p->digest, &footer.digest);
    digest_of_flash(p, &held);
    if (!digest_same(held.sha256, footer.digest.sha256, DIGEST_SHA256_BYTES))
        return BL_E_IMG_DIGEST;
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
        p->rc = write_footer(p);
    return p->rc;
}
