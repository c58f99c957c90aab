/* SPDX-License-Identifier: MIT
 * The walk; walk.h. After a fork both processes return from the same callback: what follows must
 * ask walk->job whether it is the child. */
#include "walk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "vboard/vboard.h"

/* Virtual time of one start. The longest waits for a stick and then stages, twice. */
#define START_LIMIT_MS 300000u

/* At least what the parameter power_off_ms says. */
#define POWER_OFF_MS 1001u

/* A chip without any application shows this, and waits. */
#define WAITS_TEXT "waiting for a stick"

static const char *stick_path(const struct walk *walk)
{
    const char *path = walk->bench->stick_path[walk->stick];

    return path[0] != 0 ? path : NULL;
}

/* Every cut has its own luck. */
static uint64_t seed_of(const struct sweep_cut *cut)
{
    return cut->at * SWEEP_KINDS + cut->kind + 1;
}

/* Three ways for a word, four for a sector: the fourth word is torn in the third way again, with
 * other luck. */
static enum vboard_cut begin_cut(struct walk *walk, const struct sweep_cut *cut, bool erase)
{
    static const char *const ways[] = {"flash_tear=1", "flash_tear=2", "flash_tear=3",
                                       "flash_tear=4"};

    vboard_reseed(walk->board, seed_of(cut));
    if (cut->kind == SWEEP_BEFORE)
        return VBOARD_CUT_BEFORE;
    unsigned way = (unsigned)cut->kind - SWEEP_TORN_1;

    (void)vboard_set_param(walk->board, ways[!erase && way == 3 ? 2 : way]);
    return VBOARD_CUT_TORN;
}

static void become_child(struct walk *walk, const struct sweep_job *job)
{
    struct result *result = &walk->result;

    *result = (struct result){.last = SWEEP_IMAGES};
    result_key(result->key, walk->bench->scenario->name, walk->prefix, job);
    walk->job = job;
    walk->starts_left = walk->bench->scenario->starts_max;
    walk->operations_before_start = walk->operations_before_job =
        vboard_flash_operations(walk->board);
    walk->cuts_before_job = vboard_cuts(walk->board);
    walk->resets_before_job = vboard_resets(walk->board);
    if (walk->show)
        vboard_show_console(walk->board, stdout);
}

static void note_operation(struct walk_course *course, const struct vboard_operation *op)
{
    if (op->number > course->room) {
        course->room = op->number * 2 + 256;
        course->operations =
            realloc(course->operations, course->room * sizeof course->operations[0]);
        if (course->operations == NULL)
            abort();
    }
    course->operations[op->number - 1] = (struct sweep_operation){op->erase, op->addr};
    course->count = op->number;
}

static const struct sweep_job *job_at(const struct walk *walk, uint64_t at)
{
    const struct sweep_job *job = &walk->jobs[walk->next_job];

    return walk->next_job < walk->job_count && job->cut.at <= at ? job : NULL;
}

static enum vboard_cut on_operation(struct board *board, const struct vboard_operation *op,
                                    void *ctx)
{
    struct walk *walk = ctx;

    (void)board;
    if (walk->job != NULL)
        return VBOARD_NO_CUT;
    if (walk->course != NULL)
        note_operation(walk->course, op);
    if (walk->prefix != NULL && op->number == walk->prefix->at)
        return begin_cut(walk, walk->prefix, op->erase);
    for (const struct sweep_job *job = job_at(walk, op->number);
         job != NULL && job->cut.kind != SWEEP_AT_TIME; job = job_at(walk, op->number)) {
        walk->next_job++;
        if (!crew_fork(walk->crew))
            continue;
        become_child(walk, job);
        snprintf(walk->result.where, sizeof walk->result.where, "%s 0x%08" PRIx32,
                 op->erase ? "erase" : "program", op->addr);
        return begin_cut(walk, &job->cut, op->erase);
    }
    return VBOARD_NO_CUT;
}

/* The power is gone: this is when somebody may change the stick. */
static void on_power_off(struct board *board, void *ctx)
{
    struct walk *walk = ctx;

    if (walk->job != NULL && walk->result.fired == 0) {
        walk->result.state = vboard_flash_state(board);
        walk->result.fired = (unsigned)(vboard_cuts(board) - walk->cuts_before_job);
        walk->stick = walk->job->stick;
        if (walk->result.bad == NULL)
            walk->result.bad = judge_untouched(walk->bench, board);
    }
    if (!vboard_change_stick(board, stick_path(walk)))
        walk->result.bad = "the stick's image cannot be opened";
}

static bool on_entry(struct board *board, uint32_t vectors_addr, void *ctx)
{
    struct walk *walk = ctx;
    const char *bad = judge_entry(walk->bench, board, vectors_addr, &walk->which);

    walk->entered = true;
    if (bad != NULL)
        walk->result.bad = bad;
    else
        walk->result.starts[walk->which]++;
    walk->result.last = walk->which;
    return true;
}

static uint64_t now_ms(const struct walk *walk)
{
    return vboard_now_us(walk->board) / 1000;
}

/* The trunk stops at the times at which children lose the power. */
static int go(struct walk *walk, const char *text)
{
    uint64_t end_ms = now_ms(walk) + START_LIMIT_MS;
    const struct sweep_job *job = job_at(walk, end_ms);
    int status = VBOARD_OK;

    while (walk->job == NULL && job != NULL && job->cut.kind == SWEEP_AT_TIME) {
        if (job->cut.at > now_ms(walk))
            status = vboard_go(walk->board, NULL, job->cut.at - now_ms(walk));
        if (walk->entered || status != VBOARD_OK)
            return status;
        walk->next_job++;
        if (crew_fork(walk->crew)) {
            become_child(walk, job);
            snprintf(walk->result.where, sizeof walk->result.where, "%" PRIu64 " ms", job->cut.at);
            vboard_reseed(walk->board, seed_of(&job->cut));
            vboard_cut_power(walk->board);
        }
        job = job_at(walk, end_ms);
    }
    return vboard_go(walk->board, text, START_LIMIT_MS);
}

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
           seed_of(&walk->job->cut) % 8 == 0;
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

/* One start: until the application is entered. NULL: right. */
static const char *start(struct walk *walk)
{
    bool blank = walk->bench->image[SWEEP_OLD].length == 0;

    walk->entered = false;
    int status = go(walk, blank ? WAITS_TEXT : NULL);

    if (walk->result.bad != NULL)
        return walk->result.bad;
    if (status == VBOARD_VIOLATION || status == VBOARD_UNMODELLED)
        return "broke a rule of the chip";
    if (walk->entered || (status == VBOARD_OK && blank && may_wait(walk)))
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
    course->to[course->spans++] = now_ms(walk);
}

static const char *to_rest(struct walk *walk)
{
    for (walk->starts_left = walk->bench->scenario->starts_max; walk->starts_left > 0;
         walk->starts_left--) {
        uint64_t from_ms = now_ms(walk);

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
    const char *words[] = {"--load", walk->bench->elf, "--advice-is-error"};
    struct board *board = vboard_open(sizeof words / sizeof words[0], words);

    if (board == NULL)
        return NULL;
    memcpy(vboard_flash(board), walk->bench->rig.flash, RIG_FLASH_BYTES);
    walk->stick = SWEEP_SAME;
    if (!vboard_change_stick(board, stick_path(walk))) {
        vboard_close(board);
        return NULL;
    }
    vboard_on_entry(board, on_entry, walk);
    vboard_on_operation(board, on_operation, walk);
    vboard_on_power_off(board, on_power_off, walk);
    return board;
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
