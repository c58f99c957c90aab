/* SPDX-License-Identifier: MIT
 * What the loader says about itself, at LOADER_INFO_ADDR (config/layout.h), behind its 16 system
 * vectors. On flash: fields are added at the end only. */
#ifndef PORT_LOADER_INFO_H
#define PORT_LOADER_INFO_H

#include <stdint.h>

#define LOADER_INFO_MAGIC         0x314C4253u /* "SBL1" */
#define LOADER_INFO_VERSION_BYTES 16u

struct loader_info {
    uint32_t magic;
    uint32_t layout;                         /* LAYOUT_VERSION of its flash map and records */
    char version[LOADER_INFO_VERSION_BYTES]; /* filled up with zeros, at least one */
};

#endif
