/* SPDX-License-Identifier: MIT
 * The drivers alone: console, clock, supply, flash, USB port. Prints one line for each and ends in
 * the application at the run area. Each line is looked for by test/board/test_drivers.c. */
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
#include "util/bytes.h"

#define READ_BYTES 65536u

static uint32_t pattern[64];
static _Alignas(4) uint8_t descriptor[64];

static void idle_for(uint32_t ms)
{
    uint32_t start_ms = clock_ms();
    while (clock_ms() - start_ms < ms)
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
    log_line("erase: %s, %u ms", err_text(rc), (unsigned)(clock_ms() - start_ms));
    for (uint32_t i = 0; i < 64; i++)
        pattern[i] = 0x01020304u * (i + 1u);
    start_ms = clock_ms();
    rc = finish_flash(flash_program_start(BACKUP_ADDR, pattern, sizeof pattern));
    log_line("program: %s, %u ms", err_text(rc), (unsigned)(clock_ms() - start_ms));
    uint32_t back[64];
    flash_read(BACKUP_ADDR, back, sizeof back);
    log_line("read back: %s", memcmp(back, pattern, sizeof back) == 0 ? "equal" : "different");
    log_line("sector 0: %s", err_text(flash_erase_start(LOADER_ADDR)));
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
    return rc == BL_OK;
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
    log_line("read: status %u, block 0 ends in %02x%02x, %u packets in 10 ms", status,
             block_data[510], block_data[511], (unsigned)(READ_BYTES / 64u * 10000u / us));
}

static void check_usb(void)
{
    enum bl_rc rc = hc_init();
    log_line("host: %s", err_text(rc));
    hc_vbus(true);
    uint32_t start_ms = clock_ms();
    while (!hc_connected() && clock_ms() - start_ms < 500)
        clock_idle();
    if (!hc_connected()) {
        log_line("port: empty");
        return;
    }
    idle_for(101);
    hc_reset_signal(true);
    idle_for(51);
    hc_reset_signal(false);
    idle_for(20);
    log_line("port speed: %d", (int)hc_port_speed());
    struct hc_pipe pipe = {.max_packet = 64};
    if (!control(&pipe, 0x80, 6, 1, 0, 18) || !control(&pipe, 0, 5, 0, 1, 0))
        return;
    idle_for(3);
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
    bool pll = board_init();
    log_line("start: %s, clock %s", reset_cause(), pll ? "216 MHz" : "16 MHz");
    log_line("button: %d, supply: %d, layout: %s", board_button(), board_supply_ok(),
             err_text(flash_layout_check()));
    board_led(BOARD_LED_ACTIVITY, true);
    uint32_t start_ms = clock_ms();
    idle_for(100);
    log_line("100 ms idle: %u ms", (unsigned)(clock_ms() - start_ms));
    check_flash();
    check_usb();
    board_led(BOARD_LED_ACTIVITY, false);
    log_line("starting the application");
    reset_start_application(RUN_ADDR);
}
