/* SPDX-License-Identifier: MIT
 * The last result, out of the loader's newest record. */
#include "applib/result.h"

bool result_read(struct record_result *out)
{
    struct record newest;
    bool found = record_newest(&newest);
    *out = newest.last;
    return found;
}
