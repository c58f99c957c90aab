/* SPDX-License-Identifier: MIT
 * The command: runs suites, a share of them, or one recipe.
 *
 *   power-small run [suite...] [options]
 *     stride=N    only every N-th operation of the first cut, or seed
 *     worker=I/N  only every N-th unit
 *     state=FILE  units listed there are done; those that are run are appended
 *     seen=FILE   flash states seen, kept there to be counted over several runs
 *     first=1     end with the first failure
 *     check=1     replay each scenario and compare the end
 *   power-small replay 'recipe'        once more, with the console
 *   power-small sum [seen=FILE] FILE...  totals of state files
 *   power-small units [suite...]       how many there are
 *   power-small suites */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "power/count.h"
#include "power/explore.h"
#include "power/rig.h"
#include "power/scenario.h"
#include "power/state.h"
#include "power/suites.h"
#include "power/world.h"

static struct {
    uint32_t stride;
    uint32_t worker;
    uint32_t workers;
    bool first;
} options = {.stride = 1, .workers = 1};

static void print_counts(void)
{
    const struct count *c = &count;

    count_estimate();
    printf("%llu scenarios, %llu of them left what was tried already, %llu cuts fired, %llu "
           "distinct flash states, %llu starts of the "
           "loader, %llu flash operations; ended with old %llu, new %llu, other %llu, nothing "
           "%llu; %llu bricks, %llu unverified starts\n",
           (unsigned long long)c->scenarios, (unsigned long long)c->repeated,
           (unsigned long long)c->cuts, (unsigned long long)c->states,
           (unsigned long long)c->starts, (unsigned long long)c->operations,
           (unsigned long long)c->ends_old, (unsigned long long)c->ends_new,
           (unsigned long long)c->ends_other, (unsigned long long)c->ends_none,
           (unsigned long long)c->bricks, (unsigned long long)c->unverified);
    (void)fflush(stdout);
}

static void print_failure(const char *suite, uint32_t unit)
{
    char recipe[SCENARIO_RECIPE_MAX];

    count.bricks++;
    scenario_print(&scenario, recipe);
    printf("FAILED %s %u: %s\n  replay '%s'\n", suite, unit, world_why, recipe);
    (void)fflush(stdout);
}

static bool run_unit(const struct suite *suite, uint32_t unit)
{
    struct count before = count;

    if (setjmp(world_failed) != 0) {
        print_failure(suite->name, unit);
        return false;
    }
    suite->run(unit, options.stride);
    state_done(suite->name, unit, &before);
    return true;
}

static bool run_suite(const struct suite *suite)
{
    struct count before = count;
    bool ok = true;

    for (uint32_t unit = 0; unit < suite->units && (ok || !options.first); unit++)
        if (unit % options.workers == options.worker && !state_is_done(suite->name, unit))
            ok = run_unit(suite, unit) && ok;
    printf("%-8s %s: %llu scenarios, %llu cuts\n", suite->name, ok ? "ok" : "FAILED",
           (unsigned long long)(count.scenarios - before.scenarios),
           (unsigned long long)(count.cuts - before.cuts));
    (void)fflush(stdout);
    return ok;
}

/* A number above 0 and nothing behind it. */
static bool read_count(const char *text, uint32_t *number)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    *number = (uint32_t)value;
    return end != text && *end == 0 && value > 0 && value <= UINT32_MAX;
}

/* I/N, I from 0 */
static bool read_worker(const char *text)
{
    char *end;

    options.worker = (uint32_t)strtoul(text, &end, 10);
    return end != text && *end == '/' && read_count(end + 1, &options.workers) &&
           options.worker < options.workers;
}

static bool read_option(const char *arg)
{
    if (strncmp(arg, "stride=", 7) == 0)
        return read_count(arg + 7, &options.stride);
    if (strncmp(arg, "worker=", 7) == 0)
        return read_worker(arg + 7);
    if (strncmp(arg, "state=", 6) == 0)
        state_open(arg + 6);
    else if (strncmp(arg, "seen=", 5) == 0)
        return count_keep(arg + 5);
    else if (strcmp(arg, "first=1") == 0)
        options.first = true;
    else
        return (explore_check = strcmp(arg, "check=1") == 0);
    return true;
}

static bool is_named(int argc, char **argv, const char *name)
{
    bool any = false;

    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], name) == 0)
            return true;
        any = any || strchr(argv[i], '=') == NULL;
    }
    return !any;
}

static bool read_options(int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        if (strchr(argv[i], '=') != NULL && !read_option(argv[i])) {
            (void)fprintf(stderr, "power: what is %s?\n", argv[i]);
            return false;
        }
    }
    return true;
}

static int run(int argc, char **argv)
{
    bool ok = true;

    for (const struct suite *suite = suites; suite->name != NULL; suite++)
        if (is_named(argc, argv, suite->name) && (ok || !options.first))
            ok = run_suite(suite) && ok;
    print_counts();
    return ok ? 0 : 1;
}

static int replay(const char *recipe)
{
    if (!scenario_parse(recipe, &scenario)) {
        (void)fprintf(stderr, "power: no recipe: %s\n", recipe);
        return 2;
    }
    rig.print = true;
    if (setjmp(world_failed) != 0) {
        printf("FAILED: %s\n", world_why);
        return 1;
    }
    explore_given(false);
    printf("ok\n");
    return 0;
}

static int sum(int argc, char **argv)
{
    uint32_t units = 0;

    for (int i = 2; i < argc; i++)
        if (strchr(argv[i], '=') == NULL)
            units += state_sum(argv[i]);
    printf("%u units, ", units);
    print_counts();
    return count.bricks == 0 ? 0 : 1;
}

static int show_suites(void)
{
    for (const struct suite *suite = suites; suite->name != NULL; suite++)
        printf("%-8s %5u units: %s\n", suite->name, suite->units, suite->what);
    return 0;
}

static int show_units(int argc, char **argv)
{
    uint32_t units = 0;

    for (const struct suite *suite = suites; suite->name != NULL; suite++)
        units += is_named(argc, argv, suite->name) ? suite->units : 0;
    printf("%u\n", units);
    return 0;
}

int main(int argc, char **argv)
{
    const char *verb = argc >= 2 ? argv[1] : "";

    if (strcmp(verb, "replay") == 0 && argc == 3)
        return replay(argv[2]);
    if (strcmp(verb, "suites") == 0)
        return show_suites();
    if (strcmp(verb, "units") == 0)
        return show_units(argc, argv);
    if (!read_options(argc, argv))
        return 2;
    if (strcmp(verb, "run") == 0)
        return run(argc, argv);
    if (strcmp(verb, "sum") == 0)
        return sum(argc, argv);
    (void)fprintf(stderr, "usage: run, replay, sum, units, suites: test/power/main.c\n");
    return 2;
}
