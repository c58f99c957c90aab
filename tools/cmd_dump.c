/* SPDX-License-Identifier: MIT
 * stickboot dump: what a board's flash holds. */
#include <stdio.h>
#include <string.h>

#include "config/layout.h"
#include "image/slot.h"
#include "tools/args.h"
#include "tools/command.h"
#include "tools/firmware.h"
#include "tools/flash_file.h"
#include "tools/image_view.h"
#include "tools/params_report.h"
#include "tools/pem.h"
#include "tools/records_report.h"
#include "util/bytes.h"

static const char help[] =
    "stickboot dump - tell what a board's flash holds\n"
    "\n"
    "  stickboot dump FLASH.bin [--key KEY.pub.pem ...] [--json]\n"
    "\n"
    "FLASH.bin is the whole flash, 2 MB, read with a debugger (or the file that vboard --flash or\n"
    "stickboot factory wrote; Intel HEX as well). Areas, images, records and the upgrade flag are\n"
    "shown, each judged with the bootloader's own code.\n"
    "\n"
    "  --key FILE|URI  public keys to hold signatures against; up to 4\n"
    "  --json          one JSON object, for programs\n"
    "\n"
    "Exit status 0 when the dump could be read, whatever it holds.\n"
    "\n"
    "Example:  openocd ... -c \"dump_image flash.bin 0x08000000 0x200000\"; stickboot dump "
    "flash.bin\n";

struct dump {
    struct report report;
    const uint8_t *flash; /* FLASH_BYTES */
    struct pem_set keys;
};

static const uint8_t *flash_at(const struct dump *dump, uint32_t addr)
{
    return dump->flash + (addr - FLASH_BASE_ADDR);
}

/* Bytes up to the last one that is not erased. */
static uint32_t used_bytes(const struct dump *dump, uint32_t addr, uint32_t bytes)
{
    const uint8_t *at = flash_at(dump, addr);

    while (bytes > 0 && at[bytes - 1] == 0xFF)
        bytes--;
    return bytes;
}

static void report_use(struct dump *dump, const char *name, uint32_t addr, uint32_t bytes)
{
    uint32_t used = used_bytes(dump, addr, bytes);

    report_text(&dump->report, name, used == 0 ? "blank" : "%u of %u bytes used", used, bytes);
}

static void dump_loader(struct dump *dump)
{
    const uint8_t *at = flash_at(dump, LOADER_ADDR);

    report_group(&dump->report, "loader");
    report_use(dump, "content", LOADER_ADDR, LOADER_BYTES);
    report_text(&dump->report, "stack_pointer", "0x%08X", le32(at));
    report_text(&dump->report, "reset_vector", "0x%08X", le32(at + 4));
    report_close(&dump->report);
}

static void dump_product(struct dump *dump)
{
    static const char *const states[] = {
        [PRODUCT_NONE] = "blank", [PRODUCT_DAMAGED] = "damaged", [PRODUCT_VALID] = "valid"};
    struct product product;

    product_read(&product);
    report_group(&dump->report, "product_parameters");
    report_text(&dump->report, "state", "%s", states[product.state]);
    if (product.state == PRODUCT_VALID)
        params_report(&dump->report, &product);
    report_close(&dump->report);
}

static void dump_flag(struct dump *dump)
{
    uint32_t flag = le32(flash_at(dump, UPGRADE_FLAG_ADDR));
    const char *meaning = flag == UPGRADE_FLAG_PENDING ? "upgrade pending"
                          : flag == UPGRADE_FLAG_NONE  ? "none"
                                                       : "no request";

    report_text(&dump->report, "upgrade_flag", "0x%08X %s", flag, meaning);
}

static void dump_mcuboot(struct dump *dump, const uint8_t *at)
{
    struct image_view view;

    image_view(at, SLOT_BYTES, &view);
    if (view.well_formed == BL_OK)
        view.len = view.header.total_bytes;
    image_view_report(&dump->report, &view);
    if (view.well_formed != BL_OK) {
        report_text(&dump->report, "content", "refused: %s",
                    image_view_reason(&view, view.well_formed));
        return;
    }
    report_text(&dump->report, "content", "digest %s", view.digest_right ? "right" : "wrong");
    if (dump->keys.set.count > 0) {
        enum bl_rc rc = image_view_signature(&view, &dump->keys.set);

        report_text(&dump->report, "signature", "%s", rc == BL_OK ? "right" : err_text(rc));
    }
}

/* Plain images are found by the loader's own search for a footer. */
static void dump_plain(struct dump *dump, uint32_t addr)
{
    static const char *const kinds[] = {
        [SLOT_UNKNOWN] = "unknown",
        [SLOT_NONE] = "no image",
        [SLOT_BARE] = "plain image without a footer: no digest on record",
        [SLOT_DIFFERS] = "plain image that its footer does not match",
        [SLOT_WHOLE] = "plain image, digests right"};
    struct slot_trust trust = {.rules = &policy_open, .keys = &dump->keys.set};
    struct slot_map map = slot_map_of(addr);
    struct slot_check check;

    slot_check_begin(&check, &map, POLICY_START, &trust);
    while (slot_check_poll(&check) == BL_PENDING) {
    }
    report_text(&dump->report, "format", "%s", check.kind == SLOT_NONE ? "none" : "plain");
    report_text(&dump->report, "content", "%s", kinds[check.kind]);
    if (check.kind == SLOT_NONE)
        report_text(&dump->report, "reason", "%s", err_text(check.reason));
    if (check.kind == SLOT_WHOLE) {
        report_number(&dump->report, "image_bytes", check.footer.image_bytes);
        report_hex(&dump->report, "md5", check.footer.digest.md5, DIGEST_MD5_BYTES);
        report_hex(&dump->report, "sha256", check.footer.digest.sha256, DIGEST_SHA256_BYTES);
    }
}

static void dump_slot(struct dump *dump, const char *name, uint32_t addr)
{
    const uint8_t *at = flash_at(dump, addr);

    report_group(&dump->report, name);
    report_text(&dump->report, "address", "0x%08X", addr);
    if (used_bytes(dump, addr, SLOT_BYTES) == 0)
        report_text(&dump->report, "content", "blank");
    else if (le32(at) == MCUBOOT_MAGIC)
        dump_mcuboot(dump, at);
    else
        dump_plain(dump, addr);
    report_close(&dump->report);
}

static void dump_flash(struct dump *dump, const char *path)
{
    report_text(&dump->report, "file", "%s", path);
    dump_loader(dump);
    dump_product(dump);
    report_use(dump, "application_parameters", APP_PARAMS_ADDR, APP_PARAMS_USED_BYTES);
    dump_flag(dump);
    records_report(&dump->report);
    dump_slot(dump, "run_area", RUN_ADDR);
    dump_slot(dump, "update_area", UPDATE_ADDR);
    report_use(dump, "backup_area", BACKUP_ADDR, BACKUP_BYTES);
}

static enum status dump_file(struct dump *dump, const char *path, bool json)
{
    struct firmware content;
    enum status status = firmware_load(path, FLASH_BASE_ADDR, &content);

    if (status != STATUS_OK)
        return status;
    if (!content.has_addr && firmware_len(&content) != FLASH_BYTES) {
        status = say_error(STATUS_INPUT, "%s: has %u bytes; the whole flash has %u", path,
                           firmware_len(&content), FLASH_BYTES);
    } else {
        dump->flash = content.flash;
        flash_file_use(content.flash);
        report_begin(&dump->report, json);
        dump_flash(dump, path);
        report_end(&dump->report);
    }
    firmware_free(&content);
    return status;
}

static enum status dump_run(int argc, const char *const argv[])
{
    struct args_list files = {.count = 0};
    struct args_list uris = {.count = 0};
    struct dump dump;
    bool json = false;
    const struct args_option options[] = {
        {"--key", ARGS_LIST, &uris}, {"--json", ARGS_FLAG, &json}, {NULL, ARGS_FLAG, NULL}};
    enum status status = args_parse(options, argc, argv, &files, 1);

    if (status == STATUS_OK && files.count != 1)
        return say_error(STATUS_USAGE, "give one dump; see --help");
    if (status == STATUS_OK)
        status = pem_load_set(&uris, &dump.keys);
    return status == STATUS_OK ? dump_file(&dump, files.item[0], json) : status;
}

const struct command command_dump = {"dump", "tell what a board's flash holds", help, dump_run};
