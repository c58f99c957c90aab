/* SPDX-License-Identifier: MIT
 * stickboot factory: the content of a new board's flash, in one file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/layout.h"
#include "image/footer.h"
#include "params/records.h"
#include "tools/args.h"
#include "tools/board.h"
#include "tools/command.h"
#include "tools/firmware.h"
#include "tools/flash_file.h"
#include "tools/hex_file.h"
#include "tools/pem.h"
#include "util/bytes.h"

static const char help[] =
    "stickboot factory - one file with all that a new board's flash holds\n"
    "\n"
    "  stickboot factory --loader stickboot.elf --image IMAGE --out FACTORY.hex [...]\n"
    "  stickboot factory --board FLASH.bin --image IMAGE --out APP.hex [...]\n"
    "\n"
    "  --loader FILE    the bootloader: ELF, Intel HEX or raw binary (for 0x08000000)\n"
    "  --params FILE    product parameters (stickboot params)\n"
    "  --board FILE     in place of loader and parameters: what a board's flash holds, 2 MB, read\n"
    "                   with a debugger; what is written then is the application with its "
    "records,\n"
    "                   and the board keeps all else (make flash-app)\n"
    "  --image FILE     the application: signed, or plain (its footer is added)\n"
    "  --key FILE|URI   check the image's signature; up to 4 public keys\n"
    "  --out FILE       ends in .hex: Intel HEX without the blank parts; else 2 MB of raw binary\n"
    "\n"
    "The records say that the application is installed, how high its security counter is and "
    "which\n"
    "key it revokes, so that the first start is like every other. Write the file into an erased "
    "chip, then set the\n"
    "option bytes (docs/security.md).\n"
    "\n"
    "Example:  stickboot factory --loader stickboot.elf --params params.bin --image app.img \\\n"
    "              --key release.pub.pem --out factory.hex\n";

struct factory {
    struct args_list files;
    struct args_list keys;
    const char *loader;
    const char *params;
    const char *board;
    const char *image;
    const char *out;
    uint8_t *flash; /* FLASH_BYTES */
};

static uint8_t *flash_at(const struct factory *factory, uint32_t addr)
{
    return factory->flash + (addr - FLASH_BASE_ADDR);
}

static enum status factory_loader(const struct factory *factory)
{
    struct firmware loader;
    enum status status = firmware_load(factory->loader, LOADER_ADDR, &loader);

    if (status != STATUS_OK)
        return status;
    firmware_fill_gaps(&loader);
    uint32_t len = firmware_len(&loader);
    uint32_t reset = len >= 8 ? le32(firmware_bytes(&loader) + 4) : 0;

    if (loader.addr != LOADER_ADDR || len > LOADER_BYTES || reset - LOADER_ADDR >= len) {
        status = say_error(STATUS_INPUT,
                           "%s: is no bootloader for 0x%08X: it has %u bytes at 0x%08X, at most %u "
                           "fit",
                           factory->loader, LOADER_ADDR, len, loader.addr, LOADER_BYTES);
    } else {
        memcpy(flash_at(factory, LOADER_ADDR), firmware_bytes(&loader), len);
    }
    firmware_free(&loader);
    return status;
}

static enum status factory_params(const struct factory *factory, struct policy_facts *facts)
{
    struct product product;
    enum status status;

    if (factory->params == NULL)
        return STATUS_OK;
    status = board_params(factory->params, &product);
    if (status == STATUS_OK)
        status = board_facts(factory->params, &facts->product);
    if (status == STATUS_OK && !product_encode(&product, flash_at(factory, PRODUCT_ADDR)))
        status = say_error(STATUS_INPUT, "%s: cannot be encoded again", factory->params);
    return status;
}

/* While sector 3 is rewritten, the application's own part of it is elsewhere. */
static enum status factory_board_at_rest(const struct factory *factory)
{
    struct record record;

    if (!record_newest(&record) || (record.suspect & RECORD_SUSPECT_P) == 0)
        return STATUS_OK;
    return say_error(STATUS_INPUT,
                     "%s: the board was cut while it moved its parameters; start it "
                     "once before",
                     factory->board);
}

/* The flash of a board, in place of a blank one; the image must be for its product. */
static enum status factory_board(const struct factory *factory, struct policy_facts *facts)
{
    struct file_bytes file;
    enum status status = file_read(factory->board, FILE_BYTES_MAX, &file);

    if (status != STATUS_OK)
        return status;
    if (file.len == FLASH_BYTES) {
        memcpy(factory->flash, file.at, FLASH_BYTES);
        board_flash_facts(factory->flash, &facts->product);
        status = factory_board_at_rest(factory);
    } else {
        status = say_error(STATUS_INPUT, "%s: has %u bytes, a board's flash has %u", factory->board,
                           file.len, FLASH_BYTES);
    }
    file_free(&file);
    return status;
}

static enum bl_rc factory_judge(const struct factory *factory, const struct policy_facts *facts,
                                const struct image_view *view, const struct key_set *keys)
{
    enum bl_rc rc = view->well_formed;

    if (rc == BL_OK && view->is_mcuboot && !view->digest_right)
        rc = BL_E_IMG_DIGEST;
    if (rc == BL_OK)
        rc = board_judge(facts, view);
    if (rc == BL_OK && factory->keys.count > 0)
        rc = view->is_mcuboot ? image_view_signature(view, keys) : BL_E_IMG_PLAIN;
    return rc;
}

/* Blank, but for the application's own part of sector 3. */
static void factory_blank_logs(const struct factory *factory)
{
    memset(flash_at(factory, RECORD_LOG_P_ADDR), 0xFF,
           APP_PARAMS_SECTOR_BYTES - APP_PARAMS_USED_BYTES);
    memset(flash_at(factory, UPGRADE_FLAG_ADDR), 0xFF, UPGRADE_FLAG_SECTOR_BYTES);
}

/* Into the place that it has already, or the first free one. */
static void revoke(struct record *record, uint32_t id)
{
    for (uint32_t i = 0; i < RECORD_REVOKED_MAX; i++) {
        if (record->revoked_ids[i] == id || record->revoked_ids[i] == 0) {
            record->revoked_ids[i] = id;
            return;
        }
    }
}

/* One record, in both logs: this image is installed. What a board knows beyond that is kept: the
 * counter's floor, revoked keys, what was rejected. */
static void factory_records(const struct factory *factory, const struct image_view *view,
                            uint32_t bytes)
{
    struct record record;

    (void)record_newest(&record);
    factory_blank_logs(factory);
    record.seq++;
    record.phase = RECORD_SETTLED;
    record.suspect = 0;
    record.old_image = (struct record_image){0};
    record.new_image = (struct record_image){0};
    record.run = (struct record_image){0};
    record.run.kind = view->is_mcuboot ? RECORD_MCUBOOT : RECORD_PLAIN;
    record.run.bytes = bytes;
    memcpy(record.run.sha256, view->digest.sha256, sizeof record.run.sha256);
    if (view->is_mcuboot && (view->header.has & MCUBOOT_HAS_TRIAL) != 0) {
        record.run.trial_starts = (uint8_t)view->header.trial_starts;
        record.run.trial_watchdog_ms = (uint16_t)view->header.trial_watchdog_ms;
    }
    if (view->is_mcuboot && view->header.counter > record.counter_floor)
        record.counter_floor = view->header.counter;
    if (view->is_mcuboot && (view->header.has & MCUBOOT_HAS_REVOKE) != 0)
        revoke(&record, key_id(view->header.revoke));
    record_encode(&record, flash_at(factory, RECORD_LOG_P_ADDR));
    record_encode(&record, flash_at(factory, RECORD_LOG_F_ADDR));
}

static void factory_install(const struct factory *factory, const struct image_view *view)
{
    uint32_t bytes = view->is_mcuboot ? view->header.total_bytes : view->len;
    struct footer footer = {.image_bytes = bytes, .digest = view->digest};

    memset(flash_at(factory, RUN_ADDR), 0xFF, SLOT_BYTES);
    memcpy(flash_at(factory, RUN_ADDR), view->bytes, bytes);
    if (!view->is_mcuboot)
        footer_encode(&footer, flash_at(factory, RUN_ADDR + footer_off(bytes)));
    factory_records(factory, view, bytes);
}

static enum status factory_image(const struct factory *factory, const struct policy_facts *facts)
{
    struct file_bytes file = {NULL, 0};
    struct image_view view;
    struct pem_set keys;
    enum status status = pem_load_set(&factory->keys, &keys);

    if (status == STATUS_OK)
        status = file_read(factory->image, FILE_BYTES_MAX, &file);
    if (status != STATUS_OK)
        return status;
    image_view(file.at, file.len, &view);
    enum bl_rc rc = factory_judge(factory, facts, &view, &keys.set);

    if (rc == BL_OK) {
        factory_install(factory, &view);
    } else {
        status = say_error(STATUS_REFUSED, "%s: refused: %s", factory->image,
                           image_view_reason(&view, rc));
    }
    if (rc == BL_OK && view.is_mcuboot && factory->keys.count == 0)
        say_note("%s: the signature was not checked; give --key to do so", factory->image);
    file_free(&file);
    return status;
}

/* Of a board only what changes: the sectors of records and application. */
static enum status factory_write(const struct factory *factory)
{
    size_t len = strlen(factory->out);
    bool hex = len > 4 && strcmp(factory->out + len - 4, ".hex") == 0;
    uint32_t from = factory->board != NULL ? APP_PARAMS_ADDR : FLASH_BASE_ADDR;
    uint32_t bytes = factory->board != NULL ? UPDATE_ADDR - APP_PARAMS_ADDR : FLASH_BYTES;
    struct file_bytes text;

    if (!hex)
        return file_write(factory->out, factory->flash, FLASH_BYTES);
    hex_file(from, flash_at(factory, from), bytes, &text);
    enum status status = file_write(factory->out, text.at, text.len);

    file_free(&text);
    return status;
}

static enum status factory_make(const struct factory *factory)
{
    struct policy_facts facts = {.installed = NULL};
    enum status status =
        factory->board != NULL ? factory_board(factory, &facts) : factory_loader(factory);

    if (status == STATUS_OK)
        status = factory_params(factory, &facts);
    if (status == STATUS_OK)
        status = factory_image(factory, &facts);
    if (status == STATUS_OK)
        status = factory_write(factory);
    if (status == STATUS_OK) {
        printf("%s: %s%sapplication and records\n", factory->out,
               factory->loader != NULL ? "loader, " : "",
               factory->params != NULL ? "product parameters, " : "");
    }
    return status;
}

static enum status factory_run(int argc, const char *const argv[])
{
    struct factory factory = {.files = {.count = 0}};
    const struct args_option options[] = {{"--loader", ARGS_TEXT, (void *)&factory.loader},
                                          {"--params", ARGS_TEXT, (void *)&factory.params},
                                          {"--board", ARGS_TEXT, (void *)&factory.board},
                                          {"--image", ARGS_TEXT, (void *)&factory.image},
                                          {"--key", ARGS_LIST, &factory.keys},
                                          {"--out", ARGS_TEXT, (void *)&factory.out},
                                          {NULL, ARGS_FLAG, NULL}};
    enum status status = args_parse(options, argc, argv, &factory.files, 0);

    if (status != STATUS_OK)
        return status;
    if ((factory.loader == NULL) == (factory.board == NULL) || factory.image == NULL ||
        factory.out == NULL) {
        return say_error(STATUS_USAGE,
                         "--loader or --board, --image and --out are needed; see --help");
    }
    if (factory.board != NULL && factory.params != NULL)
        return say_error(STATUS_USAGE, "--params: a board of --board keeps its own");
    factory.flash = file_alloc(FLASH_BYTES);
    memset(factory.flash, 0xFF, FLASH_BYTES);
    flash_file_use(factory.flash);
    status = factory_make(&factory);
    free(factory.flash);
    return status;
}

const struct command command_factory = {"factory", "one file with all of a new board's flash", help,
                                        factory_run};
