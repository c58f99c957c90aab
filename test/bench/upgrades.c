/* SPDX-License-Identifier: MIT
 * The table of upgrades: what is on board and stick, and what each needs of the flash at least. */
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/row.h"
#include "config/layout.h"
#include "config/limits.h"

/* 100 debounce, 50 reset, 10 recovery and 5 for the requests (USB 2.0 7.1.7). */
#define ENUMERATION_MS 165.0
#define BLINKS_MS      ((double)BLINK_SUCCESS_COUNT * (BLINK_ON_MS + BLINK_OFF_MS))
#define STICK_MS       (SCENE_READY_MS + ENUMERATION_MS + BLINKS_MS)

/* The loader's own work at 1 cycle an instruction (rows of the starts and of the primitives): from
 * reset to work, most of it unpacking; and one check of an image. */
#define START_MS         62.0
#define SIGNATURE_MS     55.0
#define DIGEST_MS_PER_KB (40.0 * 1024 / 216e3)

static uint32_t sectors(const struct scene_image *image)
{
    return (image->file.length + SLOT_SECTOR_BYTES - 1) / SLOT_SECTOR_BYTES;
}

/* Time in the flash for an image that is written once, on sectors that are erased for it. */
static double write_ms(const struct scene_speed *speed, const struct scene_image *image)
{
    return sectors(image) * speed->erase_256k_ms + scene_words(image) * speed->word_us / 1000;
}

static double own_ms(unsigned starts, unsigned checks, unsigned kb)
{
    return starts * START_MS + checks * (SIGNATURE_MS + kb * DIGEST_MS_PER_KB);
}

/* An application is installed, another one comes from a stick. The image is staged, the old one kept
 * and the new one put in its place; at the end the flag's sector is erased. The enumeration, which the
 * floor counts, is over before the stick is ready. */
static struct bench_upgrade from_stick(const struct scene_speed *speed,
                                       const struct scene_image *old, const struct scene_image *new)
{
    return (struct bench_upgrade){.speed = speed,
                                  .until = "Sample application v2",
                                  .stage_ms = write_ms(speed, new),
                                  .install_ms = write_ms(speed, new) + write_ms(speed, old),
                                  .records_ms = speed->erase_128k_ms,
                                  .end_ms = BLINKS_MS,
                                  .other_ms = STICK_MS,
                                  .own_ms = own_ms(1, 2, new->kb) - ENUMERATION_MS};
}

void bench_main_upgrade(const struct scene_speed *speed, double limit)
{
    struct row row = {.unit = ""};
    char more[96];
    struct rig rig;

    /* The chart is made from the first one. For its lane of hashing, calls for 64 bytes are counted. */
    rig_open_with(&rig, speed == &scene_typical ? "bench_main" : "bench_others", SCENE_LOADER);
    struct scene_image old = scene_image_make(&rig, 1, 768, "");

    scene_installed(&rig);
    struct scene_image new = scene_image_make(&rig, 2, 768, "");
    struct bench_upgrade up = from_stick(speed, &old, &new);

    up.name = "768 KB over 768 KB";
    up.stage_limit = limit;
    up.total_limit = limit;
    scene_stick(&rig, &new);
    snprintf(more, sizeof more, "--param core_load_ms=20 --param core_count_addr=%u",
             scene_symbol("br_sha2small_round"));
    row.value = upgrade_report(&up, &rig, more);
    upgrade_erases(&up);
    snprintf(row.group, sizeof row.group, "upgrade: %s", speed->name);
    snprintf(row.name, sizeof row.name, "%s: virtual seconds a second of one core here", up.name);
    row_add(row);
    rig_file_free(&old.file);
    rig_file_free(&new.file);
    rig_close(&rig);
}

/* Nothing is kept, and on a chip without any record both logs are made new first. */
static void first_install(const struct scene_speed *speed, const char *name, unsigned kb)
{
    struct rig rig;

    rig_open_with(&rig, "bench_upgrade", SCENE_LOADER);
    struct scene_image new = scene_image_make(&rig, 2, kb, "");
    struct bench_upgrade up = from_stick(speed, &new, &new);

    up.name = name;
    up.install_ms = write_ms(speed, &new);
    up.records_ms += speed->erase_32k_ms + speed->erase_128k_ms;
    scene_stick(&rig, &new);
    upgrade_report(&up, &rig, "");
    rig_file_free(&new.file);
    rig_close(&rig);
}

/* 768 KB are the main row. */
static void over_another(const struct scene_speed *speed, const char *name, unsigned kb)
{
    struct rig rig;

    if (kb == 768)
        return;
    rig_open_with(&rig, "bench_upgrade", SCENE_LOADER);
    struct scene_image old = scene_image_make(&rig, 1, kb, "");

    scene_installed(&rig);
    struct scene_image new = scene_image_make(&rig, 2, kb, "");
    struct bench_upgrade up = from_stick(speed, &old, &new);

    up.name = name;
    scene_stick(&rig, &new);
    upgrade_report(&up, &rig, "");
    rig_file_free(&old.file);
    rig_file_free(&new.file);
    rig_close(&rig);
}

/* The application has staged the image and set the flag. Both images are checked before the first
 * write, the new one after the last and once more in the start that follows the install. */
static void platform(const struct scene_speed *speed, const char *name, unsigned kb)
{
    static const uint8_t pending[4] = {0x78, 0x56, 0x34, 0x12};
    struct rig rig;

    rig_open_with(&rig, "bench_upgrade", SCENE_LOADER);
    struct scene_image old = scene_image_make(&rig, 1, kb, "");

    scene_installed(&rig);
    struct scene_image new = scene_image_make(&rig, 2, kb, "");
    struct bench_upgrade up = {.name = name,
                               .speed = speed,
                               .until = "Sample application v2",
                               .install_ms = write_ms(speed, &new) + write_ms(speed, &old),
                               .records_ms = speed->erase_128k_ms,
                               .own_ms = own_ms(2, 4, kb)};

    rig_debugger(&rig, UPDATE_ADDR, new.file.bytes, new.file.length);
    rig_debugger(&rig, UPGRADE_FLAG_ADDR, pending, sizeof pending);
    upgrade_report(&up, &rig, "");
    rig_file_free(&old.file);
    rig_file_free(&new.file);
    rig_close(&rig);
}

/* An image on trial that is never confirmed: the start that puts the old one back, and then gives a
 * stick its attach window. Three checks of images that fill the area; what is staged of smaller ones
 * has not been overwritten all, and is looked at, too. */
static void rollback(const struct scene_speed *speed, const char *name, unsigned kb)
{
    static struct timeline line;
    struct rig rig;

    rig_open_with(&rig, "bench_upgrade", SCENE_LOADER);
    struct scene_image old = scene_image_make(&rig, 1, kb, "");

    scene_installed(&rig);
    struct scene_image new = scene_image_make(&rig, 2, kb, "--trial 1");
    struct bench_upgrade up = {.name = name,
                               .speed = speed,
                               .until = "Sample application v1",
                               .install_ms = write_ms(speed, &old),
                               .records_ms = speed->erase_128k_ms,
                               .end_ms = ATTACH_WINDOW_MS,
                               .other_ms = ATTACH_WINDOW_MS,
                               .own_ms = own_ms(1, 6 - sectors(&old), kb)};

    scene_stick(&rig, &new);
    scene_run(&rig, speed, "Sample application v2", "", &line);
    rig.has_stick = false;
    upgrade_report(&up, &rig, "");
    rig_file_free(&old.file);
    rig_file_free(&new.file);
    rig_close(&rig);
}

void bench_all_upgrades(const struct scene_speed *speed)
{
    static const unsigned sizes_kb[] = {16, 64, 256, 512, 768};
    static const struct {
        const char *name;
        void (*run)(const struct scene_speed *speed, const char *name, unsigned kb);
    } ways[] = {{"first install", first_install},
                {"over an equally large one", over_another},
                {"platform upgrade", platform},
                {"rollback", rollback}};

    for (unsigned way = 0; way < sizeof ways / sizeof ways[0]; way++) {
        for (unsigned i = 0; i < sizeof sizes_kb / sizeof sizes_kb[0]; i++) {
            char name[64];

            snprintf(name, sizeof name, "%u KB, %s", sizes_kb[i], ways[way].name);
            ways[way].run(speed, name, sizes_kb[i]);
        }
    }
}
