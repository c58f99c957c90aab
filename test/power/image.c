/* SPDX-License-Identifier: MIT
 * Images for the power cuts; image.h. */
#include "power/image.h"

#include <string.h>

#include "image/digest.h"
#include "image/footer.h"
#include "image/mcuboot.h"
#include "image/vectors.h"
#include "power/keys.h"
#include "power/random.h"
#include "support/flash_host.h"
#include "util/bytes.h"

#define HEADER_BYTES    MCUBOOT_HEADER_STEP_BYTES
#define SIGNATURE_BYTES 8u
#define LAST_BYTES      72u /* of the last sector, when it is not full */
#define SPARSE_STEP     (SLOT_SECTOR_BYTES / 4u)

static void put_vectors(uint8_t *at, uint32_t table_off)
{
    put_le32(at + table_off, RAM_END_ADDR - 64);
    put_le32(at + table_off + 4, (uint32_t)RUN_ADDR + table_off + VECTORS_BYTES + 1);
}

/* The words of from..end that an image has; the others stay blank. */
static void put_body(struct image *image, uint32_t from, uint32_t end)
{
    const struct image_spec *spec = &image->spec;
    uint32_t step = spec->dense ? 4 : SPARSE_STEP;

    for (uint32_t off = from; off + 4 <= end; off += step) {
        bool shared = (spec->share >> off / SLOT_SECTOR_BYTES & 1) != 0;

        put_le32(image->at + off, random_mix(shared ? 99 : spec->id, off) & 0x7FFFFFFF);
    }
    /* The place of a smaller image's footer is not blank in a bigger one. */
    for (uint32_t off = SLOT_SECTOR_BYTES - 4; off < end; off += SLOT_SECTOR_BYTES)
        put_le32(image->at + off, 0x01234567);
}

static struct digest digest_of(const struct image *image, uint32_t bytes)
{
    struct digest_run run;
    struct digest digest;

    digest_begin(&run);
    digest_bytes(&run, image->at, bytes);
    digest_end(&run, &digest);
    return digest;
}

static void describe_file(struct image *image)
{
    struct digest digest = digest_of(image, image->file_bytes);

    for (unsigned i = 0; i < DIGEST_MD5_BYTES; i++) {
        image->md5_text[2 * i] = "0123456789abcdef"[digest.md5[i] >> 4];
        image->md5_text[2 * i + 1] = "0123456789abcdef"[digest.md5[i] & 15];
    }
    image->md5_text[32] = '\0';
    if (image->spec.kind == IMAGE_PLAIN) {
        struct footer footer = {image->file_bytes, digest};

        memcpy(image->sha256, digest.sha256, sizeof image->sha256);
        image->pieces = footer_sectors(image->file_bytes);
        footer_encode(&footer, image->at + footer_off(image->file_bytes));
    } else if (image->spec.kind == IMAGE_BARE) {
        digest = digest_of(image, SLOT_BYTES);
        memcpy(image->sha256, digest.sha256, sizeof image->sha256);
    }
}

static void make_plain(struct image *image)
{
    const struct image_spec *spec = &image->spec;

    uint32_t full_bytes = (uint32_t)spec->sectors * SLOT_SECTOR_BYTES;

    image->file_bytes = spec->brim ? full_bytes - 8 : full_bytes - SLOT_SECTOR_BYTES + LAST_BYTES;
    put_vectors(image->at, 0);
    put_body(image, 2 * VECTORS_BYTES, image->file_bytes);
    image->pieces = spec->kind == IMAGE_BARE ? SLOT_SECTORS : spec->sectors;
    describe_file(image);
}

static uint32_t put_tlv(uint8_t *at, uint16_t type, const void *data, uint16_t bytes)
{
    put_le16(at, type);
    put_le16(at + 2, bytes);
    memcpy(at + 4, data, bytes);
    return 4u + bytes;
}

/* Security counter, and the request for a trial. */
static uint32_t put_protected(const struct image *image, uint8_t *at)
{
    uint8_t words[8];
    uint32_t bytes = 4;

    put_le32(words, image->spec.counter);
    bytes += put_tlv(at + bytes, MCUBOOT_TLV_COUNTER, words, 4);
    if (image->spec.trial_starts != 0) {
        put_le32(words, image->spec.trial_starts);
        put_le32(words + 4, 8000);
        bytes += put_tlv(at + bytes, MCUBOOT_TLV_TRIAL, words, 8);
    }
    put_le16(at, MCUBOOT_PROTECTED_MAGIC);
    put_le16(at + 2, (uint16_t)bytes);
    return bytes;
}

static uint32_t put_signing(struct image *image, uint8_t *at, uint32_t signed_bytes)
{
    struct digest digest = digest_of(image, signed_bytes);
    uint32_t bytes = 4;

    memcpy(image->sha256, digest.sha256, sizeof image->sha256);
    bytes += put_tlv(at + bytes, MCUBOOT_TLV_SHA256, digest.sha256, DIGEST_SHA256_BYTES);
    bytes += put_tlv(at + bytes, MCUBOOT_TLV_KEY_HASH, power_key_hash, DIGEST_SHA256_BYTES);
    bytes += put_tlv(at + bytes, MCUBOOT_TLV_ECDSA, digest.sha256, SIGNATURE_BYTES);
    put_le16(at, MCUBOOT_TLV_MAGIC);
    put_le16(at + 2, (uint16_t)bytes);
    return bytes;
}

static void put_header(struct image *image, uint32_t protected_bytes, uint32_t payload_bytes)
{
    uint8_t *at = image->at;

    memset(at, 0, MCUBOOT_HEADER_BYTES);
    put_le32(at, MCUBOOT_MAGIC);
    put_le16(at + 8, HEADER_BYTES);
    put_le16(at + 10, (uint16_t)protected_bytes);
    put_le32(at + 12, payload_bytes);
    at[20] = image->spec.id;
}

static void make_signed(struct image *image)
{
    const struct image_spec *spec = &image->spec;
    uint8_t scratch[64];
    uint32_t protected_bytes = put_protected(image, scratch);
    uint32_t tlvs_bytes = protected_bytes + 3 * 4 + 4 + 2 * DIGEST_SHA256_BYTES + SIGNATURE_BYTES;
    uint32_t full_bytes = (uint32_t)spec->sectors * SLOT_SECTOR_BYTES;
    uint32_t end = spec->brim || spec->sectors == 1 ? full_bytes - tlvs_bytes
                                                    : full_bytes - SLOT_SECTOR_BYTES + LAST_BYTES;

    image->vectors_off = HEADER_BYTES;
    put_header(image, protected_bytes, end - HEADER_BYTES);
    put_vectors(image->at, HEADER_BYTES);
    put_body(image, HEADER_BYTES + 2 * VECTORS_BYTES, end);
    end += put_protected(image, image->at + end);
    end += put_signing(image, image->at + end, end);
    image->file_bytes = end;
    image->pieces = spec->sectors;
    describe_file(image);
}

void image_make(struct image *image, const struct image_spec *spec)
{
    memset(image, 0, sizeof *image);
    memset(image->at, 0xFF, sizeof image->at);
    image->spec = *spec;
    if (spec->sectors == 0)
        return;
    if (spec->kind == IMAGE_SIGNED)
        make_signed(image);
    else
        make_plain(image);
}

static bool range_holds(const uint8_t *bytes, uint32_t addr, uint32_t len)
{
    return memcmp(flash_host_at(addr), bytes, len) == 0 && flash_host_solid(addr, len);
}

bool image_piece_holds(const struct image *image, uint32_t i, uint32_t sector_addr)
{
    uint32_t from = i * SLOT_SECTOR_BYTES;
    uint32_t len = SLOT_SECTOR_BYTES;
    uint32_t tail = SLOT_SECTOR_BYTES - FOOTER_BYTES;
    bool has_footer = image->spec.kind == IMAGE_PLAIN && i + 1 == image->pieces;

    if (image->spec.kind != IMAGE_BARE && image->file_bytes < from + len)
        len = image->file_bytes > from ? image->file_bytes - from : 0;
    return range_holds(image->at + from, sector_addr, len) &&
           (!has_footer || range_holds(image->at + from + tail, sector_addr + tail, FOOTER_BYTES));
}
