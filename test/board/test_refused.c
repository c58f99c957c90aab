/* SPDX-License-Identifier: MIT
 * Files that must not be installed: the console says why, the LED shows a code, the installed
 * application runs and its area is untouched. And .md5 files that look odd but are right. */
#include <stdio.h>
#include <string.h>

#include "board/rig.h"
#include "config/layout.h"
#include "support/cmocka_all.h"

#define APP_RUNS "interrupts ok"

static struct rig_file v2;

static int load_v2(void **state)
{
    (void)state;
    v2 = rig_read_build("apps/sample/sample_v2_12k.bin");
    return 0;
}

static int free_v2(void **state)
{
    (void)state;
    rig_file_free(&v2);
    return 0;
}

static void open_with_v1(struct rig *rig, const char *name)
{
    rig_open(rig, name);
    rig_install_v1(rig);
    rig_stick(rig);
}

static void check_refused(struct rig *rig, const char *reason)
{
    rig_run(rig, "--until '%s' --for 30000", APP_RUNS);
    RIG_CHECK(rig, rig->status == 0);
    RIG_CHECK(rig, rig_says(rig, reason, "start: application", "Sample application v1", NULL));
    RIG_CHECK(rig, rig_flash_kept(rig, RUN_ADDR, SLOT_BYTES));
    RIG_CHECK(rig, rig_loader_kept(rig));
}

/* v2 with this text in /firmware.md5 (NULL: no such file). */
static void refuse_md5(const char *name, const char *text, const char *reason)
{
    struct rig rig;
    open_with_v1(&rig, name);
    rig_stick_file(&rig, "/firmware.bin", v2.bytes, v2.length);
    if (text != NULL)
        rig_stick_file(&rig, "/firmware.md5", text, (uint32_t)strlen(text));
    check_refused(&rig, reason);
    RIG_CHECK(&rig, rig_flash_kept(&rig, UPDATE_ADDR, SLOT_BYTES));
    rig_close(&rig);
}

static void test_md5_missing(void **state)
{
    (void)state;
    refuse_md5("md5_missing", NULL, "no .md5 file beside the firmware");
}

static void test_md5_malformed(void **state)
{
    (void)state;
    refuse_md5("md5_short", "0123456789abcdef  firmware.bin\n", ".md5 file is malformed");
    refuse_md5("md5_letters", "0123456789abcdef0123456789abcdeg  firmware.bin\n",
               ".md5 file is malformed");
    refuse_md5("md5_empty", "\n", ".md5 file is malformed");
    refuse_md5("md5_other_name",
               "0123456789abcdef0123456789abcdef  other.bin\n"
               "0123456789abcdef0123456789abcdef  another.bin\n",
               ".md5 file is malformed");
}

static void accept_md5(const char *name, const char *file, const char *text)
{
    struct rig rig;
    open_with_v1(&rig, name);
    rig_stick_file(&rig, "/firmware.bin", v2.bytes, v2.length);
    rig_stick_file(&rig, file, text, (uint32_t)strlen(text));
    rig_run(&rig, "--until '%s' --for 30000", APP_RUNS);
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig, rig_says(&rig, "upgrade finished", "Sample application v2", NULL));
    rig_close(&rig);
}

static void test_md5_in_other_dress(void **state)
{
    (void)state;
    char line[64];
    char text[256];
    rig_md5_line(line, v2.bytes, v2.length);
    line[32] = 0;
    char upper[33];
    for (unsigned i = 0; i <= 32; i++)
        upper[i] = (char)(line[i] >= 'a' && line[i] <= 'f' ? line[i] - 'a' + 'A' : line[i]);
    snprintf(text, sizeof text, "%s  firmware.bin\n", upper);
    accept_md5("md5_upper", "/firmware.md5", text);
    snprintf(text, sizeof text, "%s *firmware.bin\r\n", line);
    accept_md5("md5_crlf_binary", "/firmware.md5", text);
    snprintf(text, sizeof text, "\xEF\xBB\xBF%s", line);
    accept_md5("md5_bom_bare", "/firmware.md5", text);
    snprintf(text, sizeof text, "0123456789abcdef0123456789abcdef  other.bin\n%s  firmware.bin\n",
             line);
    accept_md5("md5_two_lines", "/firmware.bin.md5", text);
}

static void refuse_file(const char *name, const void *bytes, uint32_t length, const char *reason)
{
    struct rig rig;
    open_with_v1(&rig, name);
    rig_stick_firmware(&rig, bytes, length);
    check_refused(&rig, reason);
    /* Refused before the first erase. */
    RIG_CHECK(&rig, rig_flash_kept(&rig, UPDATE_ADDR, SLOT_BYTES));
    rig_close(&rig);
}

static void test_empty_file(void **state)
{
    (void)state;
    refuse_file("file_empty", "", 0, "file is empty");
}

static void test_one_byte_too_large(void **state)
{
    (void)state;
    struct rig_file big = rig_read_build("apps/sample/sample_v2_too_big.bin");
    assert_int_equal(big.length, PLAIN_IMAGE_MAX_BYTES + 1);
    refuse_file("file_too_big", big.bytes, big.length, "larger than the run area");
    rig_file_free(&big);
}

static void test_vector_table_of_nobody(void **state)
{
    (void)state;
    static uint8_t text[6000];
    memset(text, 'x', sizeof text);
    refuse_file("vectors_text", text, sizeof text, "vector table cannot be an application's");
    /* Linked for the start of the flash instead of the run area. */
    static uint32_t elsewhere[1500] = {0x20080000, 0x08000101};
    refuse_file("vectors_elsewhere", elsewhere, sizeof elsewhere,
                "image is linked for another address");
}

/* The loader of this build trusts no key (KEYS=keys/none): nobody's signature is right. */
static void test_signed_image_without_keys(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_file image = rig_read_data("imgtool/v1.2.3.img");
    open_with_v1(&rig, "signed_without_keys");
    rig_stick_file(&rig, "/firmware.bin", image.bytes, image.length);
    check_refused(&rig, "/firmware.bin refused: image is signed with a key");
    RIG_CHECK(&rig, rig_flash_kept(&rig, UPDATE_ADDR, SLOT_BYTES));
    rig_file_free(&image);
    rig_close(&rig);
}

static void test_md5_of_another_file(void **state)
{
    (void)state;
    struct rig rig;
    open_with_v1(&rig, "md5_wrong");
    rig_stick_firmware(&rig, v2.bytes, v2.length);
    static const char other[] = "0123456789abcdef0123456789abcdef  firmware.bin\n";
    rig_stick_file(&rig, "/firmware.md5", other, sizeof other - 1);
    check_refused(&rig, "digest differs");
    RIG_CHECK(&rig, rig_flash_operations(&rig) > 0);
    /* It failed once: from now on it is checked on the stick, and nothing is written. */
    for (int start = 2; start <= 4; start++) {
        check_refused(&rig, start < 4 ? "checked first" : "firmware.bin");
        RIG_CHECK(&rig, rig_flash_operations(&rig) == 0);
    }
    /* The right digest makes it another file. */
    rig_stick_firmware(&rig, v2.bytes, v2.length);
    rig_run(&rig, "--until '%s' --for 30000", APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "upgrade finished", "Sample application v2", NULL));
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_md5_missing),
        cmocka_unit_test(test_md5_malformed),
        cmocka_unit_test(test_md5_in_other_dress),
        cmocka_unit_test(test_empty_file),
        cmocka_unit_test(test_one_byte_too_large),
        cmocka_unit_test(test_vector_table_of_nobody),
        cmocka_unit_test(test_md5_of_another_file),
        cmocka_unit_test(test_signed_image_without_keys),
    };
    return cmocka_run_group_tests(tests, load_v2, free_v2);
}
