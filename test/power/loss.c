/* SPDX-License-Identifier: MIT
 * Losses of records and damage of images; loss.h. */
#include "power/loss.h"

#include <string.h>

#include "params/records.h"
#include "power/judge.h"
#include "power/random.h"
#include "power/scenario.h"
#include "power/world.h"

static void fill(uint32_t addr, uint32_t len, bool garbage)
{
    for (uint32_t i = 0; i < len; i++)
        *flash_host_at(addr + i) =
            garbage ? (uint8_t)random_mix(scenario.seed + 7, addr + i) : 0xFF;
}

static void fill_f(bool garbage)
{
    fill(UPGRADE_FLAG_ADDR, UPGRADE_FLAG_SECTOR_BYTES, garbage);
}

static void fill_p(bool garbage)
{
    fill(RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS * RECORD_BYTES, garbage);
}

static void break_newest(uint32_t addr, uint32_t slots)
{
    struct record_log log;
    uint32_t chance = random_mix(scenario.seed, 11);

    record_log_scan(&log, addr, slots);
    if (log.used > 0)
        *flash_host_at(addr + (log.used - 1) * RECORD_BYTES + chance % RECORD_BYTES) ^= 0x10;
}

static void put_flag(uint32_t word)
{
    memcpy(flash_host_at(UPGRADE_FLAG_ADDR), &word, sizeof word);
}

static void lose_record(enum loss loss)
{
    if (loss == LOSS_F_BLANK || loss == LOSS_F_GARBAGE || loss >= LOSS_BOTH_BLANK)
        if (loss != LOSS_SECTOR_3)
            fill_f(loss == LOSS_F_GARBAGE || loss == LOSS_BOTH_GARBAGE);
    if (loss == LOSS_P_BLANK || loss == LOSS_P_GARBAGE || loss >= LOSS_BOTH_BLANK)
        fill_p(loss == LOSS_P_GARBAGE || loss == LOSS_BOTH_GARBAGE);
    if (loss == LOSS_P_NEWEST)
        break_newest(RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    if (loss == LOSS_F_NEWEST)
        break_newest(RECORD_LOG_F_ADDR, RECORD_LOG_F_SLOTS);
    if (loss == LOSS_FLAG_GARBAGE)
        put_flag(0x12345678u & random_mix(scenario.seed, 13));
    if (loss == LOSS_FLAG_SET)
        put_flag(UPGRADE_FLAG_PENDING);
    if (loss == LOSS_SECTOR_3)
        fill(APP_PARAMS_ADDR, APP_PARAMS_SECTOR_BYTES, false);
}

static bool solid_record(uint32_t addr, uint32_t slots)
{
    struct record record;

    for (uint32_t i = 0; i < slots; i++, addr += RECORD_BYTES)
        if (flash_host_solid(addr, RECORD_BYTES) && record_decode(flash_host_at(addr), &record))
            return true;
    return false;
}

/* Without any record only what the areas read now can count. */
static void forget_weakness(void)
{
    uint32_t from = RUN_ADDR - FLASH_BASE_ADDR;

    memset(flash_host.weak + from, 0, FLASH_BYTES - from);
}

void loss_of_records(void)
{
    if (solid_record(RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS) ||
        solid_record(RECORD_LOG_F_ADDR, RECORD_LOG_F_SLOTS))
        return;
    world.logs_gone = true;
    forget_weakness();
    if (world.accepted >= 0 && world_image[world.accepted].spec.kind == IMAGE_BARE)
        world.accepted = -1; /* nobody knows its digest any more */
}

static bool params_hold(void)
{
    bool hold = flash_host_solid(APP_PARAMS_ADDR, APP_PARAMS_USED_BYTES);

    for (uint32_t i = 0; i < APP_PARAMS_USED_BYTES; i++)
        hold = hold && *flash_host_at(APP_PARAMS_ADDR + i) == WORLD_PARAM(i);
    return hold;
}

/* One bit of a sector; the image that must not get lost may be another one afterwards. */
static void damage(enum damage where)
{
    static const uint32_t addrs[DAMAGES] = {
        0,
        BACKUP_ADDR,
        RUN_ADDR,
        RUN_ADDR + SLOT_SECTOR_BYTES,
        RUN_ADDR + 2 * SLOT_SECTOR_BYTES,
        UPDATE_ADDR,
        UPDATE_ADDR + SLOT_SECTOR_BYTES,
        UPDATE_ADDR + 2 * SLOT_SECTOR_BYTES,
    };

    if (where == DAMAGE_NONE)
        return;
    *flash_host_at(addrs[where] + random_mix(scenario.seed, 17) % 16) ^= 0x20;
    world.damaged = true;
    world.accepted = -1;
    world.can_be_saved = judge_can_be_saved();
}

void loss_apply(void)
{
    if (scenario.loss != LOSS_NONE) {
        lose_record((enum loss)scenario.loss);
        loss_of_records();
        /* In the middle of a move of sector 3 they lie in sector 4 alone. */
        bool takes_params = scenario.loss == LOSS_F_BLANK || scenario.loss == LOSS_F_GARBAGE ||
                            scenario.loss >= LOSS_BOTH_BLANK;

        world.params_gone = world.params_gone || (takes_params && !params_hold());
    }
    damage((enum damage)scenario.damage);
}
