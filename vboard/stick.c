/* SPDX-License-Identifier: MIT
 * The stick as a whole: image, plug and 5 V, bus reset, and which endpoint answers.
 * Next: stick_control.c. */
#include "stick_parts.h"

#include <string.h>

uint32_t stick_block_bytes(const struct board *b)
{
    return (uint32_t)quirk(b, QUIRK_BLOCK_BYTES);
}

/* USB 2.0 9.1.1: the Default state. What the medium is like survives. */
static void bus_reset(struct board *b)
{
    struct stick *s = &b->stick;

    s->address = s->configuration = 0;
    s->in_halted = s->out_halted = false;
    s->in_toggle = s->out_toggle = 0;
    memset(&s->control, 0, sizeof s->control);
    memset(&s->bot, 0, sizeof s->bot);
    s->silent_until_ps = quirk_deadline(b, QUIRK_RECOVERY_US, PS_PER_US);
}

static enum usb_answer bulk_in(struct board *b, struct usb_transaction *t)
{
    struct stick *s = &b->stick;
    enum usb_answer answer;

    if (s->in_halted)
        return USB_ANSWER_STALL;
    if (s->naks_left) {
        s->naks_left--;
        return USB_NAK;
    }
    answer = stick_bot_in(b, t);
    if (answer != USB_ACK)
        return answer;
    return s->in_toggle ? USB_DATA1 : USB_DATA0;
}

static enum usb_answer bulk_out(struct board *b, const struct usb_transaction *t)
{
    struct stick *s = &b->stick;
    enum usb_answer answer;

    if (s->out_halted)
        return USB_ANSWER_STALL;
    if (t->toggle != s->out_toggle)
        return USB_ACK; /* our ACK was lost: the packet is here already (USB 2.0 8.6.4) */
    answer = stick_bot_out(b, t);
    if (answer == USB_ACK)
        s->out_toggle ^= 1;
    return answer;
}

static enum usb_answer transaction(struct board *b, struct usb_transaction *t)
{
    struct stick *s = &b->stick;

    if (t->address != s->address || now_ps(b) < s->silent_until_ps)
        return USB_NO_ANSWER;
    if (t->endpoint == 0)
        return stick_control_transaction(b, t);
    if (s->configuration && t->endpoint == STICK_IN_EP && t->token == USB_IN)
        return bulk_in(b, t);
    if (s->configuration && t->endpoint == STICK_OUT_EP && t->token == USB_OUT)
        return bulk_out(b, t);
    return USB_NO_ANSWER;
}

static void in_acked(struct board *b, uint8_t address, uint8_t endpoint)
{
    struct stick *s = &b->stick;

    (void)address; /* one address only */
    if (endpoint == 0) {
        stick_control_in_acked(b);
        return;
    }
    s->in_toggle ^= 1;
    s->naks_left = quirk(b, QUIRK_NAKS);
    stick_bot_in_acked(b);
}

static const struct usb_device stick_device = {
    .speed = USB_SPEED_FULL,
    .bus_reset = bus_reset,
    .transaction = transaction,
    .in_acked = in_acked,
};

static uint64_t us_to_ps(uint64_t us)
{
    return us == ALARM_NEVER ? ALARM_NEVER : us * PS_PER_US;
}

/* In the socket: from the start unless a plug time comes first; then as the last event says. */
static bool plugged_now(const struct board *b)
{
    uint64_t in = us_to_ps(b->options.plug_at_us);
    uint64_t out = us_to_ps(b->options.unplug_at_us);
    uint64_t now = now_ps(b);

    if (now < in && now < out)
        return in == ALARM_NEVER || out < in;
    if (now >= in && now >= out)
        return in > out;
    return now >= in;
}

static void arm_plug(struct board *b)
{
    uint64_t in = us_to_ps(b->options.plug_at_us);
    uint64_t out = us_to_ps(b->options.unplug_at_us);
    uint64_t now = now_ps(b);
    uint64_t next = ALARM_NEVER;

    if (in > now)
        next = in;
    if (out > now && out < next)
        next = out;
    if (next != ALARM_NEVER)
        alarm_set(b, ALARM_STICK_PLUG, next);
}

/* Plug or 5 V have changed. */
static void connect(struct board *b, bool plugged, bool powered)
{
    struct stick *s = &b->stick;
    bool was_on = s->plugged && s->powered;

    s->plugged = plugged;
    s->powered = powered;
    if (was_on == (plugged && powered))
        return;
    if (!was_on) {
        alarm_set(b, ALARM_STICK_ATTACH, quirk_deadline(b, QUIRK_ATTACH_MS, PS_PER_MS));
        return;
    }
    alarm_cancel(b, ALARM_STICK_ATTACH);
    if (s->attached)
        otg_detach(b);
    s->attached = false;
}

void stick_on_attach(struct board *b)
{
    struct stick *s = &b->stick;

    s->attached = true;
    s->attached_ps = now_ps(b);
    bus_reset(b);
    memset(&s->scsi, 0, sizeof s->scsi);
    s->scsi.attentions = quirk(b, QUIRK_UNIT_ATTENTION);
    s->naks_left = quirk(b, QUIRK_NAKS);
    otg_attach(b, &stick_device);
}

void stick_vbus(struct board *b, bool on)
{
    connect(b, b->stick.plugged, on);
}

void stick_on_plug(struct board *b)
{
    connect(b, b->stick.image.open && plugged_now(b), b->stick.powered);
    arm_plug(b);
}

void stick_power_on(struct board *b)
{
    connect(b, b->stick.plugged, false);
    if (!b->stick.image.open && b->options.stick_path)
        stick_image_open(b);
    stick_on_plug(b);
}

void stick_close(struct board *b)
{
    stick_image_close(b);
}
