/* SPDX-License-Identifier: MIT
 * MCUboot images made in memory, with SHA-256 and without a signature: what the policy `open` takes. */
#ifndef SUPPORT_MCUBOOT_SAMPLE_H
#define SUPPORT_MCUBOOT_SAMPLE_H

#include <stdint.h>

struct mcuboot_sample {
    uint32_t seed;          /* of the program's bytes */
    uint32_t program_bytes; /* with the vector table, a multiple of 4 */
    uint8_t major;          /* of the version */
    uint32_t counter;       /* security counter */
    uint32_t starts;        /* of a trial; 0 = it does not ask to be confirmed */
    uint32_t watchdog_ms;   /* of a trial */
};

/* What an image has beyond its program. */
#define MCUBOOT_SAMPLE_EXTRA_BYTES (0x200u + 4u + 8u + 12u + 4u + 36u)

/* Writes the image to out; its size, program_bytes + MCUBOOT_SAMPLE_EXTRA_BYTES at the most. */
uint32_t mcuboot_sample(const struct mcuboot_sample *what, uint8_t *out);

#endif
