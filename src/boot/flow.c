/* SPDX-License-Identifier: MIT
 * The boot loop: measure facts, let the rule pick one step, do it, until the step is "start". The
 * flow chart with these functions as its boxes is in docs/boot-flow.md.
 * Next: install/install_rule.c (the decision), boot/look.c and boot/stage.c (the stick),
 * install/install.c (the steps that write). */
#include "boot/flow.h"

#include "boot/look.h"
#include "boot/stage.h"
#include "boot/start.h"
#include "config/limits.h"
#include "install/journal.h"
#include "port/board.h"
#include "port/clock.h"
#include "sys/led.h"
#include "sys/log.h"

/* A slot is read only when the decision hangs on it; the run area is otherwise verified while a
 * stick is looked for. */
static void measure_facts(struct boot *boot)
{
    struct install_facts *facts = &boot->facts;

    install_facts(&boot->install, facts);
    bool needs_update = install_rule_needs_update(facts);

    if (needs_update || !facts->layout_ok || facts->supply_low ||
        facts->stick != INSTALL_STICK_UNKNOWN)
        install_check_run(&boot->install);
    if (needs_update)
        install_check_update(&boot->install); /* its version is held against the run area's */
    install_facts(&boot->install, facts);
}

/* A step that writes has failed: what it was for is kept and not tried again in this start. */
static void step_failed(struct boot *boot, enum bl_rc rc)
{
    boot->error = rc;
    if (rc == BL_E_SUPPLY_LOW)
        boot->facts.supply_low = true;
    else
        boot->facts.failed = true;
}

static void repair_parameters(struct boot *boot)
{
    enum bl_rc rc = journal_repair(&boot->install.journal);

    if (rc == BL_E_SUPPLY_LOW) {
        step_failed(boot, rc);
    } else if (rc != BL_OK) {
        boot->error = log_error(rc, "application's parameters");
        boot->install.journal.keep = KEEP_NONE; /* the next start tries again */
    }
}

static void copy_image(struct boot *boot)
{
    led_show(LED_WORKING);
    enum bl_rc rc = install_copy(&boot->install);

    led_show(LED_OFF);
    if (rc == BL_OK)
        boot->facts.done = INSTALL_DONE_COPIED;
    else
        step_failed(boot, rc);
}

static void finish_install(struct boot *boot)
{
    enum record_source from;
    enum bl_rc rc = install_finish(&boot->install, &from);

    boot->facts.done = INSTALL_DONE_NOTHING;
    if (rc != BL_OK) {
        step_failed(boot, rc);
    } else {
        boot->facts.done =
            from == RECORD_FROM_STICK ? INSTALL_DONE_STICK : INSTALL_DONE_APPLICATION;
    }
}

static void celebrate(struct boot *boot)
{
    log_line("upgrade finished");
    led_blink(BOARD_LED_ACTIVITY, BLINK_SUCCESS_COUNT);
    boot->error = BL_OK;
    boot->facts.done = INSTALL_DONE_NOTHING;
    boot->facts.stick = INSTALL_STICK_DONE;
}

static void end_request(struct boot *boot, enum bl_rc rc)
{
    if (rc != BL_OK)
        step_failed(boot, rc);
}

static void stage_file(struct boot *boot)
{
    led_show(LED_WORKING);
    enum bl_rc rc = stage_run(boot);

    led_show(LED_OFF);
    boot->facts.stick = INSTALL_STICK_DONE;
    boot->error = rc;
    if (rc == BL_OK)
        boot->facts.failed = false;
    else if (rc == BL_E_SUPPLY_LOW)
        step_failed(boot, rc);
}

static void wait_for_supply(struct boot *boot)
{
    log_line("no valid application: waiting for the supply");
    led_error(BL_E_SUPPLY_LOW);
    while (!board_supply_ok()) {
        led_tick();
        clock_idle();
    }
    log_line("supply: high enough again");
    led_error(BL_OK);
    boot->facts.supply_low = false;
}

_Noreturn static void halt(void)
{
    log_line("no valid application, and this flash cannot be written: stopped");
    led_error(BL_E_FLASH_LAYOUT);
    for (;;) {
        led_tick();
        clock_idle();
    }
}

void flow_run(struct boot *boot)
{
    for (;;) {
        measure_facts(boot);
        switch (install_rule(&boot->facts)) {
        case INSTALL_REPAIR:
            repair_parameters(boot);
            break;
        case INSTALL_COPY:
            copy_image(boot);
            break;
        case INSTALL_FINISH:
            finish_install(boot);
            break;
        case INSTALL_RESTART:
            start_restart();
        case INSTALL_CELEBRATE:
            celebrate(boot);
            break;
        case INSTALL_REFUSE:
            end_request(boot, install_refuse(&boot->install));
            break;
        case INSTALL_CLEAR:
            end_request(boot, install_clear(&boot->install));
            break;
        case INSTALL_LOOK:
            look_for_stick(boot);
            break;
        case INSTALL_STAGE:
            stage_file(boot);
            break;
        case INSTALL_START:
            start_application(boot);
        case INSTALL_WAIT_SUPPLY:
            wait_for_supply(boot);
            break;
        case INSTALL_WAIT_STICK:
            look_wait(boot);
            break;
        case INSTALL_HALT:
            halt();
        }
    }
}
