/* SPDX-License-Identifier: MIT
 * Partition tables: all that can be reached through an MBR or a GPT. The seeds make the difference; fuzz_disk.h. */
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_disk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const struct blockdev *dev = fuzz_disk(data, len);

    if (dev != NULL)
        fuzz_disk_walk(dev);
    return 0;
}
