/* SPDX-License-Identifier: MIT
 * A small host for the stick of the models alone (otg_bench.h): enumeration, bulk-only transport,
 * SCSI. Every function ends the test when something is not as it says. */
#ifndef TEST_STICK_HOST_H
#define TEST_STICK_HOST_H

#include "otg_bench.h"
#include "stick_parts.h"

#define BLOCKS 200 /* of each image */

extern char image_path[], swap_path[];
extern uint32_t in_pid, out_pid, packet; /* data toggles, and the length of a bulk packet */
extern uint8_t csw[13];                  /* the last */
extern const uint8_t tur[6];

/* For cmocka's group: the image, and the one that swaps with it. */
int make_images(void **state);
int drop_images(void **state);
/* Blocks as the image has them; the swap image has every byte ^ 0x80. */
void check_blocks(const uint8_t *bytes, unsigned lba, unsigned count);
void check_salted(const uint8_t *bytes, unsigned lba, unsigned count, uint8_t salt);

/* The stick is like this from now on. */
void be(enum quirk_id id, uint64_t value);
/* After bench_start(NULL) and its quirks, a stick gets its image. */
void plug_in(void);
/* From bench_start to a configured stick whose medium is ready; address 7. */
void up(void);
void enumerate(void);

void get_descriptor(unsigned address, unsigned type, unsigned index, unsigned length);
/* A request without data; 0, or the HCINT flag that ended it. */
uint32_t plain(unsigned address, uint8_t type, uint8_t request, uint8_t value, uint8_t index);

uint32_t bulk_in(unsigned bytes);
uint32_t bulk_out(const void *data, unsigned bytes);
void send_cbw(const uint8_t *cdb, unsigned cdb_bytes, uint32_t length, uint8_t flags);
void clear_in_halt(void);
/* Reads the CSW and checks it; after a stall the halt is cleared first. */
void status(bool stalled, uint32_t residue, uint8_t code);
/* A command that moves exactly what both sides expect. */
void command_in(const uint8_t *cdb, unsigned cdb_bytes, uint32_t length);
void expect_sense(uint8_t key, uint8_t asc, uint8_t ascq);
/* Takes the unit attention away. */
void make_ready(void);

#endif
