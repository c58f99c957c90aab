/* SPDX-License-Identifier: MIT
 * stickboot params: the product parameters that production writes into sector 2. */
#include <string.h>

#include "config/layout.h"
#include "tools/args.h"
#include "tools/board.h"
#include "tools/command.h"
#include "tools/params_report.h"
#include "tools/product_name.h"

static const char help[] =
    "stickboot params - make or show a board's product parameters (for 0x08010000)\n"
    "\n"
    "  stickboot params --product VENDOR/CLASS --hw-rev N --out PARAMS.bin [...]\n"
    "  stickboot params --show PARAMS.bin [--json]\n"
    "\n"
    "  --product VENDOR/CLASS  what this board is, by the names that `stickboot sign` is given\n"
    "  --hw-rev N        its hardware revision\n"
    "  --serial TEXT     serial number, at most 32 printable characters\n"
    "  --file PATH       the file to look for on a stick (default /firmware.bin); with a / at its\n"
    "                    end a folder, whose best image is taken\n"
    "  --attach-ms N     how long to wait for a stick at power-up, 0..5000 (default 500)\n"
    "  --ready-ms N      how long a stick may take to become ready, 1000..60000 (default 30000)\n"
    "  --must-be-named   refuse images that name no product\n"
    "  --allow-older     allow older versions\n"
    "  --allow-same      allow another image with the installed version\n"
    "  --out FILE        the blob, 256 bytes\n"
    "  --show FILE       show a blob; --json for programs\n"
    "\n"
    "Written once, in production: by itself at 0x08010000, or with `stickboot factory`.\n"
    "\n"
    "Example:  stickboot params --product example.com/pump-2 --hw-rev 3 --out params.bin\n";

struct params {
    struct args_list files;
    struct args_number hw_rev;
    struct args_number attach_ms;
    struct args_number ready_ms;
    const char *product;
    const char *serial;
    const char *file;
    const char *out;
    const char *show;
    bool must_be_named;
    bool older;
    bool same_version;
    bool json;
};

static bool printable(const char *text, size_t max)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < len; i++)
        if (text[i] < 0x20 || text[i] > 0x7E)
            return false;
    return len <= max;
}

static enum status params_texts(const struct params *params, struct product *product)
{
    if (params->serial != NULL) {
        if (!printable(params->serial, PRODUCT_SERIAL_BYTES)) {
            return say_error(STATUS_USAGE, "--serial: at most %u printable ASCII characters",
                             PRODUCT_SERIAL_BYTES);
        }
        memcpy(product->serial, params->serial, strlen(params->serial) + 1);
    }
    if (params->file != NULL) {
        if (!printable(params->file, FILE_PATH_MAX - 1) || params->file[0] != '/') {
            return say_error(
                STATUS_USAGE,
                "--file: '%s' is not the path of a file or folder from the root, such as "
                "/firmware.bin or /firmware/, of at most %u printable ASCII characters",
                params->file, FILE_PATH_MAX - 1);
        }
        memset(product->file, 0, sizeof product->file); /* a longer default was there */
        memcpy(product->file, params->file, strlen(params->file) + 1);
    }
    return STATUS_OK;
}

static enum status params_times(const struct params *params, struct product *product)
{
    if (params->attach_ms.given) {
        if (params->attach_ms.value > PRODUCT_ATTACH_MAX_MS)
            return say_error(STATUS_USAGE, "--attach-ms: 0..%u", PRODUCT_ATTACH_MAX_MS);
        product->attach_ms = params->attach_ms.value;
    }
    if (params->ready_ms.given) {
        if (params->ready_ms.value < PRODUCT_READY_MIN_MS ||
            params->ready_ms.value > PRODUCT_READY_MAX_MS) {
            return say_error(STATUS_USAGE, "--ready-ms: %u..%u", PRODUCT_READY_MIN_MS,
                             PRODUCT_READY_MAX_MS);
        }
        product->ready_ms = params->ready_ms.value;
    }
    return STATUS_OK;
}

static enum status params_fill(const struct params *params, struct product *product)
{
    product_default(product);
    product->hw_revision = params->hw_rev.value;
    product->flags = (params->must_be_named ? PRODUCT_FLAG_MUST_BE_NAMED : 0) |
                     (params->older ? PRODUCT_FLAG_OLDER : 0) |
                     (params->same_version ? PRODUCT_FLAG_SAME_VERSION : 0);
    enum status status =
        product_name("--product", params->product, product->vendor, product->class_id);

    if (status == STATUS_OK)
        status = params_texts(params, product);
    return status == STATUS_OK ? params_times(params, product) : status;
}

static enum status params_show(const char *path, bool json)
{
    struct product product;
    struct report report;
    enum status status = board_params(path, &product);

    if (status == STATUS_OK) {
        report_begin(&report, json);
        report_text(&report, "file", "%s", path);
        params_report(&report, &product);
        report_end(&report);
    }
    return status;
}

static enum status params_make(const struct params *params)
{
    struct product product;
    uint8_t blob[PRODUCT_BYTES];
    enum status status = params_fill(params, &product);

    if (status != STATUS_OK)
        return status;
    if (!product_encode(&product, blob)) {
        return say_error(STATUS_USAGE, "%s: these parameters are not what the loader takes",
                         params->out);
    }
    status = file_write(params->out, blob, sizeof blob);
    return status == STATUS_OK ? params_show(params->out, params->json) : status;
}

static enum status params_run(int argc, const char *const argv[])
{
    struct params params = {.files = {.count = 0}};
    const struct args_option options[] = {{"--product", ARGS_TEXT, (void *)&params.product},
                                          {"--hw-rev", ARGS_NUMBER, &params.hw_rev},
                                          {"--serial", ARGS_TEXT, (void *)&params.serial},
                                          {"--file", ARGS_TEXT, (void *)&params.file},
                                          {"--attach-ms", ARGS_NUMBER, &params.attach_ms},
                                          {"--ready-ms", ARGS_NUMBER, &params.ready_ms},
                                          {"--must-be-named", ARGS_FLAG, &params.must_be_named},
                                          {"--allow-older", ARGS_FLAG, &params.older},
                                          {"--allow-same", ARGS_FLAG, &params.same_version},
                                          {"--out", ARGS_TEXT, (void *)&params.out},
                                          {"--show", ARGS_TEXT, (void *)&params.show},
                                          {"--json", ARGS_FLAG, &params.json},
                                          {NULL, ARGS_FLAG, NULL}};
    enum status status = args_parse(options, argc, argv, &params.files, 0);

    if (status != STATUS_OK)
        return status;
    if (params.show != NULL)
        return params_show(params.show, params.json);
    if (params.product == NULL || !params.hw_rev.given || params.out == NULL) {
        return say_error(STATUS_USAGE,
                         "--product, --hw-rev and --out are needed (or --show FILE); see --help");
    }
    return params_make(&params);
}

const struct command command_params = {"params", "make or show a board's product parameters", help,
                                       params_run};
