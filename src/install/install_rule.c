/* SPDX-License-Identifier: MIT
 * The rows of the decision, in order. What each step does is in install.c and src/boot; why a cut
 * inside each is harmless is in docs/boot-flow.md. */
#include "install/install_rule.h"

#include <stddef.h>
#include <string.h>

#include "config/limits.h"

bool install_rule_needs_update(const struct install_facts *facts)
{
    return facts->flag == INSTALL_FLAG_PENDING || facts->phase != RECORD_SETTLED;
}

bool install_rule_startable(const struct install_facts *facts)
{
    if (facts->run == SLOT_WHOLE)
        return true;
    /* A half-copied image looks plausible, too. */
    return facts->phase != RECORD_INSTALL &&
           (facts->run == SLOT_BARE || facts->run == SLOT_DIFFERS);
}

/* The update area holds what is to be installed. */
static bool can_install(const struct install_facts *facts)
{
    if (facts->failed)
        return false;
    if (facts->update_is_new && facts->phase != RECORD_SETTLED)
        return true; /* taken up again, whatever became of the flag */
    if (facts->flag != INSTALL_FLAG_PENDING)
        return false;
    /* Without a footer only the record can tell that it is still what it was. */
    return facts->update == SLOT_WHOLE ||
           (facts->update == SLOT_BARE && facts->phase != RECORD_INSTALL);
}

/* Nothing may be written: start what is there, or wait. */
static enum install_step step_without_writing(const struct install_facts *facts)
{
    if (install_rule_startable(facts) && !facts->parameters_moved)
        return INSTALL_START;
    return facts->layout_ok ? INSTALL_WAIT_SUPPLY : INSTALL_HALT;
}

static enum install_step step_for_request(const struct install_facts *facts)
{
    if (facts->flag == INSTALL_FLAG_PENDING && facts->phase == RECORD_SETTLED &&
        facts->update_is_run)
        return INSTALL_CLEAR;
    if (can_install(facts))
        return INSTALL_COPY;
    return facts->flag == INSTALL_FLAG_PENDING ? INSTALL_REFUSE : INSTALL_CLEAR;
}

static bool has_request(const struct install_facts *facts)
{
    if (facts->failed)
        return false; /* kept for the next start */
    return facts->flag != INSTALL_FLAG_NONE || can_install(facts);
}

enum install_step install_rule(const struct install_facts *facts)
{
    if (!facts->layout_ok || facts->supply_low)
        return step_without_writing(facts);
    if (facts->parameters_moved)
        return INSTALL_REPAIR;
    switch (facts->done) {
    case INSTALL_DONE_COPIED:
        return INSTALL_FINISH;
    case INSTALL_DONE_APPLICATION:
        return INSTALL_RESTART;
    case INSTALL_DONE_STICK:
        return INSTALL_CELEBRATE;
    case INSTALL_DONE_NOTHING:
        break;
    }
    if (has_request(facts))
        return step_for_request(facts);
    if (facts->stick == INSTALL_STICK_UNKNOWN)
        return INSTALL_LOOK;
    if (facts->stick == INSTALL_STICK_OFFERS)
        return INSTALL_STAGE;
    return install_rule_startable(facts) ? INSTALL_START : INSTALL_WAIT_STICK;
}

enum install_offer install_rule_offer(const uint8_t id[RECORD_ID_BYTES], bool installed,
                                      const struct record *state, bool forget)
{
    if (installed)
        return INSTALL_OFFER_INSTALLED;
    if (forget || memcmp(state->handled_id, id, RECORD_ID_BYTES) != 0 || state->failures == 0)
        return INSTALL_OFFER_STAGE;
    return state->failures < STAGE_FAILURES_MAX ? INSTALL_OFFER_HASH_FIRST : INSTALL_OFFER_REFUSED;
}
