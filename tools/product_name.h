/* SPDX-License-Identifier: MIT
 * Names that people write, in the form that images and boards compare: "vendor/class" as two UUIDs
 * of version 5 (the vendor in the DNS name space, the class in the vendor's), as imgtool's --vid
 * and --cid do. */
#ifndef TOOLS_PRODUCT_NAME_H
#define TOOLS_PRODUCT_NAME_H

#include <stdint.h>

#include "image/mcuboot.h"
#include "tools/say.h"

/* STATUS_USAGE, said with the option's name, for a text that is not two names. */
enum status product_name(const char *option, const char *text, uint8_t vendor[MCUBOOT_UUID_BYTES],
                         uint8_t class_id[MCUBOOT_UUID_BYTES]);

#endif
