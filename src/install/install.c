/* SPDX-License-Identifier: MIT
 * The steps that write. Their order is what makes a cut harmless: docs/install.md. */
#include "install/install.h"

#include <string.h>

#include "install/copy.h"
#include "install/measure.h"
#include "install/trust.h"
#include "sys/log.h"

/* An install takes two copies of a piece, a rollback one; whoever copies more often in one start
 * copies what does not stay. */
#define COPIES_MAX (6u * SLOT_SECTORS)

void install_load(struct install *in, bool button)
{
    struct record *state = &in->journal.state;

    journal_load(&in->journal);
    if (button) {
        memset(state->rejected, 0, sizeof state->rejected);
        state->failures = 0;
    }
    in->chains = (struct chains){.known = 0};
    trust_load(in, button);
    measure_begin(in);
}

static bool is_image(const struct slot_check *check, const struct record_image *image)
{
    return check->kind == SLOT_WHOLE && check->mcuboot &&
           memcmp(check->header.sha256, image->sha256, sizeof image->sha256) == 0;
}

/* The version is the header's, where that was looked at, else what is on record. */
struct record_summary install_summarize(const struct install *in, const struct record_image *image)
{
    const struct record_result *last = &in->journal.state.last;
    struct record_summary summary = {.bytes = image->bytes};

    if (image->kind == RECORD_NO_IMAGE)
        return (struct record_summary){.bytes = 0};
    memcpy(summary.id, image->sha256, sizeof summary.id);
    if (is_image(&in->run, image) || is_image(&in->update, image)) {
        const struct mcuboot_version *v =
            is_image(&in->run, image) ? &in->run.header.version : &in->update.header.version;

        summary.version = (struct record_version){v->major, v->minor, v->revision, v->build};
    } else if (memcmp(last->old_image.id, summary.id, sizeof summary.id) == 0) {
        summary.version = last->old_image.version;
    } else if (memcmp(last->new_image.id, summary.id, sizeof summary.id) == 0) {
        summary.version = last->new_image.version;
    }
    return summary;
}

/* What the rule, which knows no flash, leaves to be filled in. */
static void complete(struct install *in, struct install_decision *decision)
{
    struct record *after = &decision->after;
    uint8_t phase = in->journal.state.phase;

    if (after->phase == RECORD_INSTALL && after->run.kind == RECORD_NO_IMAGE)
        after->run = measure_bare_run(in);
    if (decision->told_new != NULL) {
        after->last.old_image = install_summarize(in, decision->told_old);
        after->last.new_image = install_summarize(in, decision->told_new);
    }
    if (after->phase == RECORD_SETTLED && phase != RECORD_SETTLED && phase != RECORD_STAGING)
        trust_accept(in, after);
}

enum bl_rc install_record(struct install *in, struct install_decision *decision)
{
    const struct record *after = &decision->after;
    const struct record *state = &in->journal.state;
    bool counts = after->phase == RECORD_TRIAL && after->boots > state->boots;
    bool begins = after->phase == RECORD_INSTALL && state->phase != RECORD_INSTALL;

    complete(in, decision);
    enum bl_rc rc = journal_put(&in->journal, after, decision->step == INSTALL_CLEAN);

    if (rc != BL_OK)
        return rc;
    in->counted = in->counted || counts;
    /* What was not looked at need not be: both images are where they begin. */
    if (begins)
        in->chains.known = CHAINS_ALL;
    if (decision->step == INSTALL_CLEAN)
        in->copies = 0;
    return rc;
}

static void say(uint32_t dst, uint32_t src, bool same)
{
    const char *what = dst % 2 == 0 ? "install: sector %u kept%s"
                       : src > dst  ? "install: sector %u written%s"
                                    : "rollback: sector %u put back%s";

    log_line(what, (unsigned)(dst / 2 + 1), same ? ", it was the same" : "");
}

/* The sector is named suspect in both logs; one that was rewritten since is not any longer. */
static enum bl_rc mark(struct install *in, uint32_t dst)
{
    struct record next = in->journal.state;

    if ((next.suspect >> dst & 1) != 0 && journal_synced(&in->journal))
        return BL_OK;
    next.suspect = (uint16_t)((next.suspect & ~in->fresh) | 1u << dst);
    return journal_put(&in->journal, &next, false);
}

enum bl_rc install_write(struct install *in, const struct install_decision *decision)
{
    uint32_t dst = decision->dst;
    uint32_t src = decision->src;
    bool suspect = ((in->journal.state.suspect & ~in->fresh) >> dst & 1) != 0;

    if (in->copies++ >= COPIES_MAX)
        return log_error(BL_E_IMG_DIGEST, "install");
    if (!suspect && copy_is_same(line_addr(dst), line_addr(src))) {
        say(dst, src, true);
        measure_equal(in, dst, src);
        return BL_OK;
    }
    enum bl_rc rc = mark(in, dst);

    if (rc != BL_OK)
        return rc;
    in->fresh &= ~(1u << dst);
    measure_written(in, dst);
    rc = copy_sector(line_addr(src), line_addr(dst));
    if (rc != BL_OK)
        return rc;
    in->fresh |= 1u << dst;
    measure_equal(in, dst, src);
    say(dst, src, false);
    return BL_OK;
}
