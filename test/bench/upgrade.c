/* SPDX-License-Identifier: MIT
 * One upgrade, phase by phase. The floor of a phase is what the flash needs for the erases and
 * programs that the algorithm needs (docs/install.md). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/row.h"
#include "config/layout.h"

/* Over what the flash needs and the loader's own work, of the rows without a limit of their own. */
#define OWN_LIMIT 1.02

static struct timeline line;

/* The flag's sector is erased once at the end; records are what was written of them. */
static double record_words_ms(const struct scene_speed *speed)
{
    double ms = 0;

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

static void add(const struct bench_upgrade *up, const char *what, double value, const char *unit,
                double floor, double at_most)
{
    struct row row = {.value = value, .unit = unit, .floor = floor, .at_most = at_most};

    snprintf(row.group, sizeof row.group, "upgrade: %s", up->speed->name);
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

static void add_phases(const struct bench_upgrade *up, const struct phases *p)
{
    double installed_ms = last_end_ms(p->finish);
    double finish_ms = line.ops[p->finish].from_ms;
    double install_from_ms = line.ops[p->install].from_ms;

    if (up->stage_ms > 0) {
        double staged_ms = last_end_ms(p->install);

        add(up, "before the staging", line.ops[p->stage].from_ms, "ms", 0, 0);
        add(up, "staging", staged_ms - line.ops[p->stage].from_ms, "ms", up->stage_ms,
            up->stage_limit);
        add(up, "check of what is staged, records", install_from_ms - staged_ms, "ms", 0, 0);
    } else {
        add(up, "before the first write", install_from_ms, "ms", 0, 0);
    }
    add(up, up->stage_ms > 0 || up->end_ms <= 0 ? "install" : "putting back",
        installed_ms - install_from_ms, "ms", up->install_ms, 0);
    add(up, "check of what is installed", finish_ms - installed_ms, "ms", 0, 0);
    add(up, "end to the application's start", line.entry_ms - finish_ms, "ms",
        up->speed->erase_128k_ms + up->end_ms, 0);
}

void upgrade_erases(const struct bench_upgrade *up)
{
    for (unsigned i = 0; i < 7; i++) {
        uint32_t addr = RUN_ADDR + i * SLOT_SECTOR_BYTES;
        char what[32];

        snprintf(what, sizeof what, "erases of sector %u", 5 + i);
        add(up, what, erases_in(addr, addr + SLOT_SECTOR_BYTES), "", 0, 0);
    }
    add(up, "erases of 256 KB sectors", erases_in(RUN_ADDR, BACKUP_ADDR + SLOT_SECTOR_BYTES), "", 9,
        1);
    add(up, "erases of sectors 3 and 4", erases_in(APP_PARAMS_ADDR, RUN_ADDR), "", 1, 1);
}

double upgrade_report(const struct bench_upgrade *up, struct rig *rig, const char *more)
{
    double took_s = scene_run(rig, up->speed, up->until, more, &line);
    struct phases p = find_phases();
    double floor_ms =
        up->stage_ms + up->install_ms + up->records_ms + up->other_ms + record_words_ms(up->speed);
    double limit = up->total_limit;

    if (p.install == line.op_count || p.finish == line.op_count) {
        rig_show(rig);
        fprintf(stderr, "bench: %s: nothing was installed\n", up->name);
        exit(1);
    }
    if (limit <= 0)
        limit = OWN_LIMIT * (floor_ms + up->own_ms) / floor_ms;
    add_phases(up, &p);
    add(up, "in all", line.entry_ms, "ms", floor_ms, limit);
    return line.entry_ms / 1000 / took_s;
}
