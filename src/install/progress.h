/* SPDX-License-Identifier: MIT
 * Progress lines on the console, one about every ten percent. */
#ifndef INSTALL_PROGRESS_H
#define INSTALL_PROGRESS_H

#include <stdint.h>

struct progress {
    const char *what; /* "stage", "install" */
    uint32_t total;   /* bytes, not 0 */
    uint32_t shown_percent;
};

void progress_begin(struct progress *progress, const char *what, uint32_t total);

/* done: bytes so far. Logs "what: n %" when another ten percent are reached. */
void progress_update(struct progress *progress, uint32_t done);

#endif
