/* SPDX-License-Identifier: MIT
 * The event line for programming: stores to adjacent cells are told as one run, which ends with a
 * gap in the addresses, an erase, a reset, or 20 ms without a further store. */
#include "board.h"

#define RUN_GAP_PS (20 * PS_PER_MS)

void flash_run_flush(struct board *b)
{
    struct flash_run *run = &b->flash.run;

    alarm_cancel(b, ALARM_FLASH_RUN);
    if (run->bytes == 0)
        return;
    trace_event(b, "flash",
                "\"op\":\"program\",\"addr\":\"0x%08x\",\"bytes\":%u,\"stores\":%llu,"
                "\"from_us\":%llu,\"to_us\":%llu",
                (unsigned)(FLASH_AXI_BASE + run->off), (unsigned)run->bytes,
                (unsigned long long)run->words, (unsigned long long)run->from_us,
                (unsigned long long)run->to_us);
    run->bytes = 0;
}

void flash_run_program(struct board *b, uint32_t off, uint32_t bytes)
{
    struct flash_run *run = &b->flash.run;

    if (run->bytes == 0 || off != run->off + run->bytes) {
        flash_run_flush(b);
        *run = (struct flash_run){.off = off, .from_us = now_ps(b) / PS_PER_US};
    }
    run->bytes += bytes;
    run->words++;
    run->to_us = now_ps(b) / PS_PER_US;
    alarm_set(b, ALARM_FLASH_RUN, now_ps(b) + RUN_GAP_PS);
}

void flash_on_run_end(struct board *b)
{
    flash_run_flush(b);
}
