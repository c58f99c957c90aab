/* SPDX-License-Identifier: MIT
 * Cases of the host-controller contract. */
#include "contract/contract_hc.h"

#include <string.h>

#include "contract/contract_check.h"
#include "port/clock.h"
#include "port/hc.h"
#include "usb/usb_desc.h"
#include "util/bytes.h"

enum {
    LIMIT_MS = 2000,
    ADDR = 5,
    READ_BLOCKS = 128, /* 64 KB: 1024 packets of 64 bytes */
    BLOCK_BYTES = 512,
};

static struct hc_pipe ep0, in, out;
static struct usb_msc_desc msc;
static uint32_t tag;
static _Alignas(4) uint8_t setup[64];
static _Alignas(4) uint8_t small[512];
static _Alignas(4) uint8_t large[READ_BLOCKS * BLOCK_BYTES];

/* At least ms: the first millisecond may be a short one. */
static void idle_for(uint32_t ms)
{
    uint32_t start_ms = clock_ms();

    while (clock_ms() - start_ms <= ms)
        clock_idle();
}

/* A whole transfer; one without progress for LIMIT_MS is aborted and counts as BL_PENDING. */
static enum bl_rc transfer(struct hc_pipe *pipe, enum hc_token token, void *mem, uint32_t len,
                           uint32_t *moved)
{
    uint32_t quiet_from_ms = clock_ms();
    uint32_t seen = 0;
    enum bl_rc rc = hc_xfer_start(pipe, token, mem, len);

    *moved = 0;
    if (rc != BL_OK)
        return rc;
    while ((rc = hc_xfer_poll(moved)) == BL_PENDING && clock_ms() - quiet_from_ms < LIMIT_MS) {
        if (*moved != seen)
            quiet_from_ms = clock_ms();
        seen = *moved;
        clock_idle();
    }
    if (rc == BL_PENDING)
        (void)contract_check(hc_xfer_abort() == BL_OK, "an abort succeeds");
    return rc;
}

static enum bl_rc send_setup(uint8_t type, uint8_t code, uint16_t value, uint16_t index,
                             uint16_t length)
{
    uint32_t moved;
    enum bl_rc rc;

    setup[0] = type;
    setup[1] = code;
    put_le16(setup + 2, value);
    put_le16(setup + 4, index);
    put_le16(setup + 6, length);
    rc = transfer(&ep0, HC_SETUP, setup, 8, &moved);
    if (rc == BL_OK)
        (void)contract_check(moved == 8, "SETUP moves 8 bytes");
    return rc;
}

/* A control read of at most length bytes; returns the count, or 0 after an error. */
static uint32_t control_read(uint8_t code, uint16_t value, uint16_t length)
{
    uint32_t got, moved;
    bool ok = send_setup(0x80, code, value, 0, length) == BL_OK;

    ep0.toggle = 1;
    ok = ok && transfer(&ep0, HC_IN, small, length, &got) == BL_OK;
    ep0.toggle = 1;
    ok = ok && transfer(&ep0, HC_OUT, setup, 0, &moved) == BL_OK;
    return ok && moved == 0 ? got : 0;
}

static bool control_write(uint8_t type, uint8_t code, uint16_t value, uint16_t index)
{
    uint32_t moved;
    bool ok = send_setup(type, code, value, index, 0) == BL_OK;

    ep0.toggle = 1;
    return ok && transfer(&ep0, HC_IN, setup, 0, &moved) == BL_OK && moved == 0;
}

static void reset_port(void)
{
    uint32_t start_ms;

    hc_reset_signal(true);
    idle_for(50);
    hc_reset_signal(false);
    start_ms = clock_ms();
    while (hc_port_speed() == HC_SPEED_NONE && clock_ms() - start_ms < LIMIT_MS)
        clock_idle();
    (void)contract_check(hc_port_speed() == HC_SPEED_FULL, "full speed after the reset");
    (void)contract_check(hc_connected(), "still there after the reset");
    idle_for(10);
}

static void case_attach(void)
{
    uint32_t start_ms;

    (void)contract_check(hc_init() == BL_OK, "hc_init succeeds");
    hc_vbus(true);
    start_ms = clock_ms();
    while (!hc_connected() && clock_ms() - start_ms < LIMIT_MS)
        clock_idle();
    (void)contract_check(hc_connected(), "a plugged device is seen");
    (void)hc_was_disconnected();
    idle_for(100);
    (void)contract_check(!hc_was_disconnected(), "no disconnect without one");
    (void)contract_check(hc_port_speed() == HC_SPEED_NONE, "no speed before the reset");
    reset_port();
    /* And again, with the port enabled. */
    reset_port();
    (void)contract_check(!hc_was_disconnected(), "a reset is no disconnect");
}

static void case_control(void)
{
    ep0 = (struct hc_pipe){.max_packet = 64};
    (void)contract_check(control_read(6, 0x0100, 8) == 8, "the first 8 bytes of a descriptor");
    (void)contract_check(small[1] == 1, "they are a device descriptor");
    ep0.max_packet = small[7];
    (void)contract_check(control_write(0x00, 5, ADDR, 0), "SET_ADDRESS");
    ep0.device_addr = ADDR;
    idle_for(3);
    (void)contract_check(control_read(6, 0x0100, 64) == 18, "a short packet ends an IN");
    (void)contract_check(control_read(6, 0x0100, 18) == 18, "the length ends an IN");
}

static void case_configuration(void)
{
    uint16_t total = 0;
    uint32_t got = control_read(6, 0x0200, 9);

    (void)contract_check(usb_desc_total_bytes(small, got, &total) == BL_OK, "a configuration");
    got = control_read(6, 0x0200, total < sizeof small ? total : (uint16_t)sizeof small);
    (void)contract_check(usb_desc_find_msc(small, got, &msc) == BL_OK, "it is a stick's");
    (void)contract_check(control_read(6, 0x0200, 255) == total,
                         "a short packet ends an IN that could have had more packets");
    (void)contract_check(control_write(0x00, 9, msc.configuration, 0), "SET_CONFIGURATION");
    in = (struct hc_pipe){
        .device_addr = ADDR, .ep_num = msc.in_ep, .bulk = true, .max_packet = msc.in_max_packet};
    out = (struct hc_pipe){
        .device_addr = ADDR, .ep_num = msc.out_ep, .bulk = true, .max_packet = msc.out_max_packet};
}

static void case_stall_of_endpoint_0(void)
{
    uint32_t moved;

    (void)contract_check(send_setup(0x80, 6, 0x5500, 0, 18) == BL_OK, "a SETUP is always taken");
    ep0.toggle = 1;
    (void)contract_check(transfer(&ep0, HC_IN, small, 18, &moved) == BL_E_USB_STALL && moved == 0,
                         "a request that is not known stalls");
    (void)contract_check(control_read(6, 0x0100, 18) == 18, "the next SETUP clears it");
}

static void case_nobody_answers(void)
{
    struct hc_pipe nobody = {.device_addr = ADDR + 1, .max_packet = 64};
    uint32_t moved;

    (void)contract_check(transfer(&nobody, HC_SETUP, setup, 8, &moved) == BL_E_USB_XACT,
                         "an address without a device gives BL_E_USB_XACT");
    (void)contract_check(control_read(6, 0x0100, 18) == 18, "and leaves the others alone");
}

/* A bulk IN that nobody has asked the device for is NAKed for ever. */
static void case_nak_and_abort(void)
{
    uint8_t toggle = in.toggle;
    uint32_t moved = 1;

    (void)contract_check(hc_xfer_start(&in, HC_IN, small, 64) == BL_OK, "IN starts");
    (void)contract_check(hc_xfer_start(&ep0, HC_SETUP, setup, 8) == BL_E_BUSY,
                         "one transfer at a time");
    for (uint32_t i = 0; i < 20; i++) {
        (void)contract_check(hc_xfer_poll(&moved) == BL_PENDING, "a NAK is no error");
        clock_idle();
    }
    (void)contract_check(moved == 0, "nothing moved");
    (void)contract_check(hc_xfer_abort() == BL_OK, "a transfer that is NAKed can be aborted");
    (void)contract_check(in.toggle == toggle, "an abort keeps the toggle");
    (void)contract_check(hc_xfer_abort() == BL_OK, "an abort of nothing is no error");
    (void)contract_check(control_read(6, 0x0100, 18) == 18, "others work after an abort");
}

static bool send_cbw(uint32_t signature, const uint8_t *cdb, uint8_t cdb_bytes, uint32_t data_bytes)
{
    uint32_t moved;

    memset(small, 0, 32);
    put_le32(small, signature);
    put_le32(small + 4, ++tag);
    put_le32(small + 8, data_bytes);
    small[12] = data_bytes != 0 ? 0x80 : 0;
    small[14] = cdb_bytes;
    memcpy(small + 15, cdb, cdb_bytes);
    return transfer(&out, HC_OUT, small, 31, &moved) == BL_OK && moved == 31;
}

static bool read_csw(void)
{
    uint32_t moved;

    return transfer(&in, HC_IN, small, 13, &moved) == BL_OK && moved == 13 &&
           le32(small) == 0x53425355 && le32(small + 4) == tag && small[12] == 0;
}

static const uint8_t inquiry[6] = {0x12, 0, 0, 0, 36, 0};

static void case_bulk(void)
{
    uint8_t out_toggle = out.toggle;
    uint8_t in_toggle = in.toggle;
    uint32_t moved;

    (void)contract_check(send_cbw(0x43425355, inquiry, 6, 36), "OUT of 31 bytes");
    if (out.max_packet == 64)
        (void)contract_check(out.toggle != out_toggle, "OUT of one packet flips the toggle");
    (void)contract_check(transfer(&in, HC_IN, small, 36, &moved) == BL_OK && moved == 36,
                         "IN of 36 bytes");
    (void)contract_check(small[4] >= 31, "they are an INQUIRY answer");
    (void)contract_check(read_csw(), "IN of the status");
    if (in.max_packet == 64)
        (void)contract_check(in.toggle == in_toggle, "two packets flip the toggle twice");
}

/* READ(10) of 64 KB; the data stage in two transfers, the first of first bytes. */
static bool read_64_kb(uint32_t first)
{
    static const uint8_t cdb[10] = {0x28, 0, 0, 0, 0, 0, 0, 0, READ_BLOCKS, 0};
    uint32_t total = READ_BLOCKS * BLOCK_BYTES;
    uint32_t moved = 0;
    bool ok = send_cbw(0x43425355, cdb, 10, total);

    memset(large, 0, sizeof large);
    if (first != 0)
        ok = ok && transfer(&in, HC_IN, large, first, &moved) == BL_OK && moved == first;
    ok = ok && transfer(&in, HC_IN, large + first, total - first, &moved) == BL_OK &&
         moved == total - first;
    return ok && read_csw();
}

/* Depends on each byte and on its place. */
static uint32_t sum_of_large(void)
{
    uint32_t sum = 1;

    for (uint32_t i = 0; i < sizeof large; i++)
        sum = sum * 31 + large[i];
    return sum;
}

/* A stick that has just started may refuse the first commands (unit attention). */
static bool get_ready(void)
{
    static const uint8_t test_unit_ready[6] = {0};
    static const uint8_t request_sense[6] = {0x03, 0, 0, 0, 18, 0};
    uint32_t start_ms = clock_ms();
    uint32_t moved;

    while (clock_ms() - start_ms < LIMIT_MS) {
        if (!send_cbw(0x43425355, test_unit_ready, 6, 0))
            return false;
        if (read_csw())
            return true;
        if (!send_cbw(0x43425355, request_sense, 6, 18) ||
            transfer(&in, HC_IN, small, 18, &moved) != BL_OK || !read_csw())
            return false;
        idle_for(20);
    }
    return false;
}

static void case_long_reads(void)
{
    uint32_t sum;

    (void)contract_check(get_ready(), "the stick gets ready");
    (void)contract_check(read_64_kb(0), "IN of 1024 packets");
    sum = sum_of_large();
    (void)contract_check(read_64_kb(BLOCK_BYTES), "the same in two transfers");
    (void)contract_check(sum == sum_of_large(), "with the same bytes");
}

static void case_more_than_asked_for(void)
{
    uint32_t moved;

    if (in.max_packet != 64)
        return;
    (void)contract_check(send_cbw(0x43425355, inquiry, 6, 36), "OUT of 31 bytes");
    (void)contract_check(transfer(&in, HC_IN, small, 8, &moved) == BL_E_USB_BABBLE,
                         "a packet that is longer than asked for is babble");
    (void)contract_check(read_csw(), "the status follows, with the right toggle");
}

static void case_bulk_stall(void)
{
    uint32_t moved;

    (void)contract_check(send_cbw(0x12345678, inquiry, 6, 36), "a CBW without its signature");
    (void)contract_check(transfer(&in, HC_IN, small, 36, &moved) == BL_E_USB_STALL,
                         "IN of a halted endpoint stalls");
    (void)contract_check(transfer(&out, HC_OUT, small, 31, &moved) == BL_E_USB_STALL && moved == 0,
                         "OUT of a halted endpoint stalls");
    (void)contract_check(control_write(0x21, 0xFF, 0, msc.interface), "bulk-only reset");
    (void)contract_check(control_write(0x02, 1, 0, in.ep_num | 0x80), "clear the halt of IN");
    (void)contract_check(control_write(0x02, 1, 0, out.ep_num), "clear the halt of OUT");
    in.toggle = 0;
    out.toggle = 0;
}

void contract_hc_run(void)
{
    tag = 0x1000;
    case_attach();
    case_control();
    case_configuration();
    case_stall_of_endpoint_0();
    case_nobody_answers();
    case_nak_and_abort();
    case_bulk();
    case_long_reads();
    case_more_than_asked_for();
    case_bulk_stall();
    case_bulk();
}

void contract_hc_run_gone(uint32_t limit_ms)
{
    uint32_t start_ms = clock_ms();
    uint32_t moved;
    enum bl_rc rc;

    (void)contract_check(hc_xfer_start(&in, HC_IN, small, 64) == BL_OK, "IN starts");
    while ((rc = hc_xfer_poll(&moved)) == BL_PENDING && clock_ms() - start_ms < limit_ms)
        clock_idle();
    (void)contract_check(rc == BL_E_USB_GONE, "a stick that is pulled out ends its transfer");
    (void)contract_check(hc_was_disconnected(), "a disconnect is told");
    (void)contract_check(!hc_was_disconnected(), "once");
    (void)contract_check(!hc_connected(), "nothing is there any more");
    (void)contract_check(hc_port_speed() == HC_SPEED_NONE, "and has no speed");
    (void)contract_check(hc_xfer_start(&in, HC_IN, small, 64) < 0, "no transfer with nobody");
    (void)contract_check(hc_xfer_abort() == BL_OK, "nothing is pending");
    hc_deinit();
    (void)contract_check(!hc_connected(), "off is off");
}
