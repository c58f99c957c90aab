/* SPDX-License-Identifier: MIT
 * The command `board-sweep`: power cuts on the real binary at every flash operation, at random times,
 * and in the recoveries from a sample of cuts. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "arguments.h"
#include "plan.h"
#include "tally.h"

struct sweep {
    const struct arguments *arguments;
    struct bench bench;
    struct results results;
    struct crew crew;
    struct tally tally;
    char digest[2 * EVP_MAX_MD_SIZE + 1];
    unsigned planned, wrong_trunks;
    unsigned trunks_left; /* of all scenarios, the one in work included */
    unsigned trunks_done;
    time_t started, told;
};

/* The results are of these two programs. */
static void digest_file(EVP_MD_CTX *digest, const char *path)
{
    static uint8_t bytes[1 << 16];
    FILE *file = fopen(path, "rb");
    size_t got;

    if (file == NULL) {
        perror(path);
        exit(2);
    }
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        EVP_DigestUpdate(digest, bytes, got);
    fclose(file);
}

static void make_digest(struct sweep *sweep)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    uint8_t bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    if (digest == NULL || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
        abort();
    digest_file(digest, sweep->bench.elf);
    digest_file(digest, "/proc/self/exe");
    EVP_DigestFinal_ex(digest, bytes, &length);
    EVP_MD_CTX_free(digest);
    for (unsigned i = 0; i < length; i++)
        snprintf(sweep->digest + 2 * i, 3, "%02x", bytes[i]);
}

/* On a terminal every second, in a log every minute. */
static void tell_progress(void *ctx)
{
    struct sweep *sweep = ctx;
    bool terminal = isatty(STDERR_FILENO) != 0;
    time_t now = time(NULL);
    double seconds = difftime(now, sweep->started);
    double done = sweep->crew.done;

    if (now - sweep->told < (terminal ? 1 : 60) || seconds < 1)
        return;
    sweep->told = now;
    double others = sweep->trunks_done > 0 ? (double)sweep->planned / (sweep->trunks_done + 1) *
                                                 (sweep->trunks_left - 1)
                                           : 0;
    double left = (sweep->planned - done + others) * seconds / done;

    fprintf(stderr, "%s%s: %.0f of %u cuts, %.1f a second, about %.0f min left, %u trunks to go%s",
            terminal ? "\r\033[K" : "", sweep->bench.scenario->name, done, sweep->planned,
            done / seconds, left / 60, sweep->trunks_left - 1, terminal ? "" : "\n");
}

static bool run_plan(struct sweep *sweep, struct plan *plan, const struct sweep_cut *prefix)
{
    struct walk walk = {
        .bench = &sweep->bench, .prefix = prefix, .crew = &sweep->crew, .results = &sweep->results};
    bool ok = true;

    plan_skip_done(plan, sweep->bench.scenario->name, prefix, &sweep->results);
    walk.jobs = plan->jobs;
    walk.job_count = plan->count;
    sweep->planned += plan->count;
    if (plan->count > 0)
        ok = walk_run(&walk);
    sweep->wrong_trunks += !ok;
    sweep->trunks_left--;
    sweep->trunks_done++;
    plan_free(plan);
    return ok;
}

/* What the trunk does without children. */
static bool survey(struct sweep *sweep, const struct sweep_cut *prefix, struct walk_course *course)
{
    struct walk walk = {.bench = &sweep->bench,
                        .prefix = prefix,
                        .crew = &sweep->crew,
                        .results = &sweep->results,
                        .course = course};
    bool ok = walk_run(&walk);

    sweep->wrong_trunks += !ok;
    return ok;
}

static void run_nested(struct sweep *sweep, const struct walk_course *first, unsigned n)
{
    static const enum sweep_kind kinds[] = {SWEEP_TORN_3, SWEEP_BEFORE, SWEEP_TORN_2, SWEEP_TORN_4,
                                            SWEEP_TORN_1};
    /* Not the very first and last operations, whose recoveries are nearly the trunk itself. */
    struct sweep_cut prefix = {first->count * (2 * n + 1) / (2 * sweep->arguments->nested) + 1,
                               kinds[n % (sizeof kinds / sizeof kinds[0])]};
    struct walk_course course = {0};
    struct plan plan = {0};

    if (survey(sweep, &prefix, &course))
        plan_operations(&plan, &sweep->bench, &course, &prefix, true);
    if (sweep->arguments->share > 0)
        plan_share(&plan, sweep->arguments->share / 8);
    run_plan(sweep, &plan, &prefix);
    walk_course_free(&course);
}

static void run_trunks(struct sweep *sweep)
{
    const struct arguments *arguments = sweep->arguments;
    struct walk_course course = {0};
    struct plan plan = {0};

    if (!survey(sweep, NULL, &course))
        return;
    printf("%s: %" PRIu64 " flash operations\n", sweep->bench.scenario->name, course.count);
    plan_operations(&plan, &sweep->bench, &course, NULL, false);
    if (arguments->share > 0)
        plan_share(&plan, arguments->share);
    run_plan(sweep, &plan, NULL);
    plan_times(&plan, &sweep->bench, &course, arguments->times);
    run_plan(sweep, &plan, NULL);
    for (unsigned n = 0; n < arguments->nested; n++)
        run_nested(sweep, &course, n);
    walk_course_free(&course);
}

static void run_scenario(struct sweep *sweep, const struct scenario *scenario)
{
    const struct arguments *arguments = sweep->arguments;
    char path[300];

    bench_open(&sweep->bench, scenario, arguments->dir != NULL ? "soak" : "sweep");
    make_digest(sweep);
    snprintf(path, sizeof path, "%s/%s.txt",
             arguments->dir != NULL ? arguments->dir : sweep->bench.rig.dir, scenario->name);
    results_open(&sweep->results, path, sweep->digest, arguments->dir != NULL);
    run_trunks(sweep);
    results_close(&sweep->results);
    tally_add(&sweep->tally, path, stdout);
    bench_close(&sweep->bench);
}

static const struct scenario *find_scenario(const char *name)
{
    for (unsigned i = 0; i < scenario_count; i++)
        if (strcmp(scenarios[i].name, name) == 0)
            return &scenarios[i];
    fprintf(stderr, "board-sweep: no scenario \"%s\"; --list shows them\n", name);
    exit(2);
}

static int replay(const char *key)
{
    char name[RESULT_KEY_MAX];
    bool has_prefix = false;
    struct sweep_cut prefix;
    struct sweep_job job;
    struct bench bench;
    struct crew crew = {.size = 1};
    struct results nowhere = {.fd = -1};

    if (!result_parse_key(key, name, &has_prefix, &prefix, &job)) {
        fprintf(stderr, "board-sweep: %s is no key of a cut\n", key);
        return 2;
    }
    bench_open(&bench, find_scenario(name), "replay");
    struct walk walk = {.bench = &bench,
                        .prefix = has_prefix ? &prefix : NULL,
                        .jobs = &job,
                        .job_count = 1,
                        .crew = &crew,
                        .results = &nowhere,
                        .show = true};
    bool ok = walk_run(&walk);

    bench_close(&bench);
    return ok && crew.done == 1 && crew.crashed == 0 ? 0 : 1;
}

static int list_operations(const char *name)
{
    struct bench bench;
    struct crew crew = {.size = 1};
    struct results nowhere = {.fd = -1};
    struct walk_course course = {0};
    struct walk walk = {.bench = &bench, .crew = &crew, .results = &nowhere, .course = &course};

    bench_open(&bench, find_scenario(name), "replay");
    bool ok = walk_run(&walk);

    for (uint64_t i = 0; i < course.count; i++)
        printf("%" PRIu64 " %s 0x%08" PRIx32 "\n", i + 1,
               course.operations[i].erase ? "erase" : "program", course.operations[i].addr);
    walk_course_free(&course);
    bench_close(&bench);
    return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct arguments arguments = arguments_read(argc, argv);
    struct sweep sweep = {.arguments = &arguments, .started = time(NULL)};
    unsigned count = arguments.only_count > 0 ? arguments.only_count : scenario_count;

    if (arguments.replay != NULL)
        return replay(arguments.replay);
    if (arguments.operations != NULL)
        return list_operations(arguments.operations);
    sweep.crew = (struct crew){.size = arguments.jobs, .ended = tell_progress, .ctx = &sweep};
    sweep.trunks_left = count * (2 + arguments.nested);
    for (unsigned i = 0; i < count; i++)
        run_scenario(&sweep,
                     arguments.only_count > 0 ? find_scenario(arguments.only[i]) : &scenarios[i]);
    if (isatty(STDERR_FILENO))
        fputc('\n', stderr);
    tally_print(&sweep.tally, stdout);
    if (sweep.crew.crashed > 0 || sweep.wrong_trunks > 0)
        printf("children without a result %u, wrong without a cut %u\n", sweep.crew.crashed,
               sweep.wrong_trunks);
    return sweep.tally.failed > 0 || sweep.crew.crashed > 0 || sweep.wrong_trunks > 0 ||
                   sweep.tally.fired != sweep.tally.cuts || sweep.tally.cuts == 0
               ? 1
               : 0;
}
