/* SPDX-License-Identifier: MIT
 * install/install_rule.c and install_steps.c: the rows of docs/install.md, one by one, and
 * properties that hold for every combination of facts. */
#include <string.h>

#include "install/install_rule.h"
#include "support/cmocka_all.h"

static struct install_facts facts;
static struct record record;
static struct install_decision decision;

static struct record_image image(uint8_t fill, uint32_t pieces, uint8_t starts)
{
    struct record_image out = {
        .kind = RECORD_MCUBOOT, .trial_starts = starts, .bytes = pieces * SLOT_SECTOR_BYTES - 100};

    memset(out.sha256, fill, sizeof out.sha256);
    return out;
}

#define OLD   image(1, 3, 0)
#define NEW   image(2, 3, 0)
#define ASKS  image(2, 3, 3)
#define OTHER image(3, 3, 0)

/* An installed application, on record in both logs; no stick is in. */
static int quiet(void **state)
{
    (void)state;
    facts = (struct install_facts){.layout_ok = true,
                                   .stick = INSTALL_STICK_DONE,
                                   .found = true,
                                   .synced = true,
                                   .run = SLOT_WHOLE,
                                   .chains = {.known = CHAINS_ALL}};
    facts.chains.found[CHAIN_RUN] = OLD;
    record = (struct record){.seq = 1, .phase = RECORD_SETTLED, .run = OLD};
    return 0;
}

static void found(uint32_t chain, struct record_image what)
{
    facts.chains.found[chain] = what;
    if (chain == CHAIN_RUN)
        facts.run = what.kind == RECORD_NO_IMAGE ? SLOT_NONE : SLOT_WHOLE;
}

static void nothing_in_run(void)
{
    found(CHAIN_RUN, (struct record_image){.kind = RECORD_NO_IMAGE});
}

static enum install_step step(void)
{
    install_rule(&facts, &record, &decision);
    return decision.step;
}

static void assert_phase(enum install_step expected, enum record_phase phase)
{
    assert_int_equal(step(), expected);
    assert_int_equal(decision.after.phase, phase);
}

static void assert_write(uint32_t dst, uint32_t src)
{
    assert_int_equal(step(), INSTALL_WRITE);
    assert_int_equal(decision.dst, dst);
    assert_int_equal(decision.src, src);
}

static void assert_is(const struct record_image *is, struct record_image expected)
{
    assert_true(chain_same_image(is, &expected));
}

static void order_of_one_start(void **state)
{
    (void)state;
    facts.stick = INSTALL_STICK_UNKNOWN;
    facts.chains.known = 0;
    assert_int_equal(step(), INSTALL_LOOK); /* the run area is looked at meanwhile */
    assert_int_equal(install_rule_needs(&facts, &record), 0);
    facts.stick = INSTALL_STICK_DONE;
    assert_int_equal(install_rule_needs(&facts, &record), 1u << CHAIN_RUN);
    facts.chains.known = CHAINS_ALL;
    assert_int_equal(step(), INSTALL_START);
    facts.stick = INSTALL_STICK_OFFERS;
    assert_int_equal(step(), INSTALL_STAGE);
    facts.flag = INSTALL_FLAG_PENDING; /* a request comes before any stick */
    found(CHAIN_UPDATE, NEW);
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    facts.done = INSTALL_DONE_APPLICATION;
    assert_int_equal(step(), INSTALL_RESTART);
    facts.done = INSTALL_DONE_STICK;
    assert_int_equal(step(), INSTALL_CELEBRATE);
}

static void logs_before_the_start(void **state)
{
    (void)state;
    facts.tight = true;
    assert_phase(INSTALL_RECORD, RECORD_SETTLED);
    facts.tight = false;
    facts.synced = false;
    assert_phase(INSTALL_RECORD, RECORD_SETTLED);
    facts.found = false; /* nothing on record, nothing to say: a start writes nothing */
    assert_int_equal(step(), INSTALL_START);
}

static void request(void **state)
{
    (void)state;
    facts.flag = INSTALL_FLAG_PENDING;
    facts.suspect = LINE_ALL & ~(1u << LINE_RUN(0) | 1u << LINE_RUN(1) | 1u << LINE_RUN(2));
    found(CHAIN_UPDATE, NEW);
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    assert_is(&decision.after.run, OLD);
    assert_is(&decision.after.new_image, NEW);
    assert_int_equal(decision.after.source, RECORD_FROM_APPLICATION);
    /* The flag vouches for all of the update area. */
    assert_int_equal(decision.after.suspect, 1u << LINE_KEPT(0));
    record.phase = RECORD_STAGING;
    record.source = RECORD_FROM_STICK;
    record.new_image = NEW;
    record.last.stick_vid = 0x781;
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    assert_int_equal(decision.after.source, RECORD_FROM_STICK);
    assert_int_equal(decision.after.last.stick_vid, 0x781);
    nothing_in_run(); /* nothing to keep */
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    assert_int_equal(decision.after.run.kind, RECORD_NO_IMAGE);
    facts.suspect = 0;
    found(CHAIN_KEPT(1), OLD);
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    assert_is(&decision.after.run, OLD);
    facts.run = SLOT_BARE; /* kept as it is, not the one that was kept before it */
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    assert_int_equal(decision.after.run.kind, RECORD_NO_IMAGE);
}

static void requests_refused(void **state)
{
    (void)state;
    facts.flag = INSTALL_FLAG_PENDING;
    facts.update = SLOT_NONE;
    facts.update_reason = BL_E_VERSION_OLDER;
    assert_phase(INSTALL_CLEAN, RECORD_SETTLED);
    assert_int_equal(decision.after.last.what, RECORD_REFUSED);
    assert_int_equal(decision.after.last.rc, BL_E_VERSION_OLDER);
    facts.update = SLOT_DIFFERS;
    assert_int_equal(step(), INSTALL_CLEAN);
    assert_int_equal(decision.after.last.rc, BL_E_IMG_DIGEST);
    found(CHAIN_UPDATE, NEW);
    memcpy(record.rejected[3], NEW.sha256, RECORD_ID_BYTES);
    assert_int_equal(step(), INSTALL_CLEAN);
    assert_int_equal(decision.after.last.rc, BL_E_IMG_REJECTED);
    found(CHAIN_UPDATE, OLD); /* runs already: nothing is refused */
    assert_int_equal(step(), INSTALL_CLEAN);
    assert_int_equal(decision.after.last.what, RECORD_NOTHING);
    facts.flag = INSTALL_FLAG_GARBAGE;
    assert_phase(INSTALL_CLEAN, RECORD_SETTLED);
    assert_int_equal(decision.after.last.what, RECORD_NOTHING);
}

/* A package without a footer is all there is to be read; half of a staging reads the same. */
static void bare_request(void **state)
{
    struct record_image bare = OTHER;

    (void)state;
    bare.kind = RECORD_BARE;
    facts.flag = INSTALL_FLAG_PENDING;
    found(CHAIN_UPDATE, bare);
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    record.phase = RECORD_STAGING;
    assert_phase(INSTALL_CLEAN, RECORD_SETTLED);
    assert_int_equal(decision.after.last.what, RECORD_REFUSED);
    assert_int_equal(decision.after.last.rc, BL_E_IMG_DIGEST);
}

static void staged(void **state)
{
    uint32_t update = line_update_set(SLOT_SECTORS);

    (void)state;
    record.phase = RECORD_STAGING;
    record.new_image = NEW;
    found(CHAIN_UPDATE, NEW);
    facts.stick = INSTALL_STICK_UNKNOWN;
    assert_int_equal(install_rule_needs(&facts, &record), 1u << CHAIN_RUN | 1u << CHAIN_UPDATE);
    assert_int_equal(step(), INSTALL_FLAG);
    facts.synced = false;
    assert_phase(INSTALL_RECORD, RECORD_STAGING);
    facts.synced = true;
    nothing_in_run(); /* nothing to be repaired: it is asked for */
    assert_int_equal(step(), INSTALL_FLAG);
    found(CHAIN_RUN, OLD);
    facts.suspect = update; /* cut in the middle: what it reads proves nothing */
    assert_int_equal(step(), INSTALL_LOOK);
    assert_int_equal(install_rule_needs(&facts, &record), 0);
}

static void installing(void)
{
    (void)quiet(NULL);
    record.phase = RECORD_INSTALL;
    record.new_image = NEW;
    found(CHAIN_UPDATE, NEW);
}

static void keep_then_put(void **state)
{
    (void)state;
    installing();
    assert_write(LINE_KEPT(0), LINE_RUN(0));
    found(CHAIN_KEPT(1), OLD);
    assert_write(LINE_RUN(0), LINE_UPDATE(0));
    nothing_in_run();
    found(CHAIN_PUT(1), NEW);
    assert_write(LINE_KEPT(1), LINE_RUN(1));
    found(CHAIN_KEPT(2), OLD);
    assert_write(LINE_RUN(1), LINE_UPDATE(1));
    found(CHAIN_PUT(2), NEW);
    found(CHAIN_KEPT(3), OLD);
    assert_write(LINE_RUN(2), LINE_UPDATE(2));
    facts.suspect = 1u << LINE_UPDATE(1); /* where the last old piece is kept: once more */
    assert_write(LINE_KEPT(2), LINE_RUN(2));
    facts.suspect = 1u << LINE_KEPT(0); /* not one of the sets is whole without it */
    assert_write(LINE_RUN(2), LINE_UPDATE(2));
    facts.suspect = 0;
    found(CHAIN_RUN, NEW);
    assert_phase(INSTALL_CLEAN, RECORD_SETTLED);
    assert_is(&decision.after.run, NEW);
    assert_is(&decision.after.old_image, OLD);
    assert_int_equal(decision.after.last.what, RECORD_INSTALLED);
}

static void put_without_backup(void **state)
{
    (void)state;
    installing();
    record.run.kind = RECORD_NO_IMAGE;
    nothing_in_run();
    assert_write(LINE_RUN(0), LINE_UPDATE(0));
    found(CHAIN_PUT(1), NEW);
    facts.suspect = 1u << LINE_RUN(0);
    assert_write(LINE_RUN(0), LINE_UPDATE(0));
    facts.suspect = 0;
    found(CHAIN_RUN, NEW);
    record.new_image = ASKS; /* with nothing to go back to it is accepted at once */
    assert_phase(INSTALL_CLEAN, RECORD_SETTLED);
    assert_int_equal(decision.after.old_image.kind, RECORD_NO_IMAGE);
}

static void install_given_up(void **state)
{
    (void)state;
    installing();
    found(CHAIN_KEPT(1), OLD);
    nothing_in_run();
    record.source = RECORD_FROM_STICK;
    facts.copy_failed = BL_E_FLASH_PROGRAM;
    assert_phase(INSTALL_RECORD, RECORD_ROLLBACK);
    assert_is(&decision.after.old_image, OLD);
    assert_int_equal(decision.after.last.what, RECORD_FAILED);
    assert_int_equal(decision.after.last.rc, BL_E_FLASH_PROGRAM);
    assert_int_equal(decision.after.failures, 1);
    facts.copy_failed = BL_OK;
    found(CHAIN_UPDATE, OTHER); /* the new image is gone */
    assert_phase(INSTALL_RECORD, RECORD_ROLLBACK);
    found(CHAIN_KEPT(1), (struct record_image){.kind = RECORD_NO_IMAGE}); /* the old one as well */
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    assert_is(&decision.after.new_image, OTHER);
    found(CHAIN_UPDATE, (struct record_image){.kind = RECORD_NO_IMAGE});
    assert_phase(INSTALL_RECORD, RECORD_SETTLED);
    assert_int_equal(decision.after.suspect, line_run_set());
    record = decision.after;
    facts.suspect = record.suspect;
    facts.run = SLOT_BARE; /* as a half-copied image may look */
    assert_int_equal(step(), INSTALL_WAIT_STICK);
    facts.suspect &= ~(1u << LINE_RUN(0));
    assert_int_equal(step(), INSTALL_START);
}

static void rollback(void **state)
{
    (void)state;
    record.phase = RECORD_ROLLBACK;
    record.run = NEW;
    record.old_image = OLD;
    found(CHAIN_RUN, NEW);
    found(CHAIN_KEPT(3), OLD);
    assert_write(LINE_RUN(2), LINE_KEPT(2));
    found(CHAIN_KEPT(2), OLD);
    assert_write(LINE_RUN(1), LINE_KEPT(1));
    facts.suspect = 1u << LINE_RUN(2);
    assert_write(LINE_RUN(2), LINE_KEPT(2));
    facts.suspect = 0;
    found(CHAIN_KEPT(1), OLD);
    assert_write(LINE_RUN(0), LINE_KEPT(0));
    found(CHAIN_RUN, OLD);
    assert_phase(INSTALL_CLEAN, RECORD_SETTLED);
    assert_is(&decision.after.run, OLD);
    assert_int_equal(decision.after.old_image.kind, RECORD_NO_IMAGE);
}

static void on_trial(void)
{
    (void)quiet(NULL);
    record.phase = RECORD_TRIAL;
    record.run = ASKS;
    record.old_image = OLD;
    found(CHAIN_RUN, ASKS);
    found(CHAIN_KEPT(3), OLD);
}

static void trial(void **state)
{
    (void)state;
    on_trial();
    facts.stick = INSTALL_STICK_UNKNOWN;
    assert_int_equal(step(), INSTALL_LOOK);
    facts.stick = INSTALL_STICK_DONE;
    record.boots = 2;
    assert_phase(INSTALL_RECORD, RECORD_TRIAL);
    assert_int_equal(decision.after.boots, 3);
    record.boots = 3;
    facts.counted = true;
    assert_int_equal(step(), INSTALL_START);
    facts.tight = true;
    assert_phase(INSTALL_RECORD, RECORD_TRIAL);
    facts.counted = false;
    assert_phase(INSTALL_RECORD, RECORD_ROLLBACK);
    assert_memory_equal(decision.after.rejected[0], ASKS.sha256, RECORD_ID_BYTES);
    assert_int_equal(decision.after.last.rc, BL_E_NOT_CONFIRMED);
    assert_is(&decision.after.old_image, OLD);
}

static void trial_ends(void **state)
{
    (void)state;
    on_trial();
    facts.confirmed = true;
    record.boots = 3;
    assert_phase(INSTALL_RECORD, RECORD_SETTLED);
    assert_is(&decision.after.old_image, OLD); /* stays kept, for a repair */
    on_trial();
    facts.flag = INSTALL_FLAG_PENDING;
    found(CHAIN_UPDATE, OTHER);
    assert_phase(INSTALL_CLEAN, RECORD_TRIAL);
    assert_int_equal(decision.after.last.rc, BL_E_ON_TRIAL);
    on_trial();
    facts.stick = INSTALL_STICK_OFFERS; /* back first; the image was replaced, it did not fail */
    assert_phase(INSTALL_RECORD, RECORD_ROLLBACK);
    assert_int_equal(decision.after.rejected[0][0], 0);
    on_trial();
    nothing_in_run();
    assert_phase(INSTALL_RECORD, RECORD_ROLLBACK);
    on_trial();
    facts.suspect = 1u << LINE_KEPT(0); /* nothing to go back to */
    assert_phase(INSTALL_RECORD, RECORD_SETTLED);
    on_trial();
    found(CHAIN_RUN, OTHER); /* by a debugger */
    assert_phase(INSTALL_RECORD, RECORD_SETTLED);
}

static void repair(void **state)
{
    (void)state;
    record.old_image = OTHER;
    nothing_in_run();
    found(CHAIN_KEPT(3), OTHER);
    found(CHAIN_UPDATE, NEW); /* nobody asked for it */
    assert_phase(INSTALL_RECORD, RECORD_ROLLBACK);
    assert_is(&decision.after.old_image, OTHER);
    found(CHAIN_KEPT(2), OLD); /* the same image is better */
    assert_phase(INSTALL_RECORD, RECORD_ROLLBACK);
    assert_is(&decision.after.old_image, OLD);
    found(CHAIN_PUT(2), OLD); /* and costs less from there */
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    assert_is(&decision.after.new_image, OLD);
    assert_int_equal(decision.after.source, RECORD_FROM_NOBODY);
    facts.run = SLOT_DIFFERS;
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    facts.run = SLOT_BARE; /* flashed by a debugger */
    assert_int_equal(step(), INSTALL_START);
    (void)quiet(NULL);
    nothing_in_run();
    found(CHAIN_UPDATE, NEW); /* better than nothing */
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    found(CHAIN_UPDATE, (struct record_image){.kind = RECORD_NO_IMAGE});
    assert_int_equal(step(), INSTALL_WAIT_STICK);
    facts.stick = INSTALL_STICK_OFFERS;
    assert_int_equal(step(), INSTALL_STAGE);
}

static void records_lost(void **state)
{
    (void)state;
    facts.found = false;
    facts.synced = false;
    record = (struct record){.phase = RECORD_SETTLED};
    nothing_in_run();
    found(CHAIN_KEPT(1), OLD);
    found(CHAIN_PUT(1), NEW);
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    assert_is(&decision.after.run, OLD);
    assert_is(&decision.after.new_image, NEW);
    facts.run = SLOT_BARE; /* half-copied, it looks plausible */
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    /* The request for it is still there, and all of it: the old one is kept for its end. */
    facts.flag = INSTALL_FLAG_PENDING;
    found(CHAIN_UPDATE, NEW);
    assert_phase(INSTALL_RECORD, RECORD_INSTALL);
    assert_is(&decision.after.run, OLD);
    facts.flag = INSTALL_FLAG_NONE;
    found(CHAIN_RUN, ASKS);
    assert_phase(INSTALL_RECORD, RECORD_TRIAL);
    assert_is(&decision.after.old_image, OLD);
    found(CHAIN_RUN, NEW);
    assert_int_equal(step(), INSTALL_START);
}

static void suspect_run_area(void **state)
{
    (void)state;
    facts.suspect = 1u << LINE_RUN(1);
    assert_int_equal(step(), INSTALL_WAIT_STICK);
    found(CHAIN_RUN, OTHER); /* not what is on record: written since, by a debugger */
    assert_int_equal(step(), INSTALL_START);
}

static void without_writing(void **state)
{
    (void)state;
    facts.layout_ok = false;
    facts.flag = INSTALL_FLAG_PENDING;
    found(CHAIN_UPDATE, NEW);
    assert_int_equal(step(), INSTALL_START);
    nothing_in_run();
    assert_int_equal(step(), INSTALL_HALT);
    (void)quiet(NULL);
    facts.supply_low = true;
    record.suspect = RECORD_SUSPECT_P; /* it would start without its parameters */
    assert_int_equal(step(), INSTALL_WAIT_SUPPLY);
    facts.supply_low = false;
    assert_int_equal(step(), INSTALL_REPAIR);
    facts.failed = true;
    assert_int_equal(step(), INSTALL_START);
}

static uint32_t random_next(uint32_t *x)
{
    *x = *x * 1664525u + 1013904223u;
    return *x >> 12;
}

static struct record_image any_image(uint32_t *x)
{
    uint32_t n = random_next(x) % 8;

    return n > 3 ? (struct record_image){.kind = RECORD_NO_IMAGE}
                 : image((uint8_t)n, 1 + random_next(x) % SLOT_SECTORS, n == 3 ? 2 : 0);
}

static void any_facts(uint32_t *x)
{
    (void)quiet(NULL);
    uint32_t bits = random_next(x);

    facts.layout_ok = bits % 16 != 0;
    facts.supply_low = bits % 16 == 1;
    facts.failed = bits % 16 == 2;
    facts.copy_failed = bits % 16 == 3 ? BL_E_FLASH_PROGRAM : BL_OK;
    facts.found = bits % 16 != 4;
    facts.synced = bits >> 4 & 1;
    facts.tight = bits >> 5 & 1;
    facts.confirmed = bits >> 6 & 1;
    facts.counted = bits >> 7 & 1;
    facts.flag = (enum install_flag)((bits >> 8) % 3);
    facts.stick = (enum install_stick)((bits >> 10) % 3);
    facts.suspect = (bits >> 12 & 1) != 0 ? random_next(x) & LINE_ALL & random_next(x) : 0;
    for (uint32_t i = 0; i < CHAINS; i++)
        facts.chains.found[i] = any_image(x);
    facts.run = facts.chains.found[CHAIN_RUN].kind != RECORD_NO_IMAGE
                    ? SLOT_WHOLE
                    : (enum slot_kind)(1 + random_next(x) % 3);
    record.phase = (uint8_t)(1 + random_next(x) % 5);
    record.run = any_image(x);
    record.old_image = any_image(x);
    record.new_image = any_image(x);
    record.boots = (uint8_t)(random_next(x) % 4);
    record.suspect = (uint16_t)facts.suspect;
}

static bool holds(uint32_t chain, const struct record_image *what)
{
    return chain_holds(&facts.chains, chain, what, facts.suspect);
}

/* Some chain of the set holds the image without a piece in this sector. */
static bool stays(uint32_t chains, const struct record_image *what, uint32_t sector)
{
    for (uint32_t chain = 0; chain < CHAINS; chain++)
        if ((chains >> chain & 1) != 0 &&
            chain_holds(&facts.chains, chain, what, facts.suspect | 1u << sector))
            return true;
    return false;
}

static void check_start(void)
{
    bool settled = record.phase == RECORD_SETTLED || record.phase == RECORD_STAGING;

    assert_true(facts.run == SLOT_WHOLE || (settled && facts.run != SLOT_NONE));
    if (!facts.layout_ok || facts.supply_low || facts.failed || facts.copy_failed != BL_OK)
        return;
    assert_int_equal(facts.flag, INSTALL_FLAG_NONE);
    assert_true(!facts.found || (facts.synced && !facts.tight));
    assert_true(record.phase != RECORD_TRIAL || facts.counted);
}

/* A write never takes the last piece of an image that is promised. */
static void check_write(void)
{
    const uint32_t kept = CHAINS_KEPT | 1u << CHAIN_RUN;

    assert_true(record.phase == RECORD_INSTALL || record.phase == RECORD_ROLLBACK);
    if (record.phase == RECORD_ROLLBACK) {
        assert_true(stays(kept, &record.old_image, decision.dst));
        return;
    }
    assert_true(stays(CHAINS_PUT, &record.new_image, decision.dst));
    for (uint32_t chain = 0; chain <= CHAIN_RUN; chain++)
        if (holds(chain, &record.run))
            assert_true(stays(kept, &record.run, decision.dst));
}

static void in_every_case(void **state)
{
    uint32_t x = 1;
    unsigned steps[INSTALL_HALT + 1] = {0};

    (void)state;
    for (unsigned n = 0; n < 400000; n++) {
        any_facts(&x);
        enum install_step what = step();

        steps[what]++;
        if (!facts.layout_ok || facts.supply_low || facts.failed)
            assert_true(what == INSTALL_START || what >= INSTALL_WAIT_SUPPLY);
        if (what == INSTALL_START)
            check_start();
        if (what == INSTALL_WRITE)
            check_write();
        if (what == INSTALL_STAGE) /* the kept image goes: not while one is on trial */
            assert_true(record.phase == RECORD_SETTLED || record.phase == RECORD_STAGING);
        if (what == INSTALL_FLAG)
            assert_true(facts.synced && holds(CHAIN_UPDATE, &record.new_image));
    }
    for (unsigned i = INSTALL_RECORD; i <= INSTALL_HALT; i++)
        if (i != INSTALL_RESTART && i != INSTALL_CELEBRATE)
            assert_true(steps[i] > 0);
}

static void offers(void **state)
{
    const uint8_t id[RECORD_ID_BYTES] = {1, 2, 3};

    (void)state;
    assert_int_equal(install_rule_offer(id, false, &record), INSTALL_OFFER_STAGE);
    assert_int_equal(install_rule_offer(id, true, &record), INSTALL_OFFER_INSTALLED);
    memcpy(record.handled_id, id, sizeof id);
    for (uint8_t failures = 0; failures < 6; failures++) {
        enum install_offer expected = failures == 0  ? INSTALL_OFFER_STAGE
                                      : failures < 3 ? INSTALL_OFFER_HASH_FIRST
                                                     : INSTALL_OFFER_REFUSED;

        record.failures = failures;
        assert_int_equal(install_rule_offer(id, false, &record), expected);
        assert_int_equal(install_rule_offer(id, true, &record), INSTALL_OFFER_INSTALLED);
    }
    memcpy(record.rejected[2], id, sizeof id);
    assert_int_equal(install_rule_offer(id, false, &record), INSTALL_OFFER_REJECTED);
    record.rejected[2][7] ^= 1;
    record.handled_id[7] ^= 1;
    assert_int_equal(install_rule_offer(id, false, &record), INSTALL_OFFER_STAGE);
    record.phase = RECORD_TRIAL;
    assert_int_equal(install_rule_offer(id, false, &record), INSTALL_OFFER_HASH_FIRST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(order_of_one_start, quiet),
        cmocka_unit_test_setup(logs_before_the_start, quiet),
        cmocka_unit_test_setup(request, quiet),
        cmocka_unit_test_setup(requests_refused, quiet),
        cmocka_unit_test_setup(bare_request, quiet),
        cmocka_unit_test_setup(staged, quiet),
        cmocka_unit_test_setup(keep_then_put, quiet),
        cmocka_unit_test_setup(put_without_backup, quiet),
        cmocka_unit_test_setup(install_given_up, quiet),
        cmocka_unit_test_setup(rollback, quiet),
        cmocka_unit_test_setup(trial, quiet),
        cmocka_unit_test_setup(trial_ends, quiet),
        cmocka_unit_test_setup(repair, quiet),
        cmocka_unit_test_setup(records_lost, quiet),
        cmocka_unit_test_setup(suspect_run_area, quiet),
        cmocka_unit_test_setup(without_writing, quiet),
        cmocka_unit_test_setup(in_every_case, quiet),
        cmocka_unit_test_setup(offers, quiet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
