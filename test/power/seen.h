/* SPDX-License-Identifier: MIT
 * What was tried already. After a cut all that matters is what the cells hold, which of them are weak,
 * and what the judge remembers: two cuts that leave the same have the same future. */
#ifndef POWER_SEEN_H
#define POWER_SEEN_H

#include <stdint.h>

struct seen {
    uint64_t state; /* hash; 0: a free place */
    uint64_t end;   /* for the caller; 0 at first */
};

/* Forgets all, for another scenario. */
void seen_forget(void);

/* The place of the present state, the same one whenever it comes up. NULL when the memory (half a
 * million states) is full. */
struct seen *seen_here(void);

#endif
