/* SPDX-License-Identifier: MIT
 * What the board tells a walk, and where it forks. After a fork both processes return from the same
 * callback: what follows asks walk->job whether it is the child. */
#include "trunk.h"

#include <inttypes.h>
#include <stdlib.h>

#include "judge.h"
#include "vboard/vboard.h"

static const char *stick_path(const struct walk *walk)
{
    const char *path = walk->bench->stick_path[walk->stick];

    return path[0] != 0 ? path : NULL;
}

uint64_t trunk_seed(const struct sweep_cut *cut)
{
    return cut->at * SWEEP_KINDS + cut->kind + 1;
}

/* Four ways for a sector. Of a word's three the first leaves it as it was, which is a cut before; so
 * its four are the second, and three lucks of the third. */
static enum vboard_cut begin_cut(struct walk *walk, const struct sweep_cut *cut, bool erase)
{
    static const char *const ways[] = {"flash_tear=1", "flash_tear=2", "flash_tear=3",
                                       "flash_tear=4"};

    vboard_reseed(walk->board, trunk_seed(cut));
    if (cut->kind == SWEEP_BEFORE)
        return VBOARD_CUT_BEFORE;
    unsigned way = (unsigned)cut->kind - SWEEP_TORN_1;

    (void)vboard_set_param(walk->board, ways[!erase && way != 1 ? 2 : way]);
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

uint64_t trunk_now_ms(const struct walk *walk)
{
    return vboard_now_us(walk->board) / 1000;
}

int trunk_go(struct walk *walk, const char *text)
{
    uint64_t end_ms = trunk_now_ms(walk) + TRUNK_LIMIT_MS;
    const struct sweep_job *job = job_at(walk, end_ms);
    int status = VBOARD_OK;

    while (walk->job == NULL && job != NULL && job->cut.kind == SWEEP_AT_TIME) {
        if (job->cut.at > trunk_now_ms(walk))
            status = vboard_go(walk->board, NULL, job->cut.at - trunk_now_ms(walk));
        if (walk->entered || status != VBOARD_OK)
            return status;
        walk->next_job++;
        if (crew_fork(walk->crew)) {
            become_child(walk, job);
            snprintf(walk->result.where, sizeof walk->result.where, "%" PRIu64 " ms", job->cut.at);
            vboard_reseed(walk->board, trunk_seed(&job->cut));
            vboard_cut_power(walk->board);
        }
        job = job_at(walk, end_ms);
    }
    return vboard_go(walk->board, text, TRUNK_LIMIT_MS);
}

bool trunk_watch(struct walk *walk, struct board *board)
{
    vboard_on_entry(board, on_entry, walk);
    vboard_on_operation(board, on_operation, walk);
    vboard_on_power_off(board, on_power_off, walk);
    return vboard_change_stick(board, stick_path(walk));
}
