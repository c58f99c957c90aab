/* SPDX-License-Identifier: MIT
 * What port/hc.h promises, as cases that run against any implementation with a stick on its port:
 * the host's fake, and the driver on the (virtual) chip. They use no host library and only read from
 * the stick; it needs 256 blocks of 512 bytes. */
#ifndef CONTRACT_HC_H
#define CONTRACT_HC_H

#include <stdint.h>

/* Runs every case with a stick that is plugged and stays so; each rule goes through contract_check
 * once or more. Begins with hc_init; leaves the stick configured. Takes about a second. */
void contract_hc_run(void);

/* After contract_hc_run: the stick is pulled out within limit_ms, in the middle of a transfer; at
 * the end everything is off. */
void contract_hc_run_gone(uint32_t limit_ms);

#endif
