/* SPDX-License-Identifier: MIT
 * What is measured: boards, images and sticks of given sizes, and the conditions of a run. */
#ifndef BENCH_SCENE_H
#define BENCH_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/timeline.h"
#include "board/rig.h"

#define SCENE_LOADER "stickboot_test_release" /* signed images only */

/* The virtual stick's own times, from VBUS on (docs/vboard.md, quirks attach-ms and ready-ms). */
#define SCENE_READY_MS  600.0
#define SCENE_ATTACH_MS 100.0

/* Conditions of a run. */
struct scene_speed {
    const char *name;
    uint32_t cpi_milli;
    double word_us;
    double erase_32k_ms, erase_128k_ms, erase_256k_ms; /* at x32 */
};

extern const struct scene_speed scene_typical; /* typical flash times, 1 cycle an instruction */
extern const struct scene_speed scene_maximum; /* the flash times' maxima */
extern const struct scene_speed scene_fast;    /* typical, 0.7 cycles */
extern const struct scene_speed scene_slow;    /* typical, 2 cycles */

/* A signed image that fills kb kilobytes but for its TLVs' reserve, with a program of noise behind the
 * sample application's code, so that (nearly) no word is blank. */
struct scene_image {
    struct rig_file file;
    unsigned kb;
};

/* version 1 or 2. The rig lends its folder. more: further words for the packager. */
struct scene_image scene_image_make(struct rig *rig, unsigned version, unsigned kb,
                                    const char *more);

/* Words that must be programmed for the first bytes of it: those that are not blank. */
uint32_t scene_words(const struct scene_image *image);

/* A board in use: loader, this image, and the records that say so. Right after scene_image_make. */
void scene_installed(struct rig *rig);

/* An empty stick, or one with this file. */
void scene_stick(struct rig *rig, const struct scene_image *image);

/* Runs until a new application has started, or `until` is said; the events become `line`. more: further words of
 * `vboard run`. Ends the program when the run does not end as it should. Returns the seconds of one core that it
 * took here. */
double scene_run(struct rig *rig, const struct scene_speed *speed, const char *until,
                 const char *more, struct timeline *line);

/* Seconds of one core that child processes, now ended, took so far. */
double scene_children_s(void);

/* Where the loader has this function or variable. Ends the program when there is none. */
uint32_t scene_symbol(const char *name);

#endif
