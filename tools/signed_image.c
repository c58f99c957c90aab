/* SPDX-License-Identifier: MIT
 * Writing of signed images; signed_image.h. The header says ROM_FIXED and RUN_ADDR, so that a loader
 * with another flash map refuses the image. */
#include "tools/signed_image.h"

#include <string.h>

#include "config/layout.h"
#include "image/digest.h"
#include "util/bytes.h"

#define TLV_HEAD_BYTES 4u
#define ERASED         0xFF /* fills the header, as imgtool does */

/* The image while it grows. Its buffer holds the largest image that can be. */
struct writer {
    uint8_t *at;
    uint32_t len;
};

#define WRITER_BYTES (SLOT_BYTES + MCUBOOT_HEADER_MAX_BYTES + MCUBOOT_TLVS_MAX_BYTES)

static void put_tlv(struct writer *w, uint32_t type, const void *value, uint32_t len)
{
    put_le16(w->at + w->len, type);
    put_le16(w->at + w->len + 2, len);
    memcpy(w->at + w->len + TLV_HEAD_BYTES, value, len);
    w->len += TLV_HEAD_BYTES + len;
}

static void put_tlv_words(struct writer *w, uint32_t type, uint32_t first, uint32_t second)
{
    uint8_t value[8];

    put_le32(value, first);
    put_le32(value + 4, second);
    put_tlv(w, type, value, sizeof value);
}

/* Leaves room for an area's head; returns where it is. */
static uint32_t area_begin(struct writer *w)
{
    w->len += TLV_HEAD_BYTES;
    return w->len - TLV_HEAD_BYTES;
}

static void area_end(struct writer *w, uint32_t begin, uint32_t magic)
{
    put_le16(w->at + begin, magic);
    put_le16(w->at + begin + 2, w->len - begin);
}

static void put_protected(struct writer *w, const struct signed_image *image)
{
    uint32_t begin = area_begin(w);
    uint8_t counter[4];

    put_le32(counter, image->counter);
    if (image->has & MCUBOOT_HAS_COUNTER)
        put_tlv(w, MCUBOOT_TLV_COUNTER, counter, sizeof counter);
    if (image->has & MCUBOOT_HAS_VENDOR)
        put_tlv(w, MCUBOOT_TLV_VENDOR, image->vendor, MCUBOOT_UUID_BYTES);
    if (image->has & MCUBOOT_HAS_CLASS)
        put_tlv(w, MCUBOOT_TLV_CLASS, image->class_id, MCUBOOT_UUID_BYTES);
    if (image->has & MCUBOOT_HAS_TRIAL)
        put_tlv_words(w, MCUBOOT_TLV_TRIAL, image->trial_starts, image->trial_watchdog_ms);
    if (image->has & MCUBOOT_HAS_HW)
        put_tlv_words(w, MCUBOOT_TLV_HW, image->hw_min, image->hw_max);
    if (image->has & MCUBOOT_HAS_REVOKE)
        put_tlv(w, MCUBOOT_TLV_REVOKE, image->revoke, DIGEST_SHA256_BYTES);
    if (w->len == begin + TLV_HEAD_BYTES) {
        w->len = begin; /* no protected area at all */
        return;
    }
    area_end(w, begin, MCUBOOT_PROTECTED_MAGIC);
}

static void put_header(uint8_t *out, const struct signed_image *image, uint32_t protected_bytes)
{
    memset(out, ERASED, image->header_bytes);
    put_le32(out, MCUBOOT_MAGIC);
    put_le32(out + 4, RUN_ADDR);
    put_le16(out + 8, image->header_bytes);
    put_le16(out + 10, protected_bytes);
    put_le32(out + 12, image->payload_bytes);
    put_le32(out + 16, MCUBOOT_FLAG_ROM_FIXED);
    out[20] = image->version.major;
    out[21] = image->version.minor;
    put_le16(out + 22, image->version.revision);
    put_le32(out + 24, image->version.build);
    put_le32(out + 28, 0);
}

static enum status put_signature(struct writer *w, const struct signed_image *image,
                                 const struct pem_key *key)
{
    struct digest_run run;
    struct digest digest;
    uint8_t signature[MCUBOOT_SIGNATURE_MAX_BYTES];
    uint32_t signature_bytes;
    enum status status = pem_sign(key, w->at, w->len, signature, &signature_bytes);

    if (status != STATUS_OK)
        return status;
    digest_begin(&run);
    digest_bytes(&run, w->at, w->len);
    digest_end(&run, &digest);

    uint32_t begin = area_begin(w);

    put_tlv(w, MCUBOOT_TLV_SHA256, digest.sha256, DIGEST_SHA256_BYTES);
    if (image->whole_key)
        put_tlv(w, MCUBOOT_TLV_PUBLIC_KEY, key->spki, MCUBOOT_SPKI_BYTES);
    else
        put_tlv(w, MCUBOOT_TLV_KEY_HASH, key->hash, DIGEST_SHA256_BYTES);
    put_tlv(w, MCUBOOT_TLV_ECDSA, signature, signature_bytes);
    area_end(w, begin, MCUBOOT_TLV_MAGIC);
    return STATUS_OK;
}

enum status signed_image_write(const struct signed_image *image, const struct pem_key *key,
                               const char *path, struct file_bytes *out)
{
    struct writer w = {file_alloc(WRITER_BYTES), 0};
    enum status status = STATUS_INPUT;

    *out = (struct file_bytes){w.at, 0};
    if (image->payload_bytes <= SLOT_BYTES - image->header_bytes) {
        memcpy(w.at + image->header_bytes, image->payload, image->payload_bytes);
        w.len = image->header_bytes + image->payload_bytes;
        put_protected(&w, image);
        put_header(w.at, image, w.len - image->header_bytes - image->payload_bytes);
        status = put_signature(&w, image, key);
    }
    if (status == STATUS_KEY) {
        file_free(out);
        return status;
    }
    if (status != STATUS_OK || w.len > SLOT_BYTES) {
        file_free(out);
        return say_error(STATUS_INPUT,
                         "%s: %u bytes of program, its header and its TLVs do not fit the run area "
                         "of %u bytes",
                         path, image->payload_bytes, SLOT_BYTES);
    }
    out->len = w.len;
    return STATUS_OK;
}
