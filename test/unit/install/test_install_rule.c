/* SPDX-License-Identifier: MIT
 * install/install_rule.c: named rows, and properties that hold for every combination of facts. */
#include <string.h>

#include "install/install_rule.h"
#include "support/cmocka_all.h"

/* An installed application, nothing else. */
static struct install_facts quiet(void)
{
    return (struct install_facts){.layout_ok = true,
                                  .flag = INSTALL_FLAG_NONE,
                                  .phase = RECORD_SETTLED,
                                  .run = SLOT_WHOLE,
                                  .update = SLOT_UNKNOWN,
                                  .stick = INSTALL_STICK_UNKNOWN};
}

static void order_of_one_start(void **state)
{
    struct install_facts f = quiet();

    (void)state;
    assert_int_equal(install_rule(&f), INSTALL_LOOK);
    f.stick = INSTALL_STICK_OFFERS;
    assert_int_equal(install_rule(&f), INSTALL_STAGE);
    f.flag = INSTALL_FLAG_PENDING; /* a pending install comes before any stick */
    f.update = SLOT_WHOLE;
    assert_int_equal(install_rule(&f), INSTALL_COPY);
    f.done = INSTALL_DONE_COPIED;
    assert_int_equal(install_rule(&f), INSTALL_FINISH);
    f.done = INSTALL_DONE_APPLICATION;
    assert_int_equal(install_rule(&f), INSTALL_RESTART);
    f.done = INSTALL_DONE_STICK;
    assert_int_equal(install_rule(&f), INSTALL_CELEBRATE);
    f = quiet();
    f.stick = INSTALL_STICK_DONE;
    assert_int_equal(install_rule(&f), INSTALL_START);
    f.run = SLOT_NONE;
    assert_int_equal(install_rule(&f), INSTALL_WAIT_STICK);
}

static void requests(void **state)
{
    struct install_facts f = quiet();

    (void)state;
    f.flag = INSTALL_FLAG_PENDING;
    f.update = SLOT_BARE;
    assert_int_equal(install_rule(&f), INSTALL_COPY);
    f.update = SLOT_DIFFERS;
    assert_int_equal(install_rule(&f), INSTALL_REFUSE);
    f.update = SLOT_NONE;
    assert_int_equal(install_rule(&f), INSTALL_REFUSE);
    f.update = SLOT_WHOLE;
    f.update_is_run = true;
    assert_int_equal(install_rule(&f), INSTALL_CLEAR);
    f.phase = RECORD_INSTALL; /* the run area looks finished, but its last word may be weak */
    f.update_is_new = true;
    assert_int_equal(install_rule(&f), INSTALL_COPY);
    f = quiet();
    f.flag = INSTALL_FLAG_GARBAGE;
    assert_int_equal(install_rule(&f), INSTALL_CLEAR);
    f.failed = true; /* clearing failed: go on */
    assert_int_equal(install_rule(&f), INSTALL_LOOK);
}

static void taken_up_again(void **state)
{
    struct install_facts f = quiet();

    (void)state;
    f.phase = RECORD_INSTALL;
    f.run = SLOT_BARE;
    f.update = SLOT_BARE;
    f.update_is_new = true;
    f.flag = INSTALL_FLAG_GARBAGE;
    assert_int_equal(install_rule(&f), INSTALL_COPY);
    f.update_is_new = false; /* without a footer only the record vouches for it */
    f.flag = INSTALL_FLAG_PENDING;
    assert_int_equal(install_rule(&f), INSTALL_REFUSE);
    f.flag = INSTALL_FLAG_NONE;
    f.stick = INSTALL_STICK_DONE;
    assert_int_equal(install_rule(&f), INSTALL_WAIT_STICK);
}

static void without_writing(void **state)
{
    struct install_facts f = quiet();

    (void)state;
    f.layout_ok = false;
    f.flag = INSTALL_FLAG_PENDING;
    assert_int_equal(install_rule(&f), INSTALL_START);
    f.run = SLOT_NONE;
    assert_int_equal(install_rule(&f), INSTALL_HALT);
    f = quiet();
    f.supply_low = true;
    f.flag = INSTALL_FLAG_PENDING;
    assert_int_equal(install_rule(&f), INSTALL_START);
    f.parameters_moved = true; /* it would start without its parameters */
    assert_int_equal(install_rule(&f), INSTALL_WAIT_SUPPLY);
    f.supply_low = false;
    assert_int_equal(install_rule(&f), INSTALL_REPAIR);
}

static struct install_facts facts_of(unsigned n)
{
    struct install_facts f = {.layout_ok = true};

    f.layout_ok = n % 2;
    n /= 2;
    f.supply_low = n % 2;
    n /= 2;
    f.parameters_moved = n % 2;
    n /= 2;
    f.failed = n % 2;
    n /= 2;
    f.update_is_run = n % 2;
    n /= 2;
    f.update_is_new = n % 2;
    n /= 2;
    f.flag = (enum install_flag)(n % 3);
    n /= 3;
    f.phase = (enum record_phase)(n % 3 + 1);
    n /= 3;
    f.run = (enum slot_kind)(n % 5);
    n /= 5;
    f.update = (enum slot_kind)(n % 5);
    n /= 5;
    f.stick = (enum install_stick)(n % 3);
    return f;
}

#define COMBINATIONS (64u * 3 * 3 * 5 * 5 * 3)

static bool writes(enum install_step step)
{
    return step == INSTALL_REPAIR || step == INSTALL_COPY || step == INSTALL_FINISH ||
           step == INSTALL_REFUSE || step == INSTALL_CLEAR || step == INSTALL_STAGE;
}

static void in_every_case(void **state)
{
    (void)state;
    for (unsigned n = 0; n < COMBINATIONS; n++) {
        struct install_facts f = facts_of(n);
        enum install_step step = install_rule(&f);

        if (!f.layout_ok || f.supply_low)
            assert_false(writes(step));
        if (step == INSTALL_START) {
            assert_true(f.run == SLOT_WHOLE || f.run == SLOT_BARE || f.run == SLOT_DIFFERS);
            assert_true(f.run == SLOT_WHOLE || f.phase != RECORD_INSTALL);
            assert_true(f.layout_ok == false || f.supply_low || f.failed ||
                        f.flag == INSTALL_FLAG_NONE); /* else the flag is dealt with first */
        }
        if (step == INSTALL_COPY) {
            assert_true(f.update == SLOT_WHOLE || f.update == SLOT_BARE || f.update_is_new);
            assert_true(f.flag == INSTALL_FLAG_PENDING || f.phase != RECORD_SETTLED);
            assert_true(install_rule_needs_update(&f));
        }
        if (f.failed) /* nothing is tried twice in one start */
            assert_true(step != INSTALL_COPY && step != INSTALL_REFUSE && step != INSTALL_CLEAR);
    }
}

static void offers(void **state)
{
    struct record record = {.phase = RECORD_SETTLED};
    const uint8_t id[RECORD_ID_BYTES] = {1, 2, 3};

    (void)state;
    assert_int_equal(install_rule_offer(id, false, &record, false), INSTALL_OFFER_STAGE);
    assert_int_equal(install_rule_offer(id, true, &record, false), INSTALL_OFFER_INSTALLED);
    memcpy(record.handled_id, id, sizeof id);
    for (uint32_t failures = 0; failures < 6; failures++) {
        enum install_offer expected = failures == 0  ? INSTALL_OFFER_STAGE
                                      : failures < 3 ? INSTALL_OFFER_HASH_FIRST
                                                     : INSTALL_OFFER_REFUSED;

        record.failures = (uint8_t)failures;
        assert_int_equal(install_rule_offer(id, false, &record, false), expected);
        assert_int_equal(install_rule_offer(id, false, &record, true), INSTALL_OFFER_STAGE);
        assert_int_equal(install_rule_offer(id, true, &record, false), INSTALL_OFFER_INSTALLED);
    }
    record.handled_id[7] ^= 1;
    assert_int_equal(install_rule_offer(id, false, &record, false), INSTALL_OFFER_STAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_of_one_start), cmocka_unit_test(requests),
        cmocka_unit_test(taken_up_again),     cmocka_unit_test(without_writing),
        cmocka_unit_test(in_every_case),      cmocka_unit_test(offers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
