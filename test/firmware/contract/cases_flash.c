/* SPDX-License-Identifier: MIT
 * port/flash.h, used as it should be. */
#include "config/layout.h"
#include "contract/contract_check.h"
#include "contract/contract_flash.h"
#include "contract_cases.h"
#include "port/clock.h"
#include "port/flash.h"

#define RAM_END 0x20080000u
#define WORDS   8u

static enum bl_rc wait_done(enum bl_rc rc)
{
    if (rc != BL_OK)
        return rc;
    for (rc = flash_poll(); rc == BL_PENDING; rc = flash_poll())
        clock_idle();
    return rc;
}

/* Behind this source nothing answers: a driver that reads on gets a bus fault. */
static void case_source_at_the_end_of_ram(void)
{
    uint32_t *source = (uint32_t *)(RAM_END - 4 * WORDS);

    for (uint32_t i = 0; i < WORDS; i++)
        source[i] = 0x51000000 + i;
    (void)contract_check(wait_done(flash_erase_start(UPDATE_ADDR)) == BL_OK &&
                             wait_done(flash_program_start(UPDATE_ADDR, source, 4 * WORDS)) ==
                                 BL_OK,
                         "a source may end with the RAM");
}

void contract_cases(void)
{
    contract_flash_run();
    case_source_at_the_end_of_ram();
}
