/* SPDX-License-Identifier: MIT
 * A bench for whole scenarios: the real binaries, run by the command `vboard` as a user would run
 * it, each rig in a folder of its own. What it prints, does to its LEDs and leaves in its flash is
 * then looked at. Every function ends the test with a message when something is wrong with the
 * bench itself. */
#ifndef BOARD_RIG_H
#define BOARD_RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "support/stick_image.h"

#define RIG_FLASH_BYTES 0x200000u

struct rig {
    const char *loader; /* of the firmware build: "stickboot"; NULL: what the flash holds runs */
    char dir[256];      /* flash.bin, stick.img, console.txt, events.jsonl lie here */
    uint8_t *before;    /* flash content before the last run */
    uint8_t *flash;     /* flash content now */
    char *console;      /* what the last run printed on the consoles */
    char *events;       /* the last run's events, JSON lines */
    int status;         /* its exit status */
    bool has_stick;
    enum stick_layout layout;
};

/* A file of the firmware build, read whole. */
struct rig_file {
    uint8_t *bytes;
    uint32_t length;
};

/* A board with a blank flash that holds the loader only. name must be unique among all tests. */
void rig_open(struct rig *rig, const char *name);
/* The same with another loader of the firmware build. */
void rig_open_with(struct rig *rig, const char *name, const char *loader);
void rig_close(struct rig *rig);

struct rig_file rig_read_build(const char *name);
/* A file of test/data. */
struct rig_file rig_read_data(const char *name);
void rig_file_free(struct rig_file *file);

/* What the packager writes as its file `out` in the rig's folder: `stickboot WORDS` (printf format)
 * runs there, with the folders $FIRMWARE (the build) and $DATA (test/data). Ends the test when it
 * fails. */
struct rig_file rig_packager(struct rig *rig, const char *out, const char *words, ...)
    __attribute__((format(printf, 3, 4)));

/* Copies bytes into the flash image, as a debugger does. */
void rig_debugger(struct rig *rig, uint32_t addr, const void *bytes, uint32_t length);

/* An empty stick (FAT32 behind an MBR unless told otherwise), and files on it. */
void rig_stick(struct rig *rig);
void rig_stick_as(struct rig *rig, unsigned fat_bits, enum stick_layout layout);
void rig_stick_file(struct rig *rig, const char *name, const void *bytes, uint32_t length);
void rig_stick_folder(struct rig *rig, const char *name);
/* /firmware.bin and the matching /firmware.md5 */
void rig_stick_firmware(struct rig *rig, const void *bytes, uint32_t length);
/* The bench of most scenarios: version 1 installed, a stick with this firmware. */
void rig_open_upgrade(struct rig *rig, const char *name, const struct rig_file *firmware);
/* The md5sum line of bytes, for tests that write the .md5 themselves: 32 digits, two blanks, name.
 */
void rig_md5_line(char line[64], const void *bytes, uint32_t length);

/* What most scenarios start from: sample version 1 in the run area as a debugger leaves it. */
void rig_install_v1(struct rig *rig);

/* Runs the board with these further words (printf format). --stick is added while there is a stick.
 * Advice counts as a violation: our own firmware gives none. Returns the exit status. */
int rig_run(struct rig *rig, const char *words, ...) __attribute__((format(printf, 2, 3)));

/* The console shows these texts in this order (the list ends with NULL). */
bool rig_says(const struct rig *rig, ...);
bool rig_silent_about(const struct rig *rig, const char *text);

/* Number of events whose line holds both parts ("" matches all). */
unsigned rig_events(const struct rig *rig, const char *part, const char *part2);
/* Virtual time in ms of the first event whose line holds part and part2; -1 = none. */
long rig_event_ms(const struct rig *rig, const char *part, const char *part2);

/* Flash operations of the last run (erases and word programs). */
unsigned rig_flash_operations(const struct rig *rig);

/* Complete LED blinks of 150 to 250 ms on an LED in the last run. */
unsigned rig_blinks(const struct rig *rig, unsigned led);

/* Sectors of the loader and of the product's parameters are what they were before the last run. */
bool rig_loader_kept(const struct rig *rig);

/* An area's content is bytes / is what it was before the last run. */
bool rig_flash_is(const struct rig *rig, uint32_t addr, const void *bytes, uint32_t length);
bool rig_flash_kept(const struct rig *rig, uint32_t addr, uint32_t length);

/* Prints the console and the findings of the last run, for a failing test. */
void rig_show(const struct rig *rig);

/* Checks with the whole run shown on failure. */
#define RIG_CHECK(rig, condition)                                                                  \
    do {                                                                                           \
        bool rig_ok_ = (condition);                                                                \
        if (!rig_ok_)                                                                              \
            rig_show(rig);                                                                         \
        assert_true(rig_ok_);                                                                      \
    } while (0)

#endif
