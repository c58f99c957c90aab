/* SPDX-License-Identifier: MIT
 * Decoder of MCUboot's image format; layout in mcuboot.h. TLVs are a table: what may stand where,
 * how long it is, and where its content goes. */
#include "image/mcuboot.h"

#include <stddef.h>
#include <string.h>

#include "config/layout.h"
#include "image/footer.h"
#include "util/bytes.h"

#define AREA_HEAD_BYTES 4u
#define TLV_HEAD_BYTES  4u

/* Signatures and digests of other kinds (SHA-384, SHA-512, RSA, Ed25519, "pure"), and the key that
 * an encrypted image carries: MCUboot's numbers, for the message only. */
#define TLV_OTHER_DIGEST_LAST 0x0012u
#define TLV_OTHER_SIGN_FIRST  0x0020u
#define TLV_OTHER_SIGN_LAST   0x0025u
#define TLV_ENCRYPTED_FIRST   0x0030u
#define TLV_ENCRYPTED_LAST    0x0034u

/* DER: SEQUENCE of two INTEGERs of one byte each. */
#define SIGNATURE_MIN_BYTES 8u

struct tlv_rule {
    uint16_t type;
    uint16_t has; /* enum mcuboot_has */
    bool is_protected;
    uint8_t bytes;    /* length; of the signature and the public key, see take_special */
    uint8_t words;    /* content is this many u32; 0 = bytes as they are */
    uint16_t out_off; /* in struct mcuboot_image */
};

#define FIELD(name) offsetof(struct mcuboot_image, name)

static const struct tlv_rule rules[] = {
    {MCUBOOT_TLV_SHA256, MCUBOOT_HAS_DIGEST, false, DIGEST_SHA256_BYTES, 0, FIELD(sha256)},
    {MCUBOOT_TLV_KEY_HASH, MCUBOOT_HAS_KEY, false, DIGEST_SHA256_BYTES, 0, FIELD(key_hash)},
    {MCUBOOT_TLV_PUBLIC_KEY, MCUBOOT_HAS_KEY, false, MCUBOOT_SPKI_BYTES, 0, 0},
    {MCUBOOT_TLV_ECDSA, MCUBOOT_HAS_SIGNATURE, false, 0, 0, FIELD(signature)},
    {MCUBOOT_TLV_COUNTER, MCUBOOT_HAS_COUNTER, true, 4, 1, FIELD(counter)},
    {MCUBOOT_TLV_VENDOR, MCUBOOT_HAS_VENDOR, true, MCUBOOT_UUID_BYTES, 0, FIELD(vendor)},
    {MCUBOOT_TLV_CLASS, MCUBOOT_HAS_CLASS, true, MCUBOOT_UUID_BYTES, 0, FIELD(class_id)},
    {MCUBOOT_TLV_TRIAL, MCUBOOT_HAS_TRIAL, true, 8, 2, FIELD(trial_starts)},
    {MCUBOOT_TLV_HW, MCUBOOT_HAS_HW, true, 8, 2, FIELD(hw_min)},
    {MCUBOOT_TLV_REVOKE, MCUBOOT_HAS_REVOKE, true, DIGEST_SHA256_BYTES, 0, FIELD(revoke)},
};

_Static_assert(FIELD(trial_watchdog_ms) == FIELD(trial_starts) + 4, "one TLV of two words");
_Static_assert(FIELD(hw_max) == FIELD(hw_min) + 4, "one TLV of two words");

static enum bl_rc refuse(struct mcuboot_image *image, enum bl_rc rc, uint32_t found)
{
    image->found = found;
    return rc;
}

static enum bl_rc check_flags(struct mcuboot_image *image)
{
    uint32_t flags = image->flags;

    if ((flags & MCUBOOT_FLAG_ENCRYPTED) != 0)
        return refuse(image, BL_E_IMG_ENCRYPTED, flags);
    if ((flags & MCUBOOT_FLAG_COMPRESSED) != 0)
        return refuse(image, BL_E_IMG_COMPRESSED, flags);
    if ((flags & MCUBOOT_FLAG_NOT_BOOTABLE) != 0)
        return refuse(image, BL_E_IMG_NOT_BOOTABLE, flags);
    if ((flags & ~MCUBOOT_FLAG_ROM_FIXED) != 0)
        return refuse(image, BL_E_IMG_FLAG, flags);
    if (flags == MCUBOOT_FLAG_ROM_FIXED && image->load_addr != RUN_ADDR)
        return refuse(image, BL_E_IMG_ADDRESS, image->load_addr);
    return BL_OK;
}

/* Each length is held against the room that the ones before it leave. */
static enum bl_rc check_lengths(struct mcuboot_image *image, uint32_t file_bytes)
{
    uint32_t room = file_bytes < SLOT_BYTES ? file_bytes : SLOT_BYTES;

    if (image->header_bytes == 0 || image->header_bytes > MCUBOOT_HEADER_MAX_BYTES ||
        image->header_bytes % MCUBOOT_HEADER_STEP_BYTES != 0)
        return refuse(image, BL_E_IMG_HEADER_SIZE, image->header_bytes);
    if (image->header_bytes > room)
        return refuse(image, BL_E_IMG_LENGTH, image->header_bytes);
    room -= image->header_bytes;
    if (image->payload_bytes < FOOTER_IMAGE_MIN_BYTES || image->payload_bytes > room)
        return refuse(image, BL_E_IMG_LENGTH, image->payload_bytes);
    room -= image->payload_bytes;
    if (image->protected_bytes > MCUBOOT_TLVS_MAX_BYTES - AREA_HEAD_BYTES)
        return refuse(image, BL_E_TLV_AREA, image->protected_bytes);
    if (image->protected_bytes + AREA_HEAD_BYTES > room)
        return refuse(image, BL_E_IMG_LENGTH, image->protected_bytes);
    image->signed_bytes = image->header_bytes + image->payload_bytes + image->protected_bytes;
    return BL_OK;
}

enum bl_rc mcuboot_parse_header(const uint8_t head[MCUBOOT_HEADER_BYTES], uint32_t file_bytes,
                                struct mcuboot_image *out)
{
    memset(out, 0, sizeof *out);
    if (le32(head) != MCUBOOT_MAGIC)
        return refuse(out, BL_E_IMG_VECTORS, le32(head));
    out->load_addr = le32(head + 4);
    out->header_bytes = le16(head + 8);
    out->protected_bytes = le16(head + 10);
    out->payload_bytes = le32(head + 12);
    out->flags = le32(head + 16);
    out->version = (struct mcuboot_version){head[20], head[21], le16(head + 22), le32(head + 24)};
    enum bl_rc rc = check_flags(out);

    return rc == BL_OK ? check_lengths(out, file_bytes) : rc;
}

uint32_t mcuboot_tlvs_bytes(const struct mcuboot_image *image, uint32_t file_bytes)
{
    uint32_t room = file_bytes < SLOT_BYTES ? file_bytes : SLOT_BYTES;
    uint32_t left = room - image->header_bytes - image->payload_bytes;

    return left < MCUBOOT_TLVS_MAX_BYTES ? left : MCUBOOT_TLVS_MAX_BYTES;
}

static const struct tlv_rule *rule_for(uint16_t type, bool is_protected)
{
    for (uint32_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i].type == type && rules[i].is_protected == is_protected)
            return &rules[i];
    return NULL;
}

/* Why a TLV that is not protected cannot be passed over. */
static enum bl_rc why_unknown(uint16_t type)
{
    if (type >= TLV_ENCRYPTED_FIRST && type <= TLV_ENCRYPTED_LAST)
        return BL_E_IMG_ENCRYPTED;
    if ((type > MCUBOOT_TLV_SHA256 && type <= TLV_OTHER_DIGEST_LAST) ||
        (type >= TLV_OTHER_SIGN_FIRST && type <= TLV_OTHER_SIGN_LAST))
        return BL_E_IMG_FOREIGN;
    return BL_E_TLV_UNKNOWN;
}

static void hash_key(const uint8_t spki[MCUBOOT_SPKI_BYTES], uint8_t hash[DIGEST_SHA256_BYTES])
{
    struct digest_run run;
    struct digest digest;

    digest_begin(&run);
    digest_bytes(&run, spki, MCUBOOT_SPKI_BYTES);
    digest_end(&run, &digest);
    memcpy(hash, digest.sha256, DIGEST_SHA256_BYTES);
}

/* A TLV of the table into its place; false when its length is wrong. */
static bool take(struct mcuboot_image *image, const struct tlv_rule *rule, const uint8_t *data,
                 uint32_t bytes)
{
    uint8_t *out = (uint8_t *)image + rule->out_off;

    if (rule->type == MCUBOOT_TLV_ECDSA) {
        if (bytes < SIGNATURE_MIN_BYTES || bytes > MCUBOOT_SIGNATURE_MAX_BYTES)
            return false;
        image->signature_bytes = bytes;
    } else if (bytes != rule->bytes) {
        return false;
    }
    if (rule->type == MCUBOOT_TLV_PUBLIC_KEY)
        hash_key(data, image->key_hash);
    else if (rule->words == 0)
        memcpy(out, data, bytes);
    for (uint32_t i = 0; i < rule->words; i++) {
        uint32_t word = le32(data + i * sizeof word);

        memcpy(out + i * sizeof word, &word, sizeof word);
    }
    return true;
}

static enum bl_rc take_tlv(struct mcuboot_image *image, uint16_t type, bool is_protected,
                           const uint8_t *data, uint32_t bytes)
{
    const struct tlv_rule *rule = rule_for(type, is_protected);

    if (rule == NULL)
        return is_protected ? BL_OK : refuse(image, why_unknown(type), type);
    if ((image->has & rule->has) != 0)
        return refuse(image, BL_E_TLV_TWICE, type);
    image->has |= rule->has;
    return take(image, rule, data, bytes) ? BL_OK : refuse(image, BL_E_TLV_LENGTH, type);
}

/* One area of TLVs at the front of len bytes; *area_bytes = its length. */
static enum bl_rc take_area(struct mcuboot_image *image, bool is_protected, const uint8_t *area,
                            uint32_t len, uint32_t *area_bytes)
{
    uint32_t off = AREA_HEAD_BYTES;

    if (len < AREA_HEAD_BYTES ||
        le16(area) != (is_protected ? MCUBOOT_PROTECTED_MAGIC : MCUBOOT_TLV_MAGIC))
        return refuse(image, BL_E_TLV_AREA, len < AREA_HEAD_BYTES ? len : le16(area));
    *area_bytes = le16(area + 2);
    if (*area_bytes < AREA_HEAD_BYTES || *area_bytes > len)
        return refuse(image, BL_E_TLV_AREA, *area_bytes);
    while (off < *area_bytes) {
        uint32_t room = *area_bytes - off;
        uint32_t bytes = room < TLV_HEAD_BYTES ? 0 : le16(area + off + 2);

        if (room < TLV_HEAD_BYTES || bytes > room - TLV_HEAD_BYTES)
            return refuse(image, BL_E_TLV_AREA, off);
        enum bl_rc rc =
            take_tlv(image, le16(area + off), is_protected, area + off + TLV_HEAD_BYTES, bytes);

        if (rc != BL_OK)
            return rc;
        off += TLV_HEAD_BYTES + bytes;
    }
    return BL_OK;
}

/* The TLVs are all there: do they make sense together? */
static enum bl_rc check_tlvs(struct mcuboot_image *image)
{
    uint32_t signing = image->has & (MCUBOOT_HAS_KEY | MCUBOOT_HAS_SIGNATURE);

    if ((image->has & MCUBOOT_HAS_DIGEST) == 0)
        return refuse(image, BL_E_IMG_DIGEST_MISSING, image->has);
    if (signing == MCUBOOT_HAS_KEY || signing == MCUBOOT_HAS_SIGNATURE)
        return refuse(image, BL_E_TLV_SIGNING, image->has);
    if ((image->has & MCUBOOT_HAS_TRIAL) != 0 &&
        (image->trial_starts == 0 || image->trial_starts > MCUBOOT_TRIAL_STARTS_MAX ||
         image->trial_watchdog_ms > MCUBOOT_TRIAL_WATCHDOG_MAX_MS))
        return refuse(image, BL_E_TLV_LENGTH, MCUBOOT_TLV_TRIAL);
    if (image->hw_min > image->hw_max)
        return refuse(image, BL_E_TLV_LENGTH, MCUBOOT_TLV_HW);
    return BL_OK;
}

enum bl_rc mcuboot_parse_tlvs(const uint8_t *tlvs, uint32_t len, struct mcuboot_image *image)
{
    uint32_t area_bytes = 0;
    enum bl_rc rc = BL_OK;

    if (image->protected_bytes != 0) {
        rc = take_area(image, true, tlvs, len, &area_bytes);
        if (rc == BL_OK && area_bytes != image->protected_bytes)
            rc = refuse(image, BL_E_TLV_AREA, area_bytes);
    }
    if (rc == BL_OK) {
        rc = take_area(image, false, tlvs + image->protected_bytes, len - image->protected_bytes,
                       &area_bytes);
    }
    image->total_bytes = image->signed_bytes + area_bytes;
    return rc == BL_OK ? check_tlvs(image) : rc;
}

bool mcuboot_is_signed(const struct mcuboot_image *image)
{
    uint32_t signing = MCUBOOT_HAS_KEY | MCUBOOT_HAS_SIGNATURE;

    return (image->has & signing) == signing;
}

static uint64_t version_number(const struct mcuboot_version *v)
{
    return (uint64_t)v->major << 56 | (uint64_t)v->minor << 48 | (uint64_t)v->revision << 32 |
           v->build;
}

int mcuboot_version_compare(const struct mcuboot_version *a, const struct mcuboot_version *b)
{
    uint64_t first = version_number(a);
    uint64_t second = version_number(b);

    return (first > second) - (first < second);
}
