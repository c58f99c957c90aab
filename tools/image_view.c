/* SPDX-License-Identifier: MIT
 * Judging of images; image_view.h. */
#include "tools/image_view.h"

#include <stdio.h>
#include <string.h>

#include "config/layout.h"
#include "image/signature.h"
#include "image/vectors.h"
#include "util/bytes.h"

static void view_digest(struct image_view *view, uint32_t len)
{
    struct digest_run run;

    digest_begin(&run);
    digest_bytes(&run, view->bytes, len);
    digest_end(&run, &view->digest);
}

static enum bl_rc view_plain(struct image_view *view)
{
    if (view->len == 0)
        return BL_E_IMG_EMPTY;
    if (view->len > PLAIN_IMAGE_MAX_BYTES)
        return BL_E_IMG_TOO_BIG;
    view_digest(view, view->len);
    return view->len < VECTORS_BYTES ? BL_E_IMG_VECTORS : vectors_check(view->bytes, 0, view->len);
}

static enum bl_rc view_read(void *ctx, uint32_t off, void *dst, uint32_t len)
{
    const struct image_view *view = ctx;

    if (off > view->len || len > view->len - off)
        return BL_E_BUG; /* mcuboot_load keeps to the bytes that there are */
    memcpy(dst, view->bytes + off, len);
    return BL_OK;
}

static enum bl_rc view_mcuboot(struct image_view *view)
{
    const struct mcuboot_source source = {.ctx = view, .bytes = view->len, .read = view_read};
    enum bl_rc rc = mcuboot_load(&source, &view->header);

    if (rc == BL_OK) {
        view_digest(view, view->header.signed_bytes);
        view->digest_right =
            digest_same(view->digest.sha256, view->header.sha256, DIGEST_SHA256_BYTES);
    }
    return rc;
}

void image_view(const uint8_t *bytes, uint32_t len, struct image_view *out)
{
    memset(out, 0, sizeof *out);
    out->bytes = bytes;
    out->len = len;
    out->is_mcuboot = len >= 4 && le32(bytes) == MCUBOOT_MAGIC;
    out->well_formed = out->is_mcuboot ? view_mcuboot(out) : view_plain(out);
}

enum bl_rc image_view_signature(const struct image_view *view, const struct key_set *keys)
{
    struct key_revoked none = {{0}};
    uint32_t seal = 0;
    enum bl_rc rc = signature_check(&view->header, keys, &none, &seal);

    return rc == BL_OK && seal != SIGNATURE_SEAL ? BL_E_SIGNATURE : rc;
}

const char *image_view_reason(const struct image_view *view, enum bl_rc rc)
{
    static char text[160];

    if (!view->is_mcuboot || view->header.found == 0 || rc == BL_E_IMG_DIGEST ||
        rc == BL_E_IMG_VECTORS)
        return err_text(rc);
    snprintf(text, sizeof text, "%s (0x%X)", err_text(rc), view->header.found);
    return text;
}
