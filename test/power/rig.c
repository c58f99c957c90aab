/* SPDX-License-Identifier: MIT
 * The core's RAM, clock, board and console; rig.h. The linker script core.ld gathers the variables of
 * the core, so that each start finds them as the start-up code would leave them. */
#include "power/rig.h"

#include <stdio.h>
#include <string.h>

#include "boot/main.h"
#include "port/board.h"
#include "port/clock.h"
#include "port/log_sink.h"
#include "port/reset.h"
#include "support/flash_host.h"

#define STEP_MS    50u      /* of each clock_idle */
#define WAITING_MS 40000u   /* longer than all that ends by itself */
#define DATA_MAX   0x80000u /* most of it with the sanitizers only */

struct rig rig;

static uint32_t now_ms;
static uint32_t start_ms;
static jmp_buf end_jump;

/* core.ld */
extern uint8_t core_data_start[], core_data_end[];
extern uint64_t core_bss_start[], core_bss_end[];

/* Piece by piece: the address sanitizer must not look at what lies between two variables. */
__attribute__((no_sanitize("address"))) static void fresh_ram(void)
{
    static uint8_t initial[DATA_MAX];
    static bool known;
    size_t bytes = (size_t)(core_data_end - core_data_start);

    if (bytes > DATA_MAX)
        __builtin_trap();
    for (size_t i = 0; i < bytes; i++)
        if (known)
            core_data_start[i] = initial[i];
        else
            initial[i] = core_data_start[i];
    known = true;
    for (volatile uint64_t *at = core_bss_start; at < core_bss_end; at++)
        *at = 0;
}

uint32_t clock_ms(void)
{
    return now_ms;
}

void clock_tend(void)
{
}

void clock_idle(void)
{
    now_ms += STEP_MS;
    if (now_ms - start_ms > WAITING_MS)
        longjmp(end_jump, 1 + RIG_WAITING);
}

bool board_init(void)
{
    return true;
}

void board_deinit(void)
{
}

void board_led(enum board_led led, bool on)
{
    (void)led, (void)on;
}

bool board_button(void)
{
    return false;
}

bool board_supply_ok(void)
{
    return true;
}

void log_sink_write(const char *text, uint32_t len)
{
    if (rig.print)
        (void)printf("    %.*s\n", (int)len - 2, text);
}

void log_sink_flush(void)
{
}

void reset_system(bool note)
{
    rig.note = note;
    longjmp(end_jump, 1 + RIG_RESTARTED);
}

bool reset_note_take(void)
{
    bool note = rig.note;

    rig.note = false;
    return note;
}

const char *reset_cause(void)
{
    return "test";
}

void reset_start_application(uint32_t vectors_addr, uint32_t watchdog_ms)
{
    (void)watchdog_ms;
    rig.started_addr = vectors_addr;
    longjmp(end_jump, 1 + RIG_STARTED);
}

enum rig_end rig_run(void)
{
    fresh_ram();
    start_ms = now_ms;
    flash_host.latency_polls = 0;
    flash_host.doing = FLASH_HOST_IDLE;
    int jump = setjmp(end_jump);

    if (jump == 0)
        boot_main();
    return (enum rig_end)(jump - 1);
}
