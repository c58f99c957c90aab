/* SPDX-License-Identifier: MIT
 * The scenarios: files, sticks, and the flash before the first power-on. */
#include "scenario.h"

#include <stdio.h>
#include <string.h>

#include "config/layout.h"
#include "firmware.h"
#include "params/records.h"
#include "util/bytes.h"

/* As a board leaves production: loader, the old image, a record of it. */
static void install_old(struct bench *bench)
{
    const struct rig_file *old = &bench->image[SWEEP_OLD];

    firmware_write(bench, "old.img", old->bytes, old->length);
    struct rig_file flash =
        rig_packager(&bench->rig, "factory.bin",
                     "factory --loader \"$FIRMWARE/%s.bin\" --image old.img --out factory.bin "
                     ">/dev/null 2>&1",
                     bench->rig.loader);

    rig_debugger(&bench->rig, FLASH_BASE_ADDR, flash.bytes, flash.length);
    rig_file_free(&flash);
}

/* The application's own 4 KB: a few words, the first and the last among them. */
static void write_parameters(struct bench *bench)
{
    static uint8_t bytes[APP_PARAMS_USED_BYTES];

    memset(bytes, 0xFF, sizeof bytes);
    for (uint32_t off = 0; off < sizeof bytes; off += 340)
        put_le32(bytes + off, 0xA5000000u + off);
    put_le32(bytes + sizeof bytes - 4, 0x600DF00Du);
    rig_debugger(&bench->rig, APP_PARAMS_ADDR, bytes, sizeof bytes);
}

static void make_stick(struct bench *bench, enum sweep_stick stick, enum sweep_image which)
{
    static const char *const names[] = {"same.img", "none.img", "other.img"};
    const struct rig_file *image = &bench->image[which];
    char *path = bench->stick_path[stick];
    char line[64];

    snprintf(path, sizeof bench->stick_path[stick], "%s/%s", bench->rig.dir, names[stick]);
    rig_md5_line(line, image->bytes, image->length);
    stick_image_make(path, 16, 16, STICK_MBR);
    stick_image_put(path, STICK_MBR, "/firmware.bin", image->bytes, image->length);
    stick_image_put(path, STICK_MBR, "/firmware.md5", line, (uint32_t)strlen(line));
}

static void make_sticks(struct bench *bench)
{
    make_stick(bench, SWEEP_SAME, SWEEP_NEW);
    make_stick(bench, SWEEP_OTHER_STICK, SWEEP_OTHER);
}

static void prepare_plain(struct bench *bench)
{
    firmware_plain(bench, SWEEP_OLD, 3);
    firmware_plain(bench, SWEEP_NEW, 3);
    firmware_plain(bench, SWEEP_OTHER, 2);
    install_old(bench);
    write_parameters(bench);
    make_sticks(bench);
}

static void prepare_signed(struct bench *bench)
{
    firmware_signed(bench, SWEEP_OLD, 2);
    firmware_signed(bench, SWEEP_NEW, 3);
    firmware_signed(bench, SWEEP_OTHER, 1);
    install_old(bench);
    write_parameters(bench);
    make_sticks(bench);
}

/* The application put the image into the update area and set the flag; no stick is in. */
static void prepare_platform(struct bench *bench)
{
    static const uint32_t pending = UPGRADE_FLAG_PENDING;

    firmware_hashed(bench, SWEEP_OLD, 1, NULL);
    firmware_hashed(bench, SWEEP_NEW, 2, NULL);
    firmware_hashed(bench, SWEEP_OTHER, 1, NULL);
    install_old(bench);
    write_parameters(bench);
    rig_debugger(&bench->rig, UPDATE_ADDR, bench->image[SWEEP_NEW].bytes,
                 bench->image[SWEEP_NEW].length);
    rig_debugger(&bench->rig, UPGRADE_FLAG_ADDR, &pending, sizeof pending);
    make_stick(bench, SWEEP_OTHER_STICK, SWEEP_OTHER);
}

/* The new image asks to be confirmed, and never is: in the end the old one is back. */
static void prepare_trial(struct bench *bench)
{
    static const struct firmware_trial trial = {.starts = 2};

    firmware_hashed(bench, SWEEP_OLD, 1, NULL);
    firmware_hashed(bench, SWEEP_NEW, 1, &trial);
    firmware_hashed(bench, SWEEP_OTHER, 1, NULL);
    install_old(bench);
    write_parameters(bench);
    make_sticks(bench);
}

static void prepare_sample(struct bench *bench, const char *program, uint32_t watchdog_ms)
{
    const struct firmware_trial trial = {.starts = 2, .watchdog_ms = watchdog_ms};

    firmware_hashed(bench, SWEEP_OLD, 1, NULL);
    firmware_sample(bench, SWEEP_NEW, program, &trial);
    firmware_hashed(bench, SWEEP_OTHER, 1, NULL);
    install_old(bench);
    write_parameters(bench);
    make_sticks(bench);
}

static void prepare_confirmed(struct bench *bench)
{
    prepare_sample(bench, "sample_v2_signed", 0);
}

static void prepare_crash(struct bench *bench)
{
    prepare_sample(bench, "sample_v3_crash_signed", 1000);
}

static void prepare_hang(struct bench *bench)
{
    prepare_sample(bench, "sample_v3_hang_signed", 1000);
}

static void prepare_first(struct bench *bench)
{
    struct rig_file loader = rig_read_build("stickboot.bin");

    firmware_plain(bench, SWEEP_NEW, 1);
    firmware_plain(bench, SWEEP_OTHER, 1);
    rig_debugger(&bench->rig, LOADER_ADDR, loader.bytes, loader.length);
    rig_file_free(&loader);
    write_parameters(bench);
    make_sticks(bench);
}

/* Fills a log with slots that mean nothing, up to `left` free ones, behind what it holds. */
static void fill_log(struct bench *bench, uint32_t addr, uint32_t slots, uint32_t left)
{
    static const uint8_t zeros[RECORD_LOG_F_SLOTS * RECORD_BYTES];

    rig_debugger(&bench->rig, addr + RECORD_BYTES, zeros, (slots - left - 1) * RECORD_BYTES);
}

/* Both logs are nearly full: they have to be erased on the way. */
static void prepare_compaction(struct bench *bench)
{
    firmware_hashed(bench, SWEEP_OLD, 1, NULL);
    firmware_hashed(bench, SWEEP_NEW, 1, NULL);
    firmware_hashed(bench, SWEEP_OTHER, 1, NULL);
    install_old(bench);
    write_parameters(bench);
    fill_log(bench, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS, 6);
    fill_log(bench, RECORD_LOG_F_ADDR, RECORD_LOG_F_SLOTS, 3);
    make_sticks(bench);
}

#define UPGRADES                                                                                   \
    {                                                                                              \
        [SWEEP_SAME] = SWEEP_NEW, [SWEEP_NO_STICK] = SWEEP_IMAGES,                                 \
        [SWEEP_OTHER_STICK] = SWEEP_OTHER                                                          \
    }
#define ROLLS_BACK                                                                                 \
    {                                                                                              \
        [SWEEP_SAME] = SWEEP_OLD, [SWEEP_NO_STICK] = SWEEP_OLD, [SWEEP_OTHER_STICK] = SWEEP_OTHER  \
    }

const struct scenario scenarios[] = {
    {.name = "plain",
     .loader = "stickboot",
     .text = "a plain image over a plain image, three sectors each",
     .prepare = prepare_plain,
     .goal = UPGRADES,
     .starts_max = 6},
    {.name = "signed",
     .loader = "stickboot_test_release",
     .text = "a signed image of three sectors over one of two",
     .prepare = prepare_signed,
     .goal = UPGRADES,
     .starts_max = 6,
     .record_step = 16,
     .area_step = 4},
    {.name = "platform",
     .loader = "stickboot",
     .text = "the application asked for the upgrade",
     .prepare = prepare_platform,
     .goal = UPGRADES,
     .starts_max = 6},
    {.name = "trial",
     .loader = "stickboot",
     .text = "the new image is never confirmed: the old one comes back",
     .prepare = prepare_trial,
     .goal = ROLLS_BACK,
     .starts_max = 12,
     .ends_at_rest = true},
    {.name = "confirmed",
     .loader = "stickboot",
     .text = "the new image is an application that confirms itself",
     .prepare = prepare_confirmed,
     .goal = UPGRADES,
     .starts_max = 8,
     .record_step = 8,
     .area_step = 160},
    {.name = "crash",
     .loader = "stickboot",
     .text = "the new image is an application that crashes: the old one comes back",
     .prepare = prepare_crash,
     .goal = ROLLS_BACK,
     .starts_max = 12,
     .ends_at_rest = true,
     .record_step = 16,
     .area_step = 160},
    {.name = "hang",
     .loader = "stickboot",
     .text = "the new image is an application that hangs: the watchdog, and the old one comes back",
     .prepare = prepare_hang,
     .goal = ROLLS_BACK,
     .starts_max = 12,
     .ends_at_rest = true,
     .record_step = 16,
     .area_step = 160},
    {.name = "compaction",
     .loader = "stickboot",
     .text = "an upgrade that finds both logs nearly full",
     .prepare = prepare_compaction,
     .goal = UPGRADES,
     .starts_max = 6},
    {.name = "first",
     .loader = "stickboot",
     .text = "the first install, on a chip without an application",
     .prepare = prepare_first,
     .goal = UPGRADES,
     .starts_max = 6,
     .record_step = 4},
};
const unsigned scenario_count = sizeof scenarios / sizeof scenarios[0];

void bench_open(struct bench *bench, const struct scenario *scenario, const char *label)
{
    char dir[64];

    memset(bench, 0, sizeof *bench);
    bench->scenario = scenario;
    snprintf(dir, sizeof dir, "%s_%s", label, scenario->name);
    rig_open_with(&bench->rig, dir, scenario->loader);
    snprintf(bench->elf, sizeof bench->elf, "%s/%s.elf", SWEEP_FIRMWARE, scenario->loader);
    scenario->prepare(bench);
}

void bench_close(struct bench *bench)
{
    for (unsigned i = 0; i < SWEEP_IMAGES; i++)
        rig_file_free(&bench->image[i]);
    rig_close(&bench->rig);
}
