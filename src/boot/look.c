/* SPDX-License-Identifier: MIT
 * Looking for a stick; look.h. A stick that fails, in whatever way, ends in "done" with the reason
 * logged: the loop then starts what is installed. */
#include "boot/look.h"

#include <stddef.h>
#include <string.h>

#include "boot/choose.h"
#include "boot/plain.h"
#include "boot/stage.h"
#include "boot/start.h"
#include "config/limits.h"
#include "install/measure.h"
#include "install/request.h"
#include "install/trust.h"
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
        if (rc == BL_PENDING)
            rc = stick_poll(&boot->stick);
        checked = measure_run_poll(&boot->install) == BL_OK;
        led_tick();
        if (checked) {
            start_describe(&boot->install.run);
            clock_idle();
        } else {
            clock_tend();
        }
    }
    led_show(LED_OFF);
    return rc;
}

/* What a version or counter was held against. */
static void look_show_installed(const struct policy_facts *facts)
{
    if (facts->installed != NULL)
        trust_describe("installed", facts->installed);
    log_line("security counter on record: %u", (unsigned)facts->counter_floor);
}

static enum bl_rc look_refuse(struct boot *boot, enum bl_rc rc)
{
    struct install_stick_file file = offer_stick_file(&boot->offer, &boot->stick);

    if (boot->offer.image.found != 0) {
        log_line("%s refused: %s (found %08x)", boot->offer.path, err_text(rc),
                 (unsigned)boot->offer.image.found);
    } else {
        log_line("%s refused: %s", boot->offer.path, err_text(rc));
    }
    if (rc == BL_E_VERSION_OLDER || rc == BL_E_VERSION_SAME || rc == BL_E_COUNTER_LOW)
        look_show_installed(&boot->install.trust.facts);
    install_note_failure(&boot->install, &file, rc, false);
    return rc;
}

/* The file is fine as far as it goes: is it wanted? */
static enum bl_rc look_decide(struct boot *boot)
{
    enum bl_rc rc = BL_OK;

    switch (install_rule_offer(boot->offer.id, offer_installed(&boot->offer, &boot->install.run),
                               &boot->install.journal.state)) {
    case INSTALL_OFFER_INSTALLED:
        log_line("stick: this firmware is installed already");
        return BL_OK;
    case INSTALL_OFFER_REFUSED:
        return log_error(BL_E_IMG_FAILED_BEFORE, boot->offer.path);
    case INSTALL_OFFER_REJECTED:
        return log_error(BL_E_IMG_REJECTED, boot->offer.path);
    case INSTALL_OFFER_HASH_FIRST:
        log_line("stick: this file is checked first: it failed before, or would end a trial");
        rc = stage_hash_file(boot);
        break;
    case INSTALL_OFFER_STAGE:
        break;
    }
    if (rc != BL_OK)
        return look_refuse(boot, rc);
    boot->facts.stick = INSTALL_STICK_OFFERS;
    return BL_OK;
}

/* All that can be said before the first erase. What is installed already is not judged again. */
static enum bl_rc look_check(struct boot *boot)
{
    struct offer *offer = &boot->offer;
    enum bl_rc rc = offer_decode(offer, &boot->stick);

    if (rc == BL_OK && offer->is_mcuboot)
        trust_describe("stick", &offer->image);
    if (rc != BL_OK || (offer->is_mcuboot && offer_installed(&boot->offer, &boot->install.run)))
        return rc;
    rc = trust_judge_offer(&boot->install, offer->is_mcuboot ? &offer->image : NULL);
    return rc == BL_OK && !offer->is_mcuboot ? plain_read_md5(offer, &boot->stick) : rc;
}

/* The agreed file, or the best one of the agreed folder. */
static enum bl_rc look_open(struct boot *boot)
{
    const char *path = boot->install.product.file;

    return path[strlen(path) - 1] == '/' ? choose_open(boot, path)
                                         : offer_open(&boot->offer, &boot->stick, path);
}

/* The first unit that holds the file. */
static enum bl_rc look_find_file(struct boot *boot)
{
    struct stick *stick = &boot->stick;
    enum bl_rc rc;

    do {
        rc = look_wait_ready(boot);
        if (rc == BL_OK)
            rc = stick_mount(stick);
        if (rc == BL_OK)
            rc = look_open(boot);
    } while (rc != BL_OK && stick_next(stick, rc));
    return rc == BL_OK ? rc : stick->outcome;
}

static enum bl_rc look_at_file(struct boot *boot)
{
    msc_limit(&boot->stick.msc, FILE_CHECK_MS);
    enum bl_rc rc = look_check(boot);

    return rc == BL_OK ? look_decide(boot) : look_refuse(boot, rc);
}

/* Patience where a stick is what is wanted, none where an application waits to be started. */
static struct stick_waits look_waits(const struct boot *boot)
{
    const struct product *product = &boot->install.product;
    struct stick_waits waits = {product->attach_ms, product->ready_ms, MSC_EMPTY_MS};

    if (waits.attach_ms == PRODUCT_TIME_DEFAULT)
        waits.attach_ms = ATTACH_WINDOW_MS;
    if (waits.ready_ms == PRODUCT_TIME_DEFAULT)
        waits.ready_ms = READINESS_MS;
    if (boot->waiting || boot->button)
        waits.empty_ms = waits.ready_ms;
    if (boot->waiting)
        waits.attach_ms = WAIT_CYCLE_MS;
    else if (boot->button)
        waits.attach_ms = ATTACH_WINDOW_BUTTON_MS;
    return waits;
}

/* Why there was no file to look at, for the application; not while there is none to read it. */
static void look_note(struct boot *boot, enum bl_rc rc)
{
    struct install_stick_file file = {.stick_vid = boot->stick.outcome_vid,
                                      .stick_pid = boot->stick.outcome_pid};

    if (err_blink(rc) != 0 && !boot->waiting)
        install_note_failure(&boot->install, &file, rc, false);
}

void look_for_stick(struct boot *boot)
{
    enum bl_rc rc = BL_OK;

    boot->facts.stick = INSTALL_STICK_DONE;
    if (boot->stick.state == STICK_OFF)
        rc = stick_power_on(&boot->stick, look_waits(boot));
    if (rc == BL_OK)
        rc = look_find_file(boot);
    if (rc == BL_E_USB_NONE) {
        if (!boot->waiting)
            log_line("stick: none");
        boot->error = BL_OK;
        return;
    }
    if (rc != BL_OK) {
        look_note(boot, rc);
    } else {
        rc = look_at_file(boot);
        if (stick_again(&boot->stick, rc))
            boot->facts.stick = INSTALL_STICK_UNKNOWN;
    }
    boot->error = rc;
}

static void look_idle_for(uint32_t ms)
{
    struct deadline end = deadline_in(ms);

    while (!deadline_passed(end)) {
        led_tick();
        clock_idle();
    }
}

/* Another look at a stick that stays plugged in helps only when its transport failed, or when a
 * card may be put into a reader. */
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
    if (boot->error != BL_OK && !stick_error_is_transport(boot->error) &&
        boot->error != BL_E_MSC_NO_MEDIUM && hc_connected())
        look_wait_pulled();
    if (!boot->clock_ok) {
        look_idle_for(UINT32_MAX); /* without USB there is nothing to look for; asked again then */
        return;
    }
    if (boot->error != BL_OK)
        look_idle_for(WAIT_RETRY_MS);
    stick_power_off(&boot->stick);
    boot->facts.stick = INSTALL_STICK_UNKNOWN;
}
