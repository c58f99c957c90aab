/* SPDX-License-Identifier: MIT
 * The images of a scenario. They reach over several sectors but hold few words that are not blank, and
 * the loader does not program blank words: that keeps the number of flash operations small and the
 * sectors many. A start is judged at the first instruction; only a sample application then runs. */
#ifndef SWEEP_FIRMWARE_IMAGES_H
#define SWEEP_FIRMWARE_IMAGES_H

#include "scenario.h"

/* All of them make bench->image[which], to be freed with rig_file_free. */
void firmware_plain(struct bench *bench, enum sweep_image which, unsigned sectors);

/* By the packager, with the key of the test loaders. */
void firmware_signed(struct bench *bench, enum sweep_image which, unsigned sectors);

/* It asks to be confirmed. */
struct firmware_trial {
    uint32_t starts;      /* within so many */
    uint32_t watchdog_ms; /* 0 = none */
};

/* An MCUboot image that proves itself by its SHA-256 only (docs/image-format.md): the open policy
 * takes it, and no start costs the time of a signature. trial NULL: it is accepted at once. */
void firmware_hashed(struct bench *bench, enum sweep_image which, unsigned sectors,
                     const struct firmware_trial *trial);

/* The same around a sample application ("sample_v2_signed": linked behind a header), which runs. */
void firmware_sample(struct bench *bench, enum sweep_image which, const char *program,
                     const struct firmware_trial *trial);

/* A file in the bench's folder. */
void firmware_write(const struct bench *bench, const char *name, const void *bytes,
                    uint32_t length);

#endif
