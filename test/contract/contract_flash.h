/* SPDX-License-Identifier: MIT
 * What port/flash.h promises, as cases that run against any implementation: the host's fake and the
 * driver on the (virtual) chip. They use no host library and erase sectors 3, 8 and 11. */
#ifndef CONTRACT_FLASH_H
#define CONTRACT_FLASH_H

/* Runs every case; each rule goes through contract_check once or more. */
void contract_flash_run(void);

/* The cases in which the caller breaks a rule of the chip, which a strict board reports. */
void contract_flash_run_misuse(void);

#endif
