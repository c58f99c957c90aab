/* SPDX-License-Identifier: MIT
 * Independent judge of images; independent.h. */
#include "tools/independent.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "support/cmocka_all.h"

static uint32_t number(const uint8_t *at, unsigned bytes)
{
    uint32_t value = 0;

    while (bytes-- > 0)
        value = value << 8 | at[bytes];
    return value;
}

/* One area; returns its size. */
static size_t parse_area(const uint8_t *at, size_t left, uint32_t magic, struct independent *out)
{
    assert_true(left >= 4);
    assert_int_equal(number(at, 2), magic);
    size_t total = number(at + 2, 2);

    assert_true(total >= 4 && total <= left);
    for (size_t off = 4; off < total;) {
        struct independent_tlv *tlv = &out->tlvs[out->tlv_count++];

        assert_true(out->tlv_count <= INDEPENDENT_TLVS_MAX && total - off >= 4);
        tlv->type = (uint16_t)number(at + off, 2);
        tlv->len = (uint16_t)number(at + off + 2, 2);
        tlv->value = at + off + 4;
        tlv->is_protected = magic == 0x6908;
        off += 4u + tlv->len;
        assert_true(off <= total);
    }
    return total;
}

void independent_parse(const uint8_t *image, size_t len, struct independent *out)
{
    memset(out, 0, sizeof *out);
    assert_true(len > 32);
    assert_int_equal(number(image, 4), 0x96f3b83d);
    out->load_addr = number(image + 4, 4);
    out->header_bytes = (uint16_t)number(image + 8, 2);
    out->protected_bytes = (uint16_t)number(image + 10, 2);
    out->payload_bytes = number(image + 12, 4);
    out->flags = number(image + 16, 4);
    memcpy(out->version, image + 20, 8);
    size_t off = (size_t)out->header_bytes + out->payload_bytes;

    assert_true(off < len);
    if (out->protected_bytes != 0) {
        assert_int_equal(parse_area(image + off, len - off, 0x6908, out), out->protected_bytes);
        off += out->protected_bytes;
    }
    out->signed_bytes = off;
    off += parse_area(image + off, len - off, 0x6907, out);
    assert_int_equal(off, len);
}

const struct independent_tlv *independent_tlv(const struct independent *image, uint16_t type)
{
    const struct independent_tlv *found = NULL;

    for (unsigned i = 0; i < image->tlv_count; i++) {
        if (image->tlvs[i].type == type) {
            assert_null(found);
            found = &image->tlvs[i];
        }
    }
    assert_non_null(found);
    return found;
}

static EVP_PKEY *read_public(const char *path)
{
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    EVP_PKEY *key = PEM_read_PUBKEY(file, NULL, NULL, NULL);

    fclose(file);
    assert_non_null(key);
    return key;
}

static bool sha256_is(const uint8_t *bytes, size_t len, const uint8_t *expected)
{
    uint8_t digest[32];

    assert_int_equal(EVP_Digest(bytes, len, digest, NULL, EVP_sha256(), NULL), 1);
    return memcmp(digest, expected, sizeof digest) == 0;
}

/* The key that the image names is this one, by hash (0x01) or in full (0x02). */
static bool names_key(const struct independent *image, EVP_PKEY *key)
{
    uint8_t *der = NULL;
    int len = i2d_PUBKEY(key, &der);
    bool names = false;

    assert_int_equal(len, 91);
    for (unsigned i = 0; i < image->tlv_count; i++) {
        const struct independent_tlv *tlv = &image->tlvs[i];

        names = names || (tlv->type == 0x01 && tlv->len == 32 && sha256_is(der, 91, tlv->value)) ||
                (tlv->type == 0x02 && tlv->len == 91 && memcmp(der, tlv->value, 91) == 0);
    }
    OPENSSL_free(der);
    return names;
}

bool independent_signed_by(const uint8_t *image, const struct independent *parsed,
                           const char *pem_path)
{
    EVP_PKEY *key = read_public(pem_path);
    EVP_MD_CTX *run = EVP_MD_CTX_new();
    const struct independent_tlv *digest = independent_tlv(parsed, 0x10);
    const struct independent_tlv *signature = independent_tlv(parsed, 0x22);
    bool good =
        digest->len == 32 && sha256_is(image, parsed->signed_bytes, digest->value) &&
        names_key(parsed, key) && EVP_DigestVerifyInit(run, NULL, EVP_sha256(), NULL, key) == 1 &&
        EVP_DigestVerify(run, signature->value, signature->len, image, parsed->signed_bytes) == 1;

    EVP_MD_CTX_free(run);
    EVP_PKEY_free(key);
    return good;
}
