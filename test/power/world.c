/* SPDX-License-Identifier: MIT
 * Set-up, power-ups and cuts; world.h. */
#include "power/world.h"

#include <stdio.h>
#include <string.h>

#include "params/records.h"
#include "power/application.h"
#include "power/count.h"
#include "power/judge.h"
#include "power/keys.h"
#include "power/loss.h"
#include "power/random.h"
#include "power/rig.h"
#include "power/scenario.h"

/* Starts after which everything must have settled: an install takes one or two, a trial and the way
 * back a few more. */
#define STARTS_MAX 16u

struct world world;
struct image world_image[WORLD_IMAGES];
jmp_buf world_failed;
const char *world_why;

static struct rig_disk disks[WORLD_IMAGES + 1]; /* the last one: the new image, damaged */

void world_fail(const char *why)
{
    world_why = why;
    longjmp(world_failed, 1);
}

static void make_images(void)
{
    const struct scenario *s = &scenario;
    uint8_t other_sectors = (uint8_t)(SLOT_SECTORS + 1 - s->new_sectors);
    uint8_t other_kind = s->new_kind == IMAGE_BARE ? (uint8_t)IMAGE_PLAIN : s->new_kind;
    uint8_t starts = s->asks ? SCENARIO_TRIAL_STARTS : 0;
    const struct image_spec specs[WORLD_IMAGES] = {
        {.id = 1,
         .kind = s->old_kind,
         .sectors = s->old_sectors,
         .share = s->share,
         .brim = s->brim & 1,
         .dense = s->dense},
        {.id = 2,
         .kind = s->new_kind,
         .sectors = s->new_sectors,
         .trial_starts = starts,
         .share = s->share,
         .brim = s->brim >> 1 & 1,
         .dense = s->dense},
        {.id = 3, .kind = other_kind, .sectors = other_sectors, .dense = s->dense},
    };
    static struct image damaged;

    for (unsigned i = 0; i < WORLD_IMAGES; i++) {
        struct image_spec spec = specs[i];

        spec.counter = s->counter ? 1 : spec.id;
        image_make(&world_image[i], &spec);
        rig_disk_make(&disks[i], &world_image[i], NULL);
    }
    damaged = world_image[WORLD_NEW];
    damaged.at[damaged.file_bytes - (s->new_kind == IMAGE_SIGNED ? 200 : 4)] ^= 1;
    rig_disk_make(&disks[WORLD_IMAGES], &damaged, &world_image[WORLD_NEW]);
}

/* Records of earlier starts, the same in both logs as far as they reach. */
static void fill_log(uint32_t addr, uint32_t slots, uint32_t fill, uint32_t last_seq)
{
    struct record record;

    record_default(&record);
    for (uint32_t i = 0; i < fill && i < slots; i++) {
        record.seq = last_seq - fill + 1 + i;
        record_encode(&record, flash_host_at(addr + i * RECORD_BYTES));
    }
}

void world_begin(void)
{
    const struct image *old = &world_image[WORLD_OLD];
    uint32_t fill = scenario.fill_p > scenario.fill_f ? scenario.fill_p : scenario.fill_f;

    make_images();
    power_policy(scenario.release);
    memset(flash_host_at(FLASH_BASE_ADDR), 0xFF, FLASH_BYTES);
    flash_host_reset();
    flash_host.random = random_mix(scenario.seed, 1);
    for (uint32_t off = 0; off < APP_PARAMS_ADDR - FLASH_BASE_ADDR; off++)
        *flash_host_at(FLASH_BASE_ADDR + off) =
            off < LOADER_BYTES ? (uint8_t)random_mix(off, 5) : 0xFF;
    for (uint32_t i = 0; i < APP_PARAMS_USED_BYTES; i++)
        *flash_host_at(APP_PARAMS_ADDR + i) = WORLD_PARAM(i);
    /* What an earlier use left in the areas. */
    for (uint32_t addr = RUN_ADDR; addr < BACKUP_ADDR + BACKUP_BYTES; addr += SLOT_SECTOR_BYTES / 8)
        *flash_host_at(addr) = 0x5A;
    if (old->pieces > 0)
        memcpy(flash_host_at(RUN_ADDR), old->at, old->pieces * SLOT_SECTOR_BYTES);
    fill_log(RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS, scenario.fill_p, fill);
    fill_log(RECORD_LOG_F_ADDR, RECORD_LOG_F_SLOTS, scenario.fill_f, fill);
    world = (struct world){.accepted = old->pieces > 0 ? WORLD_OLD : -1};
    judge_begin();
}

static void insert_stick(void)
{
    enum stick_then then =
        world.cuts > 0 ? (enum stick_then)scenario.then[world.cuts - 1] : THEN_SAME;

    rig.stick = NULL;
    if (then == THEN_SAME && !scenario.by_app)
        rig.stick = &disks[WORLD_NEW];
    else if (then == THEN_OTHER)
        rig.stick = &disks[WORLD_OTHER];
    else if (then == THEN_DAMAGED)
        rig.stick = &disks[WORLD_IMAGES];
}

static void print_log(const char *name, uint32_t addr, uint32_t slots)
{
    static const char *const phases[] = {"?", "settled", "staging", "install", "trial", "rollback"};
    struct record_log log;

    record_log_scan(&log, addr, slots);
    if (!log.valid) {
        printf("  %s: %u places used, no state\n", name, (unsigned)log.used);
        return;
    }
    printf("  %s: %u places used, state %u: %s, suspect %04x, run %02x, old %02x, new %02x\n", name,
           (unsigned)log.used, (unsigned)log.newest.seq, phases[log.newest.phase],
           (unsigned)log.newest.suspect, log.newest.run.sha256[0], log.newest.old_image.sha256[0],
           log.newest.new_image.sha256[0]);
}

static void print_start(void)
{
    printf("start %llu, after %u cuts\n", (unsigned long long)count.starts, world.cuts);
    print_log("P", RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    print_log("F", RECORD_LOG_F_ADDR, RECORD_LOG_F_SLOTS);
}

static enum rig_end run_once(const struct world_hooks *hooks)
{
    rig.note = world.note;
    world.note = false;
    insert_stick();
    if (hooks->started != NULL)
        hooks->started();
    flash_host_watch = hooks->watch;
    count.starts++;
    if (rig.print)
        print_start();
    enum rig_end end = rig_run();

    world.note = rig.note;
    return end;
}

void world_run(const struct world_hooks *hooks)
{
    for (unsigned starts = 0; starts < STARTS_MAX; starts++) {
        uint32_t before = flash_host.operations;
        bool looks_for_stick = !world.note; /* else the loader's own restart brought it here */

        if (looks_for_stick)
            flash_host_power_up();
        enum rig_end end = run_once(hooks);
        int running = judge_start(end);

        if (end == RIG_STARTED && running >= 0)
            application_run(running);
        flash_host_watch = NULL;
        count.operations += flash_host.operations - before;
        if (looks_for_stick && end != RIG_RESTARTED && flash_host.operations == before) {
            judge_rest(end, running);
            return;
        }
    }
    world_fail("it never settles");
}

void world_cut(const struct flash_host_op *op, uint32_t at)
{
    uint8_t nth = world.cuts;
    enum flash_host_cut kind = (enum flash_host_cut)scenario.kind[nth];

    flash_host.random = random_mix(scenario.seed + nth, at * FLASH_HOST_CUTS + (uint32_t)kind);
    flash_host.hold = (enum flash_host_hold)scenario.hold[nth];
    if (rig.print)
        printf("CUT: %s at %08x, operation %u\n", op->erase ? "erase" : "word", (unsigned)op->addr,
               (unsigned)at);
    flash_host_tear(op, kind);
    flash_host.doing = FLASH_HOST_IDLE;
    world.cuts++;
    world.note = false;
    world.asked = false;
    world.wrote = false;
    world.erased = false;
    count.cuts++;
    judge_flash();
    judge_new();
    if (world.cuts == 1)
        loss_apply();
    else if (scenario.loss == LOSS_P_GARBAGE)
        loss_of_records(); /* a P without a free place takes no mark */
    uint64_t hash = count_hash();

    count_state(hash);
    /* What will fade, and how, is the same for the same flash: seen.h. */
    flash_host.random = random_mix(scenario.seed + nth, (uint32_t)hash);
}
