/* SPDX-License-Identifier: MIT
 * The stick leaves the bus at a USB transaction of an upgrade, whichever it is: version 1 or version
 * 2 is whole and starts. usage: board-disconnect [FIRST STEP], without words a share of the
 * transactions, with 1 1 all of them. */
#include <stdio.h>
#include <stdlib.h>

#include "board.h"
#include "board/one_start.h"
#include "support/cmocka_all.h"
#include "vboard.h"

/* No time is lost in NAKs: every transaction moves the upgrade on. */
#define QUICK "naks=0 latency-us=0 ready-ms=0 unit-attention=0"

static unsigned first = 5, step = 13;

/* How many transactions the upgrade takes when nothing happens. */
static unsigned count_transactions(void)
{
    enum outcome outcome = KEPT;
    struct board *b = one_start_board(QUICK " disconnect=1000000");
    assert_true(one_start_run(b, &outcome));
    assert_int_equal(outcome, UPGRADED);
    unsigned count = (unsigned)b->quirks.value[QUIRK_DISCONNECT].seen;
    vboard_close(b);
    return count;
}

/* The stick was there and has gone: what is asked for did happen. */
static bool has_left(struct board *b, unsigned transaction)
{
    const struct quirk_value *v = &b->quirks.value[QUIRK_DISCONNECT];
    return v->seen >= transaction && b->stick.plug.away_from_ps != ALARM_NEVER;
}

static void test_disconnect(void **state)
{
    (void)state;
    unsigned count = count_transactions();
    unsigned outcomes[3] = {0};
    assert_true(count > 200);
    for (unsigned i = first; i <= count; i += step) {
        enum outcome outcome = KEPT;
        char quirks[128];
        snprintf(quirks, sizeof quirks, QUICK " disconnect=%u", i);
        struct board *b = one_start_board(quirks);
        if (!one_start_run(b, &outcome) || outcome == UPGRADED_OTHER || !has_left(b, i))
            fail_msg("disconnect at transaction %u of %u", i, count);
        outcomes[outcome]++;
        vboard_close(b);
    }
    printf("           %u transactions: %u times version 1, %u times version 2\n", count,
           outcomes[KEPT], outcomes[UPGRADED]);
    assert_true(outcomes[KEPT] > 0);
}

int main(int argc, char **argv)
{
    if (argc == 3) {
        first = (unsigned)strtoul(argv[1], NULL, 10);
        step = (unsigned)strtoul(argv[2], NULL, 10);
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_disconnect)};
    return first > 0 && step > 0
               ? cmocka_run_group_tests(tests, one_start_setup, one_start_teardown)
               : 1;
}
