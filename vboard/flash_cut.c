/* SPDX-License-Identifier: MIT
 * Power cuts at a flash operation: who asks for one, and when in the operation it comes. What the
 * operation then leaves is in flash_tear.c. */
#include "board.h"

/* What --cut-op or a test wants at the operation that is counted last. */
static enum vboard_cut cut_asked_for(struct board *b, const struct flash_op *op)
{
    const struct options *o = &b->options;
    const struct vboard_operation told = {b->flash.operations, op->kind == FLASH_ERASE,
                                          FLASH_AXI_BASE + op->off, op->bytes, op->value};

    for (unsigned i = 0; i < o->cut_op_count; i++)
        if (o->cut_op[i].operation == b->flash.operations)
            return o->cut_op[i].kind == CUT_BEFORE ? VBOARD_CUT_BEFORE : VBOARD_CUT_TORN;
    return b->run.on_operation ? b->run.on_operation(b, &told, b->run.on_operation_ctx)
                               : VBOARD_NO_CUT;
}

static void cut(struct board *b, const char *kind)
{
    trace_event(b, "cut-op", "\"operation\":%llu,\"kind\":\"%s\"",
                (unsigned long long)b->flash.operations, kind);
    b->flash.cuts++;
    board_power_cut(b);
}

bool flash_cut_here(struct board *b, const struct flash_op *op, uint64_t duration_ps)
{
    enum vboard_cut wanted = cut_asked_for(b, op);

    if (wanted == VBOARD_CUT_BEFORE)
        cut(b, "before");
    else if (wanted == VBOARD_CUT_TORN)
        alarm_set(b, ALARM_FLASH_CUT, now_ps(b) + duration_ps / 16 * (1 + board_random(b) % 15));
    return wanted == VBOARD_CUT_BEFORE;
}

void flash_on_cut(struct board *b)
{
    cut(b, "torn");
}
