/* SPDX-License-Identifier: MIT
 * A set of hashes; seen.h. Of n states the chance that any two differ and have the same hash is
 * n * n / 2^65: one in a hundred million for the most that there is room for. */
#include "power/seen.h"

#include <stddef.h>
#include <string.h>

#include "power/count.h"
#include "power/world.h"
#include "support/flash_host.h"

#define PLACES     (UINT32_C(1) << 20)
#define STATES_MAX (PLACES / 2)

static struct seen places[PLACES];
static uint32_t states;

void seen_forget(void)
{
    if (states > 0)
        memset(places, 0, sizeof places);
    states = 0;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0xD6E8FEB86659FD93u;
    return hash ^ hash >> 32;
}

static uint64_t state_hash(void)
{
    uint64_t hash = mix(count_hash(), (uint64_t)flash_host.hold);

    for (uint32_t off = flash_host.weak_from; off < flash_host.weak_to; off += sizeof(uint32_t)) {
        uint32_t weak;

        memcpy(&weak, flash_host.weak + off, sizeof weak);
        if (weak != 0)
            hash = mix(hash, (uint64_t)off << 32 | weak);
    }
    for (size_t i = 0; i < sizeof world; i++)
        hash = mix(hash, ((const uint8_t *)&world)[i]);
    return hash != 0 ? hash : 1;
}

struct seen *seen_here(void)
{
    uint64_t hash = state_hash();
    uint32_t at = (uint32_t)hash % PLACES;

    while (places[at].state != 0 && places[at].state != hash)
        at = (at + 1) % PLACES;
    if (places[at].state == 0) {
        if (states == STATES_MAX)
            return NULL;
        places[at].state = hash;
        states++;
    }
    return &places[at];
}
