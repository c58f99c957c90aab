/* SPDX-License-Identifier: MIT
 * Restarts: why the chip started, how to restart it, how to leave for the application. */
#ifndef PORT_RESET_H
#define PORT_RESET_H

#include <stdbool.h>
#include <stdint.h>

/* System reset; does not return. note: the next start skips the attach window (one-shot; it has no
 * other effect, so a stray note costs a missed stick at most). */
_Noreturn void reset_system(bool note);

/* True if the last reset left the one-shot note; the note is gone afterwards. */
bool reset_note_take(void);

/* Name of the reset's cause for the log, as in RCC_CSR: "power-on", "pin", "software",
 * "independent watchdog", ... The causes add up until they are cleared or the power goes; the loader
 * leaves them to the application, which may want them. */
const char *reset_cause(void);
void reset_cause_clear(void);

/* Leaves the loader for the application whose vector table lies at vectors_addr: everything the
 * loader touched is back in its reset state but for the list in docs/boot-flow.md. watchdog_ms: the
 * chip's independent watchdog runs from here on with this nominal period, 1..30000, and nothing but
 * a reset stops it; 0 = it is left alone. */
_Noreturn void reset_start_application(uint32_t vectors_addr, uint32_t watchdog_ms);

#endif
