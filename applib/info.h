/* SPDX-License-Identifier: MIT
 * What an application can ask about itself, the loader and the start. What the loader did last is in
 * result.h, the product parameters are read with product_read. Reads flash: not during a flash
 * operation. */
#ifndef APPLIB_INFO_H
#define APPLIB_INFO_H

#include <stdbool.h>

#include "image/mcuboot.h"
#include "params/product.h"
#include "port/loader_info.h"

/* False when there is no loader in flash, or one of before this structure: *out is then zero. The
 * library fits the loader when out->layout == LAYOUT_VERSION. */
bool info_loader(struct loader_info *out);

/* Version of the image in the run area. False for a plain image, which has none: *out is then zero. */
bool info_version(struct mcuboot_version *out);

/* Why the chip started: "power-on", "brown-out", "pin", "software", "independent watchdog",
 * "window watchdog", "low-power". The chip adds causes up until they are cleared; the rarest shows,
 * so clear them once the cause was read, or the next start shows this one again. */
const char *info_reset_cause(void);
void info_reset_cause_clear(void);

#endif
