/* SPDX-License-Identifier: MIT
 * The table of upgrades. */
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/row.h"
#include "config/layout.h"

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
    struct scene_image old = scene_image_make(&rig, 1, 768, "");

    scene_installed(&rig);
    struct scene_image new = scene_image_make(&rig, 2, 768, "");

    scene_stick(&rig, &new);
    upgrade_report(&up, &rig, &old, &new, "--param core_load_ms=20");
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
                               .phases = kind == OVER};
    struct rig rig;

    snprintf(name, sizeof name, "%u KB, %s", kb, names[kind]);
    rig_open_with(&rig, "bench_upgrade", SCENE_LOADER);
    struct scene_image old = scene_image_make(&rig, 1, kb, "");

    if (kind != FIRST)
        scene_installed(&rig);
    struct scene_image new = scene_image_make(&rig, 2, kb, "");

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

/* An image on trial that is never confirmed: how long the start takes that puts the old one back. */
static void rollback(unsigned kb)
{
    static struct timeline line;
    struct row row = {.group = "upgrade", .unit = "ms"};
    struct rig rig;

    rig_open_with(&rig, "bench_upgrade", SCENE_LOADER);
    struct scene_image old = scene_image_make(&rig, 1, kb, "");

    scene_installed(&rig);
    struct scene_image new = scene_image_make(&rig, 2, kb, "--trial 1");

    scene_stick(&rig, &new);
    scene_run(&rig, &scene_typical, "Sample application v2", "", &line);
    rig.has_stick = false;
    scene_run(&rig, &scene_typical, "Sample application v1", "", &line);
    row.value = line.entry_ms;
    row.floor = upgrade_write_ms(&scene_typical, &old) + scene_typical.erase_128k_ms;
    snprintf(row.name, sizeof row.name, "%u KB, rollback: in all", kb);
    row_add(row);
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
    for (unsigned i = 0; i < sizeof sizes_kb / sizeof sizes_kb[0]; i++)
        rollback(sizes_kb[i]);
}
