/* SPDX-License-Identifier: MIT
 * The loader's records in a report. */
#ifndef TOOLS_RECORDS_REPORT_H
#define TOOLS_RECORDS_REPORT_H

#include "tools/report.h"

/* Reads both logs with flash_read. */
void records_report(struct report *report);

#endif
