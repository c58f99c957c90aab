/* SPDX-License-Identifier: MIT
 * Descriptors of the stick (USB 2.0 9.6; bulk-only transport 1.0, chapter 4). */
#include "stick_parts.h"

#include <string.h>

enum { DEVICE = 1, CONFIGURATION = 2, STRING = 3 };

static unsigned device_descriptor(const struct board *b, uint8_t *out)
{
    /* 0x1209:0x0001 is a vendor and product id that is free for private tests (pid.codes). */
    static const uint8_t device[18] = {18,   DEVICE, 0x00, 0x02, 0, 0, 0, 64, 0x09,
                                       0x12, 0x01,   0x00, 0x00, 1, 1, 2, 3,  1};

    memcpy(out, device, sizeof device);
    out[7] = (uint8_t)quirk(b, QUIRK_EP0_BYTES);
    return sizeof device;
}

static unsigned configuration_descriptor(const struct board *b, uint8_t *out)
{
    static const uint8_t configuration[32] = {
        9,
        CONFIGURATION,
        32,
        0,
        1,
        1,
        0,
        0x80,
        100, /* one interface, bus-powered, 200 mA */
        9,
        4,
        0,
        0,
        2,
        8,
        6,
        0x50,
        0, /* mass storage, SCSI, bulk-only */
        7,
        5,
        0x80 | STICK_IN_EP,
        2,
        64,
        0,
        0, /* bulk IN */
        7,
        5,
        STICK_OUT_EP,
        2,
        64,
        0,
        0, /* bulk OUT */
    };

    memcpy(out, configuration, sizeof configuration);
    out[22] = out[29] = (uint8_t)quirk(b, QUIRK_BULK_BYTES);
    return sizeof configuration;
}

/* The serial number must have at least 12 hexadecimal digits (bulk-only transport 4.1.1). */
static unsigned string_descriptor(unsigned index, uint8_t *out)
{
    static const char *const text[] = {NULL, "Stickboot", "Virtual stick", "0123456789AB"};

    if (index >= sizeof text / sizeof text[0])
        return 0;
    out[1] = STRING;
    if (index == 0) {
        out[0] = 4;
        out[2] = 0x09; /* English (United States) */
        out[3] = 0x04;
        return 4;
    }
    unsigned length = (unsigned)strlen(text[index]);
    out[0] = (uint8_t)(2 + 2 * length);
    for (unsigned i = 0; i < length; i++) {
        out[2 + 2 * i] = (uint8_t)text[index][i];
        out[3 + 2 * i] = 0;
    }
    return out[0];
}

unsigned stick_descriptor(const struct board *b, unsigned type, unsigned index, uint8_t *out)
{
    if (type == DEVICE && index == 0)
        return device_descriptor(b, out);
    if (type == CONFIGURATION && index == 0)
        return configuration_descriptor(b, out);
    if (type == STRING)
        return string_descriptor(index, out);
    return 0;
}
