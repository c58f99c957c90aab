/* SPDX-License-Identifier: MIT
 * The core's entry: brings the board up, reads what the flash says, and runs the boot loop.
 * Next: boot/flow.c. */
#include "boot/main.h"

#include "boot/boot.h"
#include "boot/flow.h"
#include "config/limits.h"
#include "config/version.h"
#include "image/keys.h"
#include "image/policy.h"
#include "port/board.h"
#include "port/flash.h"
#include "port/reset.h"
#include "sys/log.h"

static struct boot boot;

/* Facts that hold for the whole start. */
static void main_first_facts(void)
{
    bool skip_stick = reset_note_take();
    enum bl_rc layout_rc = flash_layout_check();

    boot.facts.layout_ok = layout_rc == BL_OK;
    if (layout_rc != BL_OK)
        boot.error = log_error(layout_rc, "no upgrade possible");
    if (!boot.clock_ok)
        log_line("crystal or PLL did not start: no USB");
    boot.button = board_button();
    if (boot.button) {
        log_line("button held: waiting %u s for a stick, earlier failures are forgotten",
                 ATTACH_WINDOW_BUTTON_MS / 1000u);
    }
    if (!boot.clock_ok || (skip_stick && !boot.button))
        boot.facts.stick = INSTALL_STICK_DONE;
}

static void main_banner(void)
{
    log_line("Stickboot %s, policy: %s", STICKBOOT_VERSION, policy_builtin->name);
    if (!policy_builtin->signed_only)
        log_line("OPEN: plain images are taken, too; their MD5 keeps out damage, not an attacker");
    if (keys_builtin.published)
        log_line("TEST KEYS: everybody has the private key, not for a product");
}

_Noreturn void boot_main(void)
{
    boot = (struct boot){.clock_ok = board_init()};
    main_banner();
    log_line("reset: %s", reset_cause());
    main_first_facts();
    install_load(&boot.install, boot.button);
    flow_run(&boot);
}
