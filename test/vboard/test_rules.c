/* SPDX-License-Identifier: MIT
 * For every rule of the virtual board, a firmware that breaks it is caught and one that obeys it is
 * not (test/firmware/rules). A rule without such a case fails here. */
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "firmware_case.h"
#include "support/cmocka_all.h"
#include "vboard.h"

/* What a rule's cases need besides the firmware: the words of `vboard run`, if any. */
static const struct {
    const char *rule;
    const char *words[8];
} needs[] = {
#include "rules_needs.def"
};

static const char *const *words_for(const char *rule)
{
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (needs[i].rule && strcmp(needs[i].rule, rule) == 0)
            return needs[i].words;
    return NULL;
}

/* True when it went as it should. */
static bool run_case(enum rule_id rule, bool obey)
{
    const char *name = vboard_rule_name(rule);
    char select[64];
    struct board *b;
    int status;
    uint32_t found;
    bool known, ok;

    snprintf(select, sizeof select, "%s %s", name, obey ? "obey" : "break");
    b = firmware_case("rules.elf", select, words_for(name), &status);
    found = vboard_finding_count(b, rule);
    known = strstr(vboard_console(b), "no such case") == NULL;
    ok = known && (obey ? found == 0 && status == VBOARD_OK : found > 0);
    if (!known)
        printf("%s: no case in test/firmware/rules\n", select);
    else if (!ok)
        printf("%s: %u findings of the rule, status %d; it says: %s\n", select, found, status,
               vboard_console(b));
    vboard_close(b);
    return ok;
}

static void every_rule(void **state)
{
    unsigned wrong = 0;

    (void)state;
    for (unsigned rule = 0; rule < RULE_COUNT; rule++) {
        wrong += !run_case((enum rule_id)rule, true);
        wrong += !run_case((enum rule_id)rule, false);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_rule)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
