/* SPDX-License-Identifier: MIT
 * Names of file systems that cannot be read here, for the message to whoever brought the stick. */
#ifndef FS_FOREIGN_H
#define FS_FOREIGN_H

#include "fs/blockdev.h"
#include "fs/partition.h"

/* "NTFS", or NULL when it is not known or cannot be read. Blocks for a few single blocks. */
const char *foreign_name(struct blockdev_cache *cache, const struct partition *where);

#endif
