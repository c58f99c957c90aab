/* SPDX-License-Identifier: MIT
 * The virtual stick's control endpoint and its script of faults. */
#include "support/fake_stick.h"

#include <string.h>

#include "port/clock.h"
#include "util/bytes.h"

enum { EP_IN = 1, EP_OUT = 2 };

static const uint8_t device_desc[18] = {18,   1,    0x00, 0x02, 0,    0, 0, 64, 0x81,
                                        0x07, 0x67, 0x55, 0x00, 0x01, 1, 2, 3,  1};
static const uint8_t config_desc[32] = {9, 2, 32, 0,      1,    1,  0, 0x80, 50,           9, 4,  0,
                                        0, 2, 8,  6,      0x50, 0,  7, 5,    0x80 | EP_IN, 2, 64, 0,
                                        0, 7, 5,  EP_OUT, 2,    64, 0, 0};

void fake_stick_init(struct fake_stick *s, uint8_t *image, uint32_t block_count,
                     uint32_t block_bytes)
{
    memset(s, 0, sizeof *s);
    memcpy(s->device_desc, device_desc, sizeof device_desc);
    memcpy(s->config_desc, config_desc, sizeof config_desc);
    s->config_bytes = sizeof config_desc;
    s->max_packet0 = 64;
    s->max_packet = 64;
    s->luns[0] =
        (struct fake_lun){.image = image, .block_count = block_count, .block_bytes = block_bytes};
    fake_stick_reset(s);
    s->resets = 0;
}

void fake_stick_reset(struct fake_stick *s)
{
    s->resets++;
    s->addr = 0;
    s->next_addr = 0;
    s->configuration = 0;
    s->ep0 = EP0_IDLE;
    s->in = (struct fake_endpoint){0};
    s->out = (struct fake_endpoint){0};
    s->has_tag = false;
    fake_stick_bot_reset(s);
    if (s->on_reset != NULL)
        s->on_reset(s);
}

void fake_stick_cycle(struct fake_stick *s)
{
    fake_stick_reset(s);
    s->cycles++;
    s->resets = 0;
}

void fake_stick_violation(struct fake_stick *s, const char *what)
{
    if (s->violations++ == 0)
        s->violation = what;
}

struct fake_fault *fake_stick_fault(struct fake_stick *s, enum fake_stage stage, int code)
{
    for (uint32_t i = 0; i < FAKE_FAULTS; i++) {
        struct fake_fault *f = &s->faults[i];

        if (f->count == 0 || f->stage != stage || (f->code != -1 && f->code != code))
            continue;
        if (f->seen++ < f->skip || f->seen - f->skip > f->count)
            continue;
        s->active_from_ms = clock_ms();
        s->active_ms = f->ms;
        if (f->kind == FAKE_FAULT_UNPLUG)
            s->unplugged = true;
        return f;
    }
    return NULL;
}

bool fake_stick_still(const struct fake_stick *s)
{
    return s->active_ms == 0 || clock_ms() - s->active_from_ms < s->active_ms;
}

static bool reachable(struct fake_stick *s, uint8_t addr)
{
    if (++s->transactions == s->unplug_at)
        s->unplugged = true;
    return !s->unplugged && addr == s->addr && s->transactions != s->drop_at &&
           s->resets >= s->deaf_resets && s->cycles >= s->deaf_cycles;
}

void fake_stick_answer(struct fake_stick *s, const uint8_t *bytes, uint32_t len)
{
    uint32_t asked = le16(s->setup + 6);

    s->ep0_bytes = len < asked ? len : asked;
    s->ep0_sent = 0;
    s->ep0_toggle = 1;
    memcpy(s->ep0_data, bytes, s->ep0_bytes);
    s->ep0 = EP0_DATA;
}

static void get_configuration(struct fake_stick *s, uint8_t index)
{
    if (index == 0)
        fake_stick_answer(s, s->config_desc, s->config_bytes);
    else if (index <= 2 && s->more_configs[index - 1] != NULL)
        fake_stick_answer(s, s->more_configs[index - 1], le16(s->more_configs[index - 1] + 2));
    else
        s->ep0 = EP0_STALLED;
}

static void get_descriptor(struct fake_stick *s)
{
    switch (s->setup[3]) {
    case 1:
        fake_stick_answer(s, s->device_desc, s->device_desc[0]);
        break;
    case 2:
        get_configuration(s, s->setup[2]);
        break;
    default:
        s->ep0 = EP0_STALLED;
        break;
    }
}

static void set_configuration(struct fake_stick *s)
{
    bool known = s->setup[2] == s->config_desc[5];

    for (unsigned i = 0; i < 2; i++)
        known = known || (s->more_configs[i] != NULL && s->more_configs[i][5] == s->setup[2]);
    if (!known)
        s->ep0 = EP0_STALLED;
    s->configuration = s->setup[2];
    s->in.toggle = 0;
    s->out.toggle = 0;
}

static void get_max_lun(struct fake_stick *s)
{
    if (s->stall_max_lun)
        s->ep0 = EP0_STALLED;
    else
        fake_stick_answer(s, &s->max_lun, 1);
}

static void do_request(struct fake_stick *s)
{
    s->ep0 = EP0_STATUS_IN;
    if (s->request != NULL && s->request(s))
        return;
    switch (s->setup[0] << 8 | s->setup[1]) {
    case 0x8006:
        get_descriptor(s);
        break;
    case 0x0005:
        s->next_addr = s->setup[2];
        break;
    case 0x0009:
        set_configuration(s);
        break;
    case 0x010B: /* SET_INTERFACE */
        s->in.toggle = 0;
        s->out.toggle = 0;
        break;
    case 0x0201:
        fake_stick_bot_clear_halt(s, s->setup[4]);
        break;
    case 0xA1FE:
        get_max_lun(s);
        break;
    case 0x21FF:
        s->class_resets++;
        fake_stick_bot_reset(s);
        break;
    default:
        fake_stick_violation(s, "a request that no stick needs");
        s->ep0 = EP0_STALLED;
        break;
    }
    if (s->configuration == 0 && s->setup[1] != 6 && s->setup[1] != 5 && s->setup[1] != 9)
        fake_stick_violation(s, "a class request before SET_CONFIGURATION");
}

static enum fake_answer ep0_spoil(struct fake_stick *s)
{
    if (s->ep0_fault == NULL)
        return FAKE_ACK;
    if (s->ep0_fault->kind == FAKE_FAULT_STALL)
        s->ep0 = EP0_STALLED;
    if (s->ep0_fault->kind == FAKE_FAULT_NAK && fake_stick_still(s))
        return FAKE_NAK;
    if (s->ep0_fault->kind == FAKE_FAULT_CORRUPT)
        memset(s->ep0_data, 0, sizeof s->ep0_data);
    return s->ep0_fault->kind == FAKE_FAULT_SILENCE || s->unplugged ? FAKE_SILENCE : FAKE_ACK;
}

enum fake_answer fake_stick_setup(struct fake_stick *s, uint8_t addr, const uint8_t *bytes,
                                  uint32_t len)
{
    if (!reachable(s, addr))
        return FAKE_SILENCE;
    if (len != sizeof s->setup)
        fake_stick_violation(s, "a SETUP packet that is not 8 bytes");
    memcpy(s->setup, bytes, sizeof s->setup);
    s->ep0_fault = fake_stick_fault(s, FAKE_AT_SETUP, s->setup[1]);
    if (s->ep0_fault != NULL && s->ep0_fault->kind == FAKE_FAULT_SILENCE)
        return FAKE_SILENCE;
    do_request(s);
    return s->unplugged ? FAKE_SILENCE : FAKE_ACK; /* a SETUP is never NAKed or stalled */
}

static enum fake_answer ep0_out(struct fake_stick *s, uint8_t pid, uint32_t len)
{
    enum fake_answer answer = ep0_spoil(s);

    if (answer != FAKE_ACK)
        return answer;
    if (s->ep0 == EP0_STALLED)
        return FAKE_STALL;
    if (s->ep0 == EP0_STATUS_IN)
        fake_stick_violation(s, "OUT on endpoint 0 out of turn");
    if (pid != 1 || len != 0)
        fake_stick_violation(s, "a status stage that is not an empty DATA1");
    s->ep0 = EP0_IDLE;
    return FAKE_ACK;
}

enum fake_answer fake_stick_out(struct fake_stick *s, uint8_t addr, uint8_t ep, uint8_t pid,
                                const uint8_t *bytes, uint32_t len)
{
    if (!reachable(s, addr))
        return FAKE_SILENCE;
    if (ep == 0)
        return ep0_out(s, pid, len);
    if (s->configuration == 0 || ep != EP_OUT) {
        fake_stick_violation(s, "OUT to an endpoint that is not there");
        return FAKE_SILENCE;
    }
    return fake_stick_bot_out(s, pid, bytes, len);
}

static enum fake_answer ep0_in(struct fake_stick *s, uint8_t *pid, uint8_t *bytes, uint32_t *len)
{
    enum fake_answer answer = ep0_spoil(s);

    *len = 0;
    *pid = 1;
    if (answer != FAKE_ACK)
        return answer;
    if (s->ep0 == EP0_STALLED)
        return FAKE_STALL;
    if (s->ep0 == EP0_STATUS_IN)
        return FAKE_ACK;
    if (s->ep0 != EP0_DATA) {
        fake_stick_violation(s, "IN on endpoint 0 out of turn");
        return FAKE_NAK;
    }
    *len = s->ep0_bytes - s->ep0_sent;
    if (*len > s->max_packet0)
        *len = s->max_packet0;
    *pid = s->ep0_toggle;
    s->packet_bytes = *len;
    memcpy(bytes, s->ep0_data + s->ep0_sent, *len);
    return FAKE_ACK;
}

enum fake_answer fake_stick_in(struct fake_stick *s, uint8_t addr, uint8_t ep, uint8_t *pid,
                               uint8_t *bytes, uint32_t *len)
{
    if (!reachable(s, addr))
        return FAKE_SILENCE;
    if (ep == 0)
        return ep0_in(s, pid, bytes, len);
    if (s->configuration == 0 || ep != EP_IN) {
        fake_stick_violation(s, "IN from an endpoint that is not there");
        return FAKE_SILENCE;
    }
    return fake_stick_bot_in(s, pid, bytes, len);
}

void fake_stick_in_ack(struct fake_stick *s, uint8_t ep)
{
    if (ep != 0) {
        fake_stick_bot_in_ack(s);
        return;
    }
    if (s->ep0 == EP0_STATUS_IN) {
        s->addr = s->next_addr; /* SET_ADDRESS counts from the end of its status stage */
        s->ep0 = EP0_IDLE;
        return;
    }
    s->ep0_sent += s->packet_bytes;
    s->ep0_toggle ^= 1;
    /* A last packet that is full is followed by an empty one, if the host asked for more. */
    if (s->ep0_sent == s->ep0_bytes &&
        (s->packet_bytes < s->max_packet0 || s->ep0_bytes == le16(s->setup + 6)))
        s->ep0 = EP0_STATUS_OUT;
}
