/* SPDX-License-Identifier: MIT
 * The virtual board as a library. Tests say the same words as a user of `vboard run`.
 *
 *   static const char *const words[] = {"--load", "loader.elf", "--until", "no stick", "--for", "9000"};
 *   struct board *b = vboard_open(6, words);
 *   int status = vboard_run(b);                  // what the command would exit with
 *   strstr(vboard_console(b), "no stick");
 *   vboard_close(b);
 *
 * Nothing is printed but findings (stderr). One process may hold several boards. */
#ifndef VBOARD_VBOARD_H
#define VBOARD_VBOARD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "finding.h"

struct board;

enum vboard_status {
    VBOARD_OK = 0,
    VBOARD_LOCKED_UP = 2, /* lock-up, or asleep for ever, and no watchdog runs */
    VBOARD_VIOLATION = 3,
    VBOARD_TIME_OVER = 4, /* --for ran out before --until */
    VBOARD_USAGE = 5,
    VBOARD_UNMODELLED = 6
};

/* Powers nothing on yet. The words are kept, not copied. NULL: bad words or files, said on stderr. */
struct board *vboard_open(int argc, const char *const argv[]);

/* Runs from the first power-on to the end that the words ask for. */
int vboard_run(struct board *b);

/* Instead of vboard_run, or after it: runs on until a console says text (NULL: nothing) or for_ms
 * virtual milliseconds have passed from here. VBOARD_OK: text seen, or text NULL and time over;
 * VBOARD_TIME_OVER; or what ended the run. After a violation or a lock-up it goes no further. */
int vboard_go(struct board *b, const char *text, uint64_t for_ms);

/* Called before the first instruction of another vector table's reset handler (the `entry` event):
 * VTOR was set to a new table, and execution has come to its reset vector. True ends the run. */
typedef bool vboard_entry_callback(struct board *b, uint32_t vtor, void *ctx);
void vboard_on_entry(struct board *b, vboard_entry_callback *callback, void *ctx);

/* For commands: SIGINT, SIGTERM and SIGHUP end the run (status 128 + signal), files are written. */
void vboard_catch_signals(void);

/* Ends the run from a callback, with this exit status. */
void vboard_end(struct board *b, int status, const char *reason);

/* Everything both consoles sent so far; valid until the board runs on. */
const char *vboard_console(const struct board *b);
/* All events so far as JSON lines. */
const char *vboard_events(const struct board *b);
/* The 2 MB flash array: may be read at any time, written while the board does not run. */
uint8_t *vboard_flash(struct board *b);
/* Any memory (flash, ITCM, DTCM, SRAM) at a chip address; NULL outside. */
uint8_t *vboard_memory(struct board *b, uint32_t addr, uint32_t bytes);
uint64_t vboard_now_us(const struct board *b);
uint64_t vboard_flash_operations(const struct board *b);
uint32_t vboard_finding_count(const struct board *b, enum rule_id rule);
uint32_t vboard_class_count(const struct board *b, enum rule_class class);
const char *vboard_rule_name(enum rule_id rule); /* "flash-locked" */

/* Every readable register of the core and of the modelled peripherals, one "NAME value" a line,
 * without side effects. Registers behind a closed clock gate show what they hold. */
void vboard_dump_state(struct board *b, FILE *out);

/* Writes the flash file back, closes files, frees everything. */
void vboard_close(struct board *b);

#endif
