/* SPDX-License-Identifier: MIT
 * Cutting; explore.h. A run is recorded once, operation by operation; the state in front of each of
 * them is then built up from the state at the start before, without running the loader again. */
#include "power/explore.h"

#include <stdio.h>
#include <stdlib.h>

#include "config/layout.h"
#include "power/count.h"
#include "power/scenario.h"
#include "power/seen.h"
#include "power/world.h"

#define STARTS_MAX 32u
#define OPS_MAX    30000u

/* Instead of an end, of a state from which others were tried. */
#define TRIED 1u

struct entry {
    struct flash_host_op op;
    struct world world;
    uint32_t start; /* index of the start it belongs to */
};

/* One chain of starts, recorded. */
struct level {
    struct flash_host starts[STARTS_MAX];
    uint32_t start_count;
    struct entry entries[OPS_MAX];
    uint32_t entry_count;
    struct flash_host now;
};

static struct level *levels[SCENARIO_CUTS_MAX];
static struct level *recording;

bool explore_check;

static void record_start(void)
{
    if (recording->start_count == STARTS_MAX)
        world_fail("too many starts");
    recording->starts[recording->start_count++] = flash_host;
}

static void record_op(const struct flash_host_op *op)
{
    if (recording->entry_count == OPS_MAX)
        world_fail("it never ends");
    recording->entries[recording->entry_count++] =
        (struct entry){*op, world, recording->start_count - 1};
}

static void record(struct level *level)
{
    static const struct world_hooks hooks = {record_start, record_op};

    recording = level;
    level->start_count = 0;
    level->entry_count = 0;
    world_run(&hooks);
}

static struct level *level_at(unsigned depth)
{
    if (levels[depth] == NULL)
        levels[depth] = malloc(sizeof *levels[depth]);
    if (levels[depth] == NULL)
        abort();
    return levels[depth];
}

static bool same_burst(const struct level *level, uint32_t i, uint32_t j)
{
    return j < level->entry_count && level->entries[i].op.burst == level->entries[j].op.burst &&
           level->entries[i].start == level->entries[j].start;
}

/* The first and the last word of a burst and every 13th, all erases. */
static bool is_thin(const struct level *level, uint32_t i)
{
    return i == 0 || i % 13 == 0 || !same_burst(level, i, i - 1) || !same_burst(level, i, i + 1);
}

/* What a word in the middle of a burst leaves behind differs little from what its neighbours do. */
static bool is_wanted(const struct explore_limits *limits, unsigned depth, uint32_t i)
{
    const struct level *level = levels[depth];

    const struct flash_host_op *op = &level->entries[i].op;

    if (limits->edges)
        return !same_burst(level, i, i + 1) ||
               (op->addr < RUN_ADDR && (i == 0 || !same_burst(level, i, i - 1)));
    return (depth == 0 && !limits->thin_first) || is_thin(level, i);
}

/* Kinds that are the same for this operation as one that is tried anyway are left out. */
static bool is_tried(const struct flash_host_op *op, unsigned kind, enum flash_host_hold hold,
                     bool few)
{
    switch ((enum flash_host_cut)kind) {
    case FLASH_HOST_CUT_BEFORE:
        return hold == FLASH_HOST_HOLDS_NOTHING;
    case FLASH_HOST_CUT_LOOKS_OLD:
        return hold != FLASH_HOST_HOLDS_ALL;
    case FLASH_HOST_CUT_LOOKS_DONE:
        return true;
    case FLASH_HOST_CUT_TORN:
        return !few && hold != FLASH_HOST_HOLDS_AREAS;
    case FLASH_HOST_CUT_HALF:
    case FLASH_HOST_CUT_GARBAGE:
        return op->erase && !few && hold != FLASH_HOST_HOLDS_AREAS;
    default:
        return false;
    }
}

/* The state was put together, not run into: the recipe leads there, too. */
static void check_replay(void)
{
    struct scenario recipe = scenario;
    uint64_t hash = count_hash();

    explore_given(false);
    if (scenario.cut_count != recipe.cut_count || count_hash() != hash)
        world_fail("a replay ends with another flash");
    scenario = recipe;
}

/* What seen.h says is true, and the recipe leads to the same end. */
static void check_end(const struct seen *seen)
{
    if (seen != NULL && seen->end != 0 && seen->end != count_hash())
        world_fail("the same flash has had another end");
    check_replay();
}

static void note_end(struct seen *seen, uint64_t end)
{
    if (seen != NULL)
        seen->end = end;
}

static void explore(const struct explore_limits *limits, unsigned depth);

static void cut_at(const struct explore_limits *limits, unsigned depth, uint32_t i)
{
    struct level *level = levels[depth];
    const struct entry *entry = &level->entries[i];

    level->now = flash_host;
    for (unsigned way = 0; way < FLASH_HOST_HOLDS * FLASH_HOST_CUTS; way++) {
        enum flash_host_hold hold = (enum flash_host_hold)(way % FLASH_HOST_HOLDS);

        if (!is_tried(&entry->op, way / FLASH_HOST_HOLDS, hold, limits->few_kinds))
            continue;
        flash_host = level->now;
        world = entry->world;
        scenario.kind[depth] = (uint8_t)(way / FLASH_HOST_HOLDS);
        scenario.hold[depth] = (uint8_t)hold;
        scenario.op[depth] = (uint16_t)(i + 1);
        scenario.cut_count = (uint8_t)(depth + 1);
        world_cut(&entry->op, i + 1);
        explore(limits, depth + 1);
    }
    flash_host = level->now;
}

static void explore(const struct explore_limits *limits, unsigned depth)
{
    static const struct world_hooks plain = {NULL, NULL};

    scenario.cut_count = (uint8_t)depth;
    count.scenarios++;
    struct seen *seen = depth > 0 ? seen_here() : NULL;

    if (seen != NULL && seen->end != 0 && !explore_check) {
        count.repeated++;
        return;
    }
    if (depth == limits->depth) {
        world_run(&plain);
        if (explore_check)
            check_end(seen);
        note_end(seen, count_hash());
        return;
    }
    note_end(seen, TRIED);
    struct level *level = level_at(depth);
    uint32_t nth = 0;

    record(level);
    for (uint32_t i = 0; i < level->entry_count; i++) {
        const struct entry *entry = &level->entries[i];

        if (i == 0 || entry->start != entry[-1].start)
            flash_host = level->starts[entry->start];
        if (is_wanted(limits, depth, i) && (depth > 0 || nth++ % limits->stride == limits->offset))
            cut_at(limits, depth, i);
        flash_host_do(&entry->op);
    }
}

void explore_every(const struct explore_limits *limits)
{
    world_begin();
    seen_forget();
    explore(limits, 0);
}

/* The next cut of explore_given. */
static struct {
    jmp_buf jump;
    uint32_t op_count; /* since the last cut */
    uint32_t left;
    bool logs_only;
} given;

static void cut_when_due(const struct flash_host_op *op)
{
    given.op_count++;
    if (given.logs_only && op->addr >= RUN_ADDR)
        return;
    if (given.left == 0 || --given.left > 0)
        return;
    scenario.op[world.cuts] = (uint16_t)given.op_count;
    flash_host_watch = NULL;
    world_cut(op, given.op_count);
    longjmp(given.jump, 1);
}

/* Separate, so that no local variable lives across the jump. True: the cut has fired. */
static bool run_to_cut(void)
{
    const struct world_hooks hooks = {NULL, cut_when_due};

    given.op_count = 0;
    given.left = world.cuts < scenario.cut_count ? scenario.op[world.cuts] : 0;
    if (setjmp(given.jump) != 0)
        return true;
    world_run(&hooks);
    return false;
}

void explore_given(bool logs_only)
{
    given.logs_only = logs_only;
    world_begin();
    count.scenarios++;
    while (run_to_cut()) {
    }
    scenario.cut_count = world.cuts;
}
