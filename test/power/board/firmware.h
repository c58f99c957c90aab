/* SPDX-License-Identifier: MIT
 * The images of a scenario. They reach over several sectors but hold few words that are not blank, and
 * the loader does not program blank words: that keeps the number of flash operations small and the
 * sectors many. None ever runs: a start is judged at its first instruction. */
#ifndef SWEEP_FIRMWARE_IMAGES_H
#define SWEEP_FIRMWARE_IMAGES_H

#include "scenario.h"

/* All of them make bench->image[which], to be freed with rig_file_free. */
void firmware_plain(struct bench *bench, enum sweep_image which, unsigned sectors);

/* By the packager, with the key of the test loaders. */
void firmware_signed(struct bench *bench, enum sweep_image which, unsigned sectors);

/* An MCUboot image that proves itself by its SHA-256 only (docs/image-format.md): the open policy
 * takes it, and no start costs the time of a signature. trial: it asks to be confirmed within so
 * many starts; 0 = it does not. */
void firmware_hashed(struct bench *bench, enum sweep_image which, unsigned sectors, uint32_t trial);

/* A file in the bench's folder. */
void firmware_write(const struct bench *bench, const char *name, const void *bytes,
                    uint32_t length);

#endif
