/* SPDX-License-Identifier: MIT
 * Records and product parameters, as a flash may hold them. The CRC is put right when the input's
 * first byte says so: else no input would ever get past it. What is decoded is encoded and decoded
 * again, and must be the same. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "params/product.h"
#include "params/records.h"
#include "util/bytes.h"
#include "util/crc.h"

_Static_assert(PRODUCT_BYTES == RECORD_BYTES, "one buffer, the CRC at its end");

static void fuzz_record(const uint8_t *in)
{
    struct record first;
    struct record second;
    uint8_t again[RECORD_BYTES];
    uint8_t and_again[RECORD_BYTES];

    memset(&first, 0, sizeof first);
    memset(&second, 0, sizeof second);
    if (record_decode(in, &first)) {
        record_encode(&first, again);
        HOLDS(record_decode(again, &second));
        record_encode(&second, and_again);
        HOLDS(memcmp(again, and_again, sizeof again) == 0);
        HOLDS(first.seq == second.seq && first.phase == second.phase);
        HOLDS(first.suspect == second.suspect && first.boots == second.boots);
    }
}

static void fuzz_product(const uint8_t *in)
{
    struct product first;
    struct product second;
    uint8_t again[PRODUCT_BYTES];

    product_decode(in, &first);
    HOLDS(first.file[0] == '/' && memchr(first.file, 0, sizeof first.file) != NULL);
    HOLDS(memchr(first.serial, 0, sizeof first.serial) != NULL);
    HOLDS(first.attach_ms <= PRODUCT_ATTACH_MAX_MS && first.ready_ms <= PRODUCT_READY_MAX_MS);
    if (first.state == PRODUCT_VALID) {
        HOLDS(product_encode(&first, again));
        product_decode(again, &second);
        HOLDS(second.state == PRODUCT_VALID && strcmp(first.file, second.file) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    uint8_t in[RECORD_BYTES];

    if (len < 1 + sizeof in)
        return 0;
    memcpy(in, data + 1, sizeof in);
    if ((data[0] & 1) != 0)
        put_le32(in + 252, crc32_bytes(0, in, 252));
    fuzz_record(in);
    fuzz_product(in);
    return 0;
}
