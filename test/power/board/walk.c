/* SPDX-License-Identifier: MIT
 * The walk: starts until the board rests. Trunk and children run the same code; only walk->job tells
 * them apart. */
#include "walk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "trunk.h"
#include "vboard/vboard.h"

/* At least what the parameter power_off_ms says. */
#define POWER_OFF_MS 1001u

/* A chip without any application shows this, and waits. */
#define WAITS_TEXT "waiting for a stick"

/* What a sample application shows when it has done all that it does by itself. */
#define READY_TEXT " ready\r\n"

/* Nothing is installed yet, and no stick is in: then the loader may wait. The stick comes back. */
static bool may_wait(struct walk *walk)
{
    if (walk->stick != SWEEP_NO_STICK || walk->bench->image[SWEEP_OLD].length != 0)
        return false;
    walk->result.waits++;
    walk->stick = SWEEP_SAME;
    return true;
}

static bool is_sampled(const struct walk *walk)
{
    return walk->job == NULL || walk->bench->scenario->ends_at_rest ||
           trunk_seed(&walk->job->cut) % 8 == 0;
}

/* This start needs no other to follow. */
static bool is_over(const struct walk *walk, bool wrote)
{
    enum sweep_image goal = walk->bench->scenario->goal[walk->stick];

    return walk->entered && (!wrote || (walk->which == goal && !is_sampled(walk)));
}

static const char *judge_end(const struct walk *walk)
{
    enum sweep_image goal = walk->bench->scenario->goal[walk->stick];

    if (goal == SWEEP_IMAGES ? walk->which == SWEEP_OTHER : walk->which != goal)
        return "came to rest with the wrong image";
    if (walk->job != NULL && walk->result.fired != 1)
        return "the cut did not fire";
    if (walk->job != NULL && walk->job->cut.kind != SWEEP_AT_TIME &&
        vboard_cuts_at_operations(walk->board) != (walk->prefix != NULL ? 2u : 1u))
        return "the cut did not fire at a flash operation";
    return NULL;
}

static const char *judge_status(const struct walk *walk, int status)
{
    if (walk->result.bad != NULL)
        return walk->result.bad;
    if (status == VBOARD_VIOLATION || status == VBOARD_UNMODELLED)
        return "broke a rule of the chip";
    return NULL;
}

/* Applications run until they are ready. One may be started again meanwhile, or another one: by a
 * cut, a watchdog, or because it asked for it. */
static const char *run_applications(struct walk *walk)
{
    const char *bad = NULL;

    while (bad == NULL && walk->entered && walk->bench->runs[walk->which]) {
        walk->entered = false;
        int status = vboard_go(walk->board, READY_TEXT, TRUNK_LIMIT_MS);

        bad = judge_status(walk, status);
        if (bad == NULL && !walk->entered && status != VBOARD_OK)
            bad = "the application is neither ready nor started again";
        if (!walk->entered)
            break;
    }
    walk->entered = bad == NULL;
    return bad;
}

/* One start: until an application is entered and, if it runs, is ready. NULL: right. */
static const char *start(struct walk *walk)
{
    bool blank = walk->bench->image[SWEEP_OLD].length == 0;

    walk->entered = false;
    int status = trunk_go(walk, blank ? WAITS_TEXT : NULL);
    const char *bad = judge_status(walk, status);

    if (bad != NULL)
        return bad;
    if (walk->entered)
        return run_applications(walk);
    if (status == VBOARD_OK && blank && may_wait(walk))
        return NULL;
    return "brick: nothing started";
}

/* Of a start, without the time that the power is off before it. */
static void note_span(struct walk *walk, uint64_t from_ms)
{
    struct walk_course *course = walk->course;

    if (from_ms > 0)
        from_ms += POWER_OFF_MS;
    if (course == NULL || course->spans == sizeof course->from / sizeof course->from[0])
        return;
    course->from[course->spans] = from_ms;
    course->to[course->spans++] = trunk_now_ms(walk);
}

static const char *to_rest(struct walk *walk)
{
    for (walk->starts_left = walk->bench->scenario->starts_max; walk->starts_left > 0;
         walk->starts_left--) {
        uint64_t from_ms = trunk_now_ms(walk);

        walk->operations_before_start = vboard_flash_operations(walk->board);
        const char *bad = start(walk);

        if (bad != NULL)
            return bad;
        note_span(walk, from_ms);
        if (is_over(walk, vboard_flash_operations(walk->board) != walk->operations_before_start))
            return judge_end(walk);
        vboard_cut_power(walk->board);
    }
    return "does not come to rest";
}

static struct board *open_board(struct walk *walk)
{
    /* An application that takes interrupts while its flash is busy stands still: that is advice. */
    const char *words[] = {"--load", walk->bench->elf, "--advice-is-error"};
    struct board *board = vboard_open(walk->bench->runs[SWEEP_NEW] ? 2 : 3, words);

    if (board == NULL)
        return NULL;
    memcpy(vboard_flash(board), walk->bench->rig.flash, RIG_FLASH_BYTES);
    walk->stick = SWEEP_SAME;
    if (trunk_watch(walk, board))
        return board;
    vboard_close(board);
    return NULL;
}

static void say_failure(const struct walk *walk)
{
    const char *name = walk->bench->scenario->name;
    const char *console = vboard_console(walk->board);
    size_t length = strlen(console);
    const char *tail = length > 3000 ? console + length - 3000 : console;

    if (walk->job == NULL)
        fprintf(stderr, "sweep: %s: without a cut: %s\n%s\n", name, walk->result.bad, tail);
    else
        fprintf(stderr, "sweep: %s: cut at %s %" PRIu64 " (%s): %s\n  again with: --replay %s\n",
                name, walk->job->cut.kind == SWEEP_AT_TIME ? "time" : "operation",
                walk->job->cut.at, walk->result.where, walk->result.bad, walk->result.key);
}

bool walk_run(struct walk *walk)
{
    walk->board = open_board(walk);
    if (walk->board == NULL)
        return false;
    walk->result.bad = to_rest(walk);
    if (walk->result.bad != NULL)
        say_failure(walk);
    if (walk->job != NULL) {
        walk->result.operations =
            vboard_flash_operations(walk->board) - walk->operations_before_job;
        walk->result.resets = (unsigned)(vboard_resets(walk->board) - walk->resets_before_job);
        crew_leave(walk->show || results_add(walk->results, &walk->result));
    }
    crew_finish(walk->crew);
    vboard_close(walk->board);
    return walk->result.bad == NULL;
}

void walk_course_free(struct walk_course *course)
{
    free(course->operations);
    *course = (struct walk_course){0};
}
