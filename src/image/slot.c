/* SPDX-License-Identifier: MIT
 * Content of a slot: what both formats share, and MCUboot's. Plain images: slot_plain.h. */
#include "image/slot.h"

#include <stddef.h>

#include "image/signature.h"
#include "image/slot_plain.h"
#include "port/flash.h"
#include "util/bytes.h"

#define CHUNK_BYTES 1024u

struct slot_map slot_map_of(uint32_t slot_addr)
{
    struct slot_map map;

    for (uint32_t i = 0; i < SLOT_SECTORS; i++)
        map.addr[i] = slot_addr + i * SLOT_SECTOR_BYTES;
    return map;
}

void slot_read(const struct slot_map *map, uint32_t off, void *dst, uint32_t len)
{
    uint8_t *out = dst;

    while (len > 0) {
        uint32_t in_sector = off % SLOT_SECTOR_BYTES;
        uint32_t left = SLOT_SECTOR_BYTES - in_sector;
        uint32_t now = len < left ? len : left;

        flash_read(map->addr[off / SLOT_SECTOR_BYTES] + in_sector, out, now);
        off += now;
        out += now;
        len -= now;
    }
}

void slot_hash_begin(struct slot_hash *hash, const struct slot_map *map, uint32_t bytes)
{
    hash->map = *map;
    hash->off = 0;
    hash->bytes_left = bytes;
    digest_begin(&hash->run);
}

enum bl_rc slot_hash_poll(struct slot_hash *hash)
{
    uint8_t chunk[CHUNK_BYTES];

    for (uint32_t done = 0; done < SLOT_POLL_BYTES && hash->bytes_left > 0; done += CHUNK_BYTES) {
        uint32_t len = hash->bytes_left < CHUNK_BYTES ? hash->bytes_left : CHUNK_BYTES;

        slot_read(&hash->map, hash->off, chunk, len);
        digest_bytes(&hash->run, chunk, len);
        hash->off += len;
        hash->bytes_left -= len;
    }
    if (hash->bytes_left > 0)
        return BL_PENDING;
    digest_end(&hash->run, &hash->digest);
    return BL_OK;
}

enum bl_rc slot_judge_claims(const struct slot_trust *trust, enum policy_purpose purpose,
                             const struct mcuboot_image *image, uint32_t *seal)
{
    enum bl_rc rc = policy_judge(trust->rules, &trust->facts, purpose, image);

    *seal = 0;
    if (rc != BL_OK || !mcuboot_is_signed(image))
        return rc;
    return signature_check(image, trust->keys, &trust->revoked, seal);
}

void slot_check_begin(struct slot_check *check, const struct slot_map *map,
                      enum policy_purpose purpose, const struct slot_trust *trust)
{
    check->map = *map;
    check->purpose = purpose;
    check->trust = trust;
    check->mcuboot = false;
    check->kind = SLOT_UNKNOWN;
    check->reason = BL_OK;
    verdict_clear(&check->verdict);
    check->sector = 0;
    check->hashing = false;
    check->differs = false;
    check->told = false;
}

enum bl_rc slot_end(struct slot_check *check, enum slot_kind kind)
{
    check->kind = kind;
    if (kind != SLOT_WHOLE)
        verdict_clear(&check->verdict);
    return BL_OK;
}

enum bl_rc slot_refuse(struct slot_check *check, enum bl_rc reason)
{
    check->reason = reason;
    return slot_end(check, SLOT_NONE);
}

static enum bl_rc mcuboot_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    const struct slot_check *check = ctx;

    slot_read(&check->map, off, buf, len);
    return BL_OK;
}

static enum bl_rc mcuboot_begin(struct slot_check *check)
{
    struct mcuboot_source source = {check, mcuboot_read, SLOT_BYTES};

    check->mcuboot = true;
    enum bl_rc rc = mcuboot_load(&source, &check->header);

    if (rc != BL_OK)
        return slot_refuse(check, rc);
    slot_hash_begin(&check->hash, &check->map, check->header.signed_bytes);
    digest_skip_md5(&check->hash.run);
    check->hashing = true;
    return BL_PENDING;
}

/* Where the policy takes an image without a signature, that half of the verdict comes from a second
 * comparison of the digests. */
static uint32_t unsigned_half(const struct slot_check *check)
{
    if (check->trust->rules->signed_only || mcuboot_is_signed(&check->header) ||
        !digest_same(check->hash.digest.sha256, check->header.sha256, DIGEST_SHA256_BYTES))
        return 0;
    return VERDICT_SECOND;
}

/* One half of the verdict is the digest's, the other the signature's, without a branch. */
static enum bl_rc mcuboot_hashed(struct slot_check *check)
{
    uint32_t seal;

    if (!digest_same(check->hash.digest.sha256, check->header.sha256, DIGEST_SHA256_BYTES))
        return slot_refuse(check, BL_E_IMG_DIGEST);
    check->verdict.first = VERDICT_FIRST;
    enum bl_rc rc = slot_judge_claims(check->trust, check->purpose, &check->header, &seal);

    if (rc != BL_OK)
        return slot_refuse(check, rc);
    check->verdict.second = mcuboot_is_signed(&check->header)
                                ? seal ^ SIGNATURE_SEAL ^ VERDICT_SECOND
                                : unsigned_half(check);
    if (!verdict_holds(&check->verdict))
        return slot_refuse(check, BL_E_BUG);
    check->footer = (struct footer){check->header.total_bytes, check->hash.digest};
    return slot_end(check, SLOT_WHOLE);
}

/* Word 0 decides which format it is. */
static bool is_mcuboot(const struct slot_check *check)
{
    uint8_t word[4];

    slot_read(&check->map, 0, word, sizeof word);
    return le32(word) == MCUBOOT_MAGIC;
}

enum bl_rc slot_check_poll(struct slot_check *check)
{
    if (check->kind != SLOT_UNKNOWN)
        return BL_OK;
    if (!check->hashing)
        return is_mcuboot(check) ? mcuboot_begin(check) : slot_plain_poll(check);
    enum bl_rc rc = slot_hash_poll(&check->hash);

    if (rc != BL_OK)
        return rc;
    check->hashing = false;
    return check->mcuboot ? mcuboot_hashed(check) : slot_plain_hashed(check);
}

uint32_t slot_sectors(const struct slot_check *check)
{
    uint32_t bytes = check->footer.image_bytes;

    return check->mcuboot ? (bytes + SLOT_SECTOR_BYTES - 1) / SLOT_SECTOR_BYTES
                          : footer_sectors(bytes);
}

uint32_t slot_vectors_off(const struct slot_check *check)
{
    return check->mcuboot ? check->header.header_bytes : 0;
}
