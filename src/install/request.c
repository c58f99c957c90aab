/* SPDX-License-Identifier: MIT
 * Records around a staging; request.h. */
#include "install/request.h"

#include <string.h>

#include "install/measure.h"
#include "sys/log.h"

enum bl_rc install_prepare_staging(struct install *in)
{
    const struct record *state = &in->journal.state;
    const uint32_t update = line_update_set(SLOT_SECTORS);
    struct record next = *state;

    measure_forget_update(in);
    in->fresh &= ~update;
    if (state->phase == RECORD_STAGING && state->new_image.kind == RECORD_NO_IMAGE &&
        (state->suspect & update) == update && journal_synced(&in->journal))
        return BL_OK;
    next.phase = RECORD_STAGING;
    next.source = RECORD_FROM_STICK;
    next.new_image = (struct record_image){.kind = RECORD_NO_IMAGE};
    next.suspect = (uint16_t)((next.suspect & ~in->fresh) | update);
    return journal_put(&in->journal, &next, false);
}

static struct record_image staged_image(const struct install *in, const struct footer *staged)
{
    struct record_image image = {.kind = RECORD_PLAIN, .bytes = staged->image_bytes};

    if (in->update.kind == SLOT_WHOLE)
        return measure_image(&in->update);
    memcpy(image.sha256, staged->digest.sha256, sizeof image.sha256);
    return image;
}

enum bl_rc install_request(struct install *in, const struct footer *staged,
                           const struct install_stick_file *file)
{
    struct record next = in->journal.state;

    if (memcmp(next.handled_id, file->id, sizeof next.handled_id) != 0)
        next.failures = 0;
    memcpy(next.handled_id, file->id, sizeof next.handled_id);
    next.phase = RECORD_STAGING;
    next.source = RECORD_FROM_STICK;
    next.new_image = staged_image(in, staged);
    next.last = (struct record_result){
        .source = RECORD_FROM_STICK, .stick_vid = file->stick_vid, .stick_pid = file->stick_pid};
    in->fresh |= line_update_set(chain_pieces(&next.new_image));
    next.suspect &= (uint16_t)~in->fresh;
    return journal_put(&in->journal, &next, false);
}

void install_note_failure(struct install *in, const struct install_stick_file *file, enum bl_rc rc,
                          bool failed_staging)
{
    struct record next = in->journal.state;
    bool again = memcmp(next.handled_id, file->id, sizeof next.handled_id) == 0;

    if (rc == BL_E_SUPPLY_LOW)
        return;
    if (failed_staging) {
        next.failures = again && next.failures < UINT8_MAX ? next.failures + 1 : 1;
        memcpy(next.handled_id, file->id, sizeof next.handled_id);
    }
    if (next.phase == RECORD_STAGING) {
        next.phase = RECORD_SETTLED;
        next.new_image = (struct record_image){.kind = RECORD_NO_IMAGE};
    }
    next.suspect &= (uint16_t)~in->fresh;
    next.last =
        (struct record_result){.what = RECORD_REFUSED,
                               .source = RECORD_FROM_STICK,
                               .rc = rc,
                               .stick_vid = file->stick_vid,
                               .stick_pid = file->stick_pid,
                               .old_image = install_summarize(in, &in->chains.found[CHAIN_RUN])};
    next.last.new_image.bytes = file->bytes;
    if (journal_note(&in->journal, &next) != BL_OK)
        log_line("records: the failure is not on record");
}
