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
    idle_for(100);
    hc_reset_signal(true);
    idle_for(50);
    hc_reset_signal(false);
    idle_for(20);
    log_line("port speed: %d", (int)hc_port_speed());
    struct hc_pipe pipe = {.max_packet = 64};
    static _Alignas(4) uint8_t setup[8] = {0x80, 6, 0, 1, 0, 0, 18, 0}; /* GET_DESCRIPTOR */
    uint32_t moved = 0;
    rc = transfer(&pipe, HC_SETUP, setup, 8, &moved);
    log_line("SETUP: %s, %u", err_text(rc), (unsigned)moved);
    rc = transfer(&pipe, HC_IN, descriptor, 18, &moved);
    log_line("IN: %s, %u bytes, type %u", err_text(rc), (unsigned)moved, descriptor[1]);
    pipe.toggle = 1;
    rc = transfer(&pipe, HC_OUT, NULL, 0, &moved);
    log_line("OUT: %s", err_text(rc));
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
