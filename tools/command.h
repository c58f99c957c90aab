/* SPDX-License-Identifier: MIT
 * The commands of `stickboot`, one file each. */
#ifndef TOOLS_COMMAND_H
#define TOOLS_COMMAND_H

#include "tools/say.h"

struct command {
    const char *name;
    const char *summary; /* one line */
    const char *help;    /* what `stickboot NAME --help` prints */
    /* The words behind the command's name. */
    enum status (*run)(int argc, const char *const argv[]);
};

extern const struct command command_keygen;
extern const struct command command_sign;
extern const struct command command_verify;
extern const struct command command_inspect;
extern const struct command command_stick;
extern const struct command command_params;
extern const struct command command_factory;
extern const struct command command_dump;

#endif
