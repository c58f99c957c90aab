/* SPDX-License-Identifier: MIT
 * Product parameters from a file; board.h. */
#include "tools/board.h"

#include <string.h>

#include "config/layout.h"

enum status board_params(const char *path, struct product *out)
{
    struct file_bytes file;
    uint8_t blob[PRODUCT_BYTES];
    enum status status = file_read(path, PRODUCT_USED_BYTES, &file);

    if (status != STATUS_OK)
        return status;
    memset(blob, 0xFF, sizeof blob);
    memcpy(blob, file.at, file.len < sizeof blob ? file.len : sizeof blob);
    file_free(&file);
    product_decode(blob, out);
    if (out->state != PRODUCT_VALID) {
        return say_error(STATUS_INPUT,
                         "%s: holds no valid product parameters; make them with stickboot params",
                         path);
    }
    return STATUS_OK;
}

static struct policy_product facts_of(const struct product *product)
{
    struct policy_product facts = {
        .known = true,
        .hw_revision = product->hw_revision,
        .must_be_named = (product->flags & PRODUCT_FLAG_MUST_BE_NAMED) != 0,
        .older = (product->flags & PRODUCT_FLAG_OLDER) != 0,
        .same_version = (product->flags & PRODUCT_FLAG_SAME_VERSION) != 0};

    memcpy(facts.vendor, product->vendor, sizeof facts.vendor);
    memcpy(facts.class_id, product->class_id, sizeof facts.class_id);
    return facts;
}

enum status board_facts(const char *path, struct policy_product *out)
{
    struct product product;
    enum status status = board_params(path, &product);

    if (status == STATUS_OK)
        *out = facts_of(&product);
    return status;
}

void board_flash_facts(const uint8_t *flash, struct policy_product *out)
{
    struct product product;

    product_decode(flash + (PRODUCT_ADDR - FLASH_BASE_ADDR), &product);
    *out = (struct policy_product){.known = false};
    if (product.state == PRODUCT_VALID)
        *out = facts_of(&product);
}

enum bl_rc board_judge(const struct policy_facts *facts, const struct image_view *view)
{
    const struct mcuboot_image *image = view->is_mcuboot ? &view->header : NULL;

    return policy_judge(&policy_open, facts, POLICY_INSTALL, image);
}
