/* SPDX-License-Identifier: MIT
 * The whole core on the host: boot_main over the flash, stick, clock and board fakes, from one
 * power-up or restart to its end. */
#ifndef SUPPORT_BOOT_RIG_H
#define SUPPORT_BOOT_RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "support/fake_stick.h"

enum rig_end {
    RIG_STARTED,   /* the application was started */
    RIG_RESTARTED, /* the loader restarted the chip */
    RIG_WAITING,   /* the time ran out */
    RIG_CUT,       /* the power was cut (flash_host.cut_at) */
};

struct boot_rig {
    struct fake_stick stick;
    void (*shape)(struct fake_stick *stick); /* makes it another one, at the start of each run */
    struct fake_stick *root;                 /* what is plugged in; NULL = the stick */
    uint32_t plug_at_ms;                     /* after the start; UINT32_MAX = never */
    uint32_t unplug_at_ms;                   /* the same */
    uint32_t supply_at_ms; /* the supply is good again; UINT32_MAX = stays as it is */
    /* A stick that answers differently the second time: once the loader has
     * decoded header and TLVs (its console says so), these bytes take the place of the same number of bytes that begin the firmware. */
    const uint8_t *swap_from;
    const uint8_t *swap_to; /* NULL = it does not */
    uint32_t swap_bytes;
    bool note;             /* the one-shot note of port/reset.h */
    uint32_t started_addr; /* vector table of the application that was started */
    uint32_t watchdog_ms;  /* that it was started with */
    uint32_t ran_ms;       /* how long the last run took */
    bool vbus_seen;        /* VBUS was on in the last run */
    uint32_t blinks[2];    /* of 200 ms in the last run, by enum board_led */
};

extern struct boot_rig boot_rig;

/* Blank flash, no stick, no button, everything in order. */
void boot_rig_reset(void);

/* A blank FAT16 stick; image_bytes NULL = no such file. The same content again is cached. */
void boot_rig_stick(const void *firmware, uint32_t bytes, const char *md5_text);

/* The same with any names, on top of what is there. */
void boot_rig_stick_file(const char *name, const void *bytes, uint32_t len);

void boot_rig_stick_folder(const char *name);
void boot_rig_stick_hide(const char *name);

/* The stick is (not) in the socket when the power comes. */
void boot_rig_plugged(bool plugged);

/* One run, at most limit_ms long. The log then holds this run's lines. */
enum rig_end boot_rig_run(uint32_t limit_ms);

/* Runs again as long as the loader restarts. */
enum rig_end boot_rig_run_on(uint32_t limit_ms);

#endif
