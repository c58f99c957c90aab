/* SPDX-License-Identifier: MIT
 * Upgrades by size and kind, phase by phase. The floor of a phase is what the flash needs for the
 * erases and programs that the algorithm needs (docs/install.md): the staging writes the image once;
 * the install writes the old one (kept) and the new one. */
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/row.h"
#include "bench/scene.h"
#include "config/layout.h"
#include "config/limits.h"

#define ENUMERATION_MS                                                                             \
    165.0 /* 100 debounce, 50 reset, 10 recovery and 5 for the requests (USB 2.0 7.1.7) */
#define BLINKS_MS ((double)BLINK_SUCCESS_COUNT * (BLINK_ON_MS + BLINK_OFF_MS))

static struct timeline line;

static uint32_t sectors(uint32_t bytes)
{
    return (bytes + SLOT_SECTOR_BYTES - 1) / SLOT_SECTOR_BYTES;
}

double upgrade_write_ms(const struct scene_speed *speed, const struct scene_image *image)
{
    return sectors(image->file.length) * speed->erase_256k_ms +
           scene_words(image) * speed->word_us / 1000;
}

/* The flag's sector is erased once at the end; records are what was written of them. */
static double records_ms(const struct scene_speed *speed)
{
    double ms = speed->erase_128k_ms;

    for (unsigned i = 0; i < line.op_count; i++)
        if (line.ops[i].addr < RUN_ADDR)
            ms += line.ops[i].stores * speed->word_us / 1000;
    return ms;
}

static unsigned erases_in(uint32_t addr, uint32_t end)
{
    unsigned count = 0;

    for (unsigned i = 0; i < line.op_count; i++)
        count += line.ops[i].erase && line.ops[i].addr >= addr && line.ops[i].addr < end;
    return count;
}

static void add(const char *what, const struct scene_upgrade *up, double value, const char *unit,
                double floor, double at_most)
{
    struct row row = {
        .group = "upgrade", .value = value, .unit = unit, .floor = floor, .at_most = at_most};

    snprintf(row.name, sizeof row.name, "%s: %s", up->name, what);
    row_add(row);
}

/* Where the phases end: indices into line.ops. */
struct phases {
    unsigned stage;   /* first of the update area */
    unsigned install; /* first that writes run or backup area */
    unsigned finish;  /* last erase of the flag's sector */
};

static struct phases find_phases(void)
{
    struct phases p;

    p.stage = timeline_first_op(&line, 0, UPDATE_ADDR, UPDATE_ADDR + SLOT_BYTES);
    unsigned run = timeline_first_op(&line, 0, RUN_ADDR, RUN_ADDR + SLOT_BYTES);
    unsigned backup = timeline_first_op(&line, 0, BACKUP_ADDR, BACKUP_ADDR + SLOT_SECTOR_BYTES);

    p.install = run < backup ? run : backup;
    p.finish = line.op_count;
    for (unsigned i = line.op_count; i-- > p.install && p.finish == line.op_count;)
        if (line.ops[i].erase && line.ops[i].addr == UPGRADE_FLAG_ADDR)
            p.finish = i;
    return p;
}

/* End of the last operation before index end that is in sector 5 or above. */
static double last_end_ms(unsigned end)
{
    for (unsigned i = end; i-- > 0;)
        if (line.ops[i].addr >= RUN_ADDR)
            return line.ops[i].to_ms;
    return 0;
}

static void add_phases(const struct scene_upgrade *up, const struct phases *p, double stage_floor,
                       double install_floor)
{
    double installed_ms = last_end_ms(p->finish);
    double finish_ms = line.ops[p->finish].from_ms;

    if (up->from_stick) {
        double staged_ms = last_end_ms(p->install);

        add("to the first erase", up, line.ops[p->stage].from_ms, "ms", 0, 0);
        add("staging", up, staged_ms - line.ops[p->stage].from_ms, "ms", stage_floor,
            up->stage_limit);
        add("check of what is staged, records", up, line.ops[p->install].from_ms - staged_ms, "ms",
            0, 0);
    } else {
        add("to the first erase", up, line.ops[p->install].from_ms, "ms", 0, 0);
    }
    add("install", up, installed_ms - line.ops[p->install].from_ms, "ms", install_floor, 0);
    add("check of what is installed", up, finish_ms - installed_ms, "ms", 0, 0);
    if (up->from_stick)
        add("end to the application's start", up, line.entry_ms - finish_ms, "ms",
            up->speed->erase_128k_ms + BLINKS_MS, 0);
}

static void add_erases(const struct scene_upgrade *up)
{
    for (unsigned i = 0; i < 7; i++) {
        uint32_t addr = RUN_ADDR + i * SLOT_SECTOR_BYTES;
        char what[32];

        snprintf(what, sizeof what, "erases of sector %u", 5 + i);
        add(what, up, erases_in(addr, addr + SLOT_SECTOR_BYTES), "", 0, 0);
    }
    add("erases of 256 KB sectors", up, erases_in(RUN_ADDR, BACKUP_ADDR + SLOT_SECTOR_BYTES), "",
        up->erases_floor, 1);
    add("erases of sectors 3 and 4", up, erases_in(APP_PARAMS_ADDR, RUN_ADDR), "", 1, 1);
}

void upgrade_report(const struct scene_upgrade *up, struct rig *rig, const struct scene_image *old,
                    const struct scene_image *new, const char *more)
{
    double took_s = scene_run(rig, up->speed, "Sample application v2", more, &line);
    struct phases p = find_phases();
    double stage_floor = up->from_stick ? upgrade_write_ms(up->speed, new) : 0;
    double install_floor =
        upgrade_write_ms(up->speed, new) + (old != NULL ? upgrade_write_ms(up->speed, old) : 0);
    double flash_floor = stage_floor + install_floor + records_ms(up->speed);
    double other_ms = up->from_stick ? SCENE_READY_MS + ENUMERATION_MS + BLINKS_MS : 0;

    if (p.install == line.op_count || p.finish == line.op_count) {
        rig_show(rig);
        fprintf(stderr, "bench: %s: nothing was installed\n", up->name);
        row_add((struct row){.group = "upgrade", .name = "no install", .value = 1, .at_most = 0.5});
        return;
    }
    if (up->phases)
        add_phases(up, &p, stage_floor, install_floor);
    add("in all", up, line.entry_ms, "ms", flash_floor + other_ms, up->total_limit);
    if (up->erases_floor > 0) {
        add_erases(up);
        add("virtual seconds a real second", up, line.entry_ms / 1000 / took_s, "", 0, 0);
    }
}
