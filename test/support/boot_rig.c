/* SPDX-License-Identifier: MIT
 * The core on the host; boot_rig.h. */
#include "support/boot_rig.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boot/main.h"
#include "config/limits.h"
#include "port/clock.h"
#include "port/reset.h"
#include "support/fake_board.h"
#include "support/fake_clock.h"
#include "support/fake_hc.h"
#include "support/fake_log_sink.h"
#include "support/flash_host.h"
#include "support/stick_image.h"

#define STICK_MB    16u
#define BLOCK_BYTES 512u

struct boot_rig boot_rig;

static uint8_t disk[STICK_MB << 20];
static char disk_path[64];
static bool plugged_at_start;
static uint32_t start_ms;
static uint32_t limit_ms;
static uint32_t lit_ms[2];
static jmp_buf end_jump;

static void remove_disk(void)
{
    (void)unlink(disk_path);
}

static void load_disk(void)
{
    FILE *file = fopen(disk_path, "rb");

    if (file == NULL || fread(disk, sizeof disk, 1, file) != 1 || fclose(file) != 0)
        abort();
}

void boot_rig_stick_file(const char *name, const void *bytes, uint32_t len)
{
    stick_image_put(disk_path, STICK_SUPERFLOPPY, name, bytes, len);
    load_disk();
}

void boot_rig_stick_folder(const char *name)
{
    stick_image_folder(disk_path, STICK_SUPERFLOPPY, name);
    load_disk();
}

void boot_rig_stick_hide(const char *name)
{
    stick_image_hide(disk_path, STICK_SUPERFLOPPY, name);
    load_disk();
}

void boot_rig_stick(const void *firmware, uint32_t bytes, const char *md5_text)
{
    if (disk_path[0] == '\0') {
        (void)snprintf(disk_path, sizeof disk_path, "/tmp/boot-rig-%ld.img", (long)getpid());
        (void)atexit(remove_disk);
    }
    stick_image_make(disk_path, STICK_MB, 16, STICK_SUPERFLOPPY);
    load_disk();
    if (firmware != NULL)
        boot_rig_stick_file("/firmware.bin", firmware, bytes);
    if (md5_text != NULL)
        boot_rig_stick_file("/firmware.md5", md5_text, (uint32_t)strlen(md5_text));
}

void boot_rig_plugged(bool plugged)
{
    plugged_at_start = plugged;
}

void boot_rig_reset(void)
{
    flash_host_reset();
    fake_log_clear();
    memset(&boot_rig, 0, sizeof boot_rig);
    memset(&fake_board, 0, sizeof fake_board);
    boot_rig.plug_at_ms = UINT32_MAX;
    boot_rig.unplug_at_ms = UINT32_MAX;
    boot_rig.supply_at_ms = UINT32_MAX;
    plugged_at_start = false;
}

static void plug(void)
{
    boot_rig.stick.unplugged = false;
    fake_hc_plug(boot_rig.root != NULL ? boot_rig.root : &boot_rig.stick);
}

static void watch_led(unsigned led)
{
    if (fake_board.led[led]) {
        lit_ms[led]++;
        return;
    }
    if (lit_ms[led] == BLINK_ON_MS)
        boot_rig.blinks[led]++;
    lit_ms[led] = 0;
}

static void swap_content(void)
{
    const uint32_t head = 64;

    for (uint32_t off = 0; off + boot_rig.swap_bytes <= sizeof disk; off += BLOCK_BYTES)
        if (memcmp(disk + off, boot_rig.swap_from, head) == 0)
            memcpy(disk + off, boot_rig.swap_to, boot_rig.swap_bytes);
    boot_rig.swap_to = NULL;
}

static void each_ms(void *ctx)
{
    uint32_t ms = clock_ms() - start_ms;

    watch_led(0);
    watch_led(1);

    (void)ctx;
    boot_rig.ran_ms = ms;
    boot_rig.vbus_seen = boot_rig.vbus_seen || fake_hc_vbus();
    if (ms == boot_rig.plug_at_ms)
        plug();
    if (ms == boot_rig.unplug_at_ms)
        fake_hc_unplug();
    if (ms == boot_rig.supply_at_ms)
        flash_host.supply_low = false;
    if (boot_rig.swap_to != NULL && strstr(fake_log_text(), "stick: signed with key") != NULL)
        swap_content();
    if (ms > limit_ms)
        longjmp(end_jump, 1 + RIG_WAITING);
}

void reset_system(bool note)
{
    boot_rig.note = note;
    longjmp(end_jump, 1 + RIG_RESTARTED);
}

bool reset_note_take(void)
{
    bool note = boot_rig.note;

    boot_rig.note = false;
    return note;
}

const char *reset_cause(void)
{
    return "test";
}

void reset_start_application(uint32_t vectors_addr, uint32_t watchdog_ms)
{
    boot_rig.started_addr = vectors_addr;
    boot_rig.watchdog_ms = watchdog_ms;
    longjmp(end_jump, 1 + RIG_STARTED);
}

/* Separate, so that no local variable lives across the jumps. */
static enum rig_end run_until_jump(void)
{
    int jump = setjmp(end_jump);

    if (jump != 0)
        return (enum rig_end)(jump - 1);
    if (setjmp(flash_host_cut_jump) != 0)
        return RIG_CUT;
    boot_main();
}

enum rig_end boot_rig_run(uint32_t limit)
{
    limit_ms = limit;
    start_ms = clock_ms();
    boot_rig.started_addr = 0;
    boot_rig.ran_ms = 0;
    boot_rig.vbus_seen = false;
    memset(boot_rig.blinks, 0, sizeof boot_rig.blinks);
    memset(lit_ms, 0, sizeof lit_ms);
    fake_log_clear();
    fake_hc_forget();
    fake_clock_hook(each_ms, NULL);
    /* The script of faults is the test's; all else of a stick that gets its power starts anew. */
    struct fake_fault faults[FAKE_FAULTS];
    struct fake_lun lun = boot_rig.stick.luns[0];

    memcpy(faults, boot_rig.stick.faults, sizeof faults);
    fake_stick_init(&boot_rig.stick, disk, sizeof disk / BLOCK_BYTES, BLOCK_BYTES);
    memcpy(boot_rig.stick.faults, faults, sizeof faults);
    boot_rig.stick.luns[0].bad_lba = lun.bad_lba;
    boot_rig.stick.luns[0].bad_count = lun.bad_count;
    boot_rig.stick.luns[0].bad_refusals = lun.bad_refusals;
    if (boot_rig.shape != NULL)
        boot_rig.shape(&boot_rig.stick);
    if (plugged_at_start)
        plug();
    enum rig_end end = run_until_jump();

    fake_clock_hook(NULL, NULL);
    flash_host.doing = FLASH_HOST_IDLE;
    return end;
}

enum rig_end boot_rig_run_on(uint32_t limit)
{
    enum rig_end end = boot_rig_run(limit);

    for (unsigned i = 0; i < 4 && end == RIG_RESTARTED; i++)
        end = boot_rig_run(limit);
    return end;
}
