/* SPDX-License-Identifier: MIT
 * See otg_bench.h: the played services of the board, and the device of the script. */
#include "otg_bench.h"

#include <stdio.h>
#include <string.h>

struct board bench;
struct bench_outside outside;
struct usb_transaction script_log[64];
unsigned script_asked, script_acked;
uint64_t script_at_ps[64];

static struct script script[64];
static unsigned script_count;

uint64_t now_ps(const struct board *b)
{
    (void)b;
    return outside.now_ps;
}

void alarm_set(struct board *b, enum alarm_id id, uint64_t at_ps)
{
    b->alarms.at_ps[id] = at_ps;
}

void alarm_cancel(struct board *b, enum alarm_id id)
{
    b->alarms.at_ps[id] = ALARM_NEVER;
}

uint64_t param(const struct board *b, enum param_id id)
{
    (void)b;
    return outside.param[id];
}

uint64_t param_deadline(const struct board *b, enum param_id id, uint64_t ps_per_unit)
{
    return param(b, id) == PARAM_NEVER ? ALARM_NEVER : now_ps(b) + param(b, id) * ps_per_unit;
}

void finding(struct board *b, enum rule_id rule, const char *format, ...)
{
    (void)format;
    b->findings.count[rule]++;
    outside.findings++;
}

void trace_event(struct board *b, const char *event, const char *fields, ...)
{
    (void)b, (void)event, (void)fields;
}

void nvic_line(struct board *b, enum irq_number irq, bool level)
{
    (void)b;
    assert_int_equal(irq, IRQ_OTG_FS);
    outside.irq_line = level;
}

bool rcc_usb48_ok(const struct board *b)
{
    (void)b;
    return outside.usb48;
}

bool gpio_pin_has_af(const struct board *b, unsigned port, unsigned pin, unsigned af)
{
    (void)b;
    return outside.pins && port == PORT_A && pin >= 10 && pin <= 12 && af == 10;
}

void wiring_overcurrent(struct board *b, bool fault)
{
    (void)b;
    outside.overcurrent = fault;
}

static void fire(enum alarm_id id)
{
    switch (id) {
    case ALARM_OTG_FRAME:
        otg_on_frame(&bench);
        return;
    case ALARM_OTG_BUS:
        otg_on_bus(&bench);
        return;
    case ALARM_OTG_PORT:
        otg_on_port(&bench);
        return;
    case ALARM_OTG_MODE:
        otg_on_mode(&bench);
        return;
    case ALARM_USB_OVER_CURRENT:
        usb_tree_on_over_current(&bench);
        return;
    case ALARM_USB_HUB0:
        usb_hub0_on_alarm(&bench);
        return;
    case ALARM_USB_HUB1:
        usb_hub1_on_alarm(&bench);
        return;
    case ALARM_USB_HUB2:
        usb_hub2_on_alarm(&bench);
        return;
    case ALARM_STICK_PLUG:
        stick_on_plug(&bench);
        return;
    case ALARM_STICK_ATTACH:
        stick_on_attach(&bench);
        return;
    default:
        fail_msg("alarm %d has no model here", (int)id);
    }
}

static void run_until(uint64_t end_ps)
{
    for (;;) {
        unsigned next = 0;

        for (unsigned id = 1; id < ALARM_COUNT; id++)
            if (bench.alarms.at_ps[id] < bench.alarms.at_ps[next])
                next = id;
        if (bench.alarms.at_ps[next] > end_ps)
            break;
        if (bench.alarms.at_ps[next] > outside.now_ps)
            outside.now_ps = bench.alarms.at_ps[next];
        bench.alarms.at_ps[next] = ALARM_NEVER;
        fire((enum alarm_id)next);
    }
    outside.now_ps = end_ps;
}

void run_us(uint64_t us)
{
    run_until(outside.now_ps + us * PS_PER_US);
}

/* An access takes about as long as on the chip: 10 cycles at 216 MHz. */
#define ACCESS_PS (50 * PS_PER_NS)

uint32_t rd(uint32_t off)
{
    run_until(outside.now_ps + ACCESS_PS);
    return otg_read(&bench, off, 4);
}

void wr(uint32_t off, uint32_t value)
{
    run_until(outside.now_ps + ACCESS_PS);
    otg_write(&bench, off, 4, value);
}

void bench_start(const char *stick_path)
{
    static const uint64_t defaults[PARAM_COUNT] = {
#define X(id, name, value, unit, unverified, never_ok, variations, text) [PARAM_##id] = (value),
#include "params_usb.def"
#undef X
    };

    stick_close(&bench);
    memset(&bench, 0, sizeof bench);
    memset(&outside, 0, sizeof outside);
    quirk_defaults(&bench.quirks);
    memcpy(outside.param, defaults, sizeof defaults);
    outside.usb48 = outside.pins = true;
    for (unsigned id = 0; id < ALARM_COUNT; id++)
        bench.alarms.at_ps[id] = ALARM_NEVER;
    bench.options.plug_at_us = bench.options.unplug_at_us = ALARM_NEVER;
    bench.options.stick_path = stick_path;
    script_asked = script_acked = script_count = 0;
    otg_reset(&bench);
    assert_true(stick_open(&bench));
    stick_power_on(&bench);
}

unsigned found(enum rule_id rule)
{
    unsigned count = bench.findings.count[rule];

    outside.findings -= count;
    bench.findings.count[rule] = 0;
    return count;
}

void assert_findings(enum rule_id rule, unsigned count)
{
    assert_int_equal(found(rule), count);
    for (unsigned i = 0; i < RULE_COUNT; i++)
        if (bench.findings.count[i])
            fail_msg("rule %u has been broken", i);
}

static void script_reset(struct board *b, const struct usb_device *d)
{
    (void)b, (void)d;
}

static enum usb_answer script_answer(struct board *b, const struct usb_device *d,
                                     struct usb_transaction *t)
{
    unsigned i = script_asked;

    (void)b, (void)d;
    if (script_asked < 64) {
        script_log[script_asked] = *t;
        script_at_ps[script_asked] = outside.now_ps;
    }
    script_asked++;
    if (i >= script_count)
        return USB_NAK;
    if (t->token == USB_IN) {
        t->bytes = script[i].bytes;
        for (unsigned k = 0; k < t->bytes; k++)
            t->data[k] = (uint8_t)(k + 16 * i);
    }
    return script[i].answer;
}

static void script_in_acked(struct board *b, const struct usb_device *d, uint8_t endpoint)
{
    (void)b, (void)d, (void)endpoint;
    script_acked++;
}

const struct usb_device script_full = {USB_SPEED_FULL, 0, script_reset, script_answer,
                                       script_in_acked};
const struct usb_device script_low = {USB_SPEED_LOW, 0, script_reset, script_answer,
                                      script_in_acked};

void script_play(const struct script *entries, unsigned count)
{
    memcpy(script, entries, count * sizeof *entries);
    script_count = count;
    script_asked = script_acked = 0;
}
