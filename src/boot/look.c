/* SPDX-License-Identifier: MIT
 * Looking for a stick; look.h. A stick that fails, in whatever way, ends in "done" with the reason
 * logged: the loop then starts what is installed. */
#include "boot/look.h"

#include <stddef.h>
#include <string.h>

#include "boot/stage.h"
#include "config/limits.h"
#include "port/clock.h"
#include "port/hc.h"
#include "sys/led.h"
#include "sys/log.h"

/* While a stick is waited for: VBUS is cycled after this time without a device, for sticks that
 * show up only after a fresh power-up. */
#define WAIT_CYCLE_MS 10000u

/* And before a stick whose transport failed gets fresh power. */
#define WAIT_RETRY_MS 5000u

/* Until the stick's medium is ready or there is none, and the run area is known. */
static enum bl_rc look_wait_ready(struct boot *boot)
{
    enum bl_rc rc = BL_PENDING;
    bool checked = false;

    while (rc == BL_PENDING || !checked) {
        if (rc == BL_PENDING) {
            rc = stick_poll(&boot->stick);
        }
        checked = slot_check_poll(&boot->install.run) == BL_OK;
        led_tick();
        if (checked)
            clock_idle();
        else
            clock_tend();
    }
    led_show(LED_OFF);
    return rc;
}

static struct install_stick_file look_file(const struct boot *boot)
{
    struct install_stick_file file = {.bytes = boot->stick.file_bytes};

    memcpy(file.md5, boot->stick.md5, sizeof file.md5);
    file.stick_vid = usb_host_vid(&boot->stick.host);
    file.stick_pid = usb_host_pid(&boot->stick.host);
    return file;
}

static enum bl_rc look_refuse(struct boot *boot, enum bl_rc rc)
{
    struct install_stick_file file = look_file(boot);

    (void)log_error(rc, STICK_FILE_PATH " refused");
    install_note_failure(&boot->install, &file, rc, false, boot->button);
    return rc;
}

/* The file and its .md5 are fine as far as they go: is it wanted? */
static enum bl_rc look_decide(struct boot *boot)
{
    const struct slot_check *run = &boot->install.run;
    const struct footer *installed = run->kind == SLOT_WHOLE ? &run->footer : NULL;
    enum bl_rc rc = BL_OK;

    switch (install_rule_offer(boot->stick.md5, boot->stick.file_bytes, installed,
                               &boot->install.journal.state, boot->button)) {
    case INSTALL_OFFER_INSTALLED:
        log_line("stick: this firmware is installed already");
        return BL_OK;
    case INSTALL_OFFER_REFUSED:
        return log_error(BL_E_IMG_FAILED_BEFORE, STICK_FILE_PATH);
    case INSTALL_OFFER_HASH_FIRST:
        log_line("stick: this file failed before, it is checked first");
        rc = stage_hash_file(&boot->stick);
        break;
    case INSTALL_OFFER_STAGE:
        break;
    }
    if (rc != BL_OK) {
        return look_refuse(boot, rc);
    }
    boot->facts.stick = INSTALL_STICK_OFFERS;
    return BL_OK;
}

static enum bl_rc look_at_file(struct boot *boot)
{
    enum bl_rc rc = stick_find_file(&boot->stick);

    if (rc != BL_OK) {
        return rc;
    }
    rc = stick_check_file(&boot->stick);
    return rc == BL_OK ? look_decide(boot) : look_refuse(boot, rc);
}

static uint32_t look_attach_ms(const struct boot *boot)
{
    if (boot->waiting) {
        return WAIT_CYCLE_MS;
    }
    return boot->button ? ATTACH_WINDOW_BUTTON_MS : ATTACH_WINDOW_MS;
}

void look_for_stick(struct boot *boot)
{
    enum bl_rc rc = BL_OK;

    boot->facts.stick = INSTALL_STICK_DONE;
    if (boot->stick.state == STICK_OFF) {
        rc = stick_power_on(&boot->stick, look_attach_ms(boot));
    }
    if (rc == BL_OK) {
        rc = look_wait_ready(boot);
    }
    if (rc == BL_E_TIMEOUT && boot->stick.state == STICK_ATTACH) {
        if (!boot->waiting) {
            log_line("stick: none");
        }
        boot->error = BL_OK;
        return;
    }
    boot->error = rc == BL_OK ? look_at_file(boot) : rc;
}

static void look_idle_for(uint32_t ms)
{
    struct deadline end = deadline_in(ms);

    while (!deadline_passed(end)) {
        led_tick();
        clock_idle();
    }
}

/* Another look at a stick that stays plugged in helps only when its transport failed. */
static void look_wait_pulled(void)
{
    log_line("stick: pull it out, and plug in one that is right");
    while (hc_connected()) {
        led_tick();
        clock_idle();
    }
}

void look_wait(struct boot *boot)
{
    if (!boot->waiting) {
        log_line("no valid application: waiting for a stick");
        boot->waiting = true;
    }
    led_error(err_blink(boot->error) != 0 ? boot->error : BL_E_NO_APPLICATION);
    if (boot->error != BL_OK && !stick_error_is_transport(boot->error) && hc_connected()) {
        look_wait_pulled();
    }
    if (!boot->clock_ok) {
        look_idle_for(UINT32_MAX); /* without USB there is nothing to look for; asked again then */
        return;
    }
    if (boot->error != BL_OK) {
        look_idle_for(WAIT_RETRY_MS);
    }
    stick_power_off(&boot->stick);
    boot->facts.stick = INSTALL_STICK_UNKNOWN;
}
