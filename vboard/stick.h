/* SPDX-License-Identifier: MIT
 * The USB stick: a bulk-only mass-storage device over a disk image.
 * stick.c plug, power and endpoints; stick_control.c endpoint 0; stick_bot.c bulk-only transport;
 * stick_scsi.c commands; stick_image.c medium; stick_descriptors.c. It knows nothing of the host controller. */
#ifndef VBOARD_STICK_H
#define VBOARD_STICK_H

#include <stdbool.h>
#include <stdint.h>

#define STICK_BLOCK_MAX 4096

struct board;

/* Endpoint 0: one control transfer (USB 2.0 8.5.3). */
struct stick_control {
    uint8_t stage; /* enum in stick_control.c */
    uint8_t setup[8];
    uint8_t data[256];
    uint16_t bytes, sent, last; /* data stage: length, moved, length of the last packet */
    uint8_t toggle;
};

enum stick_phase { STICK_PHASE_COMMAND, STICK_PHASE_IN, STICK_PHASE_OUT, STICK_PHASE_STATUS };

/* Bulk-only transport 1.0: one command. */
struct stick_bot {
    uint8_t phase;              /* enum stick_phase */
    bool reset_needed;          /* after an invalid CBW: both pipes stalled until Bulk-Only Reset */
    uint8_t wrapper[31];        /* CBW as received, then CSW as sent */
    uint8_t wrapper_bytes;      /* of it, moved so far */
    uint32_t tag, host_bytes;   /* dCBWTag, dCBWDataTransferLength */
    uint32_t data_bytes, moved; /* data stage: what the device will move, and has moved */
    uint16_t last;              /* length of the last IN packet */
    uint8_t status;             /* bCSWStatus */
    uint64_t ready_ps;          /* the first answer comes at this time */
};

struct stick_scsi {
    uint8_t key, asc, ascq; /* sense data of the last failed command */
    bool stopped;
    uint64_t attentions; /* commands that still fail with a unit attention */
    uint8_t response[256];
    bool medium;     /* the data stage is blocks, not response */
    uint64_t lba;    /* first block of the data stage */
    uint64_t cached; /* block in `block`, plus one; 0 = none */
    uint8_t block[STICK_BLOCK_MAX];
};

/* The medium: one image, or two (stick_image.c). */
struct stick_image {
    bool open;
    int fd, swap_fd; /* swap_fd -1 = none */
    uint64_t bytes;
    uint64_t read_bytes; /* served so far */
    uint8_t *reads;      /* per block, with a swap image: how often it was read, up to 255 */
};

struct stick {
    struct stick_image image;
    bool plugged, powered, attached;
    uint64_t attached_ps, silent_until_ps;
    uint8_t address, configuration;
    bool in_halted, out_halted;
    uint8_t in_toggle, out_toggle;
    uint64_t naks_left; /* before the next bulk IN packet */
    struct stick_control control;
    struct stick_bot bot;
    struct stick_scsi scsi;
};

/* The board's supply comes up: opens the image at the first time; a message on stderr and no stick
 * if it cannot be opened. The 5 V of the stick are off. */
void stick_power_on(struct board *b);
/* Closes the image. */
void stick_close(struct board *b);
void stick_vbus(struct board *b, bool on);
void stick_on_plug(struct board *b);
void stick_on_attach(struct board *b);

#endif
