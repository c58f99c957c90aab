/* SPDX-License-Identifier: MIT
 * A hub with its ports. */
#include "support/fake_hub.h"

#include <string.h>

#include "port/clock.h"
#include "util/bytes.h"

enum {
    RESET_MS = 15, /* USB 2.0 11.5.1.5: 10 to 20 ms */
    FEATURE_ENABLE = 1,
    FEATURE_RESET = 4,
    FEATURE_POWER = 8,
    FEATURE_C_RESET = 20,
};

static const uint8_t device_desc[18] = {18,   1,    0x10, 0x01, 9,    0, 0, 8, 0x09,
                                        0x04, 0x55, 0x00, 0x00, 0x01, 0, 1, 0, 1};
static const uint8_t config_desc[25] = {9, 2, 25, 0, 1, 1, 0, 0xE0, 50, 9, 4, 0,  0,
                                        1, 9, 0,  0, 0, 7, 5, 0x81, 3,  1, 0, 255};

/* What time has done. */
static void update(struct fake_hub *hub)
{
    for (unsigned n = 1; n <= FAKE_HUB_PORTS; n++) {
        struct fake_hub_port *p = &hub->port[n];
        bool there = p->device != NULL && !p->device->unplugged;

        p->enabled = p->enabled && there && p->powered;
        if (!p->resetting || clock_ms() - p->reset_at_ms < RESET_MS || p->reset_never_ends)
            continue;
        p->resetting = false;
        p->was_reset = true;
        p->enabled = there && !p->never_enabled;
        if (p->enabled)
            fake_stick_reset(p->device);
    }
}

static bool is_connected(const struct fake_hub *hub, const struct fake_hub_port *p)
{
    uint32_t after_ms = hub->power_good * 2u + p->connect_ms;

    return p->powered && p->device != NULL && !p->device->unplugged &&
           clock_ms() - p->powered_at_ms >= after_ms;
}

static void port_status(struct fake_hub *hub, struct fake_hub_port *p)
{
    bool connected = is_connected(hub, p);
    uint8_t bytes[4] = {0};
    uint32_t status = (connected ? 1u << 0 : 0) | (p->enabled ? 1u << 1 : 0) |
                      (p->over_current ? 1u << 3 : 0) | (p->resetting ? 1u << 4 : 0) |
                      (p->powered ? 1u << 8 : 0) | (connected && p->low_speed ? 1u << 9 : 0) |
                      (p->was_reset ? 1u << 20 : 0);

    put_le32(bytes, status);
    fake_stick_answer(&hub->dev, bytes, sizeof bytes);
}

static void begin_reset(struct fake_hub *hub, struct fake_hub_port *p)
{
    if (p->low_speed)
        fake_stick_violation(&hub->dev, "a low-speed port is reset, which enables it");
    p->resets++;
    p->resetting = true;
    p->enabled = false;
    p->reset_at_ms = clock_ms();
}

static void set_feature(struct fake_hub *hub, struct fake_hub_port *p, uint8_t feature)
{
    if (feature == FEATURE_POWER && !p->powered) {
        p->powered = true;
        p->powered_at_ms = clock_ms();
    } else if (feature == FEATURE_RESET) {
        if (!p->powered)
            fake_stick_violation(&hub->dev, "a reset of a port without power");
        begin_reset(hub, p);
    }
}

static void hub_descriptor(struct fake_hub *hub)
{
    const uint8_t bytes[9] = {9, 0x29, hub->ports, 0x09, 0, hub->power_good, 100, 0, 0xFF};

    fake_stick_answer(&hub->dev, bytes, sizeof bytes);
}

static bool hub_request(struct fake_stick *s)
{
    struct fake_hub *hub = (struct fake_hub *)s;
    unsigned n = s->setup[4];

    update(hub);
    if (s->setup[0] == 0xA0 && s->setup[1] == 6) {
        hub_descriptor(hub);
        return true;
    }
    if (s->setup[0] != 0xA3 && s->setup[0] != 0x23)
        return false;
    if (s->configuration == 0 || n == 0 || n > hub->ports || n > FAKE_HUB_PORTS) {
        fake_stick_violation(s, "a port request that the hub cannot do");
        s->ep0 = EP0_STALLED;
    } else if (s->setup[0] == 0xA3) {
        port_status(hub, &hub->port[n]);
    } else if (s->setup[1] == 3) {
        set_feature(hub, &hub->port[n], s->setup[2]);
    } else if (s->setup[2] == FEATURE_ENABLE) {
        hub->port[n].enabled = false;
    } else if (s->setup[2] == FEATURE_C_RESET) {
        hub->port[n].was_reset = false;
    }
    return true;
}

static void hub_reset(struct fake_stick *s)
{
    struct fake_hub *hub = (struct fake_hub *)s;

    for (unsigned n = 1; n <= FAKE_HUB_PORTS; n++) {
        struct fake_hub_port *p = &hub->port[n];

        if (p->powered && p->device != NULL)
            fake_stick_cycle(p->device);
        p->powered = p->enabled = p->resetting = p->was_reset = false;
    }
}

static struct fake_stick *hub_find(struct fake_stick *s, uint8_t addr)
{
    struct fake_hub *hub = (struct fake_hub *)s;
    struct fake_stick *found = NULL;

    update(hub);
    for (unsigned n = 1; n <= FAKE_HUB_PORTS; n++) {
        struct fake_stick *device = hub->port[n].enabled ? hub->port[n].device : NULL;
        struct fake_stick *behind =
            device != NULL && device->find != NULL ? device->find(device, addr) : NULL;

        if (behind == NULL && device != NULL && device->addr == addr)
            behind = device;
        if (behind != NULL && found != NULL)
            fake_stick_violation(s, "two devices with the same address");
        if (behind != NULL)
            found = behind;
    }
    return found;
}

void fake_hub_init(struct fake_hub *hub)
{
    memset(hub, 0, sizeof *hub);
    fake_stick_init(&hub->dev, NULL, 0, 512);
    memcpy(hub->dev.device_desc, device_desc, sizeof device_desc);
    memcpy(hub->dev.config_desc, config_desc, sizeof config_desc);
    hub->dev.config_bytes = sizeof config_desc;
    hub->dev.max_packet0 = 8;
    hub->dev.request = hub_request;
    hub->dev.on_reset = hub_reset;
    hub->dev.find = hub_find;
    hub->ports = 4;
    hub->power_good = 50;
}
