/* SPDX-License-Identifier: MIT
 * Virtual time for unit tests. */
#include "support/fake_clock.h"

#include <stddef.h>

#include "port/clock.h"

static struct {
    uint32_t now_ms;
    void (*hook)(void *ctx);
    void *ctx;
} fake;

void fake_clock_set(uint32_t now_ms)
{
    fake.now_ms = now_ms;
}

void fake_clock_hook(void (*hook)(void *ctx), void *ctx)
{
    fake.hook = hook;
    fake.ctx = ctx;
}

uint32_t clock_ms(void)
{
    return fake.now_ms;
}

void clock_tend(void)
{
}

void clock_idle(void)
{
    fake.now_ms++;
    if (fake.hook != NULL)
        fake.hook(fake.ctx);
}
