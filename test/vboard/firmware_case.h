/* SPDX-License-Identifier: MIT
 * Runs one case of a test firmware (test/firmware/rules, test/firmware/core) on a virtual board. */
#ifndef FIRMWARE_CASE_H
#define FIRMWARE_CASE_H

struct board;

/* Opens a board with ELF (a name in the firmware build) and the case's name at its place in flash,
 * runs it until it says "done" or 5 virtual seconds are over. extra: further words, NULL-ended, or
 * NULL. The caller closes the board. */
struct board *firmware_case(const char *elf, const char *name, const char *const *extra,
                            int *status);

#endif
