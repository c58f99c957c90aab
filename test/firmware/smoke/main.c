/* SPDX-License-Identifier: MIT
 * The drivers alone, in the order in which a loader needs them: console, clock, supply, flash, USB
 * with a stick. One line for each; the last one is the verdict. For the first start of a new board
 * (docs/porting.md), and as a test on the virtual one. */
#include "boot/main.h"

#include <string.h>

#include "config/layout.h"
#include "port/board.h"
#include "port/clock.h"
#include "port/flash.h"
#include "port/hc.h"
#include "port/reset.h"
#include "sys/log.h"
#include "target/stm32f7/clock_f7.h"
#include "target/stm32f7/regs_flash.h"
#include "util/bytes.h"

#define READ_BYTES 65536u
/* A frame has room for 19 packets of 64 bytes (USB 2.0 table 5-9); command latency counts too. */
#define PACKETS_IN_10_MS 150u
/* 256 KB: 1 s typically (DS11532). Nearly all of it is slept through: a clock that stands still
 * meanwhile shows here. */
#define ERASE_MIN_MS 500u
#define ERASE_MAX_MS 4000u

static uint32_t pattern[64];
static _Alignas(4) uint8_t descriptor[64];

static bool all_good = true;

static bool good(bool ok)
{
    all_good = all_good && ok;
    return ok;
}

/* At least ms: the first millisecond may be a short one. */
static void idle_for(uint32_t ms)
{
    uint32_t start_ms = clock_ms();
    while (clock_ms() - start_ms <= ms)
        clock_idle();
}

static enum bl_rc finish_flash(enum bl_rc rc)
{
    if (rc != BL_OK)
        return rc;
    while ((rc = flash_poll()) == BL_PENDING)
        clock_idle();
    return rc;
}

static void check_flash(void)
{
    uint32_t start_ms = clock_ms();
    enum bl_rc rc = finish_flash(flash_erase_start(BACKUP_ADDR));
    uint32_t erase_ms = clock_ms() - start_ms;
    log_line("erase: %s, %u ms", err_text(rc), (unsigned)erase_ms);
    (void)good(rc == BL_OK && erase_ms >= ERASE_MIN_MS && erase_ms <= ERASE_MAX_MS);
    for (uint32_t i = 0; i < 64; i++)
        pattern[i] = 0x01020304u * (i + 1u);
    start_ms = clock_ms();
    rc = finish_flash(flash_program_start(BACKUP_ADDR, pattern, sizeof pattern));
    log_line("program: %s, %u ms", err_text(rc), (unsigned)(clock_ms() - start_ms));
    (void)good(rc == BL_OK && (FLASH->CR & FLASH_CR_LOCK) != 0);
    uint32_t back[64];
    flash_read(BACKUP_ADDR, back, sizeof back);
    bool equal = good(memcmp(back, pattern, sizeof back) == 0);
    log_line("read back: %s", equal ? "equal" : "different");
}

static enum bl_rc transfer(struct hc_pipe *pipe, enum hc_token token, void *mem, uint32_t len,
                           uint32_t *moved)
{
    uint32_t start_ms = clock_ms();
    enum bl_rc rc = hc_xfer_start(pipe, token, mem, len);
    if (rc != BL_OK)
        return rc;
    while ((rc = hc_xfer_poll(moved)) == BL_PENDING && clock_ms() - start_ms < 500)
        clock_idle();
    return rc == BL_PENDING ? hc_xfer_abort() : rc;
}

static bool control(struct hc_pipe *pipe, uint8_t type, uint8_t code, uint8_t value_high,
                    uint8_t value_low, uint8_t length)
{
    _Alignas(4) uint8_t setup[8] = {type, code, value_low, value_high, 0, 0, length, 0};
    uint32_t moved = 0;
    enum bl_rc rc = transfer(pipe, HC_SETUP, setup, sizeof setup, &moved);
    if (rc == BL_OK && length != 0) {
        pipe->toggle = 1;
        rc = transfer(pipe, HC_IN, descriptor, length, &moved);
    }
    pipe->toggle = 1;
    if (rc == BL_OK)
        rc = transfer(pipe, length != 0 ? HC_OUT : HC_IN, setup, 0, &moved);
    log_line("request %u: %s", code, err_text(rc));
    return good(rc == BL_OK);
}

static struct hc_pipe bulk_in = {.device_addr = 1, .bulk = true, .max_packet = 64};
static struct hc_pipe bulk_out = {.device_addr = 1, .bulk = true, .max_packet = 64};

/* One SCSI command over bulk-only transport; returns the status byte of the CSW. */
static unsigned command(const uint8_t *cdb, uint8_t cdb_len, uint8_t *data, uint32_t len,
                        uint32_t *data_us)
{
    _Alignas(4) uint8_t cbw[32] = {'U', 'S', 'B', 'C', 1};
    _Alignas(4) static uint8_t csw[64];
    put_le32(cbw + 8, len);
    cbw[12] = 0x80;
    cbw[14] = cdb_len;
    memcpy(cbw + 15, cdb, cdb_len);
    uint32_t moved = 0;
    enum bl_rc rc = transfer(&bulk_out, HC_OUT, cbw, 31, &moved);
    uint32_t start_us = clock_us();
    if (rc == BL_OK && len != 0)
        rc = transfer(&bulk_in, HC_IN, data, len, &moved);
    *data_us = clock_us() - start_us;
    if (rc == BL_OK)
        rc = transfer(&bulk_in, HC_IN, csw, 13, &moved);
    return rc == BL_OK ? csw[12] : 255u;
}

static uint8_t block_data[READ_BYTES] __attribute__((aligned(4), section(".sram1_bss")));

static void check_bulk(void)
{
    static const uint8_t test_unit_ready[6] = {0};
    static const uint8_t read_10[10] = {0x28, 0, 0, 0, 0, 0, 0, 0, READ_BYTES / 512u, 0};
    uint32_t us = 0;
    uint32_t start_ms = clock_ms();
    while (command(test_unit_ready, 6, NULL, 0, &us) != 0 && clock_ms() - start_ms < 3000)
        idle_for(50);
    unsigned status = command(read_10, 10, block_data, READ_BYTES, &us);
    unsigned packets = us == 0 ? 0 : READ_BYTES / bulk_in.max_packet * 10000u / us;
    log_line("read: status %u, block 0 ends in %02x%02x, %u packets in 10 ms", status,
             block_data[510], block_data[511], packets);
    (void)good(status == 0 && block_data[510] == 0x55 && block_data[511] == 0xAA);
    (void)good(packets >= PACKETS_IN_10_MS);
}

static void check_usb(void)
{
    enum bl_rc rc = hc_init();
    log_line("host: %s", err_text(rc));
    hc_vbus(true);
    uint32_t start_ms = clock_ms();
    while (!hc_connected() && clock_ms() - start_ms < 500)
        clock_idle();
    if (!good(rc == BL_OK && hc_connected())) {
        log_line("port: empty");
        return;
    }
    idle_for(100);
    hc_reset_signal(true);
    idle_for(50);
    hc_reset_signal(false);
    idle_for(20);
    log_line("port speed: %d", (int)hc_port_speed());
    (void)good(hc_port_speed() == HC_SPEED_FULL);
    struct hc_pipe pipe = {.max_packet = 64};
    if (!control(&pipe, 0x80, 6, 1, 0, 18) || !control(&pipe, 0, 5, 0, 1, 0))
        return;
    idle_for(2);
    pipe.device_addr = 1;
    if (!control(&pipe, 0x80, 6, 2, 0, 32) || !control(&pipe, 0, 9, 0, 1, 0))
        return;
    for (unsigned at = 18; at < 32;
         at += 7) { /* the endpoints follow configuration and interface */
        struct hc_pipe *bulk = (descriptor[at + 2] & 0x80) != 0 ? &bulk_in : &bulk_out;
        bulk->ep_num = descriptor[at + 2] & 0x0F;
        bulk->max_packet = le16(descriptor + at + 4);
    }
    check_bulk();
}

void boot_main(void)
{
    bool pll = good(board_init());
    log_line("start: %s, clock %s", reset_cause(), pll ? "216 MHz" : "16 MHz");
    log_line("button: %d, supply: %d, layout: %s", board_button(), good(board_supply_ok()),
             err_text(flash_layout_check()));
    board_led(BOARD_LED_ACTIVITY, true);
    idle_for(200);
    board_led(BOARD_LED_ACTIVITY, false);
    check_flash();
    check_usb();
    board_led(BOARD_LED_ERROR, !all_good);
    log_line("smoke: %s", all_good ? "passed" : "failed");
    for (;;)
        clock_idle();
}
