/* SPDX-License-Identifier: MIT
 * A bounded wait. Times are only ever subtracted, so the wrap of clock_ms does not matter. */
#include "sys/deadline.h"

#include "port/clock.h"

struct deadline deadline_in(uint32_t limit_ms)
{
    return (struct deadline){.start_ms = clock_ms(), .limit_ms = limit_ms};
}

uint32_t deadline_left_ms(struct deadline d)
{
    uint32_t gone_ms = clock_ms() - d.start_ms;

    return gone_ms >= d.limit_ms ? 0 : d.limit_ms - gone_ms;
}

bool deadline_passed(struct deadline d)
{
    return deadline_left_ms(d) == 0;
}
