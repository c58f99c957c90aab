/* SPDX-License-Identifier: MIT
 * The application's record in log P (params/records.h). */
#include "applib/confirm.h"

#include "applib/wait.h"
#include "params/records.h"

/* One slot is given up first: the one that looks blank may have been begun when the power was cut,
 * and a record on top of it might fade. */
#define CONFIRM_SLOTS 2u

/* The loader starts an application only when both logs agree, and the application appends to P. */
static bool read_trial(struct record_log *p)
{
    record_log_scan(p, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    return p->valid && p->newest.phase == RECORD_TRIAL && !p->confirmed;
}

bool confirm_pending(void)
{
    struct record_log p;

    return read_trial(&p);
}

static enum bl_rc program_slot(struct record_log *p, const uint8_t bytes[RECORD_BYTES])
{
    uint32_t addr = p->addr + p->used * RECORD_BYTES;

    p->used++;
    return wait_flash(flash_program_start(addr, bytes, RECORD_BYTES));
}

enum bl_rc confirm_image(void)
{
    _Alignas(4) uint8_t bytes[RECORD_BYTES] = {0};
    struct record_log p;
    enum bl_rc rc = flash_layout_check();

    if (rc != BL_OK || !read_trial(&p))
        return rc;
    if (p.slots - p.used < CONFIRM_SLOTS)
        return BL_E_RECORDS_FULL;
    rc = program_slot(&p, bytes);
    record_encode_confirmed(p.newest.run.sha256, bytes);
    return rc == BL_OK ? program_slot(&p, bytes) : rc;
}
