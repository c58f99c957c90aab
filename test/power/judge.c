/* SPDX-License-Identifier: MIT
 * Oracles; judge.h. */
#include "power/judge.h"

#include <string.h>

#include "config/layout.h"
#include "params/records.h"
#include "power/count.h"
#include "power/judge_records.h"
#include "power/pieces.h"
#include "power/scenario.h"
#include "power/world.h"
#include "support/flash_host.h"
#include "util/bytes.h"

#define UNTOUCHED_BYTES (APP_PARAMS_ADDR - FLASH_BASE_ADDR)

static uint8_t untouched[UNTOUCHED_BYTES];

void judge_begin(void)
{
    flash_host_stays_weak = judge_records_weak_word;
    memcpy(untouched, flash_host_at(FLASH_BASE_ADDR), UNTOUCHED_BYTES);
}

static bool is_kept(int which)
{
    return pieces_complete(&world_image[which], PIECES_KEPT, 0);
}

static bool is_complete(int which)
{
    return is_kept(which) || pieces_complete(&world_image[which], PIECES_PUT, 0);
}

int judge_running(void)
{
    for (int i = WORLD_IMAGES - 1; i >= 0; i--)
        if (pieces_run(&world_image[i]))
            return i;
    return -1;
}

/* The security counter on record rules an older image out. */
static bool is_ruled_out(const struct image *image, const struct record *newest)
{
    return image->spec.kind == IMAGE_SIGNED && image->spec.counter < newest->counter_floor;
}

static bool can_be_saved_by(const struct record *newest)
{
    for (int i = 0; i < WORLD_IMAGES; i++) {
        bool is_new =
            newest->phase == RECORD_INSTALL &&
            memcmp(newest->new_image.sha256, world_image[i].sha256, RECORD_SHA256_BYTES) == 0;

        if (is_ruled_out(&world_image[i], newest))
            continue;
        if (pieces_complete(&world_image[i], PIECES_KEPT, newest->suspect) ||
            (is_new && pieces_complete(&world_image[i], PIECES_PUT, newest->suspect)))
            return true;
    }
    return false;
}

bool judge_can_be_saved(void)
{
    struct record solid = judge_records_solid();
    struct record reads;

    (void)record_newest(&reads);
    /* The record that the cut was in may fade, which names other sectors suspect. */
    return can_be_saved_by(&reads) && can_be_saved_by(&solid);
}

static bool asks(int which)
{
    return world_image[which].spec.trial_starts != 0;
}

/* Another image takes the place of the accepted one when it is there and does not ask, or its
 * application has begun to confirm. */
static void judge_accepted(void)
{
    if (world.accepted < 0 || is_kept(world.accepted))
        return;
    for (int i = 0; i < WORLD_IMAGES; i++)
        if (is_kept(i) && (world.confirming || world.logs_gone || !asks(i)))
            world.accepted = (int8_t)i; /* without records the new one's counter is the floor */
    if (!is_complete(world.accepted))
        world_fail("the accepted image is lost");
}

/* While an install goes on, the new image is complete, too. */
void judge_new(void)
{
    struct record_log p;
    struct record_log f;

    record_log_scan(&p, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    record_log_scan(&f, RECORD_LOG_F_ADDR, RECORD_LOG_F_SLOTS);
    if (!p.valid || !f.valid || p.newest.seq != f.newest.seq || scenario.loss != LOSS_NONE ||
        world.damaged || p.newest.phase != RECORD_INSTALL)
        return;
    for (int i = 0; i < WORLD_IMAGES; i++)
        if (memcmp(p.newest.new_image.sha256, world_image[i].sha256, RECORD_SHA256_BYTES) == 0 &&
            !pieces_complete(&world_image[i], PIECES_PUT, 0))
            world_fail("the new image is lost in the middle of its install");
}

void judge_flash(void)
{
    if (memcmp(untouched, flash_host_at(FLASH_BASE_ADDR), UNTOUCHED_BYTES) != 0)
        world_fail("a sector of the loader or the product was touched");
    if (flash_host.rule_breaks != 0)
        world_fail("a word was programmed that was not erased");
    judge_accepted();
}

static void judge_params(void)
{
    for (uint32_t i = 0; i < APP_PARAMS_USED_BYTES && !world.params_gone; i++)
        if (*flash_host_at(APP_PARAMS_ADDR + i) != WORLD_PARAM(i))
            world_fail("the application's parameters are lost");
}

static void judge_params_solid(void)
{
    if (!world.params_gone && !flash_host_solid(APP_PARAMS_ADDR, APP_PARAMS_USED_BYTES))
        world_fail("the application's parameters will fade");
}

/* A stick with the other image has been in, which ends a trial, and is newer than the new one. */
static bool other_was_offered(unsigned cuts)
{
    for (unsigned i = 0; i < cuts; i++)
        if (scenario.then[i] == THEN_OTHER)
            return true;
    return false;
}

/* Starts of an image that waits to be confirmed. */
static void judge_trial(int running)
{
    if (running != WORLD_NEW || !asks(running) || world.confirming || scenario.old_sectors == 0 ||
        other_was_offered(world.cuts))
        return;
    if (++world.starts_on_trial > SCENARIO_TRIAL_STARTS && !world.logs_gone && !world.damaged)
        world_fail("an unconfirmed image was started too often");
}

static bool any_is(enum image_kind kind)
{
    for (int i = 0; i < WORLD_IMAGES; i++)
        if (world_image[i].spec.sectors != 0 && world_image[i].spec.kind == kind)
            return true;
    return false;
}

/* The open policy starts what merely has a plausible vector table, and installs it for an
 * application, when nothing better is known. What differs from the digest on record and has no
 * footer is a debugger's download to it. It keeps a damaged image for a trial's end, too. */
static bool may_look_plausible(void)
{
    if (scenario.release)
        return false;
    if (world.damaged && (!world.can_be_saved || any_is(IMAGE_BARE) || asks(WORLD_NEW)))
        return true;
    return (any_is(IMAGE_PLAIN) || any_is(IMAGE_BARE)) &&
           (world.logs_gone || scenario.loss == LOSS_FLAG_SET);
}

int judge_start(enum rig_end end)
{
    int running = judge_running();

    judge_flash();
    if (end != RIG_STARTED || (running < 0 && may_look_plausible()))
        return running;
    if (running < 0) {
        count.unverified++;
        world_fail("an application was started that is not whole");
    }
    if (rig.started_addr != (uint32_t)RUN_ADDR + world_image[running].vectors_off)
        world_fail("the application was started at a wrong address");
    if (le32(flash_host_at(UPGRADE_FLAG_ADDR)) != UPGRADE_FLAG_NONE)
        world_fail("the application was started with the flag set");
    judge_params();
    judge_records_started();
    judge_trial(running);
    if (world.accepted < 0 && (!asks(running) || world.confirming || scenario.old_sectors == 0))
        world.accepted = (int8_t)running;
    return running;
}

static enum stick_then stick_now(void)
{
    if (world.cuts > 0)
        return (enum stick_then)scenario.then[world.cuts - 1];
    return scenario.by_app ? THEN_NONE : THEN_SAME;
}

/* The new image can no longer be expected: never confirmed, or its starts were used up by cuts. */
static bool may_be_refused(void)
{
    return asks(WORLD_NEW) && scenario.old_sectors != 0 &&
           (!scenario.confirms || world.cuts > 0 || world.damaged);
}

static void judge_outcome(int running)
{
    enum stick_then stick = stick_now();
    bool brought =
        scenario.by_app ? stick <= THEN_NONE && scenario.old_sectors != 0 : stick == THEN_SAME;

    if (stick == THEN_OTHER && running != WORLD_OTHER)
        world_fail("the other image was not installed");
    if (scenario.loss != LOSS_NONE && scenario.by_app)
        return; /* the request may be what was lost */
    if (world.cuts > 0 && other_was_offered(world.cuts - 1u))
        return;
    if (brought && running != WORLD_NEW && !may_be_refused())
        world_fail("the new image was not installed");
    if (asks(WORLD_NEW) && !scenario.confirms && scenario.old_sectors != 0 &&
        running == WORLD_NEW && !world.logs_gone && !world.damaged)
        world_fail("an image that is not confirmed stays");
}

void judge_rest(enum rig_end end, int running)
{
    enum stick_then stick = stick_now();
    bool helps = (stick == THEN_SAME && !scenario.by_app) || stick == THEN_OTHER;

    if (end != RIG_STARTED) {
        bool refused =
            world.damaged && scenario.asks && stick == THEN_SAME; /* rolled back before */

        if ((helps && !refused) || world.accepted >= 0 || (world.damaged && world.can_be_saved))
            world_fail("nothing is started, though something could be");
        count.ends_none++;
        return;
    }
    judge_params_solid();
    if (running >= 0)
        judge_outcome(running);
    judge_records_rest(running);
    count.ends_old += running == WORLD_OLD;
    count.ends_new += running == WORLD_NEW;
    count.ends_other += running == WORLD_OTHER;
}
