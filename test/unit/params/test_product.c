/* SPDX-License-Identifier: MIT
 * params/product.c: only a whole blob with usable values counts; anything else is the defaults. */
#include <string.h>

#include "config/layout.h"
#include "params/product.h"
#include "support/cmocka_all.h"
#include "support/flash_host.h"
#include "util/bytes.h"
#include "util/crc.h"

static uint8_t blob[PRODUCT_BYTES];
static struct product product;

/* A blob with every field in use. */
static int begin(void **state)
{
    struct product made = {.hw_revision = 7,
                           .flags = PRODUCT_FLAG_OLDER | PRODUCT_FLAG_MUST_BE_NAMED,
                           .serial = "SN-0001",
                           .file = "/update/",
                           .attach_ms = 0,
                           .ready_ms = 60000};

    (void)state;
    memset(made.vendor, 0x11, sizeof made.vendor);
    memset(made.class_id, 0x22, sizeof made.class_id);
    assert_true(product_encode(&made, blob));
    return 0;
}

static void reseal(void)
{
    put_le32(blob + 252, crc32_bytes(0, blob, 252));
}

static void assert_defaults(enum product_state expected)
{
    memset(&product, 0xA5, sizeof product);
    product_decode(blob, &product);
    assert_int_equal(product.state, expected);
    assert_string_equal(product.file, "/firmware.bin");
    assert_int_equal(product.attach_ms, ATTACH_WINDOW_MS);
    assert_int_equal(product.ready_ms, READINESS_MS);
    assert_int_equal(product.flags, 0);
    assert_int_equal(product.hw_revision, 0);
}

static void round_trip(void **state)
{
    (void)state;
    product_decode(blob, &product);
    assert_int_equal(product.state, PRODUCT_VALID);
    assert_int_equal(product.vendor[15], 0x11);
    assert_int_equal(product.class_id[0], 0x22);
    assert_int_equal(product.hw_revision, 7);
    assert_int_equal(product.flags, PRODUCT_FLAG_OLDER | PRODUCT_FLAG_MUST_BE_NAMED);
    assert_string_equal(product.serial, "SN-0001");
    assert_string_equal(product.file, "/update/");
    assert_int_equal(product.attach_ms, 0);
    assert_int_equal(product.ready_ms, 60000);
}

static void blank_and_damaged(void **state)
{
    (void)state;
    for (uint32_t bit = 0; bit < PRODUCT_BYTES * 8; bit++) {
        blob[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_defaults(PRODUCT_DAMAGED);
        blob[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    memset(blob, 0xFF, sizeof blob);
    assert_defaults(PRODUCT_NONE);
    memset(blob, 0, sizeof blob);
    assert_defaults(PRODUCT_DAMAGED);
}

/* The CRC is right, the value is not. */
static void values_that_cannot_be(void **state)
{
    static const struct {
        uint32_t off;
        uint32_t value;
    } rows[] = {{40, 8},      {204, 5001},       {204, 0xFFFFFFFE}, {208, 999},
                {208, 60001}, {76, 0x20202020u}, {44, 0x41004141u}, {200, 0x41414141u}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)begin(NULL);
        put_le32(blob + rows[i].off, rows[i].value);
        reseal();
        assert_defaults(PRODUCT_DAMAGED);
    }
    (void)begin(NULL);
    memset(blob + 76, '/', FILE_PATH_MAX); /* no room for the terminating zero */
    reseal();
    assert_defaults(PRODUCT_DAMAGED);
}

static void fields_left_to_the_defaults(void **state)
{
    (void)state;
    put_le32(blob + 204, PRODUCT_TIME_DEFAULT);
    put_le32(blob + 208, PRODUCT_TIME_DEFAULT);
    memset(blob + 76, 0, FILE_PATH_MAX);
    memset(blob + 44, 'x', PRODUCT_SERIAL_BYTES); /* as long as it can be */
    reseal();
    product_decode(blob, &product);
    assert_int_equal(product.state, PRODUCT_VALID);
    assert_string_equal(product.file, "/firmware.bin");
    assert_int_equal(product.attach_ms, ATTACH_WINDOW_MS);
    assert_int_equal(product.ready_ms, READINESS_MS);
    assert_int_equal(strlen(product.serial), PRODUCT_SERIAL_BYTES);
}

static void encoder_refuses(void **state)
{
    (void)state;
    product_default(&product);
    assert_true(product_encode(&product, blob));
    product.attach_ms = 5001;
    assert_false(product_encode(&product, blob));
    product_default(&product);
    strcpy(product.file, "firmware.bin");
    assert_false(product_encode(&product, blob));
    product_default(&product);
    product.flags = 8;
    assert_false(product_encode(&product, blob));
}

static void from_the_flash(void **state)
{
    (void)state;
    flash_host_reset();
    product_read(&product);
    assert_int_equal(product.state, PRODUCT_NONE);
    memcpy(flash_host_at(PRODUCT_ADDR), blob, sizeof blob);
    product_read(&product);
    assert_int_equal(product.state, PRODUCT_VALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(round_trip, begin),
        cmocka_unit_test_setup(blank_and_damaged, begin),
        cmocka_unit_test_setup(values_that_cannot_be, begin),
        cmocka_unit_test_setup(fields_left_to_the_defaults, begin),
        cmocka_unit_test_setup(encoder_refuses, begin),
        cmocka_unit_test_setup(from_the_flash, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
