/* SPDX-License-Identifier: MIT
 * What every test of the USB stack starts from and ends with: a virtual stick behind the host's
 * controller, and nobody who broke the rules of either. */
#ifndef SUPPORT_USB_BENCH_H
#define SUPPORT_USB_BENCH_H

#include <stdint.h>

#include "support/fake_hc.h"

/* Forgets the last test, fills the image (blocks of 512 bytes) with a pattern, brings the
 * controller up with VBUS on. The stick is not plugged in yet. The clock starts at now_ms. */
void usb_bench_start(struct fake_stick *stick, uint8_t *image, uint32_t blocks, uint32_t now_ms);

/* Fails the test if the stack did to controller or stick what it must not. */
void usb_bench_check_manners(const struct fake_stick *stick);

#endif
