/* SPDX-License-Identifier: MIT
 * The words behind `board-sweep`. */
#ifndef SWEEP_ARGUMENTS_H
#define SWEEP_ARGUMENTS_H

struct arguments {
    const char *dir; /* results, taken up again; NULL: in the bench's folder, always new */
    const char *only[16];
    unsigned only_count;
    unsigned jobs, share, nested, times;
    const char *replay, *operations;
};

/* Ends the process when the words are wrong, or only the list is wanted. */
struct arguments arguments_read(int argc, char **argv);

#endif
