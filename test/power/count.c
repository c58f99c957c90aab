/* SPDX-License-Identifier: MIT
 * Counters; count.h. Distinct states are estimated by linear counting: a hash sets one bit of a big
 * table, and the share of bits that stay zero tells how many different hashes there were. */
#include "power/count.h"

#include <fcntl.h>
#include <math.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/flash_host.h"

#define TABLE_BITS (UINT64_C(1) << 28)

struct count count;

static uint64_t own_table[TABLE_BITS / 64];
static uint64_t *table = own_table;

uint64_t count_hash(void)
{
    uint64_t hash = 0x9E3779B97F4A7C15u;

    for (size_t off = APP_PARAMS_ADDR - FLASH_BASE_ADDR; off < sizeof flash_host.cells; off += 8) {
        uint64_t word;

        memcpy(&word, flash_host.cells + off, sizeof word);
        hash = (hash ^ word) * 0xD6E8FEB86659FD93u;
        hash ^= hash >> 32;
    }
    return hash;
}

bool count_keep(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT, 0666);
    bool ok = fd >= 0 && ftruncate(fd, sizeof own_table) == 0;
    void *map =
        ok ? mmap(NULL, sizeof own_table, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;

    if (fd >= 0)
        (void)close(fd);
    if (map != MAP_FAILED)
        table = map;
    return map != MAP_FAILED;
}

void count_state(uint64_t hash)
{
    hash %= TABLE_BITS;
    table[hash / 64] |= UINT64_C(1) << hash % 64;
}

void count_estimate(void)
{
    uint64_t zeros = 0;

    for (size_t i = 0; i < TABLE_BITS / 64; i++)
        zeros += 64u - (unsigned)__builtin_popcountll(table[i]);
    count.states = zeros == 0
                       ? TABLE_BITS
                       : (uint64_t)(-(double)TABLE_BITS * log((double)zeros / (double)TABLE_BITS));
}
