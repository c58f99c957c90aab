/* SPDX-License-Identifier: MIT
 * The way from the port to the file; stick.h. */
#include "boot/stick.h"

#include <string.h>

#include "config/limits.h"
#include "image/footer.h"
#include "image/md5file.h"
#include "image/vectors.h"
#include "install/pump.h"
#include "port/clock.h"
#include "port/hc.h"
#include "sys/led.h"
#include "sys/log.h"
#include "util/bytes.h"

#define POWER_CYCLES_MAX 1u

_Static_assert(MD5FILE_BYTES_MAX <= PUMP_CHUNK_BYTES, "the .md5 file is read into one buffer");

static enum bl_rc stick_vbus_on(struct stick *stick, uint32_t attach_ms)
{
    enum bl_rc rc = hc_init();

    if (rc != BL_OK) {
        stick->state = STICK_OFF;
        return log_error(rc, "USB");
    }
    hc_vbus(true);
    usb_host_init(&stick->host);
    stick->attach_limit = deadline_in(attach_ms);
    stick->state = STICK_ATTACH;
    return BL_OK;
}

enum bl_rc stick_power_on(struct stick *stick, uint32_t attach_ms)
{
    stick->power_cycles = 0;
    stick->total_limit = deadline_in(attach_ms > STICK_TOTAL_MS ? attach_ms : STICK_TOTAL_MS);
    return stick_vbus_on(stick, attach_ms);
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
    case BL_E_MSC_CSW:
    case BL_E_MSC_COMMAND:
    case BL_E_MSC_NOT_READY:
    case BL_E_MSC_READ:
        return true;
    default:
        return false;
    }
}

/* The device has failed with rc: once more with fresh power, or the end. */
static enum bl_rc stick_failed(struct stick *stick, enum bl_rc rc)
{
    if (!stick_error_is_transport(rc) || stick->power_cycles >= POWER_CYCLES_MAX ||
        deadline_passed(stick->total_limit)) {
        return rc;
    }
    stick->power_cycles++;
    log_line("stick: its power is switched off and on");
    stick_power_off(stick);
    rc = stick_vbus_on(stick, ATTACH_WINDOW_MS);
    return rc == BL_OK ? BL_PENDING : rc;
}

static enum bl_rc stick_attach(struct stick *stick)
{
    if (usb_host_attached(&stick->host)) {
        led_show(LED_WAITING);
        stick->ready_limit = deadline_in(READINESS_MS);
        stick->state = STICK_ENUMERATE;
        return BL_PENDING;
    }
    if (!deadline_passed(stick->attach_limit)) {
        return BL_PENDING;
    }
    return stick->power_cycles == 0 ? BL_E_TIMEOUT : log_error(BL_E_USB_GONE, "stick");
}

static enum bl_rc stick_enumerated(struct stick *stick, enum bl_rc host_rc)
{
    if (host_rc == BL_OK) {
        msc_init(&stick->msc, &stick->host);
        stick->state = STICK_MEDIUM;
    }
    return BL_PENDING;
}

static enum bl_rc stick_medium(struct stick *stick)
{
    enum bl_rc rc = msc_ready_poll(&stick->msc);

    if (rc == BL_OK) {
        stick->state = STICK_READY;
    }
    return rc;
}

static bool stick_too_late(const struct stick *stick)
{
    return stick->state != STICK_ATTACH &&
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
        if (rc >= 0) {
            rc = stick->state == STICK_ATTACH ? stick_attach(stick) : stick_enumerated(stick, rc);
        }
        break;
    }
    if (rc == BL_PENDING && stick_too_late(stick)) {
        rc = log_error(BL_E_MSC_NOT_READY, "stick");
    }
    return rc < 0 && stick->state != STICK_ATTACH ? stick_failed(stick, rc) : rc;
}

enum bl_rc stick_find_file(struct stick *stick)
{
    enum bl_rc rc = volume_mount(&stick->volume, msc_blockdev(&stick->msc));

    memset(stick->md5, 0, sizeof stick->md5);
    log_line("stick: %s", volume_describe(&stick->volume));
    if (rc != BL_OK) {
        return log_error(rc, "stick");
    }
    rc = volume_open(&stick->volume, STICK_FILE_PATH, &stick->file);
    if (rc == BL_E_FILE_NONE) {
        log_line("stick: no %s on it", STICK_FILE_PATH);
        return rc;
    }
    if (rc != BL_OK) {
        return log_error(rc, STICK_FILE_PATH);
    }
    stick->file_bytes = stick->file.bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)stick->file.bytes;
    log_line("stick: %s, %u bytes", STICK_FILE_PATH, (unsigned)stick->file_bytes);
    return BL_OK;
}

/* Size and vector table. */
static enum bl_rc stick_check_image(struct stick *stick)
{
    uint32_t got = 0;

    if (stick->file_bytes == 0) {
        return BL_E_IMG_EMPTY;
    }
    if (stick->file_bytes > PLAIN_IMAGE_MAX_BYTES) {
        return BL_E_IMG_TOO_BIG;
    }
    enum bl_rc rc =
        volume_read_at(&stick->volume, &stick->file, 0, pump_memory[0], VECTORS_BYTES, &got);

    if (rc != BL_OK) {
        return rc;
    }
    return got < VECTORS_BYTES ? BL_E_IMG_VECTORS
                               : vectors_check(pump_memory[0], 0, stick->file_bytes);
}

static enum bl_rc stick_read_md5(struct stick *stick)
{
    struct volume_file file;
    const char *path = STICK_MD5_PATH_1;
    uint32_t got = 0;
    enum bl_rc rc = volume_open(&stick->volume, path, &file);

    if (rc == BL_E_FILE_NONE) {
        path = STICK_MD5_PATH_2;
        rc = volume_open(&stick->volume, path, &file);
    }
    if (rc != BL_OK) {
        return rc == BL_E_FILE_NONE ? BL_E_MD5_MISSING : rc;
    }
    if (file.bytes > MD5FILE_BYTES_MAX) {
        return BL_E_MD5_FORMAT;
    }
    rc = volume_read_at(&stick->volume, &file, 0, pump_memory[0], MD5FILE_BYTES_MAX, &got);
    if (rc == BL_OK) {
        rc = md5file_parse(pump_memory[0], got, STICK_FILE_NAME, stick->md5);
    }
    if (rc == BL_OK) {
        log_line("stick: %s reads %08x...", path, (unsigned)be32(stick->md5));
    } else {
        memset(stick->md5, 0, sizeof stick->md5);
    }
    return rc;
}

enum bl_rc stick_check_file(struct stick *stick)
{
    enum bl_rc rc = stick_check_image(stick);

    return rc == BL_OK ? stick_read_md5(stick) : rc;
}
