/* SPDX-License-Identifier: MIT
 * .md5 files: no read outside the text, and a digest only when one is written there. */
#include <ctype.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "image/md5file.h"

/* The digest stands in the text as 32 hex digits. */
static int stands_there(const uint8_t *text, size_t len, const uint8_t *md5)
{
    char want[33];

    for (unsigned i = 0; i < 16; i++) {
        want[2 * i] = "0123456789abcdef"[md5[i] >> 4];
        want[2 * i + 1] = "0123456789abcdef"[md5[i] & 15];
    }
    for (size_t at = 0; at + 32 <= len; at++) {
        unsigned same = 0;

        while (same < 32 && tolower(text[at + same]) == want[same])
            same++;
        if (same == 32)
            return 1;
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    uint8_t md5[DIGEST_MD5_BYTES];

    if (len <= MD5FILE_BYTES_MAX &&
        md5file_parse(data, (uint32_t)len, "firmware.bin", md5) == BL_OK)
        HOLDS(stands_there(data, len, md5));
    return 0;
}
