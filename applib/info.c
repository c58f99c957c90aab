/* SPDX-License-Identifier: MIT
 * Reads what loader and image say about themselves. */
#include "applib/info.h"

#include <string.h>

#include "config/layout.h"
#include "port/flash.h"
#include "port/reset.h"

bool info_loader(struct loader_info *out)
{
    flash_read(LOADER_INFO_ADDR, out, sizeof *out);
    if (out->magic == LOADER_INFO_MAGIC && out->version[LOADER_INFO_VERSION_BYTES - 1] == 0)
        return true;
    memset(out, 0, sizeof *out);
    return false;
}

bool info_version(struct mcuboot_version *out)
{
    uint8_t head[MCUBOOT_HEADER_BYTES];
    struct mcuboot_image image;

    flash_read(RUN_ADDR, head, sizeof head);
    memset(out, 0, sizeof *out);
    if (mcuboot_parse_header(head, SLOT_BYTES, &image) != BL_OK)
        return false;
    *out = image.version;
    return true;
}

const char *info_reset_cause(void)
{
    return reset_cause();
}

void info_reset_cause_clear(void)
{
    reset_cause_clear();
}
