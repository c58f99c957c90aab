/* SPDX-License-Identifier: MIT
 * Sample images for tests; signed_sample.h. */
#include "support/signed_sample.h"

#include <stdio.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/flash_host.h"

const uint8_t signed_sample_vendor[MCUBOOT_UUID_BYTES] = {
    0xDC, 0xC0, 0xC4, 0x18, 0x1F, 0x9E, 0x51, 0x2B, 0x99, 0x37, 0x6F, 0xFC, 0xC6, 0x42, 0x53, 0x0E};
const uint8_t signed_sample_class[MCUBOOT_UUID_BYTES] = {
    0xD5, 0x2C, 0xE2, 0x88, 0xF1, 0xC2, 0x5F, 0x3B, 0x98, 0x80, 0x4B, 0xD5, 0xF0, 0x0D, 0xB6, 0x59};

uint32_t signed_sample_read(const char *name, uint8_t *out)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", SAMPLES, name);
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    size_t bytes = fread(out, 1, SIGNED_SAMPLE_MAX_BYTES, file);

    fclose(file);
    assert_in_range(bytes, 1, SIGNED_SAMPLE_MAX_BYTES - 1);
    return (uint32_t)bytes;
}

void signed_sample_put(const uint8_t *image, uint32_t bytes)
{
    memset(flash_host_at(UPDATE_ADDR), 0xFF, SLOT_BYTES);
    memcpy(flash_host_at(UPDATE_ADDR), image, bytes);
}

enum slot_kind signed_sample_look(struct slot_check *check, const struct slot_trust *trust)
{
    struct slot_map map = slot_map_of(UPDATE_ADDR);

    slot_check_begin(check, &map, POLICY_INSTALL, trust);
    while (slot_check_poll(check) == BL_PENDING) {
    }
    bool whole = check->kind == SLOT_WHOLE; /* else not even half of a verdict */

    assert_int_equal(check->verdict.first, whole ? VERDICT_FIRST : 0);
    assert_int_equal(check->verdict.second, whole ? VERDICT_SECOND : 0);
    return check->kind;
}

struct memory_file {
    const uint8_t *bytes;
    uint32_t len;
};

static enum bl_rc memory_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    const struct memory_file *file = ctx;

    assert_true(off <= file->len && len <= file->len - off); /* never behind the file's end */
    memcpy(buf, file->bytes + off, len);
    return BL_OK;
}

enum bl_rc signed_sample_load(const uint8_t *image, uint32_t bytes, struct mcuboot_image *out)
{
    struct memory_file file = {image, bytes};
    struct mcuboot_source source = {&file, memory_read, bytes};

    return mcuboot_load(&source, out);
}
