/* SPDX-License-Identifier: MIT
 * Start and end of the tests of the USB stack. */
#include "support/usb_bench.h"

#include "port/hc.h"
#include "support/cmocka_all.h"
#include "support/fake_clock.h"
#include "support/fake_log_sink.h"

#define BLOCK_BYTES 512u

void usb_bench_start(struct fake_stick *stick, uint8_t *image, uint32_t blocks, uint32_t now_ms)
{
    fake_hc_forget();
    fake_clock_set(now_ms);
    fake_log_clear();
    for (uint32_t i = 0; i < blocks * BLOCK_BYTES; i++)
        image[i] = (uint8_t)(i * 13 + i / BLOCK_BYTES);
    fake_stick_init(stick, image, blocks, BLOCK_BYTES);
    assert_int_equal(hc_init(), BL_OK);
    hc_vbus(true);
}

void usb_bench_check_manners(const struct fake_stick *stick)
{
    if (fake_hc_violations() != 0)
        fail_msg("controller: %s", fake_hc_violation());
    if (stick->violations != 0)
        fail_msg("stick: %s", stick->violation);
}
