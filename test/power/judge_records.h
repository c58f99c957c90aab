/* SPDX-License-Identifier: MIT
 * The oracles for the two logs: what a record is written to, and what the records say. */
#ifndef POWER_JUDGE_RECORDS_H
#define POWER_JUDGE_RECORDS_H

#include <stdint.h>

#include "params/records.h"

/* A word of which some bits stay weak is about to be programmed there (flash_host_stays_weak). */
void judge_records_weak_word(uint32_t addr);

/* The newest state that will be read for ever; the default one when there is none. */
struct record judge_records_solid(void);

/* An application has been started: it finds the same state in both logs, and room for its own. */
void judge_records_started(void);

/* Nothing happens any more: the state will not fade, and tells of the upgrade that was made. */
void judge_records_rest(int running);

#endif
