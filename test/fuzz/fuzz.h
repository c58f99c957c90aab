/* SPDX-License-Identifier: MIT
 * What each fuzz target is: libFuzzer calls LLVMFuzzerTestOneInput with bytes of its own making. A
 * property that does not hold ends the run, as a finding of a sanitizer does. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

#endif
