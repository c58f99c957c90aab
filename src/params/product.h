/* SPDX-License-Identifier: MIT
 * Product parameters: the first 256 bytes of sector 2, written in production and never by the
 * loader. The decoder is total: any bit pattern is either a blob that its CRC-32 vouches for, or
 * none; the values of a blob are usable as they are.
 *
 *   offset  bytes  content, integers little-endian
 *        0      4  magic 0x31504253 ("SBP1")
 *        4     16  vendor UUID, in the order of its text form (as in the image's TLV)
 *       20     16  class UUID
 *       36      4  hardware revision
 *       40      4  flags (PRODUCT_FLAG_*)
 *       44     32  serial number: printable ASCII, filled up with zeros
 *       76    128  agreed file: absolute path, printable ASCII, filled up with zeros; one that ends
 *                  in '/' is a folder to choose from; empty = PRODUCT_FILE_DEFAULT
 *      204      4  attach window in ms, 0..5000; 0xFFFFFFFF = default
 *      208      4  time for a stick to become ready in ms, 1000..60000; 0xFFFFFFFF = default
 *      212     40  not used: zero when written, not looked at
 *      252      4  CRC-32 of the 252 bytes before */
#ifndef PARAMS_PRODUCT_H
#define PARAMS_PRODUCT_H

#include <stdbool.h>
#include <stdint.h>

#include "config/limits.h"
#include "util/err.h"

#define PRODUCT_BYTES         256u
#define PRODUCT_UUID_BYTES    16u
#define PRODUCT_SERIAL_BYTES  32u
#define PRODUCT_FILE_DEFAULT  "/firmware.bin"
#define PRODUCT_TIME_DEFAULT  0xFFFFFFFFu
#define PRODUCT_ATTACH_MAX_MS 5000u
#define PRODUCT_READY_MIN_MS  1000u
#define PRODUCT_READY_MAX_MS  60000u

/* Flags; the others are zero. */
#define PRODUCT_FLAG_OLDER         1u /* older versions may be installed */
#define PRODUCT_FLAG_SAME_VERSION  2u /* another image with the installed version, too */
#define PRODUCT_FLAG_MUST_BE_NAMED 4u /* an image must say for which product it is */

struct product {
    enum product_state {
        PRODUCT_NONE,    /* blank */
        PRODUCT_DAMAGED, /* neither blank nor a valid blob */
        PRODUCT_VALID,
    } state;
    uint8_t vendor[PRODUCT_UUID_BYTES];
    uint8_t class_id[PRODUCT_UUID_BYTES];
    uint32_t hw_revision;
    uint32_t flags;
    char serial[PRODUCT_SERIAL_BYTES + 1]; /* zero-terminated */
    char file[FILE_PATH_MAX];              /* zero-terminated, never empty */
    uint32_t attach_ms;
    uint32_t ready_ms;
};

/* What holds without parameters: state PRODUCT_NONE, the default file and times, else zero. */
void product_default(struct product *out);

/* Fills *out in any case: unless the state is PRODUCT_VALID, with the defaults. */
void product_decode(const uint8_t in[PRODUCT_BYTES], struct product *out);

/* Of a struct whose values keep to the table above; state is not looked at. False when they do not:
 * it would not decode as valid. */
BL_MUST bool product_encode(const struct product *product, uint8_t out[PRODUCT_BYTES]);

/* Decodes what the flash holds. Between flash operations only. */
void product_read(struct product *out);

#endif
