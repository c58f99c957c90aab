/* SPDX-License-Identifier: MIT
 * The stick in its socket: plugged by the user, powered by the board or a hub, and the times when
 * it leaves the bus by itself. Next: stick.c. */
#include "stick_parts.h"

#include <string.h>

#define BOUNCE_PS (30 * PS_PER_MS)

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

static bool away_now(const struct board *b)
{
    const struct stick_plug *p = &b->stick.plug;

    return now_ps(b) >= p->away_from_ps && now_ps(b) < p->away_until_ps;
}

static void arm_plug(struct board *b)
{
    const struct stick_plug *p = &b->stick.plug;
    const uint64_t times[] = {us_to_ps(b->options.plug_at_us), us_to_ps(b->options.unplug_at_us),
                              p->away_from_ps, p->away_until_ps};
    uint64_t next = ALARM_NEVER;

    for (unsigned i = 0; i < 4; i++)
        if (times[i] > now_ps(b) && times[i] < next)
            next = times[i];
    if (next != ALARM_NEVER)
        alarm_set(b, ALARM_STICK_PLUG, next);
}

static const struct usb_device *device(const struct board *b)
{
    return b->stick.identity.speed == USB_SPEED_LOW ? &stick_low : &stick_full;
}

/* Plug or 5 V have changed. */
static void connect(struct board *b, bool plugged, bool powered)
{
    struct stick_plug *p = &b->stick.plug;
    bool was_on = p->plugged && p->powered;

    p->plugged = plugged;
    p->powered = powered;
    if (was_on == (plugged && powered))
        return;
    if (!was_on) {
        p->powers++;
        p->resets = 0;
        alarm_set(b, ALARM_STICK_ATTACH, quirk_deadline(b, QUIRK_ATTACH_MS, PS_PER_MS));
        return;
    }
    alarm_cancel(b, ALARM_STICK_ATTACH);
    if (p->attached)
        usb_tree_detach(b, device(b));
    p->attached = false;
}

static void away(struct board *b, uint64_t from_ps, uint64_t until_ps)
{
    b->stick.plug.away_from_ps = from_ps;
    b->stick.plug.away_until_ps = until_ps;
    alarm_set(b, ALARM_STICK_PLUG, from_ps);
}

void stick_leave(struct board *b)
{
    away(b, now_ps(b), quirk_deadline(b, QUIRK_RECONNECT_MS, PS_PER_MS));
}

void stick_on_attach(struct board *b)
{
    struct stick *s = &b->stick;

    s->plug.attached = true;
    s->plug.attached_ps = now_ps(b);
    stick_bus_state_reset(b);
    memset(&s->scsi, 0, sizeof s->scsi);
    for (unsigned lun = 0; lun < STICK_LUNS_MAX; lun++) {
        s->scsi.unit[lun].attentions = quirk(b, QUIRK_UNIT_ATTENTION);
        s->scsi.unit[lun].stopped = quirk(b, QUIRK_START_NEEDED) != 0;
    }
    s->naks_left = quirk(b, QUIRK_NAKS);
    if (quirk_strikes(b, QUIRK_BOUNCE))
        away(b, now_ps(b) + BOUNCE_PS, now_ps(b) + 2 * BOUNCE_PS);
    usb_tree_attach(b, device(b));
}

void stick_vbus(struct board *b, bool on)
{
    connect(b, b->stick.plug.plugged, on);
}

void stick_on_plug(struct board *b)
{
    bool plugged = b->stick.image.open && plugged_now(b) && !away_now(b);

    connect(b, plugged, b->stick.plug.powered);
    arm_plug(b);
}

bool stick_open(struct board *b)
{
    b->stick.plug.away_from_ps = b->stick.plug.away_until_ps = ALARM_NEVER;
    return !b->options.stick_path || (stick_describe(b) && stick_image_open(b));
}

void stick_power_on(struct board *b)
{
    usb_tree_vbus(b, false);
    stick_on_plug(b);
}

void stick_close(struct board *b)
{
    stick_image_close(b);
}
