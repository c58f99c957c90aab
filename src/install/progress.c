/* SPDX-License-Identifier: MIT
 * Progress lines; see progress.h. */
#include "install/progress.h"

#include "sys/log.h"

#define STEP_PERCENT 10u

void progress_begin(struct progress *progress, const char *what, uint32_t total)
{
    *progress = (struct progress){.what = what, .total = total};
}

void progress_update(struct progress *progress, uint32_t done)
{
    /* Sizes stay below 1 MB, so the product fits. */
    uint32_t percent = done * 100u / progress->total;

    if (percent < progress->shown_percent + STEP_PERCENT)
        return;
    progress->shown_percent = percent - percent % STEP_PERCENT;
    log_line("%s: %u %%", progress->what, (unsigned)progress->shown_percent);
}
