/* SPDX-License-Identifier: MIT
 * Every quirk of the stick on the real loader, with its outcome: either the new version is
 * installed, or it is refused with a reason and the installed application starts, its area
 * untouched (quirk_cases.def). usage: board-quirks SHARD SHARDS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "board/one_start.h"
#include "support/cmocka_all.h"
#include "vboard.h"

static const struct quirk_case {
    const char *quirks;
    enum outcome outcome;
    const char *says; /* NULL = nothing in particular */
} cases[] = {
#define CASE(quirks, outcome, says) {quirks, outcome, says},
#include "quirk_cases.def"
#undef CASE
};

#define CASES (sizeof cases / sizeof cases[0])

static unsigned shard, shards = 1;

/* What was to happen the Nth time has had its Nth time. */
static bool all_struck(const struct board *b)
{
    for (unsigned id = 0; id < QUIRK_COUNT; id++) {
        const struct quirk_value *v = &b->quirks.value[id];
        if (quirk_table[id].kind == QUIRK_TIMES && v->seen < v->number) {
            printf("%s has not come to its turn\n", quirk_table[id].name);
            return false;
        }
    }
    return true;
}

static bool as_expected(const struct quirk_case *c)
{
    struct board *b = one_start_board(c->quirks);
    enum outcome outcome = KEPT;
    bool right = one_start_run(b, &outcome);
    if (right && outcome != c->outcome) {
        printf("outcome %d, not %d\n%s\n", (int)outcome, (int)c->outcome, vboard_console(b));
        right = false;
    }
    if (right && c->says && !strstr(vboard_console(b), c->says)) {
        printf("it does not say \"%s\":\n%s\n", c->says, vboard_console(b));
        right = false;
    }
    right = right && all_struck(b);
    vboard_close(b);
    return right;
}

static void test_every_case(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (unsigned i = shard; i < CASES; i += shards) {
        printf("           %s\n", cases[i].quirks);
        wrong += !as_expected(&cases[i]);
    }
    assert_int_equal(wrong, 0);
}

/* One of the words of a case switches this quirk on. */
static bool names(const char *quirks, const char *quirk)
{
    size_t length = strlen(quirk);
    for (const char *at = quirks; *at; at += strspn(at, " ")) {
        if (strncmp(at, quirk, length) == 0 && strchr(" =", at[length]))
            return true;
        at += strcspn(at, " ");
    }
    return false;
}

static void test_every_quirk_has_a_case(void **state)
{
    (void)state;
    unsigned missing = 0;
    for (unsigned id = 0; id < QUIRK_COUNT; id++) {
        bool found = false;
        for (unsigned i = 0; i < CASES && !found; i++)
            found = names(cases[i].quirks, quirk_table[id].name);
        if (!found)
            printf("no case for the quirk %s\n", quirk_table[id].name);
        missing += !found;
    }
    assert_int_equal(missing, 0);
}

int main(int argc, char **argv)
{
    if (argc == 3) {
        shard = (unsigned)strtoul(argv[1], NULL, 10);
        shards = (unsigned)strtoul(argv[2], NULL, 10);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_quirk_has_a_case),
        cmocka_unit_test(test_every_case),
    };
    return shards > 0 ? cmocka_run_group_tests(tests, one_start_setup, one_start_teardown) : 1;
}
