/* SPDX-License-Identifier: MIT
 * Lists of scenarios; suites.h. A unit is a number; its digits, taken apart with take(), are the
 * fields of the scenario. */
#include "power/suites.h"

#include "config/layout.h"
#include "power/explore.h"
#include "power/image.h"
#include "power/random.h"
#include "power/scenario.h"
#include "support/flash_host.h"

#define SEEDS_PER_UNIT 4000u

/* Takes one digit off a unit's number. */
static uint32_t take(uint32_t *number, uint32_t base)
{
    uint32_t digit = *number % base;

    *number /= base;
    return digit;
}

/* How the new image comes and what becomes of it: by stick or application; accepted at once, asking
 * and never confirmed, asking and confirmed. */
#define WAYS 6u

static void set_way(uint32_t way)
{
    scenario.by_app = way >= 3;
    scenario.asks = way % 3 > 0;
    scenario.confirms = way % 3 > 1;
}

/* Both formats, and what the simplest application does. */
#define PAIRS 5u

static void set_kinds(uint32_t pair)
{
    static const uint8_t pairs[PAIRS][2] = {{IMAGE_SIGNED, IMAGE_SIGNED},
                                            {IMAGE_PLAIN, IMAGE_PLAIN},
                                            {IMAGE_BARE, IMAGE_BARE},
                                            {IMAGE_PLAIN, IMAGE_SIGNED},
                                            {IMAGE_BARE, IMAGE_PLAIN}};

    scenario.old_kind = pairs[pair][0];
    scenario.new_kind = pairs[pair][1];
}

/* Only signed images can ask; a bare package can only come from an application, and what is not
 * there cannot bring anything. */
static bool makes_sense(void)
{
    const struct scenario *s = &scenario;
    bool old_too_big = (s->brim & 1) != 0 && s->old_sectors == 3 && s->old_kind == IMAGE_PLAIN;
    bool new_too_big = (s->brim & 2) != 0 && s->new_sectors == 3 && s->new_kind == IMAGE_PLAIN;

    if (old_too_big || new_too_big)
        return false; /* no room for the footer */
    if (s->asks && s->new_kind != IMAGE_SIGNED)
        return false;
    if (s->new_kind == IMAGE_BARE && !s->by_app)
        return false;
    return !s->by_app || s->old_sectors != 0;
}

static void explore_unit(struct explore_limits limits, uint32_t unit, uint32_t stride)
{
    limits.stride = stride;
    limits.offset = random_mix(unit, 3) % stride;
    if (makes_sense())
        explore_every(&limits);
}

/* Every size, format and way, every stick afterwards, one cut at each operation. */
static void run_sticks(uint32_t unit, uint32_t stride)
{
    uint32_t n = unit;

    scenario = (struct scenario){.seed = unit + 1};
    scenario.new_sectors = (uint8_t)(1 + take(&n, 3));
    scenario.old_sectors = (uint8_t)take(&n, 4);
    set_way(take(&n, WAYS));
    set_kinds(take(&n, PAIRS));
    scenario.then[0] = (uint8_t)take(&n, THENS);
    explore_unit((struct explore_limits){.depth = 1}, unit, stride);
}

/* Full logs: both are made room in under the cut. */
static void run_fills(uint32_t unit, uint32_t stride)
{
    uint32_t n = unit;

    scenario = (struct scenario){.seed = unit + 1, .old_sectors = 1, .new_sectors = 1};
    set_way(take(&n, WAYS));
    set_kinds(take(&n, 2));
    scenario.fill_p = (uint8_t)(1 + take(&n, 12));
    scenario.fill_f = (uint8_t)(1 + 3 * take(&n, 4));
    scenario.old_sectors = (uint8_t)(1 + take(&n, 2));
    explore_unit((struct explore_limits){.depth = 1}, unit, stride);
}

/* Records or flag are lost with the cut. */
static void run_losses(uint32_t unit, uint32_t stride)
{
    uint32_t n = unit;

    scenario = (struct scenario){.seed = unit + 1};
    scenario.loss = (uint8_t)(1 + take(&n, LOSSES - 1));
    scenario.new_sectors = (uint8_t)(1 + take(&n, 3));
    scenario.old_sectors = (uint8_t)take(&n, 4);
    set_way(take(&n, WAYS));
    set_kinds(take(&n, 4));
    scenario.then[0] = (uint8_t)take(&n, 3);
    if (scenario.old_sectors + scenario.new_sectors > 4)
        return;
    explore_unit((struct explore_limits){.depth = 1, .thin_first = true}, unit, stride);
}

/* One bit of an area flips with the cut. */
static void run_damage(uint32_t unit, uint32_t stride)
{
    uint32_t n = unit;

    scenario = (struct scenario){.seed = unit + 1};
    scenario.damage = (uint8_t)(1 + take(&n, DAMAGES - 1));
    scenario.counter = random_mix(unit, 21) & 1;
    scenario.new_sectors = (uint8_t)(1 + take(&n, 3));
    scenario.old_sectors = (uint8_t)take(&n, 4);
    set_way(take(&n, WAYS));
    set_kinds(take(&n, 4));
    scenario.then[0] = (uint8_t)take(&n, 3);
    explore_unit((struct explore_limits){.depth = 1, .thin_first = true}, unit, stride);
}

/* Applications of the simplest kind erase whole sectors, or leave half a package behind. */
static void run_simple(uint32_t unit, uint32_t stride)
{
    uint32_t n = unit;

    scenario = (struct scenario){.seed = unit + 1, .old_sectors = 2, .new_sectors = 2};
    uint32_t what = take(&n, 4);

    scenario.erases = (uint8_t)(what % 4);
    scenario.writes = what == 0 || what == 3;
    set_way(take(&n, WAYS));
    set_kinds(take(&n, PAIRS));
    scenario.then[0] = (uint8_t)take(&n, THENS);
    explore_unit((struct explore_limits){.depth = 1}, unit, stride);
}

/* Pieces that are the same in old and new, full last sectors, no blank words. */
static void run_shapes(uint32_t unit, uint32_t stride)
{
    uint32_t n = unit;

    scenario = (struct scenario){.seed = unit + 1};
    scenario.share = (uint8_t)take(&n, 8);
    scenario.brim = (uint8_t)take(&n, 4);
    scenario.dense = (uint8_t)take(&n, 2);
    scenario.new_sectors = (uint8_t)(1 + take(&n, 3));
    scenario.old_sectors = (uint8_t)(1 + take(&n, 3));
    set_kinds(take(&n, 2));
    scenario.release = scenario.old_kind == IMAGE_SIGNED;
    explore_unit((struct explore_limits){.depth = 1, .thin_first = true}, unit, stride);
}

/* Two cuts at every operation, small images; sticks and sizes take turns. */
static void run_twice(uint32_t unit, uint32_t stride)
{
    static const uint8_t then[4][2] = {{THEN_SAME, THEN_SAME},
                                       {THEN_OTHER, THEN_OTHER},
                                       {THEN_NONE, THEN_SAME},
                                       {THEN_DAMAGED, THEN_NONE}};
    uint32_t n = unit;

    scenario = (struct scenario){.seed = unit + 1, .new_sectors = 1};
    uint32_t way = take(&n, WAYS);
    uint32_t kinds = take(&n, 2);
    uint32_t sticks = (way + 2 * kinds) % 4;

    set_way(way);
    set_kinds(kinds);
    scenario.then[0] = then[sticks][0];
    scenario.then[1] = then[sticks][1];
    scenario.old_sectors = (uint8_t)(1 + unit % 2);
    scenario.fill_p = (uint8_t)(sticks * 3);
    scenario.fill_f = (uint8_t)(sticks * 3);
    explore_unit((struct explore_limits){.depth = 2, .thin_first = true, .few_kinds = true}, unit,
                 stride);
}

/* Two cuts where an operation or a record is about to be complete, with full logs and a record that is
 * lost on top. */
static void run_edges(uint32_t unit, uint32_t stride)
{
    static const uint8_t losses[4] = {LOSS_NONE, LOSS_NONE, LOSS_P_NEWEST, LOSS_F_NEWEST};
    static const uint8_t fills[4][2] = {{0, 0}, {8, 10}, {12, 7}, {3, 3}};
    uint32_t n = unit;

    scenario = (struct scenario){.seed = unit + 1, .new_sectors = 1};
    set_way(take(&n, WAYS));
    uint32_t fill = take(&n, 4);

    scenario.fill_p = fills[fill][0];
    scenario.fill_f = fills[fill][1];
    scenario.loss = losses[take(&n, 4)];
    scenario.old_sectors = (uint8_t)(1 + take(&n, 2));
    scenario.then[1] = take(&n, 2) == 0 ? THEN_SAME : THEN_NONE;
    set_kinds(take(&n, 2));
    explore_unit((struct explore_limits){.depth = 2, .edges = true, .few_kinds = true}, unit,
                 stride);
}

/* Everything at random. */
static void random_scenario(uint32_t seed, uint32_t cuts, uint32_t reach)
{
    uint32_t r = random_mix(seed, 0xC0FFEE);
    uint32_t q = random_mix(seed, 0xBADCAFE);

    scenario = (struct scenario){.seed = seed, .cut_count = (uint8_t)cuts};
    scenario.new_sectors = (uint8_t)(1 + take(&r, 3));
    scenario.old_sectors = (uint8_t)take(&r, 4);
    set_way(take(&r, WAYS));
    set_kinds(take(&r, PAIRS));
    scenario.share = take(&r, 4) == 0 ? (uint8_t)take(&r, 8) : 0;
    scenario.brim = (uint8_t)take(&r, 4);
    scenario.writes = take(&q, 4) == 0;
    scenario.erases = take(&q, 3) == 0 ? (uint8_t)take(&q, 4) : 0;
    scenario.fill_p = (uint8_t)take(&q, 13);
    scenario.fill_f = take(&q, 2) == 0 ? scenario.fill_p : (uint8_t)take(&q, 13);
    scenario.loss = take(&q, 8) == 0 ? (uint8_t)take(&q, LOSSES) : 0;
    for (uint32_t i = 0; i < cuts; i++) {
        uint32_t x = random_mix(seed, 100 + i);

        scenario.then[i] = (uint8_t)(take(&x, 2) == 0 ? THEN_SAME : take(&x, THENS));
        scenario.kind[i] = (uint8_t)take(&x, FLASH_HOST_CUTS);
        scenario.hold[i] = (uint8_t)take(&x, FLASH_HOST_HOLDS);
        scenario.op[i] = (uint16_t)(1 + x % (i == 0 ? reach : 1 + reach / (1u << take(&x, 6))));
    }
}

static void run_random(uint32_t unit, uint32_t stride, uint32_t cuts, uint32_t reach, bool logs)
{
    for (uint32_t i = 0; i < SEEDS_PER_UNIT; i += stride) {
        random_scenario(random_mix(unit, i), cuts, reach);
        if (makes_sense())
            explore_given(logs);
    }
}

static void run_deep(uint32_t unit, uint32_t stride)
{
    run_random(unit, stride, 3 + unit % 3, 1500, false);
}

static void run_logs(uint32_t unit, uint32_t stride)
{
    run_random(unit + 10000, stride, 3 + unit % 4, 900, true);
}

const struct suite suites[] = {
    {"sticks", "one cut at every operation, all sizes, formats and sticks afterwards",
     3 * 4 * WAYS *PAIRS *THENS, run_sticks},
    {"fills", "the same with logs that are nearly full", WAYS * 2 * 12 * 4 * 2, run_fills},
    {"losses", "the same, and records or the flag are lost with the cut",
     (LOSSES - 1) * 3 * 4 * WAYS * 4 * 3, run_losses},
    {"damage", "the same, and one bit of an image is lost with the cut",
     (DAMAGES - 1) * 3 * 4 * WAYS * 4 * 3, run_damage},
    {"simple", "the same with applications that erase sectors or give up downloads",
     4 * WAYS *PAIRS *THENS, run_simple},
    {"shapes", "the same with images that share content or fill their sectors",
     8 * 4 * 2 * 3 * 3 * 2, run_shapes},
    {"twice", "two cuts at every operation", WAYS * 2, run_twice},
    {"edges", "two cuts at erases and the last words of bursts, logs full, a record lost on top",
     WAYS * 4 * 4 * 2 * 2 * 2, run_edges},
    {"deep", "three to five cuts, everything at random", 250, run_deep},
    {"logs", "three to six cuts in the logs, everything at random", 250, run_logs},
    {0},
};
