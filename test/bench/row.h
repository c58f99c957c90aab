/* SPDX-License-Identifier: MIT
 * What the benchmark prints: one row a figure, with the floor that the hardware sets and the limit
 * that is kept. Rows are printed as they come, and written as JSON at the end. */
#ifndef BENCH_ROW_H
#define BENCH_ROW_H

#include <stdbool.h>

struct row {
    char group[64]; /* a heading */
    char name[96];
    double value;
    const char *unit;
    double floor;    /* in the same unit; 0 = none */
    double at_most;  /* limit of value / floor, or of value when there is no floor; 0 = none */
    double at_least; /* of value; 0 = none */
};

/* Prints the row, and the heading when the group changes. True when it keeps its limit. */
bool row_add(struct row row);

/* All rows so far, as a JSON array. */
void row_write_json(const char *path);

/* Rows that broke their limit. */
unsigned row_broken(void);

#endif
