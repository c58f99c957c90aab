/* SPDX-License-Identifier: MIT
 * Product parameters in a report. */
#include "tools/params_report.h"

void params_report(struct report *report, const struct product *product)
{
    report_uuid(report, "vendor", product->vendor);
    report_uuid(report, "class", product->class_id);
    report_number(report, "hardware_revision", product->hw_revision);
    report_text(report, "serial", "%s", product->serial);
    report_text(report, "stick_file", "%s", product->file);
    report_number(report, "attach_ms", product->attach_ms);
    report_number(report, "ready_ms", product->ready_ms);
    report_yes(report, "must_be_named", (product->flags & PRODUCT_FLAG_MUST_BE_NAMED) != 0);
    report_yes(report, "older_allowed", (product->flags & PRODUCT_FLAG_OLDER) != 0);
    report_yes(report, "same_allowed", (product->flags & PRODUCT_FLAG_SAME_VERSION) != 0);
}
