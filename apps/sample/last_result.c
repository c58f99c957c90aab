/* SPDX-License-Identifier: MIT
 * The loader's last result in words. */
#include "last_result.h"

#include "applib/result.h"
#include "console.h"

static const char *what_text(uint8_t what)
{
    switch (what) {
    case RECORD_INSTALLED:
        return "installed";
    case RECORD_REFUSED:
        return "refused";
    case RECORD_FAILED:
        return "failed";
    case RECORD_ROLLED_BACK:
        return "rolled back";
    default:
        return "nothing";
    }
}

static const char *source_text(uint8_t source)
{
    switch (source) {
    case RECORD_FROM_STICK:
        return " from a stick";
    case RECORD_FROM_APPLICATION:
        return " from the application";
    default:
        return "";
    }
}

void last_result_report(void)
{
    struct record_result last;
    console_text("last result: ");
    if (!result_read(&last)) {
        console_text("no record\r\n");
        return;
    }
    console_text(what_text(last.what));
    console_text(source_text(last.source));
    if (last.rc != 0) {
        console_text(", error -");
        console_number((uint32_t)-last.rc);
    }
    if (last.new_image.bytes != 0) {
        console_text(", bytes ");
        console_number(last.new_image.bytes);
    }
    console_text("\r\n");
}
