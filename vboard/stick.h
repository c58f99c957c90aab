/* SPDX-License-Identifier: MIT
 * The USB stick: a bulk-only mass-storage device over a disk image.
 * stick_plug.c plug and power; stick.c bus and endpoints; stick_control.c endpoint 0;
 * stick_descriptors.c; stick_bot.c and stick_status.c bulk-only transport; stick_scsi.c and
 * stick_units.c commands; stick_image.c medium. What it does its own way: quirks.def. It knows
 * nothing of the host controller. */
#ifndef VBOARD_STICK_H
#define VBOARD_STICK_H

#include <stdbool.h>
#include <stdint.h>

#include "usb_ep0.h"
#include "usb_identity.h"

#define STICK_BLOCK_MAX      4096
#define STICK_LUNS_MAX       16
#define STICK_INTERFACES_MAX 8

struct board;

/* The medium: one image, or two (stick_image.c). */
struct stick_image {
    bool open;
    int fd, swap_fd; /* swap_fd -1 = none */
    uint64_t bytes;
    uint64_t read_bytes; /* served so far */
    uint8_t *reads;      /* per block, with a swap image: how often it was read, up to 255 */
};

/* In the socket or not, with power or not. */
struct stick_plug {
    bool plugged, powered, attached;
    uint64_t away_from_ps, away_until_ps; /* off the bus by itself (quirk disconnect) */
    uint64_t attached_ps;
    uint64_t powers, resets; /* times that power came; bus resets since then */
};

/* The bulk-only interface of the configuration and the alternate settings that were chosen. */
struct stick_pipes {
    uint8_t interface;     /* 0xFF = there is none */
    uint8_t in_ep, out_ep; /* numbers; 0 = there is none */
    uint16_t in_bytes, out_bytes;
    uint8_t alternate[STICK_INTERFACES_MAX];
};

enum stick_phase { STICK_PHASE_COMMAND, STICK_PHASE_IN, STICK_PHASE_OUT, STICK_PHASE_STATUS };

/* Bulk-only transport 1.0: one command. */
struct stick_bot {
    uint8_t phase;              /* enum stick_phase */
    bool reset_needed;          /* after an invalid CBW: both pipes stalled until Bulk-Only Reset */
    uint8_t wrapper[32];        /* CBW as received, then CSW as sent */
    uint8_t wrapper_bytes;      /* of it, moved so far */
    uint8_t status_bytes;       /* of the CSW, in all */
    uint32_t tag, host_bytes;   /* dCBWTag, dCBWDataTransferLength */
    uint32_t data_bytes, moved; /* data stage: what the device will move, and has moved */
    uint16_t last;              /* length of the last IN packet */
    uint8_t status;             /* bCSWStatus */
    uint8_t zeros;              /* zero-length packets that come first */
    bool zero_last, residue_lie;
    uint64_t ready_ps; /* the first answer comes at this time */
};

enum stick_kind { STICK_DISK, STICK_EMPTY, STICK_CD, STICK_NONE };

/* A logical unit. */
struct stick_unit {
    uint8_t key, asc, ascq; /* sense data of the last failed command */
    bool stopped;
    uint64_t attentions; /* commands that still fail with a unit attention */
    uint64_t started_ps; /* when its medium is ready after a START STOP UNIT */
};

struct stick_scsi {
    uint8_t lun; /* of the command */
    struct stick_unit unit[STICK_LUNS_MAX];
    bool read_once;
    uint8_t response[256];
    bool medium;     /* the data stage is blocks, not response */
    uint64_t lba;    /* first block of the data stage */
    uint64_t cached; /* block in `block`, plus one; 0 = none */
    uint8_t block[STICK_BLOCK_MAX];
};

struct stick {
    struct stick_image image;
    struct stick_plug plug;
    struct usb_identity identity;
    struct usb_ep0 ep0;
    uint64_t silent_until_ps;
    uint8_t address, configuration;
    struct stick_pipes pipes;
    bool in_halted, out_halted;
    uint8_t in_toggle, out_toggle;
    uint64_t naks_left; /* before the next bulk IN packet */
    struct stick_bot bot;
    struct stick_scsi scsi;
};

/* Opens the image and makes the descriptors, if there is to be a stick. False: said on stderr. */
bool stick_open(struct board *b);
/* The board's supply comes up; the 5 V of the stick are off. */
void stick_power_on(struct board *b);
/* Closes the image. */
void stick_close(struct board *b);
void stick_vbus(struct board *b, bool on);
void stick_on_plug(struct board *b);
void stick_on_attach(struct board *b);

#endif
