/* SPDX-License-Identifier: MIT
 * The two policies and the order of their questions; policy.h. */
#include "image/policy.h"

#include <stddef.h>

#include "image/digest.h"

const struct policy policy_open = {
    .name = "open", .signed_only = false, .older_by_button = true, .same_version = true};
const struct policy policy_release = {
    .name = "release", .signed_only = true, .older_by_button = false, .same_version = false};

static bool has(const struct mcuboot_image *image, uint32_t what)
{
    return (image->has & what) != 0;
}

static enum bl_rc judge_product(const struct policy_product *board,
                                const struct mcuboot_image *image)
{
    uint32_t names = MCUBOOT_HAS_VENDOR | MCUBOOT_HAS_CLASS;

    if (!board->known)
        return has(image, names | MCUBOOT_HAS_HW) ? BL_E_PRODUCT_UNKNOWN : BL_OK;
    if (board->must_be_named && (image->has & names) != names)
        return BL_E_PRODUCT_UNNAMED;
    if (has(image, MCUBOOT_HAS_VENDOR) &&
        !digest_same(image->vendor, board->vendor, MCUBOOT_UUID_BYTES))
        return BL_E_PRODUCT_OTHER;
    if (has(image, MCUBOOT_HAS_CLASS) &&
        !digest_same(image->class_id, board->class_id, MCUBOOT_UUID_BYTES))
        return BL_E_PRODUCT_OTHER;
    if (has(image, MCUBOOT_HAS_HW) &&
        (board->hw_revision < image->hw_min || board->hw_revision > image->hw_max))
        return BL_E_HW_REVISION;
    return BL_OK;
}

static enum bl_rc judge_version(const struct policy *rules, const struct policy_facts *facts,
                                const struct mcuboot_image *image)
{
    const struct mcuboot_image *installed = facts->installed;

    if (installed == NULL || digest_same(image->sha256, installed->sha256, DIGEST_SHA256_BYTES))
        return BL_OK;
    int order = mcuboot_version_compare(&image->version, &installed->version);
    bool older = facts->product.known && facts->product.older;
    bool same = facts->product.known && facts->product.same_version;

    if (order < 0 && !older && !(rules->older_by_button && facts->button))
        return BL_E_VERSION_OLDER;
    return order == 0 && !rules->same_version && !same ? BL_E_VERSION_SAME : BL_OK;
}

enum bl_rc policy_judge(const struct policy *rules, const struct policy_facts *facts,
                        enum policy_purpose purpose, const struct mcuboot_image *image)
{
    if (image == NULL)
        return rules->signed_only ? BL_E_IMG_PLAIN : BL_OK;
    if (rules->signed_only && !mcuboot_is_signed(image))
        return BL_E_IMG_UNSIGNED;
    enum bl_rc rc = judge_product(&facts->product, image);

    if (rc != BL_OK)
        return rc;
    if (image->counter < facts->counter_floor)
        return BL_E_COUNTER_LOW;
    return purpose == POLICY_INSTALL ? judge_version(rules, facts, image) : BL_OK;
}
