/* SPDX-License-Identifier: MIT
 * The table of upgrades. */
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "config/layout.h"

static double sectors(unsigned kb)
{
    return (double)((kb * 1024u + SLOT_SECTOR_BYTES - 1) / SLOT_SECTOR_BYTES);
}

static void install(struct rig *rig, uint32_t addr, const struct scene_image *image)
{
    rig_debugger(rig, addr, image->file.bytes, image->file.length);
}

void bench_main_upgrade(const struct scene_speed *speed, double limit)
{
    struct scene_upgrade up = {.name = speed->name,
                               .speed = speed,
                               .from_stick = true,
                               .phases = true,
                               .stage_limit = limit,
                               .total_limit = limit,
                               .erases_floor = 9};
    struct rig rig;

    /* The chart is made from the first one. */
    rig_open_with(&rig, speed == &scene_typical ? "bench_main" : "bench_others", SCENE_LOADER);
    struct scene_image old = scene_image_make(&rig, 1, 768);
    struct scene_image new = scene_image_make(&rig, 2, 768);

    install(&rig, RUN_ADDR, &old);
    scene_stick(&rig, &new);
    upgrade_report(&up, &rig, &old, &new, "--param core_load_ms=10");
    rig_file_free(&old.file);
    rig_file_free(&new.file);
    rig_close(&rig);
}

enum kind { FIRST, OVER, PLATFORM };

static void one(enum kind kind, unsigned kb)
{
    static const char *const names[] = {"first install", "over an equally large one",
                                        "platform upgrade"};
    static const uint8_t pending[4] = {0x78, 0x56, 0x34, 0x12};
    char name[64];
    struct scene_upgrade up = {.name = name,
                               .speed = &scene_typical,
                               .from_stick = kind != PLATFORM,
                               .phases = kind == OVER,
                               .erases_floor = sectors(kb) * (kind == FIRST ? 2 : 3)};
    struct rig rig;

    snprintf(name, sizeof name, "%u KB, %s", kb, names[kind]);
    rig_open_with(&rig, "bench_upgrade", SCENE_LOADER);
    struct scene_image old = scene_image_make(&rig, 1, kb);
    struct scene_image new = scene_image_make(&rig, 2, kb);

    if (kind != FIRST)
        install(&rig, RUN_ADDR, &old);
    if (kind == PLATFORM) {
        install(&rig, UPDATE_ADDR, &new);
        rig_debugger(&rig, UPGRADE_FLAG_ADDR, pending, sizeof pending);
    } else {
        scene_stick(&rig, &new);
    }
    upgrade_report(&up, &rig, kind == FIRST ? NULL : &old, &new, "");
    rig_file_free(&old.file);
    rig_file_free(&new.file);
    rig_close(&rig);
}

void bench_all_upgrades(void)
{
    static const unsigned sizes_kb[] = {16, 64, 256, 512, 768};

    for (enum kind kind = FIRST; kind <= PLATFORM; kind++)
        for (unsigned i = 0; i < sizeof sizes_kb / sizeof sizes_kb[0]; i++)
            one(kind, sizes_kb[i]);
}
