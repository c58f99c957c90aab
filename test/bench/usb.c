/* SPDX-License-Identifier: MIT
 * How fast the stick is read, against what frames of 1 ms have room for. */
#include <stdio.h>

#include "bench/bench.h"
#include "bench/row.h"
#include "config/layout.h"

/* Bit times of a full-speed frame, and what a 64-byte IN transaction and one that is NAKed take of
 * them (USB 2.0 5.8.4, 8.4.3, 11.2.5). */
#define FRAME_BITS  12000u
#define MARGIN_BITS 50u
#define PACKET_BITS 616u
#define NAK_BITS    80u

#define COMMAND_BYTES 65536u

#define GROUP "USB, while the flash is busy"

static struct timeline line;

/* Bytes a second of the commands of 64 KB that began before until_ms; they follow each other. */
static double rate(double until_ms)
{
    double from_ms = 0;
    double to_ms = 0;
    double bytes = 0;

    for (unsigned i = 0; i < line.read_count; i++) {
        const struct timeline_read *read = &line.reads[i];

        if (read->bytes != COMMAND_BYTES || read->from_ms > until_ms)
            continue;
        if (bytes <= 0)
            from_ms = read->from_ms;
        to_ms = read->to_ms;
        bytes += read->bytes;
    }
    return to_ms > from_ms ? bytes / (to_ms - from_ms) * 1000 : 0;
}

/* Frames full of packets, and the stick's own time for each command. */
static double best_rate(unsigned naks, unsigned latency_us)
{
    unsigned packets = (FRAME_BITS - MARGIN_BITS) / (PACKET_BITS + naks * NAK_BITS);
    double command_ms = COMMAND_BYTES / (packets * 64.0) + latency_us / 1000.0;

    return COMMAND_BYTES / command_ms * 1000;
}

/* The first sector is being erased meanwhile: the ring takes all its content. */
static void while_erasing(struct rig *rig, unsigned naks, unsigned latency_us, double at_least)
{
    char more[128];
    struct row row = {
        .group = GROUP, .unit = "B/s", .floor = best_rate(naks, latency_us), .at_least = at_least};

    snprintf(more, sizeof more,
             "--stick-quirk naks=%u --stick-quirk latency-us=%u --stick-quirk ready-ms=0", naks,
             latency_us);
    scene_run(rig, &scene_typical, "stage: 10", more, &line);
    unsigned first = timeline_first_op(&line, 0, UPDATE_ADDR, UPDATE_ADDR + SLOT_BYTES);

    row.value = first < line.op_count ? rate(line.ops[first].to_ms) : 0;
    snprintf(row.name, sizeof row.name, "%u NAKs a packet, %.1f ms a command, a sector is erased",
             naks, latency_us / 1000.0);
    row_add(row);
}

/* Words that take 3 us instead of 16 make flash and stick equally fast: both are busy all the time. */
static void while_programming(struct rig *rig, unsigned latency_us, double at_least)
{
    static const struct scene_speed quick = {"3 us a word", 1000, 3, 200, 500, 10};
    char more[128];
    struct row row = {
        .group = GROUP, .unit = "B/s", .floor = best_rate(0, latency_us), .at_least = at_least};

    snprintf(more, sizeof more,
             "--stick-quirk naks=0 --stick-quirk latency-us=%u --stick-quirk ready-ms=0",
             latency_us);
    scene_run(rig, &quick, "stage: 100", more, &line);
    row.value = rate(1e9);
    snprintf(row.name, sizeof row.name, "0 NAKs a packet, %.1f ms a command, words are programmed",
             latency_us / 1000.0);
    row_add(row);
}

/* Limits of the rate; 0 = none. */
static double promised(unsigned naks, unsigned latency_us)
{
    if (naks == 1)
        return 0.9 * best_rate(1, latency_us);
    if (naks == 0 && latency_us == 0)
        return 1100000;
    return naks == 0 && latency_us == 500 ? 1080000 : 0;
}

static void erasing(struct rig *rig, const struct scene_image *image, unsigned naks,
                    unsigned latency_us)
{
    scene_stick(rig, image);
    while_erasing(rig, naks, latency_us, promised(naks, latency_us));
}

void bench_usb(bool quick)
{
    static const unsigned latencies_us[] = {0, 500, 2000};
    struct rig rig;

    rig_open_with(&rig, "bench_usb", SCENE_LOADER);
    struct scene_image image = scene_image_make(&rig, 2, 768, "");

    if (quick) {
        erasing(&rig, &image, 0, 500);
    } else {
        for (unsigned i = 0; i < 3; i++)
            for (unsigned naks = 0; naks <= 3; naks++)
                erasing(&rig, &image, naks, latencies_us[i]);
        while_programming(&rig, 0, promised(0, 0));
        while_programming(&rig, 500, promised(0, 500));
    }
    rig_file_free(&image.file);
    rig_close(&rig);
}
