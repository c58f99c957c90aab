/* SPDX-License-Identifier: MIT
 * exFAT: the input is a volume without partitioning. The seeds make the difference; fuzz_disk.h. */
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_disk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const struct blockdev *dev = fuzz_disk(data, len);

    if (dev != NULL)
        fuzz_disk_walk(dev);
    return 0;
}
