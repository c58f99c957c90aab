/* SPDX-License-Identifier: MIT
 * What may be installed and started: signed or not, for which product, which version. Pure: rules
 * and facts in, one answer out. Digest and signature are not its business; it is asked about the
 * same image before the first erase, again when the flash holds it, and at every start. */
#ifndef IMAGE_POLICY_H
#define IMAGE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "image/mcuboot.h"
#include "util/err.h"

struct policy {
    const char *name;     /* for the console */
    bool signed_only;     /* plain images, and images without a signature, are refused */
    bool older_by_button; /* the button allows an older version */
    bool same_version;    /* another image with the version that is installed may be installed */
};

extern const struct policy policy_open;
extern const struct policy policy_release;

/* The one of the two that this loader was built with (POLICY=open or release); scripts/keys writes
 * it. */
extern const struct policy *const policy_builtin;

enum policy_purpose {
    POLICY_INSTALL, /* it is to replace what is installed */
    POLICY_START,   /* it is installed: version rules do not apply */
};

/* The board, as the product parameters tell (params/product.h). */
struct policy_product {
    bool known; /* false: parameters blank or damaged, the rest means nothing */
    uint8_t vendor[MCUBOOT_UUID_BYTES];
    uint8_t class_id[MCUBOOT_UUID_BYTES];
    uint32_t hw_revision;
    bool must_be_named; /* an image without UUIDs is refused, too */
    bool older;         /* older versions are allowed */
    bool same_version;  /* another image with the same version is allowed */
};

struct policy_facts {
    struct policy_product product;
    const struct mcuboot_image
        *installed;         /* verified in the run area; NULL = none, or a plain one */
    uint32_t counter_floor; /* highest security counter of the records and the installed image */
    bool button;            /* held at power-up */
};

/* image: NULL for a plain image, which names no product, version or counter. BL_E_IMG_PLAIN,
 * BL_E_IMG_UNSIGNED, BL_E_PRODUCT_UNKNOWN (it names a product or a hardware revision, the board knows
 * none), BL_E_PRODUCT_UNNAMED, BL_E_PRODUCT_OTHER, BL_E_HW_REVISION, BL_E_COUNTER_LOW,
 * BL_E_VERSION_OLDER, BL_E_VERSION_SAME. The very image that is installed passes as itself. */
BL_MUST enum bl_rc policy_judge(const struct policy *rules, const struct policy_facts *facts,
                                enum policy_purpose purpose, const struct mcuboot_image *image);

#endif
