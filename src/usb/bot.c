/* SPDX-License-Identifier: MIT
 * Bulk-Only Transport. Section numbers are those of USB Mass Storage Class Bulk-Only Transport 1.0.
 */
#include "usb/bot.h"

#include <stddef.h>
#include <string.h>

#include "sys/log.h"
#include "util/bytes.h"

enum {
    CBW_SIGNATURE = 0x43425355, /* 5.1 */
    CBW_FLAG_IN = 0x80,
    CSW_SIGNATURE = 0x53425355, /* 5.2 */
    CSW_PASSED = 0,
    CSW_FAILED = 1,
    CSW_PHASE_ERROR = 2, /* the last that has a meaning */

    RESET_TYPE = 0x21, /* 3.1, Bulk-Only Mass Storage Reset */
    RESET_CODE = 0xFF,
    CLEAR_HALT_TYPE = 0x02, /* USB 2.0 9.4.1, CLEAR_FEATURE(ENDPOINT_HALT) */
    CLEAR_HALT_CODE = 1,
    ENDPOINT_IN = 0x80,

    STATUS_TRIES_MAX = 2,    /* figure 2: a second stall goes to the reset recovery */
    CONTROL_LIMIT_MS = 2000, /* a stick may take its time over a reset */
    STATUS_LIMIT_MS = 5000,
};

void bot_init(struct bot *b, struct usb_host *host)
{
    const struct usb_msc_desc *d = &host->msc;
    uint32_t tag = b->tag;

    *b = (struct bot){.host = host, .state = BOT_IDLE, .signature = CSW_SIGNATURE, .tag = tag};
    b->in = (struct hc_pipe){.device_addr = host->control.pipe.device_addr,
                             .ep_num = d->in_ep,
                             .bulk = true,
                             .max_packet = d->in_max_packet};
    b->out = (struct hc_pipe){.device_addr = host->control.pipe.device_addr,
                              .ep_num = d->out_ep,
                              .bulk = true,
                              .max_packet = d->out_max_packet};
}

static bool is_final(enum bl_rc rc)
{
    return rc == BL_E_USB_GONE || rc == BL_E_USB_CORE;
}

/* Starts one transfer of a stage. */
static enum bl_rc start_stage(struct bot *b, enum bot_state state, uint32_t limit_ms)
{
    b->state = state;
    b->moved_bytes = 0;
    b->quiet = deadline_in(limit_ms);
    if (state == BOT_COMMAND)
        return hc_xfer_start(&b->out, HC_OUT, b->cbw, BOT_CBW_BYTES);
    if (state == BOT_STATUS)
        return hc_xfer_start(&b->in, HC_IN, b->csw, BOT_CSW_BYTES);
    return hc_xfer_start(&b->in, HC_IN, b->command.data, b->command.data_bytes);
}

static enum bl_rc start_control(struct bot *b, enum bot_state state, struct usb_request request)
{
    b->state = state;
    return usb_control_start(&b->host->control, &request, NULL, CONTROL_LIMIT_MS);
}

static enum bl_rc start_clear(struct bot *b, enum bot_state state)
{
    uint8_t ep = state == BOT_RECOVER_OUT ? b->out.ep_num : b->in.ep_num | ENDPOINT_IN;

    return start_control(
        b, state,
        (struct usb_request){.type = CLEAR_HALT_TYPE, .code = CLEAR_HALT_CODE, .index = ep});
}

/* 5.3.4: reset, then both halts. The command ends with rc afterwards. */
static enum bl_rc start_recovery(struct bot *b, enum bl_rc rc)
{
    if (is_final(rc))
        return rc;
    (void)log_error(rc, "stick, reset recovery");
    b->failure = rc;
    return start_control(b, BOT_RECOVER_RESET,
                         (struct usb_request){.type = RESET_TYPE,
                                              .code = RESET_CODE,
                                              .index = b->host->msc.interface});
}

static void make_cbw(struct bot *b)
{
    const struct bot_command *c = &b->command;

    memset(b->cbw, 0, sizeof b->cbw);
    put_le32(b->cbw, CBW_SIGNATURE);
    put_le32(b->cbw + 4, b->tag);
    put_le32(b->cbw + 8, c->data_bytes);
    b->cbw[12] = c->data_bytes != 0 ? CBW_FLAG_IN : 0;
    b->cbw[13] = c->lun;
    b->cbw[14] = c->cdb_bytes;
    memcpy(b->cbw + 15, c->cdb, c->cdb_bytes);
}

enum bl_rc bot_start(struct bot *b, const struct bot_command *command)
{
    enum bl_rc rc;

    if (b->state == BOT_BROKEN)
        return BL_E_USB_XACT;
    if (b->state != BOT_IDLE)
        return BL_E_BUSY;
    if (command->cdb_bytes > BOT_CDB_BYTES_MAX ||
        (command->data_bytes != 0 && command->data == NULL))
        return BL_E_BUG;
    b->command = *command;
    b->tag++;
    b->got_bytes = 0;
    b->residue_bytes = 0;
    b->status_tries = 0;
    make_cbw(b);
    rc = start_stage(b, BOT_COMMAND, command->stall_ms);
    if (rc != BL_OK)
        b->state = BOT_IDLE;
    return rc;
}

/* Asks for the status; the answer to a command may take as long as its data. */
static enum bl_rc start_status(struct bot *b)
{
    uint32_t limit_ms = b->command.data_bytes != 0 ? STATUS_LIMIT_MS : b->command.stall_ms;

    b->status_tries++;
    return start_stage(b, BOT_STATUS, limit_ms);
}

static bool has_signature_and_tag(const struct bot *b, const uint8_t *csw)
{
    return le32(csw) == b->signature && le32(csw + 4) == b->tag;
}

/* Some cameras have a signature of their own in every CSW, the same one. The first CSW teaches it;
 * its length, tag and status show that it is one. */
static void learn_signature(struct bot *b, const uint8_t *csw)
{
    if (b->answered || le32(csw + 4) != b->tag || csw[12] > CSW_PHASE_ERROR)
        return;
    b->answered = true;
    b->signature = le32(csw);
    if (b->signature != CSW_SIGNATURE)
        log_line("stick: signs its status with %08x", (unsigned)b->signature);
}

/* 6.3: valid, and meaningful. BL_E_MSC_CSW asks for the reset recovery. */
static enum bl_rc judge_csw(struct bot *b, const uint8_t *csw, uint32_t len)
{
    uint32_t residue;
    uint8_t status;

    if (len != BOT_CSW_BYTES)
        return BL_E_MSC_CSW;
    learn_signature(b, csw);
    if (!has_signature_and_tag(b, csw))
        return BL_E_MSC_CSW;
    residue = le32(csw + 8);
    status = csw[12];
    if (status > CSW_FAILED)
        return BL_E_MSC_CSW;
    if (residue > b->command.data_bytes && !b->command.residue_bogus)
        return BL_E_MSC_CSW;
    b->residue_bytes = residue;
    b->state = BOT_IDLE;
    return status == CSW_PASSED ? BL_OK : BL_E_MSC_COMMAND;
}

/* A device with no data to send may answer with the status at once (6.7.2, case 4 done wrongly). */
static bool is_early_status(const struct bot *b)
{
    return b->got_bytes == BOT_CSW_BYTES && b->command.data_bytes != BOT_CSW_BYTES &&
           has_signature_and_tag(b, b->command.data);
}

static enum bl_rc data_ended(struct bot *b, uint32_t moved)
{
    b->got_bytes = moved;
    if (is_early_status(b)) {
        enum bl_rc rc;

        b->got_bytes = 0;
        rc = judge_csw(b, b->command.data, BOT_CSW_BYTES);
        return rc == BL_E_MSC_CSW ? start_recovery(b, rc) : rc;
    }
    return start_status(b);
}

static enum bl_rc status_ended(struct bot *b, uint32_t moved)
{
    enum bl_rc rc;

    /* A zero-length packet that ends the data stage, though nobody asked for it: read again. */
    if (moved == 0 && b->status_tries < STATUS_TRIES_MAX)
        return start_status(b);
    rc = judge_csw(b, b->csw, moved);
    return rc == BL_E_MSC_CSW ? start_recovery(b, rc) : rc;
}

static enum bl_rc stage_ended(struct bot *b, uint32_t moved)
{
    if (b->state == BOT_COMMAND)
        return b->command.data_bytes != 0 ? start_stage(b, BOT_DATA, b->command.stall_ms)
                                          : start_status(b);
    return b->state == BOT_DATA ? data_ended(b, moved) : status_ended(b, moved);
}

static enum bl_rc stage_failed(struct bot *b, enum bl_rc rc, uint32_t moved)
{
    if (rc == BL_E_USB_STALL && b->state == BOT_DATA) {
        b->got_bytes = moved;
        return start_clear(b, BOT_DATA_CLEAR);
    }
    if (rc == BL_E_USB_STALL && b->state == BOT_STATUS && b->status_tries < STATUS_TRIES_MAX)
        return start_clear(b, BOT_STATUS_CLEAR);
    return start_recovery(b, rc);
}

static enum bl_rc poll_stage(struct bot *b)
{
    uint32_t moved = 0;
    enum bl_rc rc = hc_xfer_poll(&moved);

    if (rc == BL_OK)
        return stage_ended(b, moved);
    if (rc != BL_PENDING)
        return stage_failed(b, rc, moved);
    if (moved != b->moved_bytes) {
        b->moved_bytes = moved;
        b->quiet = deadline_in(b->quiet.limit_ms);
    }
    if (!deadline_passed(b->quiet))
        return BL_OK;
    rc = hc_xfer_abort();
    return stage_failed(b, rc == BL_OK ? BL_E_TIMEOUT : rc, 0);
}

/* A control transfer of the error handling has ended well. */
static enum bl_rc control_ended(struct bot *b)
{
    switch (b->state) {
    case BOT_DATA_CLEAR:
    case BOT_STATUS_CLEAR:
        b->in.toggle = 0;
        return start_status(b);
    case BOT_RECOVER_RESET:
        return start_clear(b, BOT_RECOVER_IN);
    case BOT_RECOVER_IN:
        b->in.toggle = 0;
        return start_clear(b, BOT_RECOVER_OUT);
    case BOT_RECOVER_OUT:
        b->out.toggle = 0;
        b->state = BOT_IDLE;
        return b->failure;
    default:
        return BL_E_BUG;
    }
}

static enum bl_rc poll_control(struct bot *b)
{
    enum bl_rc rc = usb_control_poll(&b->host->control);

    if (rc == BL_PENDING)
        return BL_OK;
    if (rc == BL_OK)
        return control_ended(b);
    if (b->state == BOT_DATA_CLEAR || b->state == BOT_STATUS_CLEAR)
        return start_recovery(b, rc);
    if (!is_final(rc))
        b->state = BOT_BROKEN;
    return is_final(rc) ? rc : b->failure;
}

enum bl_rc bot_poll(struct bot *b)
{
    bool in_stage = b->state == BOT_COMMAND || b->state == BOT_DATA || b->state == BOT_STATUS;
    enum bl_rc rc;

    if (b->state == BOT_IDLE || b->state == BOT_BROKEN)
        return BL_E_BUG;
    rc = in_stage ? poll_stage(b) : poll_control(b);
    if (is_final(rc))
        b->state = BOT_BROKEN;
    if (b->state == BOT_IDLE || b->state == BOT_BROKEN)
        return rc;
    if (rc != BL_OK) { /* a start that was refused: our own mistake, or the core's */
        b->state = BOT_BROKEN;
        return rc;
    }
    return BL_PENDING;
}

bool bot_broken(const struct bot *b)
{
    return b->state == BOT_BROKEN;
}
