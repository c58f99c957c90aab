/* SPDX-License-Identifier: MIT
 * The bench of chip_bench.h: a board whose flash holds nothing but an endless loop. */
#include "chip_bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS_MAX      24
#define POWER_CYCLE_MS 400 /* longer than any power cut of these tests */

/* Stack pointer, reset vector 0x08000009, and at 0x08000008 a branch to itself. */
static const uint32_t idle_code[3] = {0x20001000, 0x08000009, 0xE7FEE7FE};

/* The idle loop as a file to load; the board reads it when it is opened. */
static void write_idle_file(char *path)
{
    int fd = mkstemp(path);

    if (fd < 0 || write(fd, idle_code, sizeof idle_code) != (ssize_t)sizeof idle_code)
        abort();
    close(fd);
}

struct board *bench_open(const char *first, ...)
{
    static const char *words[WORDS_MAX];
    char path[] = "/tmp/chip-bench-XXXXXX", load[64];
    int count = 0;
    struct board *b;
    va_list args;

    write_idle_file(path);
    snprintf(load, sizeof load, "%s@0x08000000", path);
    words[count++] = "--load";
    words[count++] = load;
    words[count++] = "--param";
    words[count++] = "power_off_ms=50";
    words[count++] = "--no-strict";
    words[count++] = "--allow-unmodelled";
    va_start(args, first);
    for (const char *word = first; word != NULL && count < WORDS_MAX; word = va_arg(args, char *))
        words[count++] = word;
    va_end(args);
    b = vboard_open(count, words);
    unlink(path);
    if (b == NULL)
        abort();
    bench_settle(b);
    bench_clear(b);
    return b;
}

void bench_settle(struct board *b)
{
    vboard_go(b, NULL, b->run.cut_wanted ? POWER_CYCLE_MS : 0);
    b->run.done = false;
}

void bench_close(struct board *b)
{
    vboard_close(b);
}

static const struct bus_window *window(struct board *b, uint32_t addr)
{
    const struct bus_window *w = bus_window_at(addr);

    if (w == NULL || w->read == NULL)
        abort();
    return chip_gate(b, w->gate, addr) ? w : NULL;
}

uint32_t bench_read(struct board *b, uint32_t addr)
{
    const struct bus_window *w = window(b, addr);

    return w == NULL ? 0 : w->read(b, addr - w->base, 4);
}

void bench_write_sized(struct board *b, uint32_t addr, unsigned bytes, uint32_t value)
{
    const struct bus_window *w = window(b, addr);

    if (w != NULL)
        w->write(b, addr - w->base, bytes, value);
}

void bench_write(struct board *b, uint32_t addr, uint32_t value)
{
    bench_write_sized(b, addr, 4, value);
}

void bench_set(struct board *b, uint32_t addr, uint32_t bits)
{
    bench_write(b, addr, bench_read(b, addr) | bits);
}

void bench_pass_us(struct board *b, uint64_t us)
{
    uint64_t until_ps = now_ps(b) + us * PS_PER_US;

    bench_settle(b);
    while (now_ps(b) < until_ps) {
        cpu_pass_time(b, until_ps);
        bench_settle(b);
    }
}

void bench_flash_unlock(struct board *b)
{
    bench_write(b, 0x40023C04, 0x45670123);
    bench_write(b, 0x40023C04, 0xCDEF89AB);
}

static void wait_flash(struct board *b)
{
    b->cpu.dsb_count++; /* the DSB that a driver executes */
    while (bench_read(b, 0x40023C0C) & FLASH_SR_BSY)
        bench_pass_us(b, 1);
}

void bench_flash_erase(struct board *b, unsigned snb)
{
    bench_write(b, 0x40023C0C, 0xF3);
    bench_write(b, 0x40023C10, 0x202 | snb << 3);
    bench_set(b, 0x40023C10, FLASH_CR_STRT);
    wait_flash(b);
}

void bench_flash_word(struct board *b, uint32_t addr, uint32_t value)
{
    bench_write(b, 0x40023C0C, 0xF3);
    bench_write(b, 0x40023C10, 0x201);
    flash_store(b, addr, 4, value);
    wait_flash(b);
}

uint32_t bench_flash_peek(const struct board *b, uint32_t addr)
{
    uint32_t word;

    memcpy(&word, b->flash.array + (addr & (FLASH_ARRAY_BYTES - 1)), 4);
    return word;
}

void bench_clock_216(struct board *b)
{
    bench_set(b, 0x40023840, 1u << 28);
    bench_set(b, 0x40023800, RCC_CR_HSEBYP);
    bench_set(b, 0x40023800, RCC_CR_HSEON);
    bench_pass_us(b, 2000);
    bench_write(b, 0x40023804, 0x29403604);
    bench_set(b, 0x40023800, RCC_CR_PLLON);
    bench_pass_us(b, 1000);
    bench_set(b, 0x40007000, 1u << 16);
    bench_pass_us(b, 1000);
    bench_set(b, 0x40007000, 1u << 17);
    bench_pass_us(b, 1000);
    bench_write(b, 0x40023C00, 7);
    bench_write(b, 0x40023808, 0x9400);
    bench_write(b, 0x40023808, 0x9402);
}

uint32_t bench_count(const struct board *b, enum rule_id rule)
{
    return vboard_finding_count(b, rule);
}

uint32_t bench_count_all(const struct board *b)
{
    uint32_t count = 0;

    for (unsigned i = 0; i < RULE_COUNT; i++)
        count += b->findings.count[i];
    return count;
}

void bench_clear(struct board *b)
{
    memset(b->findings.count, 0, sizeof b->findings.count);
}
