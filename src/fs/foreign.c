/* SPDX-License-Identifier: MIT
 * What other file systems are known by: a few bytes at a certain place; foreign.h. */
#include "fs/foreign.h"

#include <stddef.h>
#include <string.h>

/* In the order of their places, so that each block is read once. */
static const struct magic {
    uint16_t off;
    const char *bytes;
    const char *name;
} magics[] = {
    {0, "LUKS\xBA\xBE", "LUKS"},  {3, "NTFS    ", "NTFS"},      {3, "-FVE-FS-", "BitLocker"},
    {32, "NXSB", "APFS"},         {1024, "H+", "HFS+"},         {1024, "HX", "HFS+"},
    {1080, "\x53\xEF", "ext2-4"}, {32769, "CD001", "ISO 9660"},
};

const char *foreign_name(struct blockdev_cache *cache, const struct partition *where)
{
    for (uint32_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        const struct magic *m = &magics[i];
        uint64_t block = m->off >> cache->block_shift;
        uint32_t off = m->off & (cache->dev->block_bytes - 1);

        if (block >= where->block_count ||
            blockdev_cache_load(cache, where->start_lba + block) != BL_OK)
            break;
        if (memcmp(cache->bytes + off, m->bytes, strlen(m->bytes)) == 0)
            return m->name;
    }
    return NULL;
}
