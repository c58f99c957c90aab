/* SPDX-License-Identifier: MIT
 * port/hc.h for unit tests: a host controller that does whole transactions with a virtual stick on
 * its port. Strict like the real one: it checks toggles, packet sizes, that the port is enabled and
 * that the rules of port/hc.h are kept; what its user does wrong is counted. */
#ifndef SUPPORT_FAKE_HC_H
#define SUPPORT_FAKE_HC_H

#include <stdbool.h>
#include <stdint.h>

#include "port/hc.h"
#include "support/fake_stick.h"

/* Everything off, nothing plugged; counters at 0. */
void fake_hc_forget(void);

/* A stick in the socket; NULL = pulled out. Low speed if low. */
void fake_hc_plug(struct fake_stick *stick);
void fake_hc_unplug(void);
void fake_hc_low_speed(bool low);

/* The port is never enabled after a reset, or the core fails at the given transfer (1 = the next),
 * 0 = not; hc_init helps unless it fails too. */
void fake_hc_never_enable(bool never);
void fake_hc_break_core(uint32_t in_transfers, bool for_good);

/* No transfer can be aborted until the next hc_init. */
void fake_hc_break_abort(void);

/* Too much current for so many ms from the next VBUS on; UINT32_MAX = for ever. */
void fake_hc_overcurrent(uint32_t ms);

/* Changes the answers on the wire: answer, and of an IN packet its PID, bytes (room for 1024) and
 * length; bytes is NULL for SETUP and OUT. NULL = they stay as they are. */
void fake_hc_mangle(enum fake_answer (*mangle)(enum fake_answer answer, uint8_t *pid,
                                               uint8_t *bytes, uint32_t *len));

bool fake_hc_vbus(void);
bool fake_hc_pending(void);
uint32_t fake_hc_resets(void);
uint32_t fake_hc_inits(void);
uint32_t fake_hc_reset_ms(void); /* length of the last reset */
uint32_t fake_hc_violations(void);
const char *fake_hc_violation(void);

#endif
