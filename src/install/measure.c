/* SPDX-License-Identifier: MIT
 * Facts of the flash; measure.h. */
#include "install/measure.h"

#include <stddef.h>
#include <string.h>

#include "config/layout.h"
#include "install/trust.h"
#include "port/clock.h"
#include "sys/led.h"
#include "sys/log.h"

static bool is_known(const struct install *in, uint32_t chain)
{
    return (in->chains.known >> chain & 1) != 0;
}

static bool is_settled(const struct install *in)
{
    uint8_t phase = in->journal.state.phase;

    return phase == RECORD_SETTLED || phase == RECORD_STAGING;
}

struct record_image measure_image(const struct slot_check *check)
{
    struct record_image image = {.kind = check->mcuboot ? RECORD_MCUBOOT : RECORD_PLAIN,
                                 .bytes = check->footer.image_bytes};

    memcpy(image.sha256, check->footer.digest.sha256, sizeof image.sha256);
    if (check->mcuboot && (check->header.has & MCUBOOT_HAS_TRIAL) != 0) {
        image.trial_starts = (uint8_t)check->header.trial_starts;
        image.trial_watchdog_ms = (uint16_t)check->header.trial_watchdog_ms;
    }
    return image;
}

static void tend(void)
{
    led_tick();
    clock_tend();
}

/* The digest over all sectors of a plausible image without a matching footer. */
static struct record_image bare_image(struct slot_check *check)
{
    struct record_image image = {.kind = RECORD_BARE, .bytes = SLOT_BYTES};

    slot_hash_begin(&check->hash, &check->map, SLOT_BYTES);
    digest_skip_md5(&check->hash.run);
    while (slot_hash_poll(&check->hash) == BL_PENDING)
        tend();
    memcpy(image.sha256, check->hash.digest.sha256, sizeof image.sha256);
    return image;
}

static bool is_plausible(const struct slot_check *check)
{
    return check->kind == SLOT_BARE || check->kind == SLOT_DIFFERS;
}

/* Only an image that is on record as a bare one is told from others by the digest of its area; and
 * a package that the application asks for, which then goes on record. */
static bool bare_counts(const struct install *in, uint32_t chain, const struct slot_check *check)
{
    const struct record *state = &in->journal.state;

    if (is_settled(in) && chain < CHAIN_RUN)
        return state->old_image.kind == RECORD_BARE;
    if (is_settled(in))
        return chain == CHAIN_UPDATE && check->kind == SLOT_BARE;
    return state->run.kind == RECORD_BARE || state->old_image.kind == RECORD_BARE ||
           state->new_image.kind == RECORD_BARE;
}

static void take(struct install *in, uint32_t chain, struct slot_check *check)
{
    struct record_image *found = &in->chains.found[chain];

    found->kind = RECORD_NO_IMAGE;
    if (check->kind == SLOT_WHOLE)
        *found = measure_image(check);
    else if (is_plausible(check) && bare_counts(in, chain, check))
        *found = bare_image(check);
    in->chains.known |= 1u << chain;
}

static void begin(struct install *in, uint32_t chain, struct slot_check *check)
{
    struct slot_map map = chain_map(chain);
    /* An image that is on its way into the run area was held against the installed version when
     * that began. */
    bool judge_version = chain > CHAIN_RUN && is_settled(in);

    slot_check_begin(check, &map, judge_version ? POLICY_INSTALL : POLICY_START, &in->trust);
}

void measure_begin(struct install *in)
{
    in->trust.facts.installed = NULL;
    begin(in, CHAIN_RUN, &in->run);
    if (!is_known(in, CHAIN_RUN))
        return;
    in->run.kind = SLOT_NONE;
    in->run.reason = BL_E_IMG_DIGEST;
}

enum bl_rc measure_run_poll(struct install *in)
{
    if (is_known(in, CHAIN_RUN))
        return BL_OK;
    if (slot_check_poll(&in->run) == BL_PENDING)
        return BL_PENDING;
    take(in, CHAIN_RUN, &in->run);
    trust_run_known(in);
    if (in->run_written && in->chains.found[CHAIN_RUN].kind == RECORD_NO_IMAGE) {
        (void)log_error(BL_E_IMG_DIGEST, "install: run area");
        in->chains.known = 1u << CHAIN_RUN; /* what was copied is not what it was taken for */
    }
    in->run_written = false;
    return BL_OK;
}

static void probe(struct install *in, uint32_t chain, struct slot_check *check)
{
    if (is_known(in, chain))
        return;
    begin(in, chain, check);
    while (slot_check_poll(check) == BL_PENDING)
        tend();
    take(in, chain, check);
}

void measure_chains(struct install *in, uint32_t needs)
{
    if ((needs >> CHAIN_RUN & 1) != 0)
        while (measure_run_poll(in) == BL_PENDING)
            tend();
    trust_use_record(in, true);
    for (uint32_t chain = 0; chain < CHAINS; chain++)
        if (chain != CHAIN_RUN && (needs >> chain & 1) != 0)
            probe(in, chain, chain == CHAIN_UPDATE ? &in->update : &in->probe);
    trust_use_record(in, false);
}

static enum install_flag flag_fact(const struct journal *journal)
{
    uint32_t word = journal_flag();

    if ((journal->state.suspect & RECORD_SUSPECT_F) != 0)
        return INSTALL_FLAG_GARBAGE;
    if (word == UPGRADE_FLAG_PENDING)
        return INSTALL_FLAG_PENDING;
    return word == UPGRADE_FLAG_NONE ? INSTALL_FLAG_NONE : INSTALL_FLAG_GARBAGE;
}

void measure_facts(const struct install *in, struct install_facts *out)
{
    const struct journal *journal = &in->journal;

    out->found = journal->found;
    out->synced = journal_synced(journal);
    out->tight = journal_tight(journal);
    out->confirmed = journal->p.scan.confirmed && journal->state.phase == RECORD_TRIAL &&
                     memcmp(journal->p.scan.newest.run.sha256, journal->state.run.sha256,
                            RECORD_SHA256_BYTES) == 0;
    out->counted = in->counted;
    out->flag = flag_fact(journal);
    out->run = in->run.kind;
    out->update = in->update.kind;
    out->update_reason = in->update.reason;
    out->chains = in->chains;
    out->suspect = journal->state.suspect & LINE_ALL & ~in->fresh;
}

struct record_image measure_bare_run(struct install *in)
{
    struct record_image *found = &in->chains.found[CHAIN_RUN];

    if (is_known(in, CHAIN_RUN) && found->kind == RECORD_NO_IMAGE && is_plausible(&in->run))
        *found = bare_image(&in->run);
    return *found;
}

static bool in_run(uint32_t sector)
{
    return sector % 2 == 1;
}

void measure_written(struct install *in, uint32_t dst)
{
    chain_written(&in->chains, dst);
    if (in_run(dst)) {
        in->run_written = true;
        measure_begin(in);
    }
}

void measure_equal(struct install *in, uint32_t dst, uint32_t src)
{
    chain_equal(&in->chains, dst, src);
    if (in_run(dst) && !is_known(in, CHAIN_RUN))
        measure_begin(in);
}

void measure_forget_update(struct install *in)
{
    chain_forget(&in->chains, line_update_set(SLOT_SECTORS));
    begin(in, CHAIN_UPDATE, &in->update);
}
