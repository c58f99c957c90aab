/* SPDX-License-Identifier: MIT
 * Keys and signatures through libcrypto; pem.h. */
#include "tools/pem.h"

#include <errno.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define CURVE      "prime256v1"
#define SHA1_BYTES 20u

_Static_assert(MCUBOOT_SPKI_BYTES > KEY_POINT_BYTES, "the point ends the SubjectPublicKeyInfo");

/* RFC 4122 appendix C: name space of fully qualified domain names. */
static const uint8_t uuid_dns[MCUBOOT_UUID_BYTES] = {
    0x6B, 0xA7, 0xB8, 0x10, 0x9D, 0xAD, 0x11, 0xD1, 0x80, 0xB4, 0x00, 0xC0, 0x4F, 0xD4, 0x30, 0xC8};

/* The newest reason that OpenSSL has, for a message. */
static const char *openssl_reason(void)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;

    return reason != NULL ? reason : "no reason given";
}

enum status pem_providers(const struct args_list *names)
{
    if (names->count > 0 && OSSL_PROVIDER_load(NULL, "default") == NULL)
        return say_error(STATUS_KEY, "OpenSSL's default provider: %s", openssl_reason());
    for (unsigned i = 0; i < names->count; i++) {
        if (OSSL_PROVIDER_load(NULL, names->item[i]) == NULL) {
            return say_error(STATUS_KEY,
                             "provider %s: cannot be loaded: %s; is it in OPENSSL_MODULES?",
                             names->item[i], openssl_reason());
        }
    }
    return STATUS_OK;
}

static int passphrase(char *out, int size, int writing, void *context)
{
    const char *text = getenv(PEM_PASSPHRASE_VARIABLE);
    size_t len = text != NULL ? strlen(text) : 0;

    (void)writing; /* the same phrase either way */
    *(bool *)context = true;
    if (len == 0 || len >= (size_t)size)
        return -1;
    memcpy(out, text, len + 1);
    return (int)len;
}

/* Hash and DER form of the public half; refuses anything but P-256. */
static enum status pem_complete(const char *uri, struct pem_key *key)
{
    char curve[32] = "";
    uint8_t *der = NULL;

    (void)EVP_PKEY_get_group_name(key->pkey, curve, sizeof curve, NULL); /* "" when it has none */
    if (!EVP_PKEY_is_a(key->pkey, "EC") || strcmp(curve, CURVE) != 0) {
        const char *kind = EVP_PKEY_get0_type_name(key->pkey);

        return say_error(STATUS_KEY,
                         "%s: is a key of type %s %s; ECDSA P-256 is needed (stickboot keygen)",
                         uri, kind != NULL ? kind : "unknown", curve);
    }
    int len = i2d_PUBKEY(key->pkey, &der);

    if (len != (int)MCUBOOT_SPKI_BYTES) {
        OPENSSL_free(der);
        return say_error(STATUS_KEY, "%s: its public key is not an uncompressed point", uri);
    }
    memcpy(key->spki, der, sizeof key->spki);
    OPENSSL_free(der);
    if (EVP_Digest(key->spki, sizeof key->spki, key->hash, NULL, EVP_sha256(), NULL) != 1)
        return say_error(STATUS_KEY, "SHA-256: %s", openssl_reason());
    return STATUS_OK;
}

/* The first key of a store that can do what is asked for; NULL = none. */
static EVP_PKEY *store_key(OSSL_STORE_CTX *store, bool is_private, bool *saw_public)
{
    EVP_PKEY *pkey = NULL;

    while (pkey == NULL && !OSSL_STORE_eof(store)) {
        OSSL_STORE_INFO *info = OSSL_STORE_load(store);

        if (info == NULL)
            continue; /* OpenSSL notes why; the end of the store ends the loop */
        if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY) {
            pkey = OSSL_STORE_INFO_get1_PKEY(info);
        } else if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PUBKEY) {
            *saw_public = true;
            pkey = is_private ? NULL : OSSL_STORE_INFO_get1_PUBKEY(info);
        }
        OSSL_STORE_INFO_free(info);
    }
    return pkey;
}

static enum status no_key(const char *uri, bool is_private, bool saw_public, bool asked)
{
    if (strchr(uri, ':') == NULL && access(uri, R_OK) != 0)
        return say_error(STATUS_FILE, "%s: cannot be opened: %s", uri, strerror(errno));
    if (saw_public) {
        return say_error(STATUS_KEY, "%s: holds a public key only; give the private one to sign",
                         uri);
    }
    if (asked) {
        return say_error(STATUS_KEY,
                         "%s: is encrypted; put its passphrase into the environment "
                         "variable " PEM_PASSPHRASE_VARIABLE " (is it the right one?)",
                         uri);
    }
    return say_error(STATUS_KEY, "%s: holds no %s that OpenSSL can read: %s", uri,
                     is_private ? "private key" : "key", openssl_reason());
}

enum status pem_load(const char *uri, bool is_private, struct pem_key *out)
{
    bool saw_public = false;
    bool asked = false;
    UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(passphrase, 0);

    *out = (struct pem_key){.pkey = NULL};
    ERR_clear_error();
    OSSL_STORE_CTX *store = OSSL_STORE_open(uri, ui, &asked, NULL, NULL);

    if (store != NULL) {
        out->pkey = store_key(store, is_private, &saw_public);
        OSSL_STORE_close(store);
    }
    UI_destroy_method(ui);
    if (out->pkey == NULL)
        return no_key(uri, is_private, saw_public, asked);
    enum status status = pem_complete(uri, out);

    if (status != STATUS_OK)
        pem_free(out);
    return status;
}

void pem_free(struct pem_key *key)
{
    EVP_PKEY_free(key->pkey);
    key->pkey = NULL;
}

enum status pem_load_set(const struct args_list *uris, struct pem_set *out)
{
    *out = (struct pem_set){.set = {.keys = out->keys, .count = 0}};
    for (unsigned i = 0; i < uris->count; i++) {
        struct pem_key key;
        enum status status;

        if (i == KEYS_MAX)
            return say_error(STATUS_USAGE, "--key: a loader has at most %u keys", KEYS_MAX);
        status = pem_load(uris->item[i], false, &key);
        if (status != STATUS_OK)
            return status;
        memcpy(out->keys[i].hash, key.hash, sizeof key.hash);
        memcpy(out->keys[i].point, key.spki + MCUBOOT_SPKI_BYTES - KEY_POINT_BYTES,
               KEY_POINT_BYTES);
        out->set.count++;
        pem_free(&key);
    }
    return STATUS_OK;
}

enum status pem_make(struct pem_key *out)
{
    *out = (struct pem_key){.pkey = EVP_EC_gen(CURVE)};
    if (out->pkey == NULL)
        return say_error(STATUS_KEY, "a key could not be made: %s", openssl_reason());
    return pem_complete("new key", out);
}

static enum status take_text(BIO *bio, int good, struct file_bytes *out)
{
    char *text = NULL;
    long len = good == 1 ? BIO_get_mem_data(bio, &text) : 0;
    enum status status = STATUS_OK;

    if (len <= 0) {
        status = say_error(STATUS_KEY, "a key could not be written as PEM: %s", openssl_reason());
    } else {
        *out = (struct file_bytes){file_alloc((uint32_t)len), (uint32_t)len};
        memcpy(out->at, text, (size_t)len);
    }
    BIO_free(bio);
    return status;
}

enum status pem_private_text(const struct pem_key *key, const char *phrase, struct file_bytes *out)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    const EVP_CIPHER *cipher = phrase != NULL ? EVP_aes_256_cbc() : NULL;
    int len = phrase != NULL ? (int)strlen(phrase) : 0;

    return take_text(
        bio, PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, cipher, phrase, len, NULL, NULL), out);
}

enum status pem_public_text(const struct pem_key *key, struct file_bytes *out)
{
    BIO *bio = BIO_new(BIO_s_mem());

    return take_text(bio, PEM_write_bio_PUBKEY(bio, key->pkey), out);
}

enum status pem_sign(const struct pem_key *key, const uint8_t *bytes, uint32_t len,
                     uint8_t signature[MCUBOOT_SIGNATURE_MAX_BYTES], uint32_t *signature_len)
{
    EVP_MD_CTX *run = EVP_MD_CTX_new();
    size_t space = MCUBOOT_SIGNATURE_MAX_BYTES;
    bool good = run != NULL &&
                EVP_DigestSignInit_ex(run, NULL, "SHA256", NULL, NULL, key->pkey, NULL) == 1 &&
                EVP_DigestSign(run, signature, &space, bytes, len) == 1;

    EVP_MD_CTX_free(run);
    *signature_len = (uint32_t)space;
    return good ? STATUS_OK : say_error(STATUS_KEY, "the key does not sign: %s", openssl_reason());
}

void pem_uuid(const uint8_t *parent, const char *name, uint32_t name_len,
              uint8_t out[MCUBOOT_UUID_BYTES])
{
    uint8_t hash[SHA1_BYTES];
    EVP_MD_CTX *run = EVP_MD_CTX_new();
    bool good =
        run != NULL && EVP_DigestInit_ex(run, EVP_sha1(), NULL) == 1 &&
        EVP_DigestUpdate(run, parent != NULL ? parent : uuid_dns, MCUBOOT_UUID_BYTES) == 1 &&
        EVP_DigestUpdate(run, name, name_len) == 1 && EVP_DigestFinal_ex(run, hash, NULL) == 1;

    EVP_MD_CTX_free(run);
    if (!good)
        exit((int)say_error(STATUS_KEY, "SHA-1: %s", openssl_reason()));
    memcpy(out, hash, MCUBOOT_UUID_BYTES);
    out[6] = (uint8_t)((out[6] & 0x0F) | 0x50); /* version 5 */
    out[8] = (uint8_t)((out[8] & 0x3F) | 0x80); /* variant of RFC 4122 */
}
