/* SPDX-License-Identifier: MIT
 * The plan; plan.h. Nothing is random but by a hash of the operation's number, so that the same plan
 * comes out at every run. */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "config/layout.h"

/* Of a record's words, every so many are cut in every way. */
#define RECORD_SAMPLE 10
/* Of a record's words during a recovery, every so many. */
#define NESTED_RECORD_STEP 4

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static void add(struct plan *plan, uint64_t at, enum sweep_kind kind, enum sweep_stick stick)
{
    if (plan->count == plan->room) {
        plan->room = plan->room * 2 + 1024;
        plan->jobs = realloc(plan->jobs, plan->room * sizeof plan->jobs[0]);
        if (plan->jobs == NULL)
            abort();
    }
    plan->jobs[plan->count++] = (struct sweep_job){{at, kind}, stick};
}

static bool is_record(const struct sweep_operation *operation)
{
    return operation->addr >= APP_PARAMS_ADDR && operation->addr < RUN_ADDR && !operation->erase;
}

static enum sweep_kind one_torn(uint64_t at)
{
    return (enum sweep_kind)(SWEEP_TORN_1 + mix(at) % 4);
}

/* Without a stick of its own a scenario has one case less. */
static bool is_same_case(const struct bench *bench, unsigned stick)
{
    return stick == SWEEP_NO_STICK && bench->stick_path[SWEEP_SAME][0] == 0;
}

static void add_all(struct plan *plan, const struct bench *bench, uint64_t at)
{
    for (unsigned stick = 0; stick < SWEEP_STICKS; stick++)
        for (unsigned kind = SWEEP_BEFORE; kind <= SWEEP_TORN_4; kind++)
            if (!is_same_case(bench, stick))
                add(plan, at, (enum sweep_kind)kind, (enum sweep_stick)stick);
}

void plan_operations(struct plan *plan, const struct bench *bench, const struct walk_course *course,
                     const struct sweep_cut *prefix, bool nested)
{
    for (uint64_t at = prefix != NULL ? prefix->at + 1 : 1; at <= course->count; at++) {
        const struct sweep_operation *operation = &course->operations[at - 1];
        bool record = is_record(operation);
        unsigned step = record ? bench->scenario->record_step : bench->scenario->area_step;

        if (!operation->erase && step > 1 && mix(at + 1) % step != 0)
            continue;
        if (nested && record && mix(at + 2) % NESTED_RECORD_STEP != 0)
            continue;
        if (nested) {
            add(plan, at, mix(at) % 3 == 0 ? SWEEP_BEFORE : one_torn(at / 3), SWEEP_SAME);
        } else if (record && mix(at) % RECORD_SAMPLE != 0) {
            add(plan, at, SWEEP_BEFORE, SWEEP_SAME);
            add(plan, at, one_torn(at), SWEEP_SAME);
        } else {
            add_all(plan, bench, at);
        }
    }
}

static int by_time(const void *a, const void *b)
{
    const struct sweep_job *x = a, *y = b;

    return (x->cut.at > y->cut.at) - (x->cut.at < y->cut.at);
}

void plan_times(struct plan *plan, const struct bench *bench, const struct walk_course *course,
                unsigned count)
{
    uint64_t total = 0;

    for (unsigned i = 0; i < course->spans; i++)
        total += course->to[i] - course->from[i];
    for (unsigned n = 0; n < count && total > 0; n++) {
        uint64_t left = mix(n + 1) % total;
        unsigned span = 0;
        unsigned stick = (unsigned)(mix(n + 7) % SWEEP_STICKS);

        while (left >= course->to[span] - course->from[span]) {
            left -= course->to[span] - course->from[span];
            span++;
        }
        add(plan, course->from[span] + left, SWEEP_AT_TIME,
            is_same_case(bench, stick) ? SWEEP_SAME : (enum sweep_stick)stick);
    }
    if (plan->count > 0)
        qsort(plan->jobs, plan->count, sizeof plan->jobs[0], by_time);
}

/* One of each of `count` equal parts, so that a fixed step cannot always meet the same way. */
void plan_share(struct plan *plan, unsigned count)
{
    unsigned total = plan->count;

    if (count >= total)
        return;
    for (unsigned i = 0; i < count; i++) {
        unsigned from = (unsigned)((uint64_t)total * i / count);
        unsigned to = (unsigned)((uint64_t)total * (i + 1) / count);

        plan->jobs[i] = plan->jobs[from + (unsigned)(mix(i + 1) % (to - from))];
    }
    plan->count = count;
}

void plan_skip_done(struct plan *plan, const char *scenario, const struct sweep_cut *prefix,
                    const struct results *results)
{
    char key[RESULT_KEY_MAX];
    unsigned kept = 0;

    for (unsigned i = 0; i < plan->count; i++) {
        result_key(key, scenario, prefix, &plan->jobs[i]);
        if (!results_has(results, key))
            plan->jobs[kept++] = plan->jobs[i];
    }
    plan->count = kept;
}

void plan_free(struct plan *plan)
{
    free(plan->jobs);
    *plan = (struct plan){0};
}
