/* SPDX-License-Identifier: MIT
 * The rows of the decision, in order. Which chains hold what is said by chain.h; what each step does
 * is in install.c and src/boot.
 * Next: install/install_steps.h (what a state becomes), install/measure.c (where facts are from). */
#include "install/install_rule.h"

#include <stddef.h>
#include <string.h>

#include "config/limits.h"
#include "install/install_steps.h"

bool install_rule_rejected(const struct record *state, const uint8_t id[RECORD_ID_BYTES])
{
    for (uint32_t i = 0; i < RECORD_REJECTED_MAX; i++)
        if (memcmp(state->rejected[i], id, RECORD_ID_BYTES) == 0)
            return true;
    return false;
}

static bool is_settled(const struct record *state)
{
    return state->phase == RECORD_SETTLED || state->phase == RECORD_STAGING;
}

static bool run_is(const struct install_facts *facts, const struct record_image *image)
{
    return chain_same_image(&facts->chains.found[CHAIN_RUN], image);
}

/* What lies in the run area is whole. A sector that is suspect on record does not speak against an
 * image that is not on record: somebody has written the run area since. */
static bool run_whole(const struct install_facts *facts, const struct record *state)
{
    const struct record_image *found = &facts->chains.found[CHAIN_RUN];

    return chain_sound(&facts->chains, CHAIN_RUN, facts->suspect) ||
           (chain_sound(&facts->chains, CHAIN_RUN, 0) && is_settled(state) &&
            !chain_same_image(found, &state->run));
}

bool install_rule_startable(const struct install_facts *facts, const struct record *state)
{
    if (run_whole(facts, state))
        return true;
    /* A half-copied image looks plausible, too. */
    return is_settled(state) && (facts->run == SLOT_BARE || facts->run == SLOT_DIFFERS) &&
           (facts->suspect & line_run_set()) != line_run_set();
}

/* Nothing may be written: start what is there, or wait. */
static enum install_step step_without_writing(const struct install_facts *facts,
                                              const struct record *state)
{
    bool moved = (state->suspect & RECORD_SUSPECT_P) != 0;

    if (install_rule_startable(facts, state) && (!moved || facts->failed))
        return INSTALL_START;
    return facts->supply_low && facts->layout_ok ? INSTALL_WAIT_SUPPLY : INSTALL_HALT;
}

static void in_install(const struct install_facts *facts, const struct record *state,
                       struct install_decision *out)
{
    int kept = steps_kept_most(facts, &state->run);
    int put = steps_put_most(facts, &state->new_image);

    if (chain_holds(&facts->chains, CHAIN_RUN, &state->new_image, facts->suspect)) {
        steps_end_install(out, kept >= 0);
    } else if (kept >= 0 && (put < 0 || facts->copy_failed != BL_OK)) {
        steps_give_up(out, put < 0 ? BL_E_IMG_DIGEST : facts->copy_failed);
    } else if (facts->copy_failed != BL_OK) {
        out->step = step_without_writing(facts, state);
    } else if (put < 0) {
        if (!steps_infer(facts, state, out))
            steps_lost(out, "nothing whole is left of the install");
    } else if (kept >= 0 && kept <= put && kept < (int)chain_pieces(&state->run)) {
        steps_write(out, LINE_KEPT((uint32_t)kept), LINE_RUN((uint32_t)kept));
    } else {
        steps_write(out, LINE_RUN((uint32_t)put), LINE_UPDATE((uint32_t)put));
    }
}

static void in_rollback(const struct install_facts *facts, const struct record *state,
                        struct install_decision *out)
{
    int kept = steps_kept_least(facts, &state->old_image);

    if (chain_holds(&facts->chains, CHAIN_RUN, &state->old_image, facts->suspect))
        steps_end_rollback(out);
    else if (kept > 0) /* the last piece first: the others stay where they are found */
        steps_write(out, LINE_RUN((uint32_t)kept - 1), LINE_KEPT((uint32_t)kept - 1));
    else if (!steps_infer(facts, state, out))
        steps_lost(out, "nothing whole is left of the old image");
}

static void in_trial(const struct install_facts *facts, const struct record *state,
                     struct install_decision *out)
{
    bool expired = state->boots >= state->run.trial_starts && !facts->counted;

    if (facts->confirmed) {
        steps_settle(out, "application confirmed");
    } else if (steps_kept_most(facts, &state->old_image) < 0) {
        out->after.old_image.kind = RECORD_NO_IMAGE;
        steps_settle(out, "trial ended: there is no old image to go back to");
    } else if (chain_sound(&facts->chains, CHAIN_RUN, 0) && !run_is(facts, &state->run) &&
               !run_is(facts, &state->old_image)) {
        steps_settle(out, "trial ended: another image was written to the run area");
    } else if (!chain_holds(&facts->chains, CHAIN_RUN, &state->run, facts->suspect)) {
        steps_roll_back(out, &state->run, &state->old_image, BL_E_IMG_DIGEST,
                        "run area is damaged: the old image is put back");
    } else if (expired) {
        steps_reject(out, &state->run);
        steps_roll_back(out, &state->run, &state->old_image, BL_E_NOT_CONFIRMED,
                        "application was not confirmed: the old image is put back");
    } else if (facts->flag != INSTALL_FLAG_NONE) {
        steps_refuse(out, facts, BL_E_ON_TRIAL);
    } else if (facts->stick == INSTALL_STICK_UNKNOWN) {
        out->step = INSTALL_LOOK;
    } else if (facts->stick == INSTALL_STICK_OFFERS) {
        steps_roll_back(out, &state->run, &state->old_image, BL_OK,
                        "trial ended by a stick: the old image is put back first");
    } else if (!facts->counted) {
        out->after.boots++;
        out->step = INSTALL_RECORD;
    } else {
        out->step = facts->synced && !facts->tight ? INSTALL_START : INSTALL_RECORD;
    }
}

/* The application asked for an upgrade, or the stick's file is staged: the flag vouches for all of
 * the update area. BL_OK when it is to be installed. */
static enum bl_rc judge_request(const struct install_facts *facts, const struct record *state)
{
    const struct record_image *image = &facts->chains.found[CHAIN_UPDATE];

    /* Half of a staging looks like a package without a footer; whoever asked for it did not write
     * it, since a start that gives a staging up says so on record. */
    if (image->kind == RECORD_BARE && state->phase == RECORD_STAGING)
        return BL_E_IMG_DIGEST;
    if (image->kind == RECORD_NO_IMAGE)
        return facts->update == SLOT_NONE ? facts->update_reason : BL_E_IMG_DIGEST;
    return install_rule_rejected(state, image->sha256) ? BL_E_IMG_REJECTED : BL_OK;
}

/* What a request is to keep. With the records lost in the middle of an install it may lie on both
 * sides of the run area's sectors; else what is plausible there is kept as it is: NULL, as when there
 * is nothing. */
static const struct record_image *old_image(const struct install_facts *facts, bool whole)
{
    bool plausible = facts->run == SLOT_BARE || facts->run == SLOT_DIFFERS;

    if (whole)
        return &facts->chains.found[CHAIN_RUN];
    return plausible && facts->found ? NULL : steps_any_kept(facts);
}

static void on_flag(const struct install_facts *facts, const struct record *state,
                    struct install_decision *out)
{
    const struct record_image *image = &facts->chains.found[CHAIN_UPDATE];
    bool whole = run_whole(facts, state);
    const struct record_image *old = old_image(facts, whole);
    bool same = old != NULL && chain_same_image(image, old);
    enum bl_rc rc = judge_request(facts, state);

    if (facts->flag == INSTALL_FLAG_GARBAGE) {
        steps_refuse(out, facts, BL_OK);
    } else if (rc != BL_OK) {
        steps_refuse(out, facts, rc);
    } else if (whole && same) {
        steps_refuse(out, facts, BL_OK);
        out->why = "upgrade request: this image is installed already";
    } else {
        steps_install(out, same ? NULL : old, image);
    }
}

/* Both logs lost, and the run area holds an image that asks, with another one kept. */
static bool trial_again(const struct install_facts *facts, struct install_decision *out)
{
    const struct record_image *run = &facts->chains.found[CHAIN_RUN];
    const struct record_image *old = steps_any_kept(facts);

    if (facts->found || run->trial_starts == 0 || old == NULL || chain_same_image(old, run))
        return false;
    out->after.phase = RECORD_TRIAL;
    out->after.run = *run;
    out->after.old_image = *old;
    out->step = INSTALL_RECORD;
    out->why = "records lost: the trial begins again";
    return true;
}

static void settled(const struct install_facts *facts, const struct record *state,
                    struct install_decision *out)
{
    bool whole = run_whole(facts, state);
    bool known = (facts->chains.known >> CHAIN_RUN & 1) != 0;
    bool staged = state->phase == RECORD_STAGING &&
                  chain_holds(&facts->chains, CHAIN_UPDATE, &state->new_image, facts->suspect);
    bool asked = facts->flag == INSTALL_FLAG_PENDING && judge_request(facts, state) == BL_OK;

    if (!asked && known && !whole && !staged && steps_infer(facts, state, out))
        return;
    if (!asked && whole && trial_again(facts, out))
        return;
    if (facts->flag != INSTALL_FLAG_NONE)
        on_flag(facts, state, out);
    else if (staged)
        out->step = facts->synced ? INSTALL_FLAG : INSTALL_RECORD;
    else if (facts->stick == INSTALL_STICK_UNKNOWN)
        out->step = INSTALL_LOOK;
    else if (facts->stick == INSTALL_STICK_OFFERS)
        out->step = INSTALL_STAGE;
    else if (state->phase == RECORD_STAGING)
        steps_settle(out, NULL); /* given up: the application may write the update area */
    else if (facts->found && (!facts->synced || facts->tight))
        out->step = INSTALL_RECORD;
    else
        out->step = install_rule_startable(facts, state) ? INSTALL_START : INSTALL_WAIT_STICK;
}

void install_rule(const struct install_facts *facts, const struct record *state,
                  struct install_decision *out)
{
    *out = (struct install_decision){.after = *state};
    out->after.suspect = (uint16_t)facts->suspect;
    if (!facts->layout_ok || facts->supply_low || facts->failed)
        out->step = step_without_writing(facts, state);
    else if ((state->suspect & RECORD_SUSPECT_P) != 0)
        out->step = INSTALL_REPAIR;
    else if (facts->done != INSTALL_DONE_NOTHING)
        out->step = facts->done == INSTALL_DONE_STICK ? INSTALL_CELEBRATE : INSTALL_RESTART;
    else if (state->phase == RECORD_INSTALL)
        in_install(facts, state, out);
    else if (state->phase == RECORD_ROLLBACK)
        in_rollback(facts, state, out);
    else if (state->phase == RECORD_TRIAL)
        in_trial(facts, state, out);
    else
        settled(facts, state, out);
}

/* Of a settled board. The run area is usually looked at while a stick is waited for. */
static uint32_t needs_settled(const struct install_facts *facts, const struct record *state)
{
    uint32_t staged = line_update_set(chain_pieces(&state->new_image));
    bool request =
        facts->flag == INSTALL_FLAG_PENDING ||
        (state->phase == RECORD_STAGING && staged != 0 && (facts->suspect & staged) == 0);
    bool known = (facts->chains.known >> CHAIN_RUN & 1) != 0;
    uint32_t needs = 0;

    if (request || facts->flag != INSTALL_FLAG_NONE || facts->stick != INSTALL_STICK_UNKNOWN)
        needs |= 1u << CHAIN_RUN;
    if (request)
        needs |= 1u << CHAIN_UPDATE;
    if (request && known && !run_whole(facts, state))
        needs |= CHAINS_KEPT;
    if (known && !run_whole(facts, state) && steps_damaged(facts))
        needs |= CHAINS_ALL;
    if (known && !facts->found && facts->chains.found[CHAIN_RUN].trial_starts != 0)
        needs |= CHAINS_KEPT;
    return needs;
}

uint32_t install_rule_needs(const struct install_facts *facts, const struct record *state)
{
    const uint32_t kept = CHAINS_KEPT | 1u << CHAIN_RUN;

    if (!facts->layout_ok || facts->supply_low || facts->failed)
        return 1u << CHAIN_RUN;
    if ((state->suspect & RECORD_SUSPECT_P) != 0 || facts->done != INSTALL_DONE_NOTHING)
        return 0;
    if (state->phase == RECORD_INSTALL)
        return CHAINS_ALL;
    if (state->phase == RECORD_TRIAL)
        return kept;
    if (state->phase == RECORD_ROLLBACK)
        return (facts->chains.known & kept) == kept && steps_kept_most(facts, &state->old_image) < 0
                   ? CHAINS_ALL
                   : kept;
    return needs_settled(facts, state);
}

enum install_offer install_rule_offer(const uint8_t id[RECORD_ID_BYTES], bool installed,
                                      const struct record *state)
{
    bool again = memcmp(state->handled_id, id, RECORD_ID_BYTES) == 0 && state->failures > 0;

    if (installed)
        return INSTALL_OFFER_INSTALLED;
    if (install_rule_rejected(state, id))
        return INSTALL_OFFER_REJECTED;
    if (again && state->failures >= STAGE_FAILURES_MAX)
        return INSTALL_OFFER_REFUSED;
    return again || state->phase == RECORD_TRIAL ? INSTALL_OFFER_HASH_FIRST : INSTALL_OFFER_STAGE;
}
