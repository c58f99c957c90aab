/* SPDX-License-Identifier: MIT
 * The core of the virtual board: test/firmware/core checks itself from the inside; here each of its
 * cases must end as it should, and time, idling and state must not depend on how it is run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware_case.h"
#include "support/cmocka_all.h"
#include "vboard.h"

#define CORE_ELF (FIRMWARE_DIR "/core.elf")

static struct board *run(const char *name, const char *const *extra, int wanted_status)
{
    char select[64];
    struct board *b;
    int status;

    snprintf(select, sizeof select, "%s obey", name);
    b = firmware_case("core.elf", select, extra, &status);
    if (status != wanted_status)
        fail_msg("%s: status %d, wanted %d; it says: %s", name, status, wanted_status,
                 vboard_console(b));
    return b;
}

static void self_checking_cases(void **state)
{
    static const char *const names[] = {
        "nesting",      "prigroup",   "tail-chain", "masks",        "level",        "registers",
        "svc-pendsv",   "fp-frames",  "psp",        "unprivileged", "usage-faults", "bus-faults",
        "fetch-faults", "escalation", "bad-return", "even-vector",  "wfi",          "wfe",
        "sleeponexit",  "systick",    "idle",       "reset",        "lockup-iwdg",  "ram-code",
        "tasks",        "hot",
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct board *b = run(names[i], NULL, VBOARD_OK);

        if (!strstr(vboard_console(b), "ok\n"))
            fail_msg("%s: %s", names[i], vboard_console(b));
        vboard_close(b);
    }
}

static void vector_outside_memory(void **state)
{
    static const char *const extra[] = {"--no-strict", NULL};
    struct board *b = run("vector-table", extra, VBOARD_OK);

    (void)state;
    assert_non_null(strstr(vboard_console(b), "ok\n"));
    vboard_close(b);
}

static void lockup_ends_the_run(void **state)
{
    struct board *b = run("lockup", NULL, VBOARD_LOCKED_UP);

    (void)state;
    assert_non_null(strstr(vboard_events(b), "\"event\":\"lockup\""));
    vboard_close(b);
}

static void watchdog_ends_a_lockup(void **state)
{
    struct board *b = run("lockup-iwdg", NULL, VBOARD_OK);

    (void)state;
    assert_non_null(strstr(vboard_events(b), "\"event\":\"reset\",\"cause\":\"iwdg\""));
    assert_non_null(strstr(vboard_console(b), "after the watchdog"));
    vboard_close(b);
}

static void sleeping_for_ever_is_a_dead_end(void **state)
{
    (void)state;
    vboard_close(run("sleep-for-ever", NULL, VBOARD_LOCKED_UP));
}

/* The events of a firmware that sleeps, blinks and prints are the same, byte for byte, whether idle
 * time is skipped or stepped. */
static void idle_skip_changes_nothing(void **state)
{
    static const char *const stepped[] = {"--param", "idle_skip=0", NULL};
    struct board *a = run("idle", NULL, VBOARD_OK), *b = run("idle", stepped, VBOARD_OK);

    (void)state;
    assert_string_equal(vboard_events(a), vboard_events(b));
    assert_string_equal(vboard_console(a), vboard_console(b));
    assert_non_null(strstr(vboard_events(a), "\"event\":\"led\""));
    assert_true(vboard_now_us(a) == vboard_now_us(b));
    vboard_close(a);
    vboard_close(b);
}

/* Code that runs often is counted block by block; nobody can tell. */
static void quiet_blocks_change_nothing(void **state)
{
    static const char *const exact[] = {"--param", "quiet_blocks=0", NULL};
    struct board *a = run("hot", NULL, VBOARD_OK), *b = run("hot", exact, VBOARD_OK);

    (void)state;
    assert_string_equal(vboard_events(a), vboard_events(b));
    assert_string_equal(vboard_console(a), vboard_console(b));
    assert_true(vboard_now_us(a) == vboard_now_us(b));
    assert_int_equal(vboard_quiet_blocks(b), 0);
    assert_true(vboard_quiet_blocks(a) >= 4);
    vboard_close(a);
    vboard_close(b);
}

static void same_seed_same_run(void **state)
{
    static const char *const seeded[] = {"--seed", "77", NULL};
    struct board *a = run("idle", NULL, VBOARD_OK), *b = run("idle", NULL, VBOARD_OK);
    struct board *c = run("idle", seeded, VBOARD_OK);
    uint32_t addr = 0x20060000;

    (void)state;
    assert_memory_equal(vboard_memory(a, addr, 4096), vboard_memory(b, addr, 4096), 4096);
    assert_memory_not_equal(vboard_memory(a, addr, 4096), vboard_memory(c, addr, 4096), 4096);
    vboard_close(a);
    vboard_close(b);
    vboard_close(c);
}

static char *dump(struct board *b)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);

    assert_non_null(file);
    vboard_dump_state(b, file);
    fclose(file);
    return text;
}

static void dump_has_no_side_effects(void **state)
{
    struct board *b = run("idle", NULL, VBOARD_OK);
    char *first = dump(b), *second = dump(b);

    (void)state;
    assert_string_equal(first, second);
    assert_non_null(strstr(first, "\nSCB_CPUID 0x411fc270\n"));
    assert_non_null(strstr(first, "\nUART4_BRR 0x0000008a\n"));
    assert_int_equal(vboard_class_count(b, RULE_VIOLATION), 0);
    free(first);
    free(second);
    vboard_close(b);
}

static bool stop_at_entry(struct board *b, uint32_t vtor, void *ctx)
{
    (void)b;
    *(uint32_t *)ctx = vtor;
    return true;
}

/* The frame of the test firmware moves VTOR to RAM, but never runs that table's reset handler. */
static void moving_the_table_is_no_entry(void **state)
{
    static const char *const words[] = {"--load", CORE_ELF, "--for", "10"};
    struct board *b = vboard_open(4, words);
    uint32_t vtor = 0;

    (void)state;
    assert_non_null(b);
    vboard_on_entry(b, stop_at_entry, &vtor);
    assert_int_equal(vboard_run(b), VBOARD_OK);
    assert_int_equal(vtor, 0);
    assert_non_null(strstr(vboard_events(b), "\"event\":\"vtor\",\"vtor\":\"0x2000"));
    assert_null(strstr(vboard_events(b), "\"event\":\"entry\""));
    vboard_close(b);
}

static void power_cut_draws_ram_anew(void **state)
{
    static const char *const words[] = {"--load",  CORE_ELF,          "--cut-at", "5",
                                        "--param", "power_off_ms=20", "--for",    "40"};
    struct board *b = vboard_open(8, words);
    uint8_t before[256];

    (void)state;
    assert_non_null(b);
    assert_int_equal(vboard_go(b, NULL, 4), VBOARD_OK);
    memcpy(before, vboard_memory(b, 0x20060000, 256), 256);
    assert_int_equal(vboard_go(b, NULL, 36), VBOARD_OK);
    assert_memory_not_equal(vboard_memory(b, 0x20060000, 256), before, 256);
    assert_non_null(strstr(vboard_events(b), "\"t_us\":5000,\"event\":\"cut\""));
    assert_non_null(
        strstr(vboard_events(b), "\"t_us\":25000,\"event\":\"reset\",\"cause\":\"power-on\""));
    assert_int_equal(vboard_now_us(b), 40000);
    vboard_close(b);
}

static void supply_that_never_returns(void **state)
{
    static const char *const words[] = {"--load", CORE_ELF, "--supply", "1000@2"};
    struct board *b = vboard_open(4, words);

    (void)state;
    assert_non_null(b);
    assert_int_equal(vboard_go(b, "done again", UINT64_MAX), VBOARD_LOCKED_UP);
    assert_int_equal(vboard_now_us(b), 2000);
    vboard_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(supply_that_never_returns),
        cmocka_unit_test(self_checking_cases),
        cmocka_unit_test(vector_outside_memory),
        cmocka_unit_test(lockup_ends_the_run),
        cmocka_unit_test(watchdog_ends_a_lockup),
        cmocka_unit_test(sleeping_for_ever_is_a_dead_end),
        cmocka_unit_test(idle_skip_changes_nothing),
        cmocka_unit_test(quiet_blocks_change_nothing),
        cmocka_unit_test(same_seed_same_run),
        cmocka_unit_test(dump_has_no_side_effects),
        cmocka_unit_test(moving_the_table_is_no_entry),
        cmocka_unit_test(power_cut_draws_ram_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
