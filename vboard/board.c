/* SPDX-License-Identifier: MIT
 * The board as a whole: power-on, resets, power cuts, the run and its end. */
#include "board.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "chip.h"

static const char *const cause_names[] = {"power-on", "brown-out", "pin",      "software",
                                          "iwdg",     "wwdg",      "low-power"};

static volatile sig_atomic_t signal_seen;

static void on_signal(int number)
{
    signal_seen = number;
}

uint32_t board_random(struct board *b)
{
    uint64_t z = b->run.random += 0x9E3779B97F4A7C15u; /* splitmix64 */

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)((z ^ z >> 31) >> 32);
}

void board_end(struct board *b, int status, const char *format, ...)
{
    va_list args;

    if (b->run.done)
        return;
    b->run.done = true;
    b->run.status = status;
    va_start(args, format);
    vsnprintf(b->run.reason, sizeof b->run.reason, format, args);
    va_end(args);
    cpu_attend(b);
}

void board_reset(struct board *b, enum reset_cause cause)
{
    if (b->run.reset_wanted)
        return;
    b->run.reset_wanted = true;
    b->run.reset_cause = cause;
    cpu_attend(b);
}

void board_power_cut(struct board *b)
{
    b->run.cut_wanted = true;
    cpu_attend(b);
    if (b->cpu.running)
        uc_emu_stop(b->cpu.uc);
}

void board_stall_until(struct board *b, uint64_t at_ps)
{
    cpu_pass_time(b, at_ps);
}

bool board_watchdog_runs(const struct board *b)
{
    return b->iwdg.running || (b->wwdg.cr & 0x80);
}

static void reset_now(struct board *b, enum reset_cause cause)
{
    b->run.reset_wanted = false;
    b->run.resets++;
    trace_event(b, "reset", "\"cause\":\"%s\"", cause_names[cause]);
    systick_reset(b);
    scb_reset(b);
    chip_reset(b, cause);
    otg_reset(b);
    nvic_reset(b);
    cpu_reset(b, chip_boot_addr(b));
}

static void power_on(struct board *b)
{
    b->run.powered = true;
    b->run.power_ons++;
    if (b->run.power_ons > 1) /* the first filling is older than what --load put there */
        memory_power_on(b);
    scb_power_on(b);
    chip_power_on(b);
    stick_power_on(b);
    reset_now(b, RESET_POWER_ON);
}

/* The supply goes; the user's timeline goes on meanwhile. */
static void power_off(struct board *b)
{
    uint64_t back_ps = now_ps(b) + param(b, PARAM_POWER_OFF_MS) * PS_PER_MS;

    trace_event(b, "cut", "\"flash_operations\":%llu", (unsigned long long)b->flash.operations);
    b->run.cut_wanted = b->run.reset_wanted = false;
    usb_tree_vbus(b, false);
    alarm_power_off(b);
    chip_power_off(b);
    b->run.cuts++;
    b->run.off = true;
    if (b->run.on_power_off)
        b->run.on_power_off(b, b->run.on_power_off_ctx);
    b->run.back_ps = chip_power_returns_ps(b, back_ps);
}

static void wait_for_supply(struct board *b)
{
    if (b->run.back_ps == ALARM_NEVER && alarm_next_ps(b) == ALARM_NEVER)
        board_end(b, VBOARD_LOCKED_UP, "the supply does not return");
    cpu_pass_time(b, b->run.back_ps);
    b->run.cut_wanted = b->run.reset_wanted = false; /* nothing there to cut or reset */
    if (b->run.done || now_ps(b) < b->run.back_ps)
        return;
    b->run.off = false;
    power_on(b);
}

static void next_cut(struct board *b)
{
    const struct options *o = &b->options;
    uint64_t next = ALARM_NEVER;

    for (unsigned i = 0; i < o->cut_at_count; i++) {
        uint64_t at = o->cut_at_us[i] * PS_PER_US;

        if ((at > now_ps(b) || !b->run.powered) && at < next)
            next = at;
    }
    alarm_set(b, ALARM_POWER_CUT, next);
}

void board_on_power_cut(struct board *b)
{
    next_cut(b);
    board_power_cut(b);
}

void board_on_run_end(struct board *b)
{
    if (b->trace.until)
        board_end(b, VBOARD_TIME_OVER, "time over before \"%s\" was seen", b->trace.until);
    else
        board_end(b, VBOARD_OK, "time over, as asked");
}

/* The first instruction of another table's reset handler comes next. */
static void announce_entry(struct board *b)
{
    const struct options *o = &b->options;
    FILE *file;

    b->cpu.entry_reached = false;
    trace_event(b, "entry", "\"vtor\":\"0x%08x\",\"pc\":\"0x%08x\",\"sp\":\"0x%08x\"", b->scb.vtor,
                b->cpu.pc, cpu_reg(b, UC_ARM_REG_SP));
    if (o->dump_at_entry_path) {
        file = fopen(o->dump_at_entry_path, "w");
        if (file) {
            vboard_dump_state(b, file);
            fclose(file);
        } else {
            fprintf(stderr, "vboard: cannot write --dump-at-entry %s\n", o->dump_at_entry_path);
        }
    }
    if (b->run.on_entry && b->run.on_entry(b, b->scb.vtor, b->run.on_entry_ctx))
        board_end(b, VBOARD_OK, "ended at the entry into the table at 0x%08x", b->scb.vtor);
}

static void run(struct board *b)
{
    if (!b->run.powered) {
        next_cut(b);
        power_on(b);
    }
    while (!b->run.done)
        if (b->run.off)
            wait_for_supply(b);
        else if (b->run.cut_wanted)
            power_off(b);
        else if (b->run.reset_wanted)
            reset_now(b, b->run.reset_cause);
        else if (b->trace.until_seen)
            board_end(b, VBOARD_OK, "\"%s\" seen", b->trace.until);
        else if (signal_seen)
            board_end(b, 128 + signal_seen, "signal %d", (int)signal_seen);
        else if (b->cpu.entry_reached)
            announce_entry(b);
        else
            cpu_slice(b);
    chip_end(b);
    trace_flush(b);
}

int vboard_go(struct board *b, const char *text, uint64_t for_ms)
{
    if (b->run.done && b->run.status != VBOARD_OK && b->run.status != VBOARD_TIME_OVER)
        return b->run.status;
    b->run.done = false;
    trace_set_until(b, text);
    alarm_set(b, ALARM_RUN_END,
              for_ms == UINT64_MAX ? ALARM_NEVER : now_ps(b) + for_ms * PS_PER_MS);
    run(b);
    return b->run.status;
}

int vboard_run(struct board *b)
{
    const struct options *o = &b->options;

    trace_set_until(b, o->until);
    alarm_set(b, ALARM_RUN_END, o->for_us * PS_PER_US);
    run(b);
    return b->run.status;
}

void vboard_end(struct board *b, int status, const char *reason)
{
    board_end(b, status, "%s", reason);
}

void vboard_catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

static bool load_memories(struct board *b)
{
    memory_power_on(b);
    return load_all(b);
}

struct board *vboard_open(int argc, const char *const argv[])
{
    struct board *b = calloc(1, sizeof *b);

    if (!b)
        return NULL;
    param_defaults(&b->params);
    quirk_defaults(&b->quirks);
    alarm_open(b);
    if (!options_parse(&b->options, &b->params, &b->quirks, argc, argv)) {
        free(b);
        return NULL;
    }
    b->run.random = b->options.seed;
    if (!memory_open(b) || !cpu_open(b) || !cpu_count_calls(b) || !bus_open(b) || !trace_open(b) ||
        !memory_load_flash(b) || !load_memories(b) || !stick_open(b)) {
        b->options.flash_path = NULL; /* not read, so not to be written back */
        vboard_close(b);
        return NULL;
    }
    return b;
}

void vboard_close(struct board *b)
{
    if (!b)
        return;
    memory_save_flash(b);
    trace_close(b);
    stick_close(b);
    load_close(b);
    cpu_close(b);
    memory_close(b);
    free(b);
}

void vboard_on_entry(struct board *b, vboard_entry_callback *callback, void *ctx)
{
    b->run.on_entry = callback;
    b->run.on_entry_ctx = ctx;
}

const char *vboard_console(const struct board *b)
{
    return b->trace.console.text;
}

const char *vboard_events(const struct board *b)
{
    return b->trace.events.text;
}

uint8_t *vboard_flash(struct board *b)
{
    return b->flash.array;
}

uint8_t *vboard_memory(struct board *b, uint32_t addr, uint32_t bytes)
{
    return memory_at(b, addr, bytes);
}

uint64_t vboard_now_us(const struct board *b)
{
    return now_ps(b) / PS_PER_US;
}

uint64_t vboard_flash_operations(const struct board *b)
{
    return b->flash.operations;
}

uint32_t vboard_finding_count(const struct board *b, enum rule_id rule)
{
    return b->findings.count[rule];
}

uint32_t vboard_class_count(const struct board *b, enum rule_class class)
{
    uint32_t count = 0;

    for (unsigned i = 0; i < RULE_COUNT; i++)
        if (rules[i].class == class)
            count += b->findings.count[i];
    return count;
}

const char *vboard_rule_name(enum rule_id rule)
{
    return rules[rule].name;
}
