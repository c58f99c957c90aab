/* SPDX-License-Identifier: MIT
 * A chart of one upgrade over time, as SVG, from the events of a run: what bus, flash and core did
 * when. docs/upgrade.svg is made with it; --check tells when that is no longer what happens. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/timeline.h"
#include "config/layout.h"

#define WORD_US 16.0

/* SHA-256 of 64 bytes: 40 cycles a byte at 216 MHz (the primitives' row of the benchmark). */
#define HASH_MS (64 * 40 / 216e3)

/* Pixels. */
#define LEFT        110.0
#define WIDTH       900.0
#define TOP         34.0
#define LANE        44.0
#define BAR         26.0
#define LANES       5u
#define HEIGHT      (TOP + LANE * LANES + 44.0)
#define COLUMN_MS   100.0 /* of the lanes of the core */
#define COLUMNS_MAX 4096u
#define CHECK_RATIO 0.03

static struct timeline line;

static double x_of(double ms)
{
    return LEFT + ms / line.entry_ms * WIDTH;
}

static void bar(unsigned lane, double from_ms, double to_ms, double part, const char *colour)
{
    double y = TOP + LANE * lane + BAR * (1 - part);
    double width = x_of(to_ms) - x_of(from_ms);

    printf("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n",
           x_of(from_ms), y, width < 0.3 ? 0.3 : width, BAR * part, colour);
}

static void text(double x, double y, const char *anchor, const char *what)
{
    printf("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, what);
}

static void draw_axis(void)
{
    double bottom = TOP + LANE * LANES;

    for (double ms = 0; ms <= line.entry_ms; ms += 1000) {
        printf("<path d=\"M%.1f %.1fV%.1f\" stroke=\"#ddd\"/>\n", x_of(ms), TOP - 6, bottom);
        if (fmod(ms, 5000) < 1) {
            char label[16];

            snprintf(label, sizeof label, "%.0f s", ms / 1000);
            text(x_of(ms), bottom + 14, "middle", label);
        }
    }
}

static const char *area_of(uint32_t addr)
{
    return addr >= BACKUP_ADDR   ? "backup"
           : addr >= UPDATE_ADDR ? "update"
           : addr >= RUN_ADDR    ? "run"
                                 : "flag";
}

static void draw_flash(void)
{
    for (unsigned i = 0; i < line.op_count; i++) {
        const struct timeline_op *op = &line.ops[i];

        bar(op->erase ? 1 : 2, op->from_ms, op->to_ms, 1, op->erase ? "#c0504d" : "#4f81bd");
        if (op->erase) {
            double middle = (x_of(op->from_ms) + x_of(op->to_ms)) / 2;

            text(middle, TOP + LANE + BAR + 11, "middle", area_of(op->addr));
        }
    }
}

static void draw_usb(void)
{
    for (unsigned i = 0; i < line.read_count; i++)
        if (line.reads[i].bytes > 0)
            bar(0, line.reads[i].from_ms, line.reads[i].to_ms, 1, "#9bbb59");
}

static double busy_of(const struct timeline_load *load)
{
    return load->busy_ms;
}

static double hashing_of(const struct timeline_load *load)
{
    return load->calls * HASH_MS;
}

/* Milliseconds of each column; an event may reach over several. */
static void draw_core(unsigned lane, double (*ms_of)(const struct timeline_load *),
                      const char *colour)
{
    static double column_ms[COLUMNS_MAX];
    unsigned columns = (unsigned)(line.entry_ms / COLUMN_MS) + 1;

    memset(column_ms, 0, sizeof column_ms);
    for (unsigned i = 0; i < line.load_count; i++) {
        const struct timeline_load *load = &line.loads[i];
        double rate = ms_of(load) / (load->to_ms - load->from_ms);

        for (double ms = load->from_ms; ms < load->to_ms; ms += 1) {
            unsigned column = (unsigned)(ms / COLUMN_MS);
            double part = load->to_ms - ms < 1 ? load->to_ms - ms : 1;

            if (column < columns && column < COLUMNS_MAX)
                column_ms[column] += rate * part;
        }
    }
    for (unsigned i = 0; i < columns && i < COLUMNS_MAX; i++)
        if (column_ms[i] > COLUMN_MS / 100)
            bar(lane, i * COLUMN_MS, (i + 1) * COLUMN_MS, fmin(column_ms[i] / COLUMN_MS, 1),
                colour);
}

static double hashing_s(void)
{
    double ms = 0;

    for (unsigned i = 0; i < line.load_count; i++)
        ms += hashing_of(&line.loads[i]);
    return ms / 1000;
}

static void summary(char *out, size_t size)
{
    size_t at = (size_t)snprintf(out, size, "%.2f s:", line.entry_ms / 1000);

    for (unsigned i = 0; i < line.op_count && at < size; i++)
        if (line.ops[i].erase)
            at += (size_t)snprintf(out + at, size - at, " %s", area_of(line.ops[i].addr));
    if (at < size)
        snprintf(out + at, size - at, "; hashing %.1f s", hashing_s());
}

static void draw(void)
{
    static const char *const lanes[LANES] = {"USB reads", "flash erases", "flash programs",
                                             "hashing", "core is busy"};
    char what[1024];

    summary(what, sizeof what);
    printf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
           "font-family=\"sans-serif\" font-size=\"11\">\n"
           "<title>A signed image of 768 KB over another one, from a stick</title>\n"
           "<desc>%s</desc>\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
           LEFT + WIDTH + 20, HEIGHT, what);
    draw_axis();
    for (unsigned i = 0; i < LANES; i++)
        text(LEFT - 10, TOP + LANE * i + BAR * 0.7, "end", lanes[i]);
    draw_usb();
    draw_flash();
    draw_core(3, hashing_of, "#f79646");
    draw_core(4, busy_of, "#8064a2");
    text(LEFT, TOP - 14, "start", "power");
    text(x_of(line.blink_ms) - 45, TOP - 14, "end", "3 blinks");
    text(x_of(line.entry_ms), TOP - 14, "end", "application");
    puts("</svg>");
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t room = 1u << 24;
    char *bytes = malloc(room);

    if (file == NULL || bytes == NULL) {
        fprintf(stderr, "bench-chart: cannot read %s\n", path);
        exit(2);
    }
    bytes[fread(bytes, 1, room - 1, file)] = 0;
    fclose(file);
    return bytes;
}

/* The same sectors in the same order, as much hashing, in the same time. */
static int check(const char *path)
{
    char is[1024];
    char *svg = read_file(path);
    const char *shown = strstr(svg, "<desc>");
    int rc = 1;

    summary(is, sizeof is);
    if (shown != NULL) {
        size_t length = strlen(strchr(is, ':'));
        const char *colon = strchr(shown, ':');
        double seconds = strtod(shown + strlen("<desc>"), NULL);

        if (colon != NULL && strncmp(colon, strchr(is, ':'), length) == 0 &&
            fabs(seconds * 1000 / line.entry_ms - 1) < CHECK_RATIO)
            rc = 0;
    }
    if (rc != 0)
        fprintf(stderr, "bench-chart: %s shows another upgrade; now it is %s\n", path, is);
    free(svg);
    return rc;
}

int main(int argc, char *argv[])
{
    if (argc != 2 && !(argc == 4 && strcmp(argv[2], "--check") == 0)) {
        fputs("bench-chart EVENTS > CHART.svg\nbench-chart EVENTS --check CHART.svg\n", stderr);
        return 2;
    }
    char *events = read_file(argv[1]);

    timeline_read(&line, events, WORD_US);
    free(events);
    if (line.entry_ms <= 0) {
        fputs("bench-chart: no application was started\n", stderr);
        return 2;
    }
    if (argc == 4)
        return check(argv[3]);
    draw();
    return 0;
}
