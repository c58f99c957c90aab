/* SPDX-License-Identifier: MIT
 * A full-speed hub for unit tests: a virtual device like the stick, with ports that sticks, other
 * hubs and other devices are plugged into. It is plugged with fake_hc_plug(&hub->dev). Strict: a
 * low-speed port that is reset, a request to a port without power, and two devices that listen to
 * the same address are counted as violations of dev. */
#ifndef SUPPORT_FAKE_HUB_H
#define SUPPORT_FAKE_HUB_H

#include "support/fake_stick.h"

#define FAKE_HUB_PORTS 7u

struct fake_hub {
    struct fake_stick dev; /* the first member */
    struct fake_hub_port {
        struct fake_stick *device; /* NULL = empty */
        bool low_speed;
        bool over_current;
        bool never_enabled; /* a reset that does not help */
        bool reset_never_ends;
        uint32_t connect_ms; /* from power on until the device shows */
        bool powered, enabled, resetting, was_reset;
        uint32_t powered_at_ms, reset_at_ms;
        uint32_t resets;
    } port[FAKE_HUB_PORTS + 1]; /* from 1 */
    uint8_t power_good;         /* bPwrOn2PwrGood, in units of 2 ms */
    uint8_t ports;              /* that it says it has */
};

/* A hub with four empty ports and 100 ms to good power. */
void fake_hub_init(struct fake_hub *hub);

#endif
