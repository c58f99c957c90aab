/* SPDX-License-Identifier: MIT
 * The parts of the mass-storage machine to each other: msc.c runs the commands, msc_search.c looks
 * for a unit with a medium, msc_read.c says what becomes of a read. Nobody else includes this. */
#ifndef USB_MSC_PARTS_H
#define USB_MSC_PARTS_H

#include "usb/msc.h"

/* msc.c: ends in FAILED with rc, the transfer on its way aborted. The host has logged its errors
 * already; msc_fail logs rc. */
void msc_host_failed(struct msc *m, enum bl_rc rc);
void msc_fail(struct msc *m, enum bl_rc rc);

/* msc.c: keeps the sense data of a REQUEST SENSE that ended with rc. */
void msc_take_sense(struct msc *m, enum bl_rc rc);

/* One step of START, MAX_LUN or PAUSE. */
void msc_search_step(struct msc *m);

/* The command of a state of the search has ended: rc is BL_OK or BL_E_MSC_COMMAND. */
void msc_search_ended(struct msc *m, enum bl_rc rc);

/* The READ, or the REQUEST SENSE after it, has ended: rc is BL_OK or BL_E_MSC_COMMAND. */
void msc_read_ended(struct msc *m, enum bl_rc rc);
void msc_read_sense_ended(struct msc *m, enum bl_rc rc);

#endif
