/* SPDX-License-Identifier: MIT
 * One start of the loader, the unmodified core from boot_main on, over fakes that cost nothing: the
 * stick is a block device at once, time passes in steps, and nothing waits. */
#ifndef POWER_RIG_H
#define POWER_RIG_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "power/image.h"

enum rig_end {
    RIG_STARTED,   /* the application was started */
    RIG_RESTARTED, /* the loader restarted the chip */
    RIG_WAITING,   /* it waits for a stick */
};

/* A FAT12 volume with /firmware.bin and its MD5. */
#define RIG_DISK_BYTES (SLOT_BYTES + 0x4000)

struct rig_disk {
    uint8_t bytes[RIG_DISK_BYTES];
};

struct rig {
    const struct rig_disk *stick; /* in the socket; NULL = none */
    bool note;                    /* the one-shot note of port/reset.h; gone when the power is */
    bool print;                   /* the console to stdout */
    uint32_t started_addr;        /* vector table of the application that was started */
};

extern struct rig rig;

/* Puts a file on the disk. claims: another image whose MD5 the .md5 file has; NULL = the image. */
void rig_disk_make(struct rig_disk *disk, const struct image *image, const struct image *claims);

/* One run with fresh RAM. A cut leaves it by the watcher's longjmp. */
enum rig_end rig_run(void);

#endif
