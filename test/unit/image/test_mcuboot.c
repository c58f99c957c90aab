/* SPDX-License-Identifier: MIT
 * image/mcuboot.c: hostile headers and TLVs. Images are built here byte by byte; what is genuine is
 * not asked. */
#include <string.h>

#include "config/layout.h"
#include "image/mcuboot.h"
#include "support/cmocka_all.h"
#include "util/bytes.h"

static uint8_t head[MCUBOOT_HEADER_BYTES];
static uint8_t tlvs[MCUBOOT_TLVS_MAX_BYTES + 64];
static uint32_t tlvs_len;
static uint32_t area_off;
static struct mcuboot_image image;

/* A sound header: 0x200 bytes, 1000 bytes of payload, version 1.2.3+4. */
static int begin(void **state)
{
    (void)state;
    memset(head, 0, sizeof head);
    put_le32(head, MCUBOOT_MAGIC);
    put_le16(head + 8, 0x200);
    put_le32(head + 12, 1000);
    head[20] = 1;
    head[21] = 2;
    put_le16(head + 22, 3);
    put_le32(head + 24, 4);
    tlvs_len = 0;
    area_off = 0;
    return 0;
}

static enum bl_rc parse(uint32_t file_bytes)
{
    return mcuboot_parse_header(head, file_bytes, &image);
}

static void area(uint16_t magic)
{
    area_off = tlvs_len;
    put_le16(tlvs + area_off, magic);
    put_le16(tlvs + area_off + 2, 4);
    tlvs_len += 4;
}

static void tlv(uint16_t type, const void *data, uint16_t len)
{
    put_le16(tlvs + tlvs_len, type);
    put_le16(tlvs + tlvs_len + 2, len);
    memcpy(tlvs + tlvs_len + 4, data, len);
    tlvs_len += 4u + len;
    put_le16(tlvs + area_off + 2, tlvs_len - area_off);
}

static void words(uint16_t type, uint32_t first, uint32_t second, uint16_t len)
{
    uint8_t data[8];

    put_le32(data, first);
    put_le32(data + 4, second);
    tlv(type, data, len);
}

/* The three unprotected TLVs of a signed image. */
static void signing(void)
{
    static const uint8_t bytes[72] = {0x30};

    area(MCUBOOT_TLV_MAGIC);
    tlv(MCUBOOT_TLV_SHA256, bytes, 32);
    tlv(MCUBOOT_TLV_KEY_HASH, bytes, 32);
    tlv(MCUBOOT_TLV_ECDSA, bytes, 70);
}

/* The header as it stands now, then the TLVs. */
static enum bl_rc parse_tlvs(void)
{
    uint32_t protected_len = le16(tlvs) == MCUBOOT_PROTECTED_MAGIC ? le16(tlvs + 2) : 0;

    put_le16(head + 10, protected_len);
    assert_int_equal(parse(SLOT_BYTES), BL_OK);
    return mcuboot_parse_tlvs(tlvs, tlvs_len, &image);
}

static void a_sound_header(void **state)
{
    (void)state;
    put_le16(head + 10, 12);
    assert_int_equal(parse(0x200 + 1000 + 12 + 4), BL_OK);
    assert_int_equal(image.signed_bytes, 0x200 + 1000 + 12);
    assert_int_equal(image.version.build, 4);
    assert_int_equal(parse(0x200 + 1000 + 12 + 3), BL_E_IMG_LENGTH); /* no room for a TLV head */
}

static void header_sizes(void **state)
{
    (void)state;
    for (uint32_t size = 0; size <= 0xFFFF; size++) {
        bool right = size != 0 && size <= 0x1000 && size % 0x200 == 0;

        put_le16(head + 8, size);
        assert_int_equal(parse(SLOT_BYTES), right ? BL_OK : BL_E_IMG_HEADER_SIZE);
        if (!right)
            assert_int_equal(image.found, size);
    }
}

static void flags(void **state)
{
    (void)state;
    for (uint32_t bit = 0; bit < 32; bit++) {
        uint32_t flag = 1u << bit;
        enum bl_rc expected = BL_E_IMG_FLAG;

        if (flag == MCUBOOT_FLAG_ROM_FIXED) {
            expected = BL_OK;
            put_le32(head + 4, RUN_ADDR);
        } else if ((flag & MCUBOOT_FLAG_ENCRYPTED) != 0) {
            expected = BL_E_IMG_ENCRYPTED;
        } else if ((flag & MCUBOOT_FLAG_COMPRESSED) != 0) {
            expected = BL_E_IMG_COMPRESSED;
        } else if (flag == MCUBOOT_FLAG_NOT_BOOTABLE) {
            expected = BL_E_IMG_NOT_BOOTABLE;
        }
        put_le32(head + 16, flag);
        assert_int_equal(parse(SLOT_BYTES), expected);
    }
    put_le32(head + 16, MCUBOOT_FLAG_ROM_FIXED);
    put_le32(head + 4, UPDATE_ADDR);
    assert_int_equal(parse(SLOT_BYTES), BL_E_IMG_ADDRESS);
    assert_int_equal(image.found, UPDATE_ADDR);
}

/* Values at which sums of 32 bits would overflow, and the borders of slot and file. */
static void hostile_lengths(void **state)
{
    static const uint32_t payloads[] = {0,
                                        1,
                                        7,
                                        SLOT_BYTES,
                                        0x7FFFFFFF,
                                        0x80000000,
                                        0xFFFFFC00,
                                        0xFFFFFDFF,
                                        0xFFFFFE00,
                                        0xFFFFFFFC,
                                        0xFFFFFFFF,
                                        SLOT_BYTES - 0x203,
                                        SLOT_BYTES - 0x200,
                                        SLOT_BYTES - 0x1FF};

    (void)state;
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++) {
        put_le32(head + 12, payloads[i]);
        assert_int_equal(parse(0xFFFFFFFF), BL_E_IMG_LENGTH);
        assert_int_equal(parse(SLOT_BYTES), BL_E_IMG_LENGTH);
    }
    put_le32(head + 12, SLOT_BYTES - 0x204);
    assert_int_equal(parse(0xFFFFFFFF), BL_OK);
    assert_int_equal(mcuboot_tlvs_bytes(&image, 0xFFFFFFFF), 4);
    assert_int_equal(parse(SLOT_BYTES - 1), BL_E_IMG_LENGTH);
    put_le16(head + 10, 0xFFFF);
    assert_int_equal(parse(0xFFFFFFFF), BL_E_TLV_AREA);
    put_le32(head + 12, 8);
    put_le16(head + 10, MCUBOOT_TLVS_MAX_BYTES - 4);
    assert_int_equal(parse(SLOT_BYTES), BL_OK);
    put_le16(head + 10, MCUBOOT_TLVS_MAX_BYTES - 3);
    assert_int_equal(parse(SLOT_BYTES), BL_E_TLV_AREA);
    put_le32(head, 0x20010000);
    assert_int_equal(parse(SLOT_BYTES), BL_E_IMG_VECTORS);
}

static void every_known_tlv(void **state)
{
    uint8_t uuid[16] = {1, 2, 3};
    uint8_t hash[32] = {9, 8, 7};

    (void)state;
    area(MCUBOOT_PROTECTED_MAGIC);
    words(MCUBOOT_TLV_COUNTER, 0xFFFFFFFE, 0, 4);
    tlv(MCUBOOT_TLV_VENDOR, uuid, 16);
    tlv(MCUBOOT_TLV_CLASS, uuid, 16);
    words(MCUBOOT_TLV_TRIAL, 3, 8000, 8);
    words(MCUBOOT_TLV_HW, 2, 5, 8);
    tlv(MCUBOOT_TLV_REVOKE, hash, 32);
    tlv(0x00A0, uuid, 5); /* a vendor's own: passed over */
    signing();
    assert_int_equal(parse_tlvs(), BL_OK);
    assert_int_equal(image.has, 0x1FF);
    assert_int_equal(image.counter, 0xFFFFFFFE);
    assert_int_equal(image.trial_starts, 3);
    assert_int_equal(image.trial_watchdog_ms, 8000);
    assert_int_equal(image.hw_min, 2);
    assert_int_equal(image.hw_max, 5);
    assert_memory_equal(image.class_id, uuid, 16);
    assert_memory_equal(image.revoke, hash, 32);
    assert_int_equal(image.total_bytes, 0x200 + 1000 + tlvs_len);
    assert_true(mcuboot_is_signed(&image));
}

static void each_unprotected_type(void **state)
{
    static const uint8_t data[96];

    (void)state;
    for (uint32_t type = 0; type <= 0xFFFF; type++) {
        enum bl_rc expected = BL_E_TLV_UNKNOWN;

        if (type == 0x01 || type == 0x02 || type == 0x10 || type == 0x22)
            expected = BL_E_TLV_TWICE; /* a key's hash is a key, too */
        else if (type == 0x11 || type == 0x12 || (type >= 0x20 && type <= 0x25))
            expected = BL_E_IMG_FOREIGN;
        else if (type >= 0x30 && type <= 0x34)
            expected = BL_E_IMG_ENCRYPTED;
        tlvs_len = 0;
        signing();
        tlv((uint16_t)type, data, 4);
        assert_int_equal(parse_tlvs(), expected);
        assert_int_equal(image.found, type);
    }
}

static void wrong_lengths_and_values(void **state)
{
    static const uint16_t types[] = {MCUBOOT_TLV_COUNTER, MCUBOOT_TLV_VENDOR, MCUBOOT_TLV_CLASS,
                                     MCUBOOT_TLV_TRIAL,   MCUBOOT_TLV_HW,     MCUBOOT_TLV_REVOKE};
    static const uint16_t right[] = {4, 16, 16, 8, 8, 32};
    uint8_t data[80] = {1, 0, 0, 0, 1};

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        for (uint16_t len = 0; len < 80; len++) {
            tlvs_len = 0;
            area(MCUBOOT_PROTECTED_MAGIC);
            tlv(types[i], data, len);
            signing();
            assert_int_equal(parse_tlvs(), len == right[i] ? BL_OK : BL_E_TLV_LENGTH);
        }
    }
    static const uint32_t pairs[][3] = {{MCUBOOT_TLV_TRIAL, 0, 0},
                                        {MCUBOOT_TLV_TRIAL, 256, 0},
                                        {MCUBOOT_TLV_TRIAL, 3, 30001},
                                        {MCUBOOT_TLV_HW, 3, 2}};
    for (unsigned i = 0; i < 4; i++) {
        tlvs_len = 0;
        area(MCUBOOT_PROTECTED_MAGIC);
        words((uint16_t)pairs[i][0], pairs[i][1], pairs[i][2], 8);
        signing();
        assert_int_equal(parse_tlvs(), BL_E_TLV_LENGTH);
    }
}

static void what_must_be_there(void **state)
{
    static const uint8_t data[96];

    (void)state;
    area(MCUBOOT_TLV_MAGIC);
    assert_int_equal(parse_tlvs(), BL_E_IMG_DIGEST_MISSING);
    tlv(MCUBOOT_TLV_SHA256, data, 32);
    assert_int_equal(parse_tlvs(), BL_OK);
    assert_false(mcuboot_is_signed(&image));
    tlv(MCUBOOT_TLV_ECDSA, data, 70);
    assert_int_equal(parse_tlvs(), BL_E_TLV_SIGNING);
    tlvs_len -= 74;
    tlv(MCUBOOT_TLV_KEY_HASH, data, 32);
    assert_int_equal(parse_tlvs(), BL_E_TLV_SIGNING);
    tlv(MCUBOOT_TLV_ECDSA, data, 73);
    assert_int_equal(parse_tlvs(), BL_E_TLV_LENGTH);
    tlvs_len -= 77;
    tlv(MCUBOOT_TLV_ECDSA, data, 7);
    assert_int_equal(parse_tlvs(), BL_E_TLV_LENGTH);
}

/* An area may not be longer than what there is, nor end within a TLV. */
static void area_lengths(void **state)
{
    (void)state;
    signing();
    for (uint32_t total = 0; total <= 0xFFFF; total++) {
        put_le16(tlvs + 2, total);
        assert_int_equal(parse_tlvs() == BL_OK, total == tlvs_len || total == 40);
    }
    put_le16(tlvs + 2, tlvs_len);
    for (uint32_t len = tlvs_len; len-- > 0;)
        assert_int_equal(mcuboot_parse_tlvs(tlvs, len, &image), BL_E_TLV_AREA);
    for (uint32_t len = 0; len <= 0xFFFF; len++) {
        put_le16(tlvs + 6, len); /* of the first TLV */
        assert_int_equal(parse_tlvs() == BL_OK, len == 32);
    }
}

static void protected_area_as_the_header_says(void **state)
{
    (void)state;
    area(MCUBOOT_PROTECTED_MAGIC);
    words(MCUBOOT_TLV_COUNTER, 7, 0, 4);
    signing();
    for (uint32_t bytes = 0; bytes <= MCUBOOT_TLVS_MAX_BYTES - 4; bytes++) {
        put_le16(head + 10, bytes);
        assert_int_equal(parse(SLOT_BYTES), BL_OK);
        assert_int_equal(mcuboot_parse_tlvs(tlvs, tlvs_len, &image) == BL_OK, bytes == 12);
    }
    put_le16(tlvs + 2, 4); /* the area ends earlier than the header says */
    put_le16(head + 10, 12);
    assert_int_equal(parse(SLOT_BYTES), BL_OK);
    assert_int_equal(mcuboot_parse_tlvs(tlvs, tlvs_len, &image), BL_E_TLV_AREA);
}

static void versions(void **state)
{
    static const struct mcuboot_version rising[] = {
        {0, 0, 0, 0}, {0, 0, 0, 1},          {0, 0, 1, 0},   {0, 0, 0xFFFF, 0xFFFFFFFF},
        {0, 1, 0, 0}, {0, 255, 0xFFFF, 256}, {1, 0, 0, 0},   {1, 0, 0, 0x80000000},
        {1, 2, 3, 4}, {1, 2, 256, 0},        {128, 0, 0, 0}, {255, 0, 0, 0}};

    (void)state;
    for (int a = 0; a < 12; a++) {
        for (int b = 0; b < 12; b++) {
            int order = mcuboot_version_compare(&rising[a], &rising[b]);

            assert_int_equal((order > 0) - (order < 0), (a > b) - (a < b));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_sound_header, begin),
        cmocka_unit_test_setup(header_sizes, begin),
        cmocka_unit_test_setup(flags, begin),
        cmocka_unit_test_setup(hostile_lengths, begin),
        cmocka_unit_test_setup(every_known_tlv, begin),
        cmocka_unit_test_setup(each_unprotected_type, begin),
        cmocka_unit_test_setup(wrong_lengths_and_values, begin),
        cmocka_unit_test_setup(what_must_be_there, begin),
        cmocka_unit_test_setup(area_lengths, begin),
        cmocka_unit_test_setup(protected_area_as_the_header_says, begin),
        cmocka_unit_test_setup(versions, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
