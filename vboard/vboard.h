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

/* For tests that explore power cuts. Called when the firmware starts a flash operation, before it
 * has any effect; the answer is what becomes of it. A process may fork in here: parent and child
 * then answer differently, and each goes on as a board of its own. */
struct vboard_operation {
    uint64_t number; /* from the first power-on, over all boots, from 1 */
    bool erase;
    uint32_t addr, bytes;
    uint32_t value; /* of a program */
};
enum vboard_cut { VBOARD_NO_CUT, VBOARD_CUT_BEFORE, VBOARD_CUT_TORN };
typedef enum vboard_cut vboard_operation_callback(struct board *b,
                                                  const struct vboard_operation *op, void *ctx);
void vboard_on_operation(struct board *b, vboard_operation_callback *callback, void *ctx);

/* Called whenever the supply has gone: what the cut left in the flash is there, RAM and time are
 * nothing any more. The stick may be changed, and the seed. */
typedef void vboard_power_off_callback(struct board *b, void *ctx);
void vboard_on_power_off(struct board *b, vboard_power_off_callback *callback, void *ctx);

/* The supply goes before the next instruction, and returns after power_off_ms. While the board does
 * not run. */
void vboard_cut_power(struct board *b);
/* Cuts that have come, and those of them before or in a flash operation. */
uint64_t vboard_cuts(const struct board *b);
uint64_t vboard_cuts_at_operations(const struct board *b);
/* Starts of the core, whatever the cause. */
uint64_t vboard_resets(const struct board *b);

/* Before the first power-on or while the supply is off: another image in the stick's place, NULL =
 * no stick. The path is kept, not copied. False: said on stderr why there is no stick now. */
bool vboard_change_stick(struct board *b, const char *path);
/* What is random from here on: torn bits, weak cells, RAM at power-on. */
void vboard_reseed(struct board *b, uint64_t seed);
/* "NAME=VALUE", as behind --param; false: said on stderr why. */
bool vboard_set_param(struct board *b, const char *word);
/* Cells in this part of the flash that a cut left half-way and nothing has made good since: they
 * may read differently at the next power-up. */
bool vboard_flash_is_weak(const struct board *b, uint32_t addr, uint32_t bytes);
/* A hash over the flash, and over what is weak in it. */
uint64_t vboard_flash_state(const struct board *b);
/* What the consoles say goes to this file, too. NULL: no longer. */
void vboard_show_console(struct board *b, FILE *out);

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
/* Blocks of code that run without a look at each instruction now (parameter quiet_blocks). */
unsigned vboard_quiet_blocks(const struct board *b);
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
