/* SPDX-License-Identifier: MIT
 * A board as its product parameters describe it, for commands that judge images for it. */
#ifndef TOOLS_BOARD_H
#define TOOLS_BOARD_H

#include "image/policy.h"
#include "params/product.h"
#include "tools/file.h"
#include "tools/image_view.h"

/* Reads a blob of product parameters. STATUS_FILE, STATUS_INPUT, said. */
enum status board_params(const char *path, struct product *out);

/* The same, in the form that the policy takes. */
enum status board_facts(const char *path, struct policy_product *out);

/* The same of a board's flash, FLASH_BYTES long: not known when it holds no valid parameters. */
void board_flash_facts(const uint8_t *flash, struct policy_product *out);

/* Would the release policy install this image on a board with nothing installed? A plain image
 * passes: it names no product. Errors of policy_judge. */
BL_MUST enum bl_rc board_judge(const struct policy_facts *facts, const struct image_view *view);

#endif
