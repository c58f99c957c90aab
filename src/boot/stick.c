/* SPDX-License-Identifier: MIT
 * The way from the port to the file; stick.h. */
#include "boot/stick.h"

#include <string.h>

#include "config/limits.h"
#include "port/clock.h"
#include "port/hc.h"
#include "sys/led.h"
#include "sys/log.h"

#define POWER_CYCLES_MAX 1u

static void stick_wait_attach(struct stick *stick)
{
    stick->attach_limit = deadline_in(stick->attach_ms);
    stick->state = STICK_ATTACH;
}

/* VBUS first: the stick starts up while the core does. */
static enum bl_rc stick_vbus_on(struct stick *stick, uint32_t attach_ms)
{
    hc_vbus(true);
    stick->attach_ms = attach_ms;
    stick_wait_attach(stick);
    enum bl_rc rc = hc_init();

    if (rc != BL_OK) {
        hc_vbus(false);
        stick->state = STICK_OFF;
        return log_error(rc, "USB");
    }
    usb_host_init(&stick->host);
    stick->fault_limit = deadline_in(VBUS_FAULT_MS);
    return BL_OK;
}

enum bl_rc stick_power_on(struct stick *stick, struct stick_waits waits)
{
    uint32_t total_ms = waits.ready_ms + STICK_TOTAL_MS - READINESS_MS;

    stick->ready_ms = waits.ready_ms;
    stick->empty_ms = waits.empty_ms;
    stick->power_cycles = 0;
    stick->transport_failed = false;
    stick->mount_next = false;
    stick->outcome = BL_OK;
    stick->total_limit = deadline_in(waits.attach_ms > total_ms ? waits.attach_ms : total_ms);
    return stick_vbus_on(stick, waits.attach_ms);
}

void stick_power_off(struct stick *stick)
{
    struct deadline off = deadline_in(VBUS_CYCLE_OFF_MS);

    hc_vbus(false);
    stick->state = STICK_OFF;
    while (!deadline_passed(off)) {
        led_tick();
        clock_idle();
    }
}

bool stick_error_is_transport(enum bl_rc rc)
{
    switch (rc) {
    case BL_E_TIMEOUT:
    case BL_E_USB_STALL:
    case BL_E_USB_XACT:
    case BL_E_USB_DESC:
    case BL_E_USB_CORE:
    case BL_E_USB_BABBLE:
    case BL_E_USB_GONE: /* it may come back, from a loose contact */
    case BL_E_USB_OVERCURRENT:
    case BL_E_MSC_CSW:
    case BL_E_MSC_COMMAND:
    case BL_E_MSC_NOT_READY:
    case BL_E_MSC_READ:
        return true;
    default:
        return false;
    }
}

/* Once more with fresh power, for what may be cured by it. */
static bool stick_power_cycle(struct stick *stick)
{
    if (!stick->transport_failed || stick->power_cycles >= POWER_CYCLES_MAX ||
        deadline_passed(stick->total_limit))
        return false;
    stick->power_cycles++;
    stick->transport_failed = false;
    log_line("stick: its power is switched off and on");
    stick_power_off(stick);
    enum bl_rc rc = stick_vbus_on(stick, ATTACH_WINDOW_MS);

    if (rc != BL_OK)
        stick->outcome = rc;
    return rc == BL_OK;
}

/* A reason that is the stick's own counts more than that of a transport that failed. */
static void stick_note_outcome(struct stick *stick, enum bl_rc rc)
{
    if (stick->outcome == BL_OK ||
        (stick_error_is_transport(stick->outcome) && rc != BL_E_USB_NONE)) {
        stick->outcome = rc;
        stick->outcome_vid = usb_host_vid(&stick->host);
        stick->outcome_pid = usb_host_pid(&stick->host);
    }
    stick->transport_failed = stick->transport_failed || stick_error_is_transport(rc);
}

/* Another file system may have what this one has not, unless the device has failed. */
static bool stick_next_volume(struct stick *stick, enum bl_rc rc)
{
    stick->mount_next = rc == BL_E_FILE_NONE || rc == BL_E_FILE_IS_DIR || rc == BL_E_FS_CHAIN ||
                        rc == BL_E_FS_FOLDER;
    return stick->mount_next;
}

bool stick_next(struct stick *stick, enum bl_rc rc)
{
    bool volume = stick->state == STICK_READY && stick_next_volume(stick, rc);
    bool unit = !volume && stick->state == STICK_READY && msc_next_unit(&stick->msc);
    bool device = !volume && !unit && stick->state != STICK_OFF && rc != BL_E_USB_NONE &&
                  usb_host_next(&stick->host);
    bool other_kind = rc == BL_E_USB_NOT_STICK || rc == BL_E_USB_SPEED;

    if (!device || !other_kind) /* a hub may have a mouse on it, too */
        stick_note_outcome(stick, rc);
    if (unit)
        stick->state = STICK_MEDIUM;
    else if (device)
        stick_wait_attach(stick);
    return volume || unit || device || stick_power_cycle(stick);
}

bool stick_again(struct stick *stick, enum bl_rc rc)
{
    if (!stick_error_is_transport(rc))
        return false;
    stick->outcome = BL_OK; /* of what was found before: the file counts now */
    stick_note_outcome(stick, rc);
    return stick_power_cycle(stick);
}

static enum bl_rc stick_attach(struct stick *stick)
{
    if (usb_host_attached(&stick->host)) {
        led_show(LED_WAITING);
        stick->ready_limit = deadline_in(stick->ready_ms);
        stick->state = STICK_ENUMERATE;
        return BL_PENDING;
    }
    bool over = deadline_passed(stick->attach_limit) || deadline_passed(stick->total_limit);

    return over ? BL_E_USB_NONE : BL_PENDING;
}

static enum bl_rc stick_enumerated(struct stick *stick, enum bl_rc host_rc)
{
    if (host_rc == BL_OK) {
        uint32_t ready_ms = deadline_left_ms(stick->ready_limit);
        uint32_t total_ms = deadline_left_ms(stick->total_limit);

        msc_init(&stick->msc, &stick->host, stick->empty_ms);
        msc_limit(&stick->msc, ready_ms < total_ms ? ready_ms : total_ms);
        stick->state = STICK_MEDIUM;
    } else if (!usb_host_attached(&stick->host)) {
        stick_wait_attach(stick); /* it is a hub: its ports get a window of their own */
    }
    return BL_PENDING;
}

static enum bl_rc stick_medium(struct stick *stick)
{
    enum bl_rc rc = msc_ready_poll(&stick->msc);

    if (rc == BL_OK) {
        stick->state = STICK_READY;
        msc_limit(&stick->msc, deadline_left_ms(stick->total_limit));
    }
    return rc;
}

/* The current is too high, and not for a moment only: 5 V off at once. */
static bool stick_overloads(struct stick *stick)
{
    if (!hc_overcurrent())
        stick->fault_limit = deadline_in(VBUS_FAULT_MS);
    if (!deadline_passed(stick->fault_limit))
        return false;
    hc_vbus(false);
    return true;
}

static bool stick_too_late(const struct stick *stick)
{
    return stick->state == STICK_ENUMERATE &&
           (deadline_passed(stick->ready_limit) || deadline_passed(stick->total_limit));
}

enum bl_rc stick_poll(struct stick *stick)
{
    enum bl_rc rc = BL_PENDING;

    switch (stick->state) {
    case STICK_OFF:
        return BL_E_USB_CORE;
    case STICK_READY:
        return BL_OK;
    case STICK_MEDIUM:
        rc = stick_medium(stick);
        break;
    case STICK_ATTACH:
    case STICK_ENUMERATE:
        rc = usb_host_poll(&stick->host);
        if (rc >= 0)
            rc = stick->state == STICK_ATTACH ? stick_attach(stick) : stick_enumerated(stick, rc);
        break;
    }
    if (stick_overloads(stick))
        return log_error(BL_E_USB_OVERCURRENT, "stick");
    return rc == BL_PENDING && stick_too_late(stick) ? log_error(BL_E_TIMEOUT, "USB") : rc;
}

enum bl_rc stick_mount(struct stick *stick)
{
    bool next = stick->mount_next;
    enum bl_rc rc = next ? volume_mount_next(&stick->volume)
                         : volume_mount(&stick->volume, msc_blockdev(&stick->msc));

    stick->mount_next = false;
    if (next && rc == BL_E_FS_NONE)
        return rc; /* there is no other: not worth a line */
    const char *what = volume_describe(&stick->volume);

    if (rc == BL_OK)
        log_line("stick: %s", what);
    else if (stick_error_is_transport(rc))
        log_line("stick: %s", err_text(rc));
    else
        log_line("stick: %s, %s", what, err_text(rc));
    return rc;
}
