/* SPDX-License-Identifier: MIT
 * What the parts of the stick share. Next: stick.c. */
#ifndef VBOARD_STICK_PARTS_H
#define VBOARD_STICK_PARTS_H

#include "board.h"

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

/* stick_plug.c: off the bus from now on for reconnect-ms (quirks disconnect, detach-on-reset). */
void stick_leave(struct board *b);

/* stick.c */
extern const struct usb_device stick_full, stick_low;
uint32_t stick_block_bytes(const struct board *b);
/* The Default state of USB 2.0 9.1.1. What the medium is like survives. */
void stick_bus_state_reset(struct board *b);

/* stick_descriptors.c: builds the identity from the quirks, or reads it from the file; false = that
 * failed, and was said on stderr. */
bool stick_describe(struct board *b);

/* stick_control.c */
extern const struct usb_ep0_owner stick_requests;

/* stick_bot.c */
enum usb_answer stick_bot_out(struct board *b, const struct usb_transaction *t);
/* USB_ACK stands for "data": stick.c knows the toggle. */
enum usb_answer stick_bot_in(struct board *b, struct usb_transaction *t);
void stick_bot_in_acked(struct board *b);
void stick_bot_reset(struct board *b);
/* An endpoint's halt is cleared by the host (not while a Bulk-Only Reset is due). */
void stick_bot_clear_halt(struct board *b, bool in);

/* stick_status.c: the CSW is next; one packet of it; it may be stalled (again). */
void stick_status_begin(struct board *b);
enum usb_answer stick_status_packet(struct board *b, struct usb_transaction *t);
void stick_status_may_stall(struct board *b);

/* stick_scsi.c */
struct stick_command {
    bool failed, to_host;
    bool hangs;     /* it will never be answered */
    uint64_t bytes; /* of the data stage, as the device sees it */
};
struct stick_command stick_scsi_start(struct board *b, const uint8_t *cdb, unsigned cdb_bytes);
/* Data at an offset of the data stage; false = medium error, sense data set. */
bool stick_scsi_read(struct board *b, uint32_t off, uint8_t *data, unsigned bytes);
bool stick_scsi_write(struct board *b, uint32_t off, const uint8_t *data, unsigned bytes);
/* Sense data of the command's unit: sense key, ASC, ASCQ as 0xKKAAQQ. */
struct stick_command stick_scsi_fail(struct board *b, uint32_t sense);
/* The response buffer goes to the host, cut to the allocation length. */
struct stick_command stick_scsi_respond(unsigned bytes, unsigned allocation);

/* stick_units.c */
unsigned stick_units(const struct board *b);
enum stick_kind stick_unit_kind(const struct board *b, unsigned lun);
uint64_t stick_unit_blocks(const struct board *b, unsigned lun);
uint32_t stick_unit_block_bytes(const struct board *b, unsigned lun);
struct stick_command stick_inquiry(struct board *b, const uint8_t *cdb);
struct stick_command stick_request_sense(struct board *b, const uint8_t *cdb);
/* The command's unit can carry out what needs a medium; if not, the sense data says why. */
bool stick_unit_ready(struct board *b, const uint8_t *cdb, struct stick_command *why);

/* stick_image.c. False = said on stderr. */
bool stick_image_open(struct board *b);
void stick_image_close(struct board *b);
/* `block` holds stick_block_bytes; false = read or write error. */
bool stick_image_read(struct board *b, uint64_t lba, uint8_t *block);
bool stick_image_write(struct board *b, uint64_t at, const uint8_t *data, unsigned bytes);

#endif
