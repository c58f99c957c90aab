/* SPDX-License-Identifier: MIT
 * The sample application: shows on the console that time base, FPU and interrupts work as after a
 * reset, says what the loader did last, then blinks LD2 and waits for the button.
 * Short press: writes the package it carries and asks the loader to install it. Press of more than
 * 1 s: the same with a bare package; of more than 4 s: writes new settings. */
#include "about.h"
#include "applib/needs.h"
#include "button.h"
#include "chip.h"
#include "console.h"
#include "fpu.h"
#include "hclk.h"
#include "interrupts.h"
#include "last_result.h"
#include "settings.h"
#include "startup.h"
#include "tick.h"
#include "trial.h"
#include "upgrade.h"

#define TICK_TEST_MS 100u

static uint32_t main_sums, main_errors;

static void compute(void)
{
    main_sums++;
    if (!fpu_main_ok())
        main_errors++;
}

static void say(const char *text, uint32_t value)
{
    console_text(text);
    console_number(value);
}

static void verdict(const char *what, bool ok)
{
    console_text(what);
    console_text(ok ? " ok: " : " WRONG: ");
}

static bool report_tick(uint32_t cycles, uint32_t hclk_hz)
{
    uint32_t want = hclk_hz / 1000u * TICK_TEST_MS,
             off = cycles > want ? cycles - want : want - cycles;
    bool ok = off < want / 200u;
    verdict("systick", ok);
    say("", TICK_TEST_MS);
    say(" ms = ", cycles);
    say(" cycles at ", hclk_hz / 1000000u);
    console_text(" MHz\r\n");
    return ok;
}

static bool report_fpu(void)
{
    bool ok = main_errors + tick_fpu_errors() == 0;
    verdict("fpu", ok);
    say("", main_sums);
    say(" rounds in main with ", main_errors);
    say(" errors, in ticks ", tick_fpu_errors());
    console_text(" errors\r\n");
    return ok;
}

static bool report_interrupts(struct interrupts_result r)
{
    bool ok = r.taken == INTERRUPTS_TRIGGERED && r.nested >= r.taken && r.errors == 0 &&
              console_interrupts() > 0;
    verdict("interrupts", ok);
    say("exti ", r.taken);
    say(" of ", INTERRUPTS_TRIGGERED);
    say(", nested ticks ", r.nested);
    say(", errors ", r.errors);
    say(", console ", console_interrupts());
    console_text("\r\n");
    return ok;
}

int main(void)
{
    uint32_t vtor = SCB_VTOR;
    struct hclk clock = hclk_init();
    console_init(clock.pclk1_hz);
    tick_init(clock.hclk_hz);
    button_init();

    say("\r\nSample application v", SAMPLE_VERSION);
    console_text("\r\nvectors at ");
    console_hex(vtor);
    console_text("\r\n");
    uint32_t cycles = tick_measure(TICK_TEST_MS, compute);
    bool healthy = report_tick(cycles, clock.hclk_hz);
    healthy = report_fpu() && healthy;
    healthy = report_interrupts(interrupts_run()) && healthy;
    about_report();
    settings_report();
    last_result_report();
    trial_run(healthy);
    say("Sample application v", SAMPLE_VERSION);
    console_text(" ready\r\n");

    for (;;) {
        enum button_press press = button_take();
        if (press == BUTTON_VERY_LONG)
            settings_renew();
        else if (press != BUTTON_NONE)
            upgrade_run(press == BUTTON_LONG);
        clock_idle();
        __asm__ volatile("wfi");
    }
}
