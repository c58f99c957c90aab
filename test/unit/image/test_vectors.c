/* SPDX-License-Identifier: MIT
 * image/vectors.c: the borders of what can be an application. */
#include "config/layout.h"
#include "image/vectors.h"
#include "support/cmocka_all.h"
#include "util/bytes.h"

static enum bl_rc check(uint32_t stack_addr, uint32_t reset_vector, uint32_t bytes)
{
    uint8_t head[8];

    put_le32(head, stack_addr);
    put_le32(head + 4, reset_vector);
    return vectors_check(head, 0, bytes);
}

static void stack(void **state)
{
    (void)state;
    assert_int_equal(check(0x20080000, RUN_ADDR + 0x201, 4096), BL_OK);
    assert_int_equal(check(0x20000008, RUN_ADDR + 0x201, 4096), BL_OK);
    assert_int_equal(check(0x20000000, RUN_ADDR + 0x201, 4096), BL_E_IMG_VECTORS);
    assert_int_equal(check(0x20080008, RUN_ADDR + 0x201, 4096), BL_E_IMG_VECTORS);
    assert_int_equal(check(0x20001004, RUN_ADDR + 0x201, 4096), BL_E_IMG_VECTORS);
    assert_int_equal(check(0x08000000, RUN_ADDR + 0x201, 4096), BL_E_IMG_VECTORS);
    assert_int_equal(check(0xFFFFFFFF, 0xFFFFFFFF, 4096), BL_E_IMG_VECTORS);
}

static void reset(void **state)
{
    (void)state;
    assert_int_equal(check(0x20001000, RUN_ADDR + 0x200, 4096), BL_E_IMG_VECTORS); /* not Thumb */
    assert_int_equal(check(0x20001000, RUN_ADDR + 9, 4096), BL_OK);
    assert_int_equal(check(0x20001000, RUN_ADDR + 7, 4096), BL_E_IMG_ADDRESS);
    assert_int_equal(check(0x20001000, RUN_ADDR + 4095, 4096), BL_OK);
    assert_int_equal(check(0x20001000, RUN_ADDR + 4097, 4096), BL_E_IMG_ADDRESS);
    assert_int_equal(check(0x20001000, RUN_ADDR - 1, 4096), BL_E_IMG_ADDRESS);
    assert_int_equal(check(0x20001000, LOADER_ADDR - 1, 4096), BL_E_IMG_VECTORS); /* no flash */
    assert_int_equal(check(0x20001000, LOADER_ADDR + FLASH_BYTES + 1, 4096), BL_E_IMG_VECTORS);
    assert_int_equal(check(0x20001000, LOADER_ADDR + 0x201, 4096), BL_E_IMG_ADDRESS);
    assert_int_equal(check(0x20001000, UPDATE_ADDR + 0x201, SLOT_BYTES), BL_E_IMG_ADDRESS);
}

static void mcuboot(void **state)
{
    (void)state;
    assert_int_equal(check(0x96F3B83D, RUN_ADDR + 0x201, 4096), BL_E_IMG_VECTORS);
}

static void table_behind_a_header(void **state)
{
    (void)state;
    uint8_t head[8];

    put_le32(head, 0x20001000);
    put_le32(head + 4, RUN_ADDR + 0x200 + 9);
    assert_int_equal(vectors_check(head, 0x200, 4096), BL_OK);
    put_le32(head + 4, RUN_ADDR + 0x200 + 7);
    assert_int_equal(vectors_check(head, 0x200, 4096), BL_E_IMG_ADDRESS);
    put_le32(head + 4, RUN_ADDR + 0x101); /* linked for an image without a header */
    assert_int_equal(vectors_check(head, 0x200, 4096), BL_E_IMG_ADDRESS);
    put_le32(head + 4, RUN_ADDR + 4097);
    assert_int_equal(vectors_check(head, 0x200, 4096), BL_E_IMG_ADDRESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stack),
        cmocka_unit_test(reset),
        cmocka_unit_test(mcuboot),
        cmocka_unit_test(table_behind_a_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
