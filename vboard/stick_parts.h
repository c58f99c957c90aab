/* SPDX-License-Identifier: MIT
 * What the parts of the stick share. Next: stick.c. */
#ifndef VBOARD_STICK_PARTS_H
#define VBOARD_STICK_PARTS_H

#include "board.h"

#define STICK_IN_EP  1
#define STICK_OUT_EP 2

static inline uint32_t stick_le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint32_t stick_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

static inline void stick_put_le32(uint8_t *p, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

static inline void stick_put_be32(uint8_t *p, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* stick.c */
uint32_t stick_block_bytes(const struct board *b);

/* stick_image.c: `block` holds stick_block_bytes; false = read or write error. */
void stick_image_open(struct board *b);
void stick_image_close(struct board *b);
bool stick_image_read(struct board *b, uint64_t lba, uint8_t *block);
bool stick_image_write(struct board *b, uint64_t at, const uint8_t *data, unsigned bytes);

/* stick_descriptors.c: copies a descriptor (type, index) to out[256]; its length, 0 = none. */
unsigned stick_descriptor(const struct board *b, unsigned type, unsigned index, uint8_t *out);

/* stick_control.c */
enum usb_answer stick_control_transaction(struct board *b, struct usb_transaction *t);
void stick_control_in_acked(struct board *b);

/* stick_bot.c */
enum usb_answer stick_bot_out(struct board *b, const struct usb_transaction *t);
enum usb_answer stick_bot_in(struct board *b, struct usb_transaction *t);
void stick_bot_in_acked(struct board *b);
void stick_bot_reset(struct board *b);
/* An endpoint's halt is cleared by the host (not while a Bulk-Only Reset is due). */
void stick_bot_clear_halt(struct board *b, bool in);

/* stick_scsi.c */
struct stick_command {
    bool failed, to_host;
    uint64_t bytes; /* of the data stage, as the device sees it */
};
struct stick_command stick_scsi_start(struct board *b, const uint8_t *cdb, unsigned cdb_bytes);
/* Data at an offset of the data stage; false = medium error, sense data set. */
bool stick_scsi_read(struct board *b, uint32_t off, uint8_t *data, unsigned bytes);
bool stick_scsi_write(struct board *b, uint32_t off, const uint8_t *data, unsigned bytes);

#endif
