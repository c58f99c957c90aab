/* SPDX-License-Identifier: MIT
 * The pieces of the rule; install_steps.h. */
#include "install/install_steps.h"

#include <stddef.h>
#include <string.h>

static const struct record_image no_image;

int steps_kept_most(const struct install_facts *facts, const struct record_image *image)
{
    int k = (int)chain_pieces(image);

    while (k >= 0 && !chain_holds(&facts->chains, CHAIN_KEPT((uint32_t)k), image, facts->suspect))
        k--;
    return k;
}

int steps_kept_least(const struct install_facts *facts, const struct record_image *image)
{
    for (uint32_t k = 1; k <= chain_pieces(image); k++)
        if (chain_holds(&facts->chains, CHAIN_KEPT(k), image, facts->suspect))
            return (int)k;
    return -1;
}

int steps_put_most(const struct install_facts *facts, const struct record_image *image)
{
    int k = (int)chain_pieces(image) - 1;

    while (k >= 0 && !chain_holds(&facts->chains, CHAIN_PUT((uint32_t)k), image, facts->suspect))
        k--;
    return k;
}

const struct record_image *steps_any_kept(const struct install_facts *facts)
{
    for (uint32_t k = 1; k <= SLOT_SECTORS; k++)
        if (chain_sound(&facts->chains, CHAIN_KEPT(k), facts->suspect))
            return &facts->chains.found[CHAIN_KEPT(k)];
    return NULL;
}

/* Whatever whole image has pieces in the update area, the one most moved first. from: the least
 * number of its pieces that must have been put. */
static const struct record_image *any_put(const struct install_facts *facts, uint32_t from)
{
    for (uint32_t k = SLOT_SECTORS; k-- > from;)
        if (chain_sound(&facts->chains, CHAIN_PUT(k), facts->suspect))
            return &facts->chains.found[CHAIN_PUT(k)];
    return NULL;
}

bool steps_damaged(const struct install_facts *facts)
{
    /* Without a footer it was flashed by a debugger, unless the records are lost: then it may be
     * the middle of an install. */
    return facts->run != SLOT_BARE || !facts->found;
}

static void tell(struct install_decision *out, enum record_what what, enum bl_rc rc)
{
    struct record *after = &out->after;

    after->last = (struct record_result){
        .what = (uint8_t)what,
        .source = after->source,
        .rc = rc,
        .stick_vid = after->source == RECORD_FROM_STICK ? after->last.stick_vid : 0,
        .stick_pid = after->source == RECORD_FROM_STICK ? after->last.stick_pid : 0};
}

void steps_write(struct install_decision *out, uint32_t dst, uint32_t src)
{
    out->step = INSTALL_WRITE;
    out->dst = (uint8_t)dst;
    out->src = (uint8_t)src;
}

void steps_install(struct install_decision *out, const struct record_image *run,
                   const struct record_image *image)
{
    struct record *after = &out->after;
    bool staged = after->phase == RECORD_STAGING && chain_same_image(&after->new_image, image);

    if (!staged)
        after->source = RECORD_FROM_APPLICATION;
    after->phase = RECORD_INSTALL;
    after->run = run != NULL ? *run : no_image;
    after->new_image = *image;
    after->suspect &= (uint16_t)~line_update_set(SLOT_SECTORS);
    tell(out, RECORD_NOTHING, BL_OK);
    out->told_old = &after->run;
    out->told_new = &after->new_image;
    out->step = INSTALL_RECORD;
}

void steps_end_install(struct install_decision *out, bool backup)
{
    struct record *after = &out->after;

    after->old_image = backup ? after->run : no_image;
    after->run = after->new_image;
    after->new_image = no_image;
    after->boots = 0;
    after->phase = backup && after->run.trial_starts != 0 ? RECORD_TRIAL : RECORD_SETTLED;
    if (after->source == RECORD_FROM_STICK)
        after->failures = 0;
    after->last.what = RECORD_INSTALLED;
    after->last.rc = BL_OK;
    out->step = INSTALL_CLEAN;
}

void steps_roll_back(struct install_decision *out, const struct record_image *bad,
                     const struct record_image *old, enum bl_rc rc, const char *why)
{
    struct record *after = &out->after;
    const struct record_image back = *old;

    after->run = bad != NULL ? *bad : no_image;
    after->old_image = back;
    after->new_image = no_image;
    after->boots = 0;
    after->phase = RECORD_ROLLBACK;
    tell(out, RECORD_ROLLED_BACK, rc);
    out->told_old = &after->run;
    out->told_new = &after->old_image;
    out->why = why;
    out->step = INSTALL_RECORD;
}

void steps_give_up(struct install_decision *out, enum bl_rc rc)
{
    const struct record_image bad = out->after.new_image;
    const struct record_image old = out->after.run;

    if (out->after.source == RECORD_FROM_STICK && out->after.failures < UINT8_MAX)
        out->after.failures++;
    steps_roll_back(out, &bad, &old, rc, "install given up: the old image is put back");
    out->after.last.what = RECORD_FAILED;
}

void steps_end_rollback(struct install_decision *out)
{
    struct record *after = &out->after;

    after->run = after->old_image;
    after->old_image = no_image;
    after->new_image = no_image;
    after->phase = RECORD_SETTLED;
    out->step = INSTALL_CLEAN;
}

void steps_reject(struct install_decision *out, const struct record_image *image)
{
    struct record *after = &out->after;

    memmove(after->rejected[1], after->rejected[0], sizeof after->rejected - RECORD_ID_BYTES);
    memcpy(after->rejected[0], image->sha256, RECORD_ID_BYTES);
}

void steps_settle(struct install_decision *out, const char *why)
{
    out->after.phase = RECORD_SETTLED;
    out->after.new_image = no_image;
    out->after.boots = 0;
    out->why = why;
    out->step = INSTALL_RECORD;
}

void steps_lost(struct install_decision *out, const char *why)
{
    out->after.run = no_image;
    out->after.old_image = no_image;
    out->after.suspect |= (uint16_t)line_run_set();
    steps_settle(out, why);
}

void steps_refuse(struct install_decision *out, const struct install_facts *facts, enum bl_rc rc)
{
    struct record *after = &out->after;

    if (after->phase == RECORD_STAGING) {
        after->phase = RECORD_SETTLED;
        after->new_image = no_image;
    }
    if (facts->flag == INSTALL_FLAG_PENDING && rc != BL_OK) {
        after->source = RECORD_FROM_APPLICATION;
        tell(out, RECORD_REFUSED, rc);
        out->told_old = &facts->chains.found[CHAIN_RUN];
        out->told_new = &facts->chains.found[CHAIN_UPDATE];
    }
    out->step = INSTALL_CLEAN;
}

static void repair_forward(struct install_decision *out, const struct record_image *image,
                           const struct record_image *kept)
{
    steps_install(out, kept, image);
    out->after.source = RECORD_FROM_NOBODY;
    out->after.last.source = RECORD_FROM_NOBODY;
    out->why = "run area is not whole: the image in the update area is installed";
}

static void repair_back(struct install_decision *out, const struct record_image *image)
{
    steps_roll_back(out, NULL, image, BL_E_IMG_DIGEST,
                    "run area is not whole: the kept image is put back");
}

/* Nothing that is on record is whole. */
static bool infer_any(const struct install_facts *facts, struct install_decision *out)
{
    const struct record_image *back = steps_any_kept(facts);
    const struct record_image *forward = any_put(facts, facts->run == SLOT_NONE ? 0 : 1);

    /* Lost records: most probably an install was cut. Else what is in the update area was never
     * asked for. */
    if (forward != NULL && (back == NULL || !facts->found)) {
        bool other = back != NULL && !chain_same_image(back, forward);

        repair_forward(out, forward, other ? back : NULL);
    } else if (back != NULL) {
        repair_back(out, back);
    } else {
        return false;
    }
    return true;
}

bool steps_infer(const struct install_facts *facts, const struct record *state,
                 struct install_decision *out)
{
    bool plausible = facts->run == SLOT_BARE || facts->run == SLOT_DIFFERS;

    if (!steps_damaged(facts))
        return false;
    if (steps_put_most(facts, &state->run) >= 0)
        repair_forward(out, &state->run, NULL);
    else if (steps_kept_least(facts, &state->run) > 0)
        repair_back(out, &state->run);
    else if (steps_kept_least(facts, &state->old_image) > 0)
        repair_back(out, &state->old_image);
    else if (facts->found && plausible)
        return false; /* started with a message: it may have been changed on purpose */
    else
        return infer_any(facts, out);
    return true;
}
