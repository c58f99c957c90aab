/* SPDX-License-Identifier: MIT
 * The results of children: one line each, appended to a file in one write. A later run skips what is
 * in the file, unless it was made with another loader or another sweep. */
#ifndef SWEEP_RESULTS_H
#define SWEEP_RESULTS_H

#include "sweep.h"

#define RESULT_KEY_MAX 96

struct result {
    char key[RESULT_KEY_MAX];
    char where[40];  /* "program 0x08018f00" */
    const char *bad; /* NULL: every oracle is content */
    unsigned fired;  /* cuts that came */
    unsigned starts[SWEEP_IMAGES], waits;
    unsigned resets;
    uint64_t operations; /* after the cut */
    uint64_t state;      /* of the flash, when the power was gone */
    enum sweep_image last;
};

/* "plain+17:torn2/204:before:same": scenario, first cut if the trunk had one, cut, stick. */
void result_key(char key[RESULT_KEY_MAX], const char *scenario, const struct sweep_cut *prefix,
                const struct sweep_job *job);

/* A key's parts; *has_prefix: the trunk has had a cut. False: it is none. */
bool result_parse_key(const char *key, char scenario[RESULT_KEY_MAX], bool *has_prefix,
                      struct sweep_cut *prefix, struct sweep_job *job);

struct results {
    char path[300];
    int fd;
    uint64_t *done; /* hashes of keys, sorted */
    unsigned done_count;
};

/* Opens the file, or begins a new one if the digest in it is another. keep false: always new.
 * Ends the process with a message if it cannot. */
void results_open(struct results *results, const char *path, const char *digest, bool keep);
void results_close(struct results *results);
bool results_has(const struct results *results, const char *key);
/* False: not written. */
bool results_add(const struct results *results, const struct result *result);

#endif
