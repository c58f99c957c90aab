/* SPDX-License-Identifier: MIT
 * stickboot verify: would a loader with these keys take this image? */
#include <stdio.h>
#include <string.h>

#include "image/md5file.h"
#include "tools/args.h"
#include "tools/board.h"
#include "tools/command.h"
#include "tools/image_view.h"
#include "tools/pem.h"

static const char help[] =
    "stickboot verify - check an image as the bootloader does\n"
    "\n"
    "  stickboot verify IMAGE --key KEY.pub.pem [--key ...] [--params PARAMS.bin]\n"
    "  stickboot verify firmware.bin --md5 firmware.md5\n"
    "\n"
    "  --key FILE|URI     public key (a private one will do); up to 4, one must have signed\n"
    "  --params FILE      product parameters of a board (stickboot params): product and hardware\n"
    "                     revision must fit\n"
    "  --counter-floor N  the highest security counter that the board has had\n"
    "  --md5 FILE         of a plain image: the md5sum file beside it\n"
    "  --digest-only      of an MCUboot image: do not look at its signature\n"
    "\n"
    "Exit status 0: all of it is right. 1: something is not, and stderr says what.\n"
    "\n"
    "Example:  stickboot verify app.img --key release.pub.pem && upload app.img\n";

struct verify {
    struct args_list files;
    struct args_list keys;
    struct args_number counter_floor;
    const char *params;
    const char *md5;
    bool digest_only;
    const char *path; /* the image */
    struct image_view view;
};

static enum status verify_refuse(const struct verify *verify, enum bl_rc rc)
{
    return say_error(STATUS_REFUSED, "%s: refused: %s", verify->path,
                     image_view_reason(&verify->view, rc));
}

static enum status verify_plain(const struct verify *verify)
{
    struct file_bytes text;
    uint8_t md5[DIGEST_MD5_BYTES];

    if (verify->md5 == NULL) {
        return say_error(STATUS_USAGE,
                         "%s: is a plain image, which nobody signed; give its --md5 FILE",
                         verify->path);
    }
    enum status status = file_read(verify->md5, MD5FILE_BYTES_MAX, &text);

    if (status != STATUS_OK)
        return status;
    enum bl_rc rc = md5file_parse(text.at, text.len, file_base_name(verify->path), md5);

    file_free(&text);
    if (rc != BL_OK)
        return say_error(STATUS_REFUSED, "%s: refused: %s", verify->md5, err_text(rc));
    if (!digest_same(md5, verify->view.digest.md5, DIGEST_MD5_BYTES))
        return verify_refuse(verify, BL_E_IMG_DIGEST);
    printf("%s: plain image, MD5 right; nobody signed it\n", verify->path);
    return STATUS_OK;
}

static enum status verify_signature(const struct verify *verify)
{
    struct pem_set keys;

    if (verify->digest_only)
        return STATUS_OK;
    if (verify->keys.count == 0)
        return say_error(STATUS_USAGE, "give the public key with --key (or --digest-only)");
    enum status status = pem_load_set(&verify->keys, &keys);

    if (status != STATUS_OK)
        return status;
    enum bl_rc rc = image_view_signature(&verify->view, &keys.set);

    return rc == BL_OK ? STATUS_OK : verify_refuse(verify, rc);
}

static enum status verify_mcuboot(const struct verify *verify)
{
    const struct mcuboot_image *header = &verify->view.header;

    if (!verify->view.digest_right)
        return verify_refuse(verify, BL_E_IMG_DIGEST);
    enum status status = verify_signature(verify);

    if (status != STATUS_OK)
        return status;
    printf("%s: version %u.%u.%u+%u, digest right, ", verify->path, header->version.major,
           header->version.minor, header->version.revision, header->version.build);
    if (verify->digest_only)
        puts("signature not looked at");
    else
        printf("signed by key %08x\n", key_id(header->key_hash));
    return STATUS_OK;
}

static enum status verify_board(const struct verify *verify)
{
    struct policy_facts facts = {.installed = NULL, .counter_floor = verify->counter_floor.value};
    enum status status = STATUS_OK;

    if (verify->params == NULL && !verify->counter_floor.given)
        return STATUS_OK;
    if (verify->params != NULL)
        status = board_facts(verify->params, &facts.product);
    if (status != STATUS_OK)
        return status;
    enum bl_rc rc = board_judge(&facts, &verify->view);

    return rc == BL_OK ? STATUS_OK : verify_refuse(verify, rc);
}

static enum status verify_image(struct verify *verify)
{
    struct file_bytes file;
    enum status status = file_read(verify->path, FILE_BYTES_MAX, &file);

    if (status != STATUS_OK)
        return status;
    image_view(file.at, file.len, &verify->view);
    if (verify->view.well_formed != BL_OK)
        status = verify_refuse(verify, verify->view.well_formed);
    else
        status = verify_board(verify);
    if (status == STATUS_OK)
        status = verify->view.is_mcuboot ? verify_mcuboot(verify) : verify_plain(verify);
    file_free(&file);
    return status;
}

static enum status verify_run(int argc, const char *const argv[])
{
    struct verify verify = {.files = {.count = 0}};
    const struct args_option options[] = {{"--key", ARGS_LIST, &verify.keys},
                                          {"--params", ARGS_TEXT, (void *)&verify.params},
                                          {"--counter-floor", ARGS_NUMBER, &verify.counter_floor},
                                          {"--md5", ARGS_TEXT, (void *)&verify.md5},
                                          {"--digest-only", ARGS_FLAG, &verify.digest_only},
                                          {NULL, ARGS_FLAG, NULL}};
    enum status status = args_parse(options, argc, argv, &verify.files, 1);

    if (status != STATUS_OK)
        return status;
    if (verify.files.count != 1)
        return say_error(STATUS_USAGE, "give one image; see --help");
    verify.path = verify.files.item[0];
    return verify_image(&verify);
}

const struct command command_verify = {"verify", "check an image as the bootloader does", help,
                                       verify_run};
