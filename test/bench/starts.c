/* SPDX-License-Identifier: MIT
 * Starts of an installed application of 768 KB, signed, every byte of it verified. */
#include <stdio.h>

#include "bench/bench.h"
#include "bench/row.h"
#include "config/layout.h"
#include "config/limits.h"

#define ENUMERATION_MS   165.0
#define LATE_NO_STICK_MS 10.0
#define LATE_STICK_MS    60.0
#define NO_OPERATION     0.5 /* a limit of 0 is none */

static struct timeline line;

static void add(const struct scene_speed *speed, const char *what, double value, const char *unit,
                double at_most)
{
    struct row row = {.value = value, .unit = unit, .at_most = at_most};

    snprintf(row.group, sizeof row.group, "start, 768 KB installed: %s", speed->name);
    snprintf(row.name, sizeof row.name, "%s", what);
    row_add(row);
}

static void with_stick(const struct scene_speed *speed, struct rig *rig, const char *what)
{
    char text[64];

    scene_run(rig, speed, "Sample application v1", "", &line);
    double attached_ms = line.vbus_ms + SCENE_ATTACH_MS + ENUMERATION_MS;
    double ready_ms = line.vbus_ms + SCENE_READY_MS;
    double due_ms = ready_ms > attached_ms ? ready_ms : attached_ms;

    snprintf(text, sizeof text, "%s, after the stick is ready", what);
    add(speed, text, line.entry_ms - due_ms, "ms", LATE_STICK_MS);
    snprintf(text, sizeof text, "%s: flash operations", what);
    add(speed, text, line.op_count, "", NO_OPERATION);
}

void bench_starts(const struct scene_speed *speed)
{
    struct rig rig;

    rig_open_with(&rig, "bench_start", SCENE_LOADER);
    struct scene_image image = scene_image_make(&rig, 1, 768, "");

    scene_installed(&rig);
    scene_run(&rig, speed, "Sample application v1", "", &line);
    add(speed, "reset to VBUS", line.vbus_ms, "ms", 0);
    add(speed, "no stick, after the attach window", line.entry_ms - line.vbus_ms - ATTACH_WINDOW_MS,
        "ms", LATE_NO_STICK_MS);
    scene_stick(&rig, NULL);
    with_stick(speed, &rig, "a stick without a file");
    scene_stick(&rig, &image);
    with_stick(speed, &rig, "a stick with the installed file");
    rig_file_free(&image.file);
    rig_close(&rig);
}
