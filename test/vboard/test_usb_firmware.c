/* SPDX-License-Identifier: MIT
 * Three kinds of USB host, as real binaries, read a stick made by mkfs.fat: under the default
 * parameters, and under every variation of the open ones that a host must not notice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "param.h"
#include "support/stick_image.h"
#include "vboard.h"

#define BLOCKS 64

static char image[64];
static char sum_line[32];

static int make_stick(void **state)
{
    static uint8_t content[200000], head[BLOCKS * 512];
    uint32_t sum = 2166136261u;

    (void)state;
    snprintf(image, sizeof image, "/tmp/vboard-usb-%ld.img", (long)getpid());
    for (unsigned i = 0; i < sizeof content; i++)
        content[i] = (uint8_t)(i * i >> 7);
    stick_image_make(image, 4, 12, STICK_SUPERFLOPPY);
    stick_image_put(image, STICK_SUPERFLOPPY, "/firmware.bin", content, sizeof content);
    FILE *file = fopen(image, "rb");
    if (!file || fread(head, 1, sizeof head, file) != sizeof head)
        return -1;
    fclose(file);
    for (unsigned i = 0; i < sizeof head; i++)
        sum = (sum ^ head[i]) * 16777619u;
    snprintf(sum_line, sizeof sum_line, "sum=0x%08X\n", sum);
    return 0;
}

static int drop_stick(void **state)
{
    (void)state;
    return unlink(image);
}

/* Runs a host until it ends; more are further words, NULL at the end. */
static struct board *run(const char *host, int *status, const char *const *more)
{
    static char elf[256];
    static const char *words[32];
    int count = 0;

    snprintf(elf, sizeof elf, FIRMWARE_DIR "/usb-%s.elf", host);
    const char *const fixed[] = {"--load",  elf,   "--stick", image,
                                 "--until", "end", "--for",   "6000"};
    for (unsigned i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        words[count++] = fixed[i];
    while (*more)
        words[count++] = *more++;
    struct board *b = vboard_open(count, words);
    assert_non_null(b);
    *status = vboard_run(b);
    return b;
}

static void assert_read_right(const char *host, const char *const *more)
{
    int status;
    struct board *b = run(host, &status, more);
    const char *said = vboard_console(b);

    if (status != VBOARD_OK || !strstr(said, sum_line) || strstr(said, "FAILED"))
        fail_msg("%s %s %s: status %d, it says:\n%s", host, more[0] ? more[0] : "",
                 more[0] && more[1] ? more[1] : "", status, said);
    vboard_close(b);
}

static void test_polled(void **state)
{
    (void)state;
    assert_read_right("polled", (const char *const[]){"--advice-is-error", NULL});
}

/* Interrupts, two-write halts, NAKs repeated by the handler: no violation. */
static void test_halting(void **state)
{
    (void)state;
    assert_read_right("halting", (const char *const[]){NULL});
}

/* It touches HFIR before the core is a host: that write is lost, and said to be. */
static void test_acking(void **state)
{
    int status;
    struct board *b = run("acking", &status, (const char *const[]){NULL});

    (void)state;
    assert_int_equal(status, VBOARD_OK);
    assert_true(vboard_finding_count(b, RULE_OTG_HFIR_EARLY) > 0);
    vboard_close(b);
    assert_read_right("acking", (const char *const[]){NULL});
}

/* One parameter at a time at each of its finite variations. */
static void test_variations(void **state)
{
    static const struct {
        const char *name, *variations;
    } table[] = {
#define X(id, name, value, unit, unverified, never_ok, variations, text) {name, variations},
#include "params_usb.def"
#undef X
    };

    (void)state;
    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++) {
        char list[64];

        snprintf(list, sizeof list, "%s", table[i].variations);
        for (char *value = strtok(list, " "); value; value = strtok(NULL, " ")) {
            char word[96];

            if (strcmp(value, "never") == 0)
                continue; /* longer than these hosts wait */
            snprintf(word, sizeof word, "%s=%s", table[i].name, value);
            assert_read_right("polled", (const char *const[]){"--param", word, NULL});
        }
    }
}

/* Sticks that differ within what the specifications allow: these hosts know no more. */
static void test_sticks(void **state)
{
    static const char *const quirks[] = {
        "attach-ms=0",  "attach-ms=400",   "ready-ms=0",    "recovery-us=0",    "recovery-us=10000",
        "address-us=0", "address-us=2000", "latency-us=0",  "naks=0",           "naks=3",
        "ep0-bytes=8",  "bulk-bytes=8",    "bulk-bytes=32", "unit-attention=0", "max-lun-stall",
    };

    (void)state;
    for (unsigned i = 0; i < sizeof quirks / sizeof quirks[0]; i++)
        assert_read_right("polled", (const char *const[]){"--stick-quirk", quirks[i], NULL});
}

static void test_unplugged(void **state)
{
    int status;
    struct board *b = run(
        "polled", &status,
        (const char *const[]){"--unplug-at", "1000", "--stick-quirk", "latency-us=40000", NULL});

    (void)state;
    assert_non_null(strstr(vboard_console(b), "FAILED: blocks"));
    assert_non_null(strstr(vboard_events(b), "\"what\":\"detach\""));
    vboard_close(b);
    b = run("polled", &status, (const char *const[]){"--plug-at", "700", NULL});
    assert_non_null(strstr(vboard_console(b), sum_line));
    vboard_close(b);
    b = run("polled", &status, (const char *const[]){"--plug-at", "3000", NULL});
    assert_non_null(strstr(vboard_console(b), "no device"));
    vboard_close(b);
}

/* 32 KB take 27 ms of full frames at the least; a careful host with one outstanding request
 * gets close to that, with eight commands. */
static void test_speed(void **state)
{
    int status;
    struct board *b = run(
        "polled", &status,
        (const char *const[]){"--stick-quirk", "naks=0", "--stick-quirk", "latency-us=0", NULL});
    const char *line = strstr(vboard_console(b), "ms=0x");

    (void)state;
    assert_non_null(line);
    assert_in_range(strtoul(line + strlen("ms=0x"), NULL, 16), 27, 32);
    vboard_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_polled), cmocka_unit_test(test_halting),
        cmocka_unit_test(test_acking), cmocka_unit_test(test_variations),
        cmocka_unit_test(test_sticks), cmocka_unit_test(test_unplugged),
        cmocka_unit_test(test_speed),
    };

    return cmocka_run_group_tests(tests, make_stick, drop_stick);
}
