/* SPDX-License-Identifier: MIT
 * What the application supplies to the library, with the contracts of the port headers:
 *
 * clock_ms         its own millisecond counter. It may stand still while an erase holds interrupts
 *                  up: time limits then come later, never too early.
 * clock_idle       called in every turn of a waiting loop. Must not sleep longer than a few
 *                  microseconds (a word takes 16 us); the place to feed a watchdog. May be empty.
 * reset_system     a system reset (SYSRESETREQ); the argument is for the loader, ignore it.
 * board_supply_ok  whether the supply allows 32-bit programming (2.7 V). Products whose supply
 *                  supervisor holds the chip in reset below that return true.
 *
 * All four are called while the flash is busy: put them into RAM, or they just wait for it. */
#ifndef APPLIB_NEEDS_H
#define APPLIB_NEEDS_H

#include "port/board.h"
#include "port/clock.h"
#include "port/reset.h"

#endif
