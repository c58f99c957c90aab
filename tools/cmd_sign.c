/* SPDX-License-Identifier: MIT
 * stickboot sign: from a linked program to an image that the bootloader takes. */
#include <stdio.h>
#include <string.h>

#include "config/layout.h"
#include "image/digest.h"
#include "tools/args.h"
#include "tools/command.h"
#include "tools/firmware.h"
#include "tools/md5_line.h"
#include "tools/product_name.h"
#include "tools/signed_image.h"

static const char help[] =
    "stickboot sign - make an image for the bootloader from a linked program\n"
    "\n"
    "  stickboot sign PROGRAM --key KEY --version X.Y.Z[+BUILD] --out IMAGE [...]\n"
    "  stickboot sign PROGRAM --md5 --out firmware.bin\n"
    "\n"
    "PROGRAM is an ELF file, Intel HEX or raw binary. A program that is linked for another "
    "address\n"
    "is refused, and the right one named: 0x08040000 plus the header size when signed,\n"
    "0x08040000 with --md5. (A raw binary does not say; its vector table is looked at.)\n"
    "\n"
    "  --key FILE|URI     private key: PEM, or what OpenSSL's providers open (pkcs11:...).\n"
    "                     Passphrase or PIN: environment variable STICKBOOT_PASSPHRASE.\n"
    "  --provider NAME    load this OpenSSL provider first (such as pkcs11); may be repeated\n"
    "  --version X.Y.Z[+BUILD]  255.255.65535+4294967295 at the most\n"
    "  --header-size N    a multiple of 0x200 up to 0x1000; default 0x200\n"
    "  --product VENDOR/CLASS   names of vendor and product, such as example.com/pump-2: boards\n"
    "                     of another product refuse the image (stickboot params)\n"
    "  --hw-rev MIN[-MAX] hardware revisions that the image is for\n"
    "  --counter N        security counter: a board that has had a higher one refuses the image\n"
    "  --trial N[,MS]     the application must confirm itself within N starts (1..255), each "
    "under\n"
    "                     a watchdog of MS milliseconds (default 8000; 0 = none). Loaders that\n"
    "                     cannot roll back ignore it.\n"
    "  --revoke KEY       boards stop to believe this public key once the image is installed\n"
    "  --whole-key        put the public key itself into the image, not its hash\n"
    "  --md5              the open scheme instead: IMAGE is the bare program, and its md5sum is\n"
    "                     written beside it (for firmware.bin: firmware.md5). Keeps out damage,\n"
    "                     not an attacker.\n"
    "  --out FILE         the image\n"
    "\n"
    "Example:  stickboot sign app.elf --key release.pem --version 1.2.0 --out firmware.bin\n";

#define HEADER_DEFAULT_BYTES 0x200u
#define WATCHDOG_DEFAULT_MS  8000u

struct sign {
    struct args_list files;
    struct args_list providers;
    struct args_number header;
    struct args_number counter;
    const char *key;
    const char *out;
    const char *version;
    const char *product;
    const char *hw_rev;
    const char *trial;
    const char *revoke;
    bool whole_key;
    bool md5;
    struct signed_image image;
};

static enum status sign_version(const char *text, struct mcuboot_version *out)
{
    uint32_t part[4] = {0};
    const char *rest = text;
    const char *plus = strchr(text, '+');
    bool good = args_number_until(&rest, '.', UINT8_MAX, &part[0]) &&
                args_number_until(&rest, '.', UINT8_MAX, &part[1]) &&
                args_number_until(&rest, '+', UINT16_MAX, &part[2]) &&
                (plus == NULL || args_number_until(&rest, '\0', UINT32_MAX, &part[3]));

    if (!good || *rest != '\0') {
        return say_error(STATUS_USAGE,
                         "--version: '%s' is not X.Y.Z or X.Y.Z+BUILD (0..255, 0..255, 0..65535, "
                         "0..4294967295)",
                         text);
    }
    *out = (struct mcuboot_version){.major = (uint8_t)part[0],
                                    .minor = (uint8_t)part[1],
                                    .revision = (uint16_t)part[2],
                                    .build = part[3]};
    return STATUS_OK;
}

static enum status sign_hw_rev(const char *text, struct signed_image *image)
{
    const char *rest = text;
    bool range = strchr(text, '-') != NULL;
    bool good = args_number_until(&rest, '-', UINT32_MAX, &image->hw_min);

    image->hw_max = image->hw_min;
    good = good && (!range || args_number(rest, UINT32_MAX, &image->hw_max));
    if (!good || image->hw_max < image->hw_min)
        return say_error(STATUS_USAGE, "--hw-rev: '%s' is not MIN or MIN-MAX", text);
    image->has |= MCUBOOT_HAS_HW;
    return STATUS_OK;
}

static enum status sign_trial(const char *text, struct signed_image *image)
{
    const char *rest = text;
    bool has_ms = strchr(text, ',') != NULL;
    bool good = args_number_until(&rest, ',', MCUBOOT_TRIAL_STARTS_MAX, &image->trial_starts);

    image->trial_watchdog_ms = WATCHDOG_DEFAULT_MS;
    good = good &&
           (!has_ms || args_number(rest, MCUBOOT_TRIAL_WATCHDOG_MAX_MS, &image->trial_watchdog_ms));
    if (!good || image->trial_starts == 0) {
        return say_error(
            STATUS_USAGE,
            "--trial: '%s' is not N or N,MS with 1..%u starts and a watchdog of 0..%u ms", text,
            MCUBOOT_TRIAL_STARTS_MAX, MCUBOOT_TRIAL_WATCHDOG_MAX_MS);
    }
    image->has |= MCUBOOT_HAS_TRIAL;
    return STATUS_OK;
}

static enum status sign_revoke(const char *uri, struct signed_image *image)
{
    struct pem_key key;
    enum status status = pem_load(uri, false, &key);

    if (status == STATUS_OK) {
        memcpy(image->revoke, key.hash, sizeof image->revoke);
        image->has |= MCUBOOT_HAS_REVOKE;
        pem_free(&key);
    }
    return status;
}

static enum status sign_header(const struct args_number *header, struct signed_image *image)
{
    image->header_bytes = header->given ? header->value : HEADER_DEFAULT_BYTES;
    if (image->header_bytes == 0 || image->header_bytes > MCUBOOT_HEADER_MAX_BYTES ||
        image->header_bytes % MCUBOOT_HEADER_STEP_BYTES != 0) {
        return say_error(STATUS_USAGE,
                         "--header-size: 0x%X is not a multiple of 0x%X up to 0x%X: the vector "
                         "table behind it must be aligned",
                         image->header_bytes, MCUBOOT_HEADER_STEP_BYTES, MCUBOOT_HEADER_MAX_BYTES);
    }
    return STATUS_OK;
}

/* Turns the words of a signed image into its fields. */
static enum status sign_fields(struct sign *sign)
{
    struct signed_image *image = &sign->image;
    enum status status = sign_version(sign->version, &image->version);

    if (status == STATUS_OK)
        status = sign_header(&sign->header, image);
    if (status == STATUS_OK && sign->product != NULL) {
        status = product_name("--product", sign->product, image->vendor, image->class_id);
        image->has |= MCUBOOT_HAS_VENDOR | MCUBOOT_HAS_CLASS;
    }
    if (status == STATUS_OK && sign->hw_rev != NULL)
        status = sign_hw_rev(sign->hw_rev, image);
    if (status == STATUS_OK && sign->trial != NULL)
        status = sign_trial(sign->trial, image);
    if (status == STATUS_OK && sign->revoke != NULL)
        status = sign_revoke(sign->revoke, image);
    if (sign->counter.given) {
        image->counter = sign->counter.value;
        image->has |= MCUBOOT_HAS_COUNTER;
    }
    image->whole_key = sign->whole_key;
    return status;
}

static enum status sign_check(const struct sign *sign)
{
    bool has_fields = sign->product != NULL || sign->hw_rev != NULL || sign->trial != NULL ||
                      sign->revoke != NULL || sign->version != NULL || sign->key != NULL ||
                      sign->header.given || sign->counter.given || sign->whole_key;

    if (sign->files.count != 1)
        return say_error(STATUS_USAGE, "give one program; see --help");
    if (sign->out == NULL)
        return say_error(STATUS_USAGE, "--out FILE is missing");
    if (sign->md5 && has_fields) {
        return say_error(STATUS_USAGE,
                         "--md5 makes a plain image, which carries no key, version or product; "
                         "leave the other options out");
    }
    if (!sign->md5 && (sign->key == NULL || sign->version == NULL)) {
        return say_error(STATUS_USAGE,
                         "--key and --version are needed to sign (or --md5 for the open scheme)");
    }
    return STATUS_OK;
}

/* The plain image and the line of md5sum beside it. */
static enum status sign_md5(const struct sign *sign, const struct firmware *firmware)
{
    uint32_t len = firmware_len(firmware);
    char path[FILE_PATH_BYTES];
    struct file_bytes text = {NULL, 0};
    enum status status = firmware_check_address(firmware, RUN_ADDR);

    if (status == STATUS_OK && len > PLAIN_IMAGE_MAX_BYTES) {
        return say_error(STATUS_INPUT, "%s: has %u bytes; a plain image has at most %u",
                         firmware->path, len, PLAIN_IMAGE_MAX_BYTES);
    }
    if (status == STATUS_OK)
        status = md5_path(sign->out, path);
    if (status == STATUS_OK) {
        md5_line(firmware_bytes(firmware), len, file_base_name(sign->out), &text);
        status = file_write(sign->out, firmware_bytes(firmware), len);
    }
    if (status == STATUS_OK)
        status = file_write(path, text.at, text.len);
    if (status == STATUS_OK)
        printf("%s: plain image, %u bytes\n%s: %s", sign->out, len, path, (const char *)text.at);
    file_free(&text);
    return status;
}

static enum status sign_signed(struct sign *sign, const struct firmware *firmware)
{
    struct signed_image *image = &sign->image;
    struct pem_key key;
    struct file_bytes bytes = {NULL, 0};
    enum status status = firmware_check_address(firmware, RUN_ADDR + image->header_bytes);

    if (status != STATUS_OK)
        return status;
    image->payload = firmware_bytes(firmware);
    image->payload_bytes = firmware_len(firmware);
    status = pem_load(sign->key, true, &key);
    if (status != STATUS_OK)
        return status;
    status = signed_image_write(image, &key, firmware->path, &bytes);
    pem_free(&key);
    if (status == STATUS_OK)
        status = file_write(sign->out, bytes.at, bytes.len);
    if (status == STATUS_OK) {
        printf("%s: version %u.%u.%u+%u, %u bytes of program, %u in all, signed by key %08x\n",
               sign->out, image->version.major, image->version.minor, image->version.revision,
               image->version.build, image->payload_bytes, bytes.len, key_id(key.hash));
    }
    file_free(&bytes);
    return status;
}

static enum status sign_program(struct sign *sign)
{
    struct firmware firmware;
    enum status status =
        firmware_load(sign->files.item[0], RUN_ADDR + sign->image.header_bytes, &firmware);

    if (status != STATUS_OK)
        return status;
    firmware_fill_gaps(&firmware);
    status = sign->md5 ? sign_md5(sign, &firmware) : sign_signed(sign, &firmware);
    firmware_free(&firmware);
    return status;
}

static enum status sign_run(int argc, const char *const argv[])
{
    struct sign sign = {.files = {.count = 0}};
    const struct args_option options[] = {{"--key", ARGS_TEXT, (void *)&sign.key},
                                          {"--provider", ARGS_LIST, &sign.providers},
                                          {"--version", ARGS_TEXT, (void *)&sign.version},
                                          {"--header-size", ARGS_NUMBER, &sign.header},
                                          {"--product", ARGS_TEXT, (void *)&sign.product},
                                          {"--hw-rev", ARGS_TEXT, (void *)&sign.hw_rev},
                                          {"--counter", ARGS_NUMBER, &sign.counter},
                                          {"--trial", ARGS_TEXT, (void *)&sign.trial},
                                          {"--revoke", ARGS_TEXT, (void *)&sign.revoke},
                                          {"--whole-key", ARGS_FLAG, &sign.whole_key},
                                          {"--md5", ARGS_FLAG, &sign.md5},
                                          {"--out", ARGS_TEXT, (void *)&sign.out},
                                          {NULL, ARGS_FLAG, NULL}};
    enum status status = args_parse(options, argc, argv, &sign.files, 1);

    if (status == STATUS_OK)
        status = sign_check(&sign);
    if (status == STATUS_OK)
        status = pem_providers(&sign.providers);
    if (status == STATUS_OK && !sign.md5)
        status = sign_fields(&sign);
    return status == STATUS_OK ? sign_program(&sign) : status;
}

const struct command command_sign = {"sign", "make an image from a linked program", help, sign_run};
