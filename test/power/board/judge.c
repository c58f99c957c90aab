/* SPDX-License-Identifier: MIT
 * The oracles. They know the files, not the loader: nothing of src/ is asked. */
#include "judge.h"

#include <string.h>

#include "config/layout.h"

static bool holds(struct board *board, uint32_t addr, const void *bytes, uint32_t length)
{
    return memcmp(vboard_flash(board) + (addr - FLASH_BASE_ADDR), bytes, length) == 0;
}

static bool is_as_it_was(const struct bench *bench, struct board *board, uint32_t addr,
                         uint32_t length)
{
    return holds(board, addr, bench->rig.flash + (addr - FLASH_BASE_ADDR), length);
}

const char *judge_untouched(const struct bench *bench, struct board *board)
{
    if (!is_as_it_was(bench, board, LOADER_ADDR, LOADER_BYTES))
        return "the loader's sectors have changed";
    if (!is_as_it_was(bench, board, PRODUCT_ADDR, PRODUCT_SECTOR_BYTES))
        return "the product's parameters have changed";
    return NULL;
}

static bool find_image(const struct bench *bench, struct board *board, enum sweep_image *which)
{
    for (unsigned i = 0; i < SWEEP_IMAGES; i++) {
        const struct rig_file *image = &bench->image[i];

        if (image->length == 0 || !holds(board, RUN_ADDR, image->bytes, image->length))
            continue;
        *which = (enum sweep_image)i;
        return true;
    }
    return false;
}

const char *judge_entry(const struct bench *bench, struct board *board, uint32_t vectors_addr,
                        enum sweep_image *which)
{
    static const uint32_t blank = UPGRADE_FLAG_NONE;
    const char *wrong = judge_untouched(bench, board);

    if (wrong != NULL)
        return wrong;
    if (vectors_addr != bench->vectors_addr)
        return "started at a wrong address";
    if (!find_image(bench, board, which))
        return "started what is neither the old nor the new image";
    if (vboard_flash_is_weak(board, RUN_ADDR, bench->image[*which].length))
        return "started an image that stands on weak cells";
    if (!is_as_it_was(bench, board, APP_PARAMS_ADDR, APP_PARAMS_USED_BYTES))
        return "the application's own parameters are lost";
    if (vboard_flash_is_weak(board, APP_PARAMS_ADDR, APP_PARAMS_USED_BYTES))
        return "the application's own parameters stand on weak cells";
    if (!holds(board, UPGRADE_FLAG_ADDR, &blank, sizeof blank))
        return "started with an upgrade flag that is not blank";
    return NULL;
}
