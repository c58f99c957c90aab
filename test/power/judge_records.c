/* SPDX-License-Identifier: MIT
 * Oracles for the logs; judge_records.h. */
#include "power/judge_records.h"

#include <stdbool.h>

#include "config/layout.h"
#include "power/scenario.h"
#include "power/world.h"
#include "support/flash_host.h"

/* Nothing is written to cells that an interrupted operation left half-way; but for a log without any
 * state, which takes one all the same when nothing else holds it. */
void judge_records_weak_word(uint32_t addr)
{
    bool in_p = addr - RECORD_LOG_P_ADDR < RECORD_LOG_P_SLOTS * RECORD_BYTES;
    bool in_f = addr - RECORD_LOG_F_ADDR < RECORD_LOG_F_SLOTS * RECORD_BYTES;
    uint32_t log_addr = in_p ? RECORD_LOG_P_ADDR : RECORD_LOG_F_ADDR;
    struct record record;

    if (addr >= RUN_ADDR)
        world_fail("a sector was programmed that was not erased from end to end");
    if ((!in_p && !in_f) || scenario.loss != LOSS_NONE)
        return; /* what says that a log was being erased may be what is lost */
    for (; log_addr + RECORD_BYTES <= addr; log_addr += RECORD_BYTES)
        if (record_decode(flash_host_at(log_addr), &record))
            world_fail("a record was written to a place that had been begun");
}

static void find_solid(uint32_t addr, uint32_t slots, struct record *newest)
{
    struct record record;

    for (uint32_t i = 0; i < slots; i++, addr += RECORD_BYTES)
        if (flash_host_solid(addr, RECORD_BYTES) && record_decode(flash_host_at(addr), &record) &&
            record.seq > newest->seq)
            *newest = record;
}

struct record judge_records_solid(void)
{
    struct record newest;

    record_default(&newest);
    find_solid(RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS, &newest);
    find_solid(RECORD_LOG_F_ADDR, RECORD_LOG_F_SLOTS, &newest);
    return newest;
}

void judge_records_started(void)
{
    struct record_log p;
    struct record_log f;

    record_log_scan(&p, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    record_log_scan(&f, RECORD_LOG_F_ADDR, RECORD_LOG_F_SLOTS);
    if (!p.valid && !f.valid)
        return; /* nothing was ever written */
    if (!p.valid || !f.valid || p.newest.seq != f.newest.seq)
        world_fail("an application was started with logs that differ");
    if (p.used + RECORD_FREE_SLOTS > p.slots)
        world_fail("an application was started without room in its log");
}

/* What the application reads about an upgrade that nothing else disturbed. Images that share
 * content may be one and the same here. */
static void judge_result(int running, const struct record *newest)
{
    bool disturbed = world.cuts > 1 || world.damaged || scenario.loss != LOSS_NONE ||
                     scenario.share != 0 || (world.cuts > 0 && scenario.then[0] > THEN_NONE);

    if (running == WORLD_NEW && !disturbed && newest->last.what != RECORD_INSTALLED)
        world_fail("the result on record is not that of the upgrade");
}

void judge_records_rest(int running)
{
    struct record reads;

    if (!record_newest(&reads))
        return;
    if (judge_records_solid().seq != reads.seq)
        world_fail("the state will fade in both logs");
    judge_result(running, &reads);
}
