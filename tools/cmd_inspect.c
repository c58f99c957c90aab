/* SPDX-License-Identifier: MIT
 * stickboot inspect: what is in an image, whether or not a loader would take it. */
#include "tools/args.h"
#include "tools/command.h"
#include "tools/image_view.h"
#include "tools/pem.h"

static const char help[] =
    "stickboot inspect - show what is in an image\n"
    "\n"
    "  stickboot inspect IMAGE [--key KEY.pub.pem ...] [--json]\n"
    "\n"
    "  --key FILE|URI  public keys to hold the signature against\n"
    "  --json          one JSON object, for programs\n"
    "\n"
    "Shows also what a loader refuses, and why. Exit status 0 when the file could be read; to\n"
    "decide, use `stickboot verify`.\n"
    "\n"
    "Example:  stickboot inspect app.img --json | python3 -m json.tool\n";

static void report_digests(struct report *report, const struct image_view *view)
{
    if (!view->is_mcuboot) {
        report_hex(report, "md5", view->digest.md5, DIGEST_MD5_BYTES);
        report_hex(report, "sha256", view->digest.sha256, DIGEST_SHA256_BYTES);
        return;
    }
    report_text(report, "digest", "%s", view->digest_right ? "right" : "wrong");
    if (!view->digest_right)
        report_hex(report, "sha256", view->digest.sha256, DIGEST_SHA256_BYTES);
}

/* Format and digest; the signature when keys were given. */
static void report_judgement(struct report *report, const struct image_view *view,
                             const struct key_set *keys)
{
    enum bl_rc rc = view->well_formed;

    if (rc != BL_OK) {
        report_text(report, "loader", "refused: %s", image_view_reason(view, rc));
        return;
    }
    report_digests(report, view);
    if (view->is_mcuboot && keys->count > 0) {
        rc = image_view_signature(view, keys);
        report_text(report, "signature", "%s", rc == BL_OK ? "right" : err_text(rc));
    } else {
        report_text(report, "signature", "%s",
                    !view->is_mcuboot                  ? "none: a plain image"
                    : mcuboot_is_signed(&view->header) ? "not checked: no --key was given"
                                                       : "none");
    }
}

static enum status inspect_file(const char *path, const struct key_set *keys, bool json)
{
    struct file_bytes file;
    struct image_view view;
    struct report report;
    enum status status = file_read(path, FILE_BYTES_MAX, &file);

    if (status != STATUS_OK)
        return status;
    image_view(file.at, file.len, &view);
    report_begin(&report, json);
    report_text(&report, "file", "%s", path);
    report_number(&report, "bytes", file.len);
    image_view_report(&report, &view);
    report_judgement(&report, &view, keys);
    report_end(&report);
    file_free(&file);
    return STATUS_OK;
}

static enum status inspect_run(int argc, const char *const argv[])
{
    struct args_list files = {.count = 0};
    struct args_list uris = {.count = 0};
    struct pem_set keys;
    bool json = false;
    const struct args_option options[] = {
        {"--key", ARGS_LIST, &uris}, {"--json", ARGS_FLAG, &json}, {NULL, ARGS_FLAG, NULL}};
    enum status status = args_parse(options, argc, argv, &files, 1);

    if (status == STATUS_OK && files.count != 1)
        return say_error(STATUS_USAGE, "give one image; see --help");
    if (status == STATUS_OK)
        status = pem_load_set(&uris, &keys);
    return status == STATUS_OK ? inspect_file(files.item[0], &keys.set, json) : status;
}

const struct command command_inspect = {"inspect", "show what is in an image", help, inspect_run};
