/* SPDX-License-Identifier: MIT
 * ECDSA P-256 keys, from whatever OpenSSL's OSSL_STORE can open: a PEM or DER file, or a provider's
 * URI such as pkcs11:object=release, so that a private key may stay in an HSM. A passphrase or PIN
 * is taken from the environment variable STICKBOOT_PASSPHRASE; nothing is ever asked. */
#ifndef TOOLS_PEM_H
#define TOOLS_PEM_H

#include <stdbool.h>
#include <stdint.h>

#include "image/keys.h"
#include "image/mcuboot.h"
#include "tools/args.h"
#include "tools/file.h"

#define PEM_PASSPHRASE_VARIABLE "STICKBOOT_PASSPHRASE"

struct evp_pkey_st; /* EVP_PKEY */

struct pem_key {
    struct evp_pkey_st *pkey;
    uint8_t spki[MCUBOOT_SPKI_BYTES];  /* SubjectPublicKeyInfo, DER */
    uint8_t hash[DIGEST_SHA256_BYTES]; /* its SHA-256: what an image names its key by */
};

/* Public keys in the form that src/image checks signatures with. */
struct pem_set {
    struct key keys[KEYS_MAX];
    struct key_set set;
};

/* Loads OpenSSL's providers of these names beside its default one. STATUS_KEY, said. */
enum status pem_providers(const struct args_list *names);

/* Opens a key. is_private: it must be able to sign. STATUS_FILE, STATUS_KEY, said. */
enum status pem_load(const char *uri, bool is_private, struct pem_key *out);
void pem_free(struct pem_key *key);

/* Opens several public keys, at most KEYS_MAX. *out must not be moved afterwards. */
enum status pem_load_set(const struct args_list *uris, struct pem_set *out);

/* A new key. STATUS_KEY, said. */
enum status pem_make(struct pem_key *out);

/* PEM texts; file_free gives them back. The private one is PKCS#8, with a passphrase (not NULL) in
 * AES-256-CBC. */
enum status pem_private_text(const struct pem_key *key, const char *passphrase,
                             struct file_bytes *out);
enum status pem_public_text(const struct pem_key *key, struct file_bytes *out);

/* ECDSA over SHA-256 of the bytes, DER. STATUS_KEY, said. */
enum status pem_sign(const struct pem_key *key, const uint8_t *bytes, uint32_t len,
                     uint8_t signature[MCUBOOT_SIGNATURE_MAX_BYTES], uint32_t *signature_len);

/* UUID of RFC 4122, version 5: of a name in the DNS name space, or (parent not NULL) in another
 * UUID's. */
void pem_uuid(const uint8_t *parent, const char *name, uint32_t name_len,
              uint8_t out[MCUBOOT_UUID_BYTES]);

#endif
