/* SPDX-License-Identifier: MIT
 * The boot loop: measure facts, let the rule pick one step, do it, until the step is "start". The
 * flow chart with these functions as its boxes is in docs/boot-flow.md, the states of an install in
 * docs/install.md.
 * Next: install/install_rule.c (the decision), boot/look.c and boot/stage.c (the stick),
 * install/install.c (the steps that write). */
#include "boot/flow.h"

#include "boot/look.h"
#include "boot/stage.h"
#include "boot/start.h"
#include "config/limits.h"
#include "install/journal.h"
#include "install/measure.h"
#include "port/board.h"
#include "port/clock.h"
#include "sys/led.h"
#include "sys/log.h"

/* Writing steps of one start without a pause for a human being: a rollback, a staging and an
 * install take less than half of it. More means that the flash does not keep what it is given. */
#define WRITES_MAX 100u

/* The areas are read only as far as the decision hangs on them; the run area is otherwise verified
 * while a stick is looked for. What is found may make more of them needed. */
static void gather_facts(struct boot *boot)
{
    const struct record *state = &boot->install.journal.state;
    struct install_facts *facts = &boot->facts;
    uint32_t needs;

    measure_facts(&boot->install, facts);
    while (needs = install_rule_needs(facts, state) & ~facts->chains.known, needs != 0) {
        measure_chains(&boot->install, needs);
        measure_facts(&boot->install, facts);
    }
}

/* A step that writes has failed: nothing more is written in this start, and what it was for is kept
 * on record. */
static void write_failed(struct boot *boot, enum bl_rc rc)
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

    if (rc != BL_OK)
        write_failed(boot, log_error(rc, "application's parameters"));
}

static void say_trial(const struct record *after)
{
    if (after->phase == RECORD_TRIAL && after->boots != 0)
        log_line("trial: start %u of %u", after->boots, after->run.trial_starts);
}

/* The end of an install, which whoever asked for it is to notice; a repair is none. */
static void install_ended(struct boot *boot)
{
    uint8_t source = boot->install.journal.state.source;

    log_line("install: run area verified");
    if (source == RECORD_FROM_STICK)
        boot->facts.done = INSTALL_DONE_STICK;
    else if (source == RECORD_FROM_APPLICATION)
        boot->facts.done = INSTALL_DONE_APPLICATION;
}

/* A request that ends without an install. */
static void say_refusal(struct boot *boot)
{
    uint32_t word = journal_flag();

    if (boot->facts.flag == INSTALL_FLAG_PENDING && boot->decision.told_new != NULL)
        boot->error =
            log_error((enum bl_rc)boot->decision.after.last.rc, "upgrade request refused");
    else if (word == UPGRADE_FLAG_NONE)
        log_line("upgrade flag: an interrupted erase is repeated");
    else if (boot->facts.flag == INSTALL_FLAG_GARBAGE)
        log_line("upgrade flag: %08x means nothing, cleared", (unsigned)word);
}

static void record_state(struct boot *boot)
{
    struct install_decision *decision = &boot->decision;
    const struct record *state = &boot->install.journal.state;
    uint8_t before = state->phase;
    bool clean = decision->step == INSTALL_CLEAN;

    if (decision->why != NULL)
        log_line("%s", decision->why);
    if (clean && before != RECORD_INSTALL && before != RECORD_ROLLBACK)
        say_refusal(boot);
    enum bl_rc rc = install_record(&boot->install, decision);

    if (rc != BL_OK) {
        write_failed(boot, rc);
    } else if (clean && before == RECORD_INSTALL) {
        install_ended(boot);
    } else if (clean && before == RECORD_ROLLBACK) {
        log_line("the old image is back");
        boot->error = (enum bl_rc)state->last.rc;
        if (boot->facts.stick == INSTALL_STICK_OFFERS)
            boot->facts.stick = INSTALL_STICK_UNKNOWN; /* held against the old image now */
    } else {
        say_trial(state);
    }
}

/* What cannot be written is given up for the image before it; if that cannot be written either,
 * nothing more is. */
static void write_sector(struct boot *boot)
{
    bool forward = boot->install.journal.state.phase == RECORD_INSTALL;

    led_show(LED_WORKING);
    enum bl_rc rc = install_write(&boot->install, &boot->decision);

    led_show(LED_OFF);
    if (rc == BL_OK)
        return;
    if (rc == BL_E_SUPPLY_LOW || !forward || boot->facts.copy_failed != BL_OK) {
        write_failed(boot, rc);
    } else {
        boot->error = rc;
        boot->facts.copy_failed = rc;
        boot->facts.stick = INSTALL_STICK_DONE;
    }
}

static void set_flag(struct boot *boot)
{
    enum bl_rc rc = journal_set_flag();

    if (rc != BL_OK)
        write_failed(boot, log_error(rc, "upgrade flag"));
}

static void celebrate(struct boot *boot)
{
    log_line("upgrade finished");
    led_blink(BOARD_LED_ACTIVITY, BLINK_SUCCESS_COUNT);
    boot->error = BL_OK;
    boot->facts.done = INSTALL_DONE_NOTHING;
    boot->facts.stick = INSTALL_STICK_DONE;
}

/* A stick that fails meanwhile, from a loose contact say, may begin once more: its file is found,
 * checked and hashed before the next erase. */
static void stage_file(struct boot *boot)
{
    led_show(LED_WORKING);
    enum bl_rc rc = stage_run(boot);

    led_show(LED_OFF);
    boot->facts.stick = stick_again(&boot->stick, rc) ? INSTALL_STICK_UNKNOWN : INSTALL_STICK_DONE;
    boot->error = rc;
    if (rc == BL_E_SUPPLY_LOW)
        write_failed(boot, rc);
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

_Noreturn static void halt(const struct boot *boot)
{
    log_line("no valid application, and this flash cannot be written: stopped");
    led_error(err_blink(boot->error) != 0 ? boot->error : BL_E_FLASH_LAYOUT);
    for (;;) {
        led_tick();
        clock_idle();
    }
}

/* Steps that write; the others come from human beings or lead out. */
static bool do_write(struct boot *boot)
{
    switch (boot->decision.step) {
    case INSTALL_REPAIR:
        repair_parameters(boot);
        return true;
    case INSTALL_RECORD:
    case INSTALL_CLEAN:
        record_state(boot);
        return true;
    case INSTALL_WRITE:
        write_sector(boot);
        return true;
    case INSTALL_FLAG:
        set_flag(boot);
        return true;
    default:
        return false;
    }
}

static void do_other(struct boot *boot)
{
    switch (boot->decision.step) {
    case INSTALL_RESTART:
        start_restart();
    case INSTALL_CELEBRATE:
        celebrate(boot);
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
    default:
        halt(boot);
    }
}

void flow_run(struct boot *boot)
{
    uint32_t writes = 0;

    for (;;) {
        gather_facts(boot);
        install_rule(&boot->facts, &boot->install.journal.state, &boot->decision);
        if (!do_write(boot)) {
            writes = boot->decision.step == INSTALL_WAIT_STICK ? 0 : writes;
            do_other(boot);
        } else if (++writes > WRITES_MAX) {
            write_failed(boot, log_error(BL_E_BUG, "install"));
        }
    }
}
