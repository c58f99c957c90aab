/* SPDX-License-Identifier: MIT
 * What `vboard` says about itself. */
#ifndef VBOARD_HELP_H
#define VBOARD_HELP_H

#include <stdio.h>

void help_main(FILE *out);
void help_run(FILE *out);
void help_lists(FILE *out, const char *command);

#endif
