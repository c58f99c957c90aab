/* SPDX-License-Identifier: MIT
 * A host controller for unit tests. */
#include "support/fake_hc.h"

#include <string.h>

#include "port/clock.h"

enum {
    TRANSACTIONS_PER_POLL = 19, /* of 64 bytes in a frame */
    ERRORS_MAX = 3,
    TOGGLE_ERRORS_MAX = 8,
};

static struct {
    struct fake_stick *stick;
    bool vbus, up, enabled, disconnected, resetting, low_speed, never_enable;
    uint32_t break_in;
    bool broken_for_good, abort_fails;
    uint32_t resets, inits, reset_from_ms, reset_ms;
    uint32_t vbus_from_ms, overcurrent_ms;
    uint32_t violations;
    const char *violation;
    enum fake_answer (*mangle)(enum fake_answer answer, uint8_t *pid, uint8_t *bytes,
                               uint32_t *len);

    struct hc_pipe *pipe; /* NULL = nothing pending */
    enum hc_token token;
    uint8_t *mem;
    uint32_t len, moved;
    uint32_t errors, toggle_errors;
} hc;

static void violation(const char *what)
{
    if (hc.violations++ == 0)
        hc.violation = what;
}

void fake_hc_forget(void)
{
    memset(&hc, 0, sizeof hc);
}

void fake_hc_plug(struct fake_stick *stick)
{
    hc.stick = stick;
}

void fake_hc_unplug(void)
{
    if (hc.stick != NULL && hc.vbus)
        hc.disconnected = true;
    hc.stick = NULL;
    hc.enabled = false;
}

void fake_hc_low_speed(bool low)
{
    hc.low_speed = low;
}

void fake_hc_never_enable(bool never)
{
    hc.never_enable = never;
}

void fake_hc_break_core(uint32_t in_transfers, bool for_good)
{
    hc.break_in = in_transfers;
    hc.broken_for_good = for_good;
}

void fake_hc_break_abort(void)
{
    hc.abort_fails = true;
}

void fake_hc_mangle(enum fake_answer (*mangle)(enum fake_answer answer, uint8_t *pid,
                                               uint8_t *bytes, uint32_t *len))
{
    hc.mangle = mangle;
}

void fake_hc_overcurrent(uint32_t ms)
{
    hc.overcurrent_ms = ms;
}

bool hc_overcurrent(void)
{
    return hc.vbus && clock_ms() - hc.vbus_from_ms < hc.overcurrent_ms;
}

bool fake_hc_vbus(void)
{
    return hc.vbus;
}

bool fake_hc_pending(void)
{
    return hc.pipe != NULL;
}

uint32_t fake_hc_resets(void)
{
    return hc.resets;
}

uint32_t fake_hc_inits(void)
{
    return hc.inits;
}

uint32_t fake_hc_reset_ms(void)
{
    return hc.reset_ms;
}

uint32_t fake_hc_violations(void)
{
    return hc.violations;
}

const char *fake_hc_violation(void)
{
    return hc.violation;
}

/* The stick's script may have pulled it out. */
static void watch_stick(void)
{
    if (hc.stick != NULL && hc.stick->unplugged)
        fake_hc_unplug();
}

enum bl_rc hc_init(void)
{
    hc.inits++;
    hc.pipe = NULL;
    hc.enabled = false;
    hc.disconnected = false;
    hc.abort_fails = false;
    hc.up = !(hc.broken_for_good && hc.inits > 1);
    return hc.up ? BL_OK : BL_E_USB_CORE;
}

void hc_deinit(void)
{
    hc.up = false;
    hc.vbus = false;
    hc.enabled = false;
    hc.pipe = NULL;
}

void hc_vbus(bool on)
{
    if (!on && hc.vbus && hc.stick != NULL) {
        hc.disconnected = true;
        fake_stick_cycle(hc.stick);
    }
    if (on && !hc.vbus)
        hc.vbus_from_ms = clock_ms();
    hc.enabled = hc.enabled && on;
    hc.vbus = on;
}

bool hc_connected(void)
{
    watch_stick();
    return hc.up && hc.vbus && hc.stick != NULL;
}

bool hc_was_disconnected(void)
{
    bool was;

    watch_stick();
    was = hc.disconnected;
    hc.disconnected = false;
    return was;
}

void hc_reset_signal(bool asserted)
{
    if (asserted && hc.pipe != NULL)
        violation("a bus reset while a transfer is pending");
    if (asserted && !hc.resetting) {
        hc.resets++;
        hc.reset_from_ms = clock_ms();
    }
    if (!asserted && hc.resetting) {
        hc.reset_ms = clock_ms() - hc.reset_from_ms;
        hc.enabled = hc_connected() && !hc.never_enable;
        if (hc.enabled)
            fake_stick_reset(hc.stick);
    }
    hc.enabled = hc.enabled && !asserted;
    hc.resetting = asserted;
}

enum hc_speed hc_port_speed(void)
{
    watch_stick();
    if (!hc.enabled)
        return HC_SPEED_NONE;
    return hc.low_speed ? HC_SPEED_LOW : HC_SPEED_FULL;
}

static bool is_packet_size(uint32_t size)
{
    return size == 8 || size == 16 || size == 32 || size == 64;
}

enum bl_rc hc_xfer_start(struct hc_pipe *pipe, enum hc_token token, void *mem, uint32_t len)
{
    watch_stick();
    if (hc.pipe != NULL)
        return BL_E_BUSY;
    if (((uintptr_t)mem & 3) != 0 || mem == NULL)
        violation("memory that is not word-aligned");
    if (!is_packet_size(pipe->max_packet))
        violation("a packet size that does not exist");
    if (hc.break_in == 1) {
        hc.up = false;
        hc.enabled = false;
    }
    if (hc.break_in > 0)
        hc.break_in--;
    if (!hc.up)
        return BL_E_USB_CORE;
    if (!hc.enabled)
        return hc.stick == NULL ? BL_E_USB_GONE : BL_E_USB_CORE;
    hc.pipe = pipe;
    hc.token = token;
    hc.mem = mem;
    hc.len = len;
    hc.moved = 0;
    hc.errors = 0;
    hc.toggle_errors = 0;
    return BL_OK;
}

/* BL_PENDING = go on with the next transaction; BL_E_BUSY = a NAK. */
static enum bl_rc judge_answer(enum fake_answer answer)
{
    switch (answer) {
    case FAKE_ACK:
        hc.errors = 0;
        return BL_PENDING;
    case FAKE_NAK:
        hc.errors = 0;
        return BL_E_BUSY;
    case FAKE_STALL:
        return BL_E_USB_STALL;
    case FAKE_SILENCE:
        break;
    }
    return ++hc.errors < ERRORS_MAX ? BL_PENDING : BL_E_USB_XACT;
}

static bool ack_is_lost(const struct fake_stick *stick)
{
    return stick->lose_ack_at != 0 && stick->transactions == stick->lose_ack_at;
}

/* Who hears the transaction: a hub hands it on, and answers itself in any other case. */
static struct fake_stick *hearer(void)
{
    struct fake_stick *behind = NULL;

    if (hc.stick->find != NULL)
        behind = hc.stick->find(hc.stick, hc.pipe->device_addr);
    if (behind != NULL && hc.stick->addr == hc.pipe->device_addr)
        violation("a hub and a device behind it with the same address");
    return behind != NULL ? behind : hc.stick;
}

static enum bl_rc send_packet(void)
{
    struct fake_stick *stick = hearer();
    struct hc_pipe *p = hc.pipe;
    uint32_t left = hc.len - hc.moved;
    uint32_t len = left < p->max_packet ? left : p->max_packet;
    enum fake_answer answer;

    if (hc.token == HC_SETUP)
        answer = fake_stick_setup(stick, p->device_addr, hc.mem, hc.len);
    else
        answer =
            fake_stick_out(stick, p->device_addr, p->ep_num, p->toggle, hc.mem + hc.moved, len);
    if (answer == FAKE_ACK && ack_is_lost(stick))
        answer = FAKE_SILENCE;
    if (hc.mangle != NULL)
        answer = hc.mangle(answer, NULL, NULL, NULL);
    if (answer != FAKE_ACK)
        return judge_answer(answer);
    hc.errors = 0;
    p->toggle = hc.token == HC_SETUP ? 1 : p->toggle ^ 1;
    hc.moved += len;
    return hc.moved >= hc.len ? BL_OK : BL_PENDING;
}

static enum bl_rc receive_packet(void)
{
    struct fake_stick *stick = hearer();
    struct hc_pipe *p = hc.pipe;
    uint8_t packet[1024];
    uint32_t len = 0;
    uint8_t pid = 0;
    enum fake_answer answer = fake_stick_in(stick, p->device_addr, p->ep_num, &pid, packet, &len);

    if (hc.mangle != NULL)
        answer = hc.mangle(answer, &pid, packet, &len);
    if (answer != FAKE_ACK)
        return judge_answer(answer);
    if (len > p->max_packet)
        return BL_E_USB_BABBLE;
    if (!ack_is_lost(stick))
        fake_stick_in_ack(stick, p->ep_num);
    if (pid != p->toggle)
        return ++hc.toggle_errors < TOGGLE_ERRORS_MAX ? BL_PENDING : BL_E_USB_XACT;
    hc.errors = 0;
    hc.toggle_errors = 0;
    p->toggle ^= 1;
    memcpy(hc.mem + hc.moved, packet, len);
    hc.moved += len;
    if (hc.moved > hc.len)
        return BL_E_USB_BABBLE;
    return hc.moved == hc.len || len < p->max_packet ? BL_OK : BL_PENDING;
}

static enum bl_rc finish(enum bl_rc rc)
{
    hc.pipe = NULL;
    return rc;
}

enum bl_rc hc_xfer_poll(uint32_t *moved)
{
    *moved = hc.moved;
    if (hc.pipe == NULL)
        return BL_OK;
    for (uint32_t i = 0; i < TRANSACTIONS_PER_POLL; i++) {
        enum bl_rc rc;

        watch_stick();
        if (!hc.enabled)
            return finish(hc.stick == NULL ? BL_E_USB_GONE : BL_E_USB_CORE);
        rc = hc.token == HC_IN ? receive_packet() : send_packet();
        *moved = hc.moved;
        if (rc == BL_E_BUSY)
            return BL_PENDING;
        if (rc != BL_PENDING)
            return finish(rc);
    }
    return BL_PENDING;
}

enum bl_rc hc_xfer_abort(void)
{
    hc.pipe = NULL;
    return hc.abort_fails ? BL_E_USB_CORE : BL_OK;
}
