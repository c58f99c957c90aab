/* SPDX-License-Identifier: MIT
 * Loader, image, reset cause and product through the application library. */
#include "about.h"

#include "applib/info.h"
#include "console.h"

static void report_loader(void)
{
    struct loader_info loader;
    console_text("loader: ");
    if (!info_loader(&loader)) {
        console_text("none\r\n");
        return;
    }
    console_text(loader.version);
    console_text(", layout ");
    console_number(loader.layout);
    console_text("\r\n");
}

static void report_version(void)
{
    struct mcuboot_version version;
    if (!info_version(&version))
        return;
    console_text("image version: ");
    console_number(version.major);
    console_text(".");
    console_number(version.minor);
    console_text(".");
    console_number(version.revision);
    console_text("\r\n");
}

static void report_product(void)
{
    struct product product;
    product_read(&product);
    console_text("serial number: ");
    console_text(product.serial[0] != 0 ? product.serial : "none");
    console_text("\r\n");
}

void about_report(void)
{
    report_loader();
    report_version();
    report_product();
    console_text("reset: ");
    console_text(info_reset_cause());
    console_text("\r\n");
    info_reset_cause_clear();
}
