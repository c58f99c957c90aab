/* SPDX-License-Identifier: MIT
 * Runs another program and waits for it, without a shell. */
#ifndef TOOLS_PROGRAM_H
#define TOOLS_PROGRAM_H

#include <stdbool.h>

#include "tools/file.h"

/* argv ends with NULL; argv[0] is looked up in PATH. in (may be NULL): what it reads on its
 * standard input. out (may be NULL): receives what it prints, at most max_bytes; file_free gives it
 * back. Not both. quiet: its messages are dropped. STATUS_TOOL, said unless quiet, when it cannot be
 * run or fails. */
enum status program_run(const char *const argv[], const struct file_bytes *in,
                        struct file_bytes *out, uint32_t max_bytes, bool quiet);

#endif
