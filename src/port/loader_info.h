/* SPDX-License-Identifier: MIT
 * What the loader says about itself, at a fixed place in its flash behind the 16 system vectors. On
 * flash: fields are added at the end only. */
#ifndef PORT_LOADER_INFO_H
#define PORT_LOADER_INFO_H

#include <stdint.h>

#include "config/layout.h"

#define LOADER_INFO_ADDR          (LOADER_ADDR + 0x40u)
#define LOADER_INFO_MAGIC         0x314C4253u /* "SBL1" */
#define LOADER_INFO_VERSION_BYTES 16u

struct loader_info {
    uint32_t magic;
    uint32_t layout;                         /* LAYOUT_VERSION of its flash map and records */
    char version[LOADER_INFO_VERSION_BYTES]; /* filled up with zeros, at least one */
};

#endif
