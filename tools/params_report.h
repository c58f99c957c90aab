/* SPDX-License-Identifier: MIT
 * Product parameters in a report. */
#ifndef TOOLS_PARAMS_REPORT_H
#define TOOLS_PARAMS_REPORT_H

#include "params/product.h"
#include "tools/report.h"

void params_report(struct report *report, const struct product *product);

#endif
