/* SPDX-License-Identifier: MIT
 * Start of the application, and the restart; start.h. */
#include "boot/start.h"

#include "config/layout.h"
#include "install/trust.h"
#include "port/hc.h"
#include "port/log_sink.h"
#include "port/reset.h"
#include "sys/led.h"
#include "sys/log.h"
#include "util/bytes.h"

static void start_describe_whole(const struct slot_check *run)
{
    if (run->mcuboot) {
        trust_describe("run area", &run->header);
        log_line("run area: %u bytes, SHA-256 %sverified (%08x...)",
                 (unsigned)run->footer.image_bytes,
                 mcuboot_is_signed(&run->header) ? "and signature " : "",
                 (unsigned)be32(run->footer.digest.sha256));
    } else {
        log_line("run area: %u bytes, MD5 and SHA-256 verified (%08x...)",
                 (unsigned)run->footer.image_bytes, (unsigned)be32(run->footer.digest.md5));
    }
}

void start_describe(struct slot_check *run)
{
    if (run->told)
        return;
    run->told = true;
    switch (run->kind) {
    case SLOT_WHOLE:
        start_describe_whole(run);
        break;
    case SLOT_BARE:
        log_line("run area: no digest on record, vector table plausible");
        break;
    case SLOT_DIFFERS:
        log_line("run area: differs from the digest on record, vector table plausible");
        break;
    case SLOT_NONE:
    case SLOT_UNKNOWN:
        break;
    }
}

_Noreturn void start_restart(void)
{
    log_line("restart");
    log_sink_flush();
    reset_system(true);
}

void start_application(struct boot *boot)
{
    struct slot_check *run = &boot->install.run;
    const struct record *state = &boot->install.journal.state;
    bool trial = state->phase == RECORD_TRIAL;

    start_describe(run);
    if (err_blink(boot->error) != 0)
        led_blink(BOARD_LED_ERROR, err_blink(boot->error));
    if (run->kind != SLOT_WHOLE && install_rule_startable(&boot->facts, state))
        slot_accept_plausible(run);
    uint32_t vectors_addr = RUN_ADDR + slot_vectors_off(run);

    log_line("start: application at %08x", (unsigned)vectors_addr);
    log_sink_flush();
    if (!verdict_holds(&run->verdict))
        reset_system(false);
    reset_start_application(vectors_addr, trial ? state->run.trial_watchdog_ms : 0);
}
