/* SPDX-License-Identifier: MIT
 * One console line about what the loader did last. */
#ifndef SAMPLE_LAST_RESULT_H
#define SAMPLE_LAST_RESULT_H

void last_result_report(void);

#endif
