/* SPDX-License-Identifier: MIT
 * The sample application alone: the chip's boot address points at the run area, so that the loader
 * has no part in it. What it measures must be right on the virtual board before anything is said
 * about an application that the loader started. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/layout.h"
#include "support/cmocka_all.h"
#include "vboard.h"

#ifndef SAMPLE_BUILD
#error "SAMPLE_BUILD, where the firmware build leaves the samples, comes from CMakeLists.txt"
#endif

/* FLASH_OPTCR1: BOOT_ADD0 is the address / 16 KB (RM0410 3.7.7). The run area through the AXI bus,
 * and the same cells through the ITCM alias, which is what the factory setting uses. */
#define BOOT_AXI  "0x00402010"
#define BOOT_ITCM "0x00400090"
/* FLASH_OPTCR of the factory, and with IWDG_SW = 0: the watchdog runs from reset, 512 ms. */
#define OPTCR_FACTORY  "0xFFFFAAFD"
#define OPTCR_WATCHDOG "0xFFFFAADD"

/* Runs `image` for ms; press is a word of --button-at, or NULL. Advice ends the run, too. */
static struct board *run(const char *image, const char *boot, const char *optcr, const char *press,
                         const char *ms)
{
    char file[512];
    snprintf(file, sizeof file, "%s/%s.bin@0x%08x", SAMPLE_BUILD, image, RUN_ADDR);
    const char *const words[] = {
        "--load", file, "--advice-is-error", "--optcr1", boot, "--optcr", optcr,
        "--for",  ms,   "--button-at",       press};
    int count = (int)(sizeof words / sizeof words[0]) - (press == NULL ? 2 : 0);
    struct board *b = vboard_open(count, words);
    assert_non_null(b);
    int status = vboard_run(b);
    if (status != VBOARD_OK)
        fprintf(stderr, "%s\n", vboard_console(b));
    assert_int_equal(status, VBOARD_OK);
    return b;
}

/* The texts stand on the console in this order; the list ends with NULL. */
static void assert_says(const struct board *b, ...)
{
    const char *at = vboard_console(b);
    va_list args;
    va_start(args, b);
    for (const char *text = va_arg(args, const char *); text != NULL;
         text = va_arg(args, const char *)) {
        const char *found = strstr(at, text);
        if (found == NULL)
            fail_msg("the console lacks \"%s\":\n%s", text, vboard_console(b));
        at = found + strlen(text);
    }
    va_end(args);
}

static unsigned number_after(const struct board *b, const char *text)
{
    const char *found = strstr(vboard_console(b), text);
    assert_non_null(found);
    return (unsigned)strtoul(found + strlen(text), NULL, 10);
}

/* Counts event lines that hold both parts; *last_us = time of the last one. */
static unsigned events(const struct board *b, const char *part, const char *part2, long *last_us)
{
    unsigned count = 0;
    for (const char *line = vboard_events(b); *line != 0;) {
        size_t length = strcspn(line, "\n");
        if (memmem(line, length, part, strlen(part)) != NULL &&
            memmem(line, length, part2, strlen(part2)) != NULL) {
            count++;
            *last_us = strtol(strstr(line, "\"t_us\":") + 7, NULL, 10);
        }
        line += length + (line[length] == '\n');
    }
    return count;
}

static void check_report(const struct board *b, const char *title, unsigned cycles)
{
    assert_says(b, title, "systick ok", "fpu ok", "interrupts ok", "last result: no record",
                "ready", NULL);
    assert_null(strstr(vboard_console(b), "WRONG"));
    assert_null(strstr(vboard_console(b), "exception"));
    assert_in_range(number_after(b, "100 ms = "), cycles - cycles / 200, cycles + cycles / 200);
    assert_true(number_after(b, "fpu ok: ") > 1000);
    assert_int_equal(number_after(b, "exti "), 10);
    assert_true(number_after(b, "nested ticks ") >= 20);
    /* Every character is one interrupt; some were still to come. */
    assert_true(number_after(b, ", console ") > 100);
}

static void test_current_system_init(void **state)
{
    (void)state;
    struct board *b = run("sample_v1", BOOT_AXI, OPTCR_FACTORY, NULL, "400");
    check_report(b, "Sample application v1\r\nvectors at 0x08040000", 1600000);
    vboard_close(b);
    /* It leaves VTOR alone: through the alias it is what the core started with. */
    b = run("sample_v2", BOOT_ITCM, OPTCR_FACTORY, NULL, "400");
    check_report(b, "Sample application v2\r\nvectors at 0x00240000", 1600000);
    vboard_close(b);
}

static void test_older_system_init(void **state)
{
    (void)state;
    struct board *b = run("sample_v2_old", BOOT_ITCM, OPTCR_FACTORY, NULL, "400");
    check_report(b, "Sample application v2\r\nvectors at 0x08040000", 1600000);
    vboard_close(b);
}

static void test_216_mhz(void **state)
{
    (void)state;
    struct board *b = run("sample_v2_pll", BOOT_AXI, OPTCR_FACTORY, NULL, "400");
    check_report(b, "Sample application v2", 21600000);
    vboard_close(b);
}

/* The tick against the board's own time, which the application cannot see: the heartbeat changes
 * every 500 ms. The hardware watchdog is on, too. */
static void test_heartbeat_in_board_time(void **state)
{
    (void)state;
    struct board *b = run("sample_v2", BOOT_AXI, OPTCR_WATCHDOG, NULL, "2300");
    long on_us, off_us, reset_us;
    assert_int_equal(events(b, "\"led\":2", "\"on\":true", &on_us), 2);
    assert_int_equal(events(b, "\"led\":2", "\"on\":false", &off_us), 2);
    assert_in_range(off_us - on_us, 499900, 500100);
    assert_int_equal(events(b, "\"event\":\"reset\"", "", &reset_us), 1); /* power-on */
    vboard_close(b);
}

static struct {
    uint8_t bytes[0x8000];
    size_t length;
} package;

static int read_package(void **state)
{
    (void)state;
    FILE *file = fopen(SAMPLE_BUILD "/sample_v2.bin", "rb");
    assert_non_null(file);
    package.length = fread(package.bytes, 1, sizeof package.bytes, file);
    fclose(file);
    return package.length == 0 || package.length == sizeof package.bytes;
}

static const uint8_t *flash_at(struct board *b, uint32_t addr)
{
    return vboard_flash(b) + (addr - FLASH_BASE_ADDR);
}

static bool footer_is_blank(struct board *b)
{
    uint8_t blank[FOOTER_BYTES];
    memset(blank, 0xFF, sizeof blank);
    return memcmp(flash_at(b, UPDATE_ADDR + SLOT_SECTOR_BYTES - FOOTER_BYTES), blank,
                  sizeof blank) == 0;
}

static void check_written(struct board *b)
{
    static const uint8_t flag[8] = {0x78, 0x56, 0x34, 0x12, 0xFF, 0xFF, 0xFF, 0xFF};
    long us;
    assert_says(b, "v1 ready", "writing the package", "restarting", "Sample application v1", NULL);
    assert_memory_equal(flash_at(b, UPDATE_ADDR), package.bytes, package.length);
    assert_memory_equal(flash_at(b, UPGRADE_FLAG_ADDR), flag, sizeof flag);
    assert_int_equal(events(b, "\"event\":\"reset\"", "software", &us), 1);
    assert_int_equal(events(b, "\"event\":\"reset\"", "", &us), 2);
}

static void test_short_press_writes_a_package(void **state)
{
    (void)state;
    long us;
    struct board *b = run("sample_v1_old", BOOT_AXI, OPTCR_WATCHDOG, "500:600", "1900");
    check_written(b);
    assert_false(footer_is_blank(b));
    /* The heartbeat went on while a sector was erased for a second, from 0.6 s on. */
    assert_int_equal(events(b, "\"event\":\"flash\"", "\"op\":\"erase\"", &us), 1);
    assert_true(us > 500000 && us < 1000000);
    assert_true(events(b, "\"led\":2", "\"on\":false", &us) >= 1);
    assert_int_equal(events(b, "\"t_us\":1000", "\"led\":2", &us), 1);
    assert_int_equal(events(b, "\"t_us\":1500", "\"led\":2", &us), 1);
    vboard_close(b);
}

static void test_long_press_writes_it_bare(void **state)
{
    (void)state;
    struct board *b = run("sample_v1", BOOT_AXI, OPTCR_FACTORY, "500:1700", "3000");
    check_written(b);
    assert_says(b, "writing the package bare", NULL);
    assert_true(footer_is_blank(b));
    vboard_close(b);
}

/* The images of exact sizes, for tests of the loader: each is the whole application, then padding. */
static void test_padded_images(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        long bytes;
    } cases[] = {{"12k", 12288},
                 {"20k_1", 20481},
                 {"20k_2", 20482},
                 {"20k_3", 20483},
                 {"300k", 307200},
                 {"max", PLAIN_IMAGE_MAX_BYTES},
                 {"too_big", PLAIN_IMAGE_MAX_BYTES + 1}};
    char path[512];
    static uint8_t head[sizeof package.bytes];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(path, sizeof path, "%s/sample_v2_%s.bin", SAMPLE_BUILD, cases[i].label);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        assert_int_equal(fread(head, 1, package.length, file), package.length);
        assert_memory_equal(head, package.bytes, package.length);
        assert_int_equal(fseek(file, 0, SEEK_END), 0);
        assert_int_equal(ftell(file), cases[i].bytes);
        fclose(file);
    }
    struct board *b = run("sample_v2_max", BOOT_AXI, OPTCR_FACTORY, NULL, "400");
    check_report(b, "Sample application v2", 1600000);
    vboard_close(b);
}

static void test_no_package_on_board(void **state)
{
    (void)state;
    struct board *b = run("sample_v2", BOOT_AXI, OPTCR_FACTORY, "500:600", "700");
    assert_says(b, "v2 ready", "carries no package", NULL);
    assert_int_equal(vboard_flash_operations(b), 0);
    vboard_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_current_system_init),
        cmocka_unit_test(test_older_system_init),
        cmocka_unit_test(test_216_mhz),
        cmocka_unit_test(test_heartbeat_in_board_time),
        cmocka_unit_test(test_short_press_writes_a_package),
        cmocka_unit_test(test_long_press_writes_it_bare),
        cmocka_unit_test(test_padded_images),
        cmocka_unit_test(test_no_package_on_board),
    };
    return cmocka_run_group_tests(tests, read_package, NULL);
}
