/* SPDX-License-Identifier: MIT
 * A run of the virtual board as a table of what took time, read from its events (docs/vboard.md). */
#ifndef BENCH_TIMELINE_H
#define BENCH_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#define TIMELINE_OPS_MAX   4096u
#define TIMELINE_READS_MAX 4096u
#define TIMELINE_LOADS_MAX 8192u

/* An erase, or a run of programmed words without a gap. */
struct timeline_op {
    bool erase;
    uint32_t addr;
    uint32_t stores; /* programmed words */
    double from_ms, to_ms;
};

/* A SCSI command. */
struct timeline_read {
    uint32_t bytes; /* moved */
    double from_ms, to_ms;
};

/* How busy the core was, and how often it called the function that is counted. */
struct timeline_load {
    double from_ms, to_ms, busy_ms, calls;
};

struct timeline {
    struct timeline_op ops[TIMELINE_OPS_MAX];
    unsigned op_count;
    struct timeline_read reads[TIMELINE_READS_MAX];
    unsigned read_count;
    struct timeline_load loads[TIMELINE_LOADS_MAX];
    unsigned load_count;
    double vbus_ms, attach_ms; /* the first; 0 = never */
    double blink_ms; /* the activity LED goes on for the last three times: the first of them */
    double entry_ms; /* the last; 0 = never */
};

/* Reads events (JSON lines). word_us: what one word takes to program. Ends the program with a
 * message when there are too many. */
void timeline_read(struct timeline *line, const char *events, double word_us);

/* Index of the first operation from `from` on in [addr, end); op_count if there is none. */
unsigned timeline_first_op(const struct timeline *line, unsigned from, uint32_t addr, uint32_t end);

#endif
