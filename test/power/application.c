/* SPDX-License-Identifier: MIT
 * Applications; application.h. */
#include "power/application.h"

#include "params/records.h"
#include "port/flash.h"
#include "power/loss.h"
#include "power/random.h"
#include "power/scenario.h"
#include "power/world.h"

#define LAST_BYTES 4u

static void finish(enum bl_rc rc)
{
    while (rc == BL_OK && (rc = flash_poll()) == BL_PENDING)
        rc = BL_OK;
    if (rc != BL_OK)
        world_fail("an application's flash operation failed");
}

static void erase(uint32_t addr)
{
    finish(flash_erase_start(addr));
    if (addr < RUN_ADDR)
        loss_of_records();
}

static void program(uint32_t addr, const void *bytes, uint32_t len)
{
    finish(flash_program_start(addr, bytes, len));
}

/* The whole new image to the update area, then the flag. A bare one counts with all that the area
 * holds, so all of it is erased. */
static void bring(void)
{
    static const uint32_t pending = UPGRADE_FLAG_PENDING;
    const struct image *image = &world_image[WORLD_NEW];

    for (uint32_t i = 0; i < image->pieces; i++)
        erase((uint32_t)UPDATE_ADDR + i * SLOT_SECTOR_BYTES);
    program(UPDATE_ADDR, image->at, image->pieces * SLOT_SECTOR_BYTES);
    if ((scenario.erases & 1) != 0)
        erase(UPGRADE_FLAG_ADDR);
    program(UPGRADE_FLAG_ADDR, &pending, sizeof pending);
    world.asked = true;
}

/* A piece of the new image, cut short: what a download leaves that was given up. It may read like
 * what a stick brings later. */
static void write_half(void)
{
    uint32_t i = random_mix(scenario.seed, world.cuts) % SLOT_SECTORS;
    uint32_t addr = (uint32_t)UPDATE_ADDR + i * SLOT_SECTOR_BYTES;

    world.wrote = true;
    erase(addr);
    program(addr, world_image[WORLD_NEW].at + i * SLOT_SECTOR_BYTES, SLOT_SECTOR_BYTES / 2);
}

/* An application that knows nothing of the loader's records renews its parameters. */
static void renew_params(void)
{
    _Alignas(4) uint8_t params[APP_PARAMS_USED_BYTES];

    for (uint32_t i = 0; i < APP_PARAMS_USED_BYTES; i++)
        params[i] = WORLD_PARAM(i);
    world.erased = true;
    world.params_gone = true; /* by its own fault, if the power is cut now */
    erase(APP_PARAMS_ADDR);
    program(APP_PARAMS_ADDR, params, APP_PARAMS_USED_BYTES);
    world.params_gone = false;
}

/* It may only write there when nothing waits to be confirmed. */
static bool may_write(int running)
{
    bool on_trial = running == WORLD_NEW && scenario.asks && !world.confirmed;

    return scenario.writes && !world.wrote && !(on_trial && scenario.old_sectors != 0);
}

/* The first free place of log P, behind what is there; a place that looks blank may have been begun
 * when the power went, so it is filled up first. Before its check sum, the last word, the record
 * cannot read as complete; from there on it may, today or later, and then it counts. */
static void confirm(const struct image *image)
{
    static const uint32_t burnt[RECORD_BYTES / 4];
    _Alignas(4) uint8_t confirmed[RECORD_BYTES];
    struct record_log log;
    struct record newest;

    if (!record_newest(&newest) || newest.phase != RECORD_TRIAL)
        return; /* nobody asks */
    record_log_scan(&log, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    if (log.used + 2 > log.slots)
        world_fail("the application finds no room to confirm");
    uint32_t addr = log.addr + (log.used + 1) * RECORD_BYTES;

    record_encode_confirmed(image->sha256, confirmed);
    program(addr - RECORD_BYTES, burnt, RECORD_BYTES);
    program(addr, confirmed, RECORD_BYTES - LAST_BYTES);
    world.confirming = true;
    program(addr + RECORD_BYTES - LAST_BYTES, confirmed + RECORD_BYTES - LAST_BYTES, LAST_BYTES);
    world.confirmed = true;
}

void application_run(int running)
{
    if ((scenario.erases & 2) != 0 && !world.erased)
        renew_params();
    if (scenario.confirms && running == WORLD_NEW && !world.confirmed)
        confirm(&world_image[running]);
    if (may_write(running))
        write_half();
    if (scenario.by_app && running == WORLD_OLD && !world.asked)
        bring();
}
