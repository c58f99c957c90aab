/* SPDX-License-Identifier: MIT
 * stickboot keygen: a new pair of keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/args.h"
#include "tools/command.h"
#include "tools/pem.h"

static const char help[] =
    "stickboot keygen - make a key pair for signing (ECDSA P-256)\n"
    "\n"
    "  stickboot keygen --out KEY.pem [--public KEY.pub.pem] [--encrypt]\n"
    "\n"
    "  --out FILE     the private key (PKCS#8 PEM, readable by its owner only). A file that\n"
    "                 exists is never overwritten.\n"
    "  --public FILE  the public key; default: FILE.pub.pem beside FILE.pem. This one goes into\n"
    "                 the folder KEYS of the loader's build.\n"
    "  --encrypt      protect the private key with the passphrase in STICKBOOT_PASSPHRASE\n"
    "\n"
    "Prints the key's hash, by which images name their key. Who has the private key can sign for\n"
    "every board: keep it off the build server where you can (encrypted, or in an HSM: see\n"
    "--provider in `stickboot sign --help`), and keep a copy, for a lost key cannot be replaced "
    "on\n"
    "boards in the field.\n"
    "\n"
    "Example:  stickboot keygen --out keys/release.pem\n";

struct keygen {
    const char *out;
    const char *public_out;
    const char *passphrase;
    bool encrypt;
};

static enum status keygen_check(struct keygen *keygen, char path[FILE_PATH_BYTES])
{
    if (keygen->out == NULL)
        return say_error(STATUS_USAGE, "--out FILE is missing; see --help");
    if (keygen->encrypt) {
        keygen->passphrase = getenv(PEM_PASSPHRASE_VARIABLE);
        if (keygen->passphrase == NULL || strlen(keygen->passphrase) < 4) {
            return say_error(STATUS_KEY,
                             "--encrypt: put a passphrase of 4 characters at least into the "
                             "environment variable " PEM_PASSPHRASE_VARIABLE);
        }
    }
    enum status status = file_path_suffix(keygen->out, ".pem", ".pub.pem", path);

    if (status == STATUS_OK && keygen->public_out == NULL)
        keygen->public_out = path;
    return status;
}

static enum status keygen_write(const struct keygen *keygen, const struct pem_key *key)
{
    struct file_bytes private_text = {NULL, 0};
    struct file_bytes public_text = {NULL, 0};
    enum status status = pem_private_text(key, keygen->passphrase, &private_text);

    if (status == STATUS_OK)
        status = pem_public_text(key, &public_text);
    if (status == STATUS_OK)
        status = file_write_secret(keygen->out, private_text.at, private_text.len);
    if (status == STATUS_OK)
        status = file_write(keygen->public_out, public_text.at, public_text.len);
    file_free(&private_text);
    file_free(&public_text);
    return status;
}

static enum status keygen_run(int argc, const char *const argv[])
{
    struct keygen keygen = {.out = NULL};
    struct args_list files = {.count = 0};
    char path[FILE_PATH_BYTES];
    struct pem_key key;
    const struct args_option options[] = {{"--out", ARGS_TEXT, (void *)&keygen.out},
                                          {"--public", ARGS_TEXT, (void *)&keygen.public_out},
                                          {"--encrypt", ARGS_FLAG, &keygen.encrypt},
                                          {NULL, ARGS_FLAG, NULL}};
    enum status status = args_parse(options, argc, argv, &files, 0);

    if (status == STATUS_OK)
        status = keygen_check(&keygen, path);
    if (status == STATUS_OK)
        status = pem_make(&key);
    if (status != STATUS_OK)
        return status;
    status = keygen_write(&keygen, &key);
    pem_free(&key);
    if (status == STATUS_OK) {
        printf("private key  %s\npublic key   %s\nkey hash     ", keygen.out, keygen.public_out);
        for (unsigned i = 0; i < sizeof key.hash; i++)
            printf("%02x", key.hash[i]);
        putchar('\n');
    }
    return status;
}

const struct command command_keygen = {"keygen", "make a key pair for signing", help, keygen_run};
