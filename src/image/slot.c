/* SPDX-License-Identifier: MIT
 * Content of a slot. The footers are tried from the first sector on, and the first that verifies
 * wins: a larger image may have left a stale one behind. */
#include "image/slot.h"

#include "image/vectors.h"
#include "port/flash.h"

#define CHUNK_BYTES 1024u

void slot_hash_begin(struct slot_hash *hash, uint32_t addr, uint32_t bytes)
{
    hash->addr = addr;
    hash->bytes_left = bytes;
    digest_begin(&hash->run);
}

enum bl_rc slot_hash_poll(struct slot_hash *hash)
{
    uint8_t chunk[CHUNK_BYTES];

    for (uint32_t done = 0; done < SLOT_POLL_BYTES && hash->bytes_left > 0; done += CHUNK_BYTES) {
        uint32_t len = hash->bytes_left < CHUNK_BYTES ? hash->bytes_left : CHUNK_BYTES;

        flash_read(hash->addr, chunk, len);
        digest_bytes(&hash->run, chunk, len);
        hash->addr += len;
        hash->bytes_left -= len;
    }
    if (hash->bytes_left > 0) {
        return BL_PENDING;
    }
    digest_end(&hash->run, &hash->digest);
    return BL_OK;
}

static bool footer_place_is_blank(uint32_t slot_addr, uint32_t sector)
{
    uint8_t bytes[FOOTER_BYTES];
    uint8_t all = 0xFF;

    flash_read(slot_addr + (sector + 1) * SLOT_SECTOR_BYTES - FOOTER_BYTES, bytes, FOOTER_BYTES);
    for (uint32_t i = 0; i < FOOTER_BYTES; i++) {
        all &= bytes[i];
    }
    return all == 0xFF;
}

/* A footer that belongs at the end of this sector. */
static bool footer_at(uint32_t slot_addr, uint32_t sector, struct footer *out)
{
    uint8_t bytes[FOOTER_BYTES];
    uint32_t off = (sector + 1) * SLOT_SECTOR_BYTES - FOOTER_BYTES;

    flash_read(slot_addr + off, bytes, FOOTER_BYTES);
    return footer_decode(bytes, out) && footer_off(out->image_bytes) == off;
}

static enum bl_rc slot_vectors(uint32_t slot_addr, uint32_t image_bytes)
{
    uint8_t head[VECTORS_BYTES];

    flash_read(slot_addr, head, VECTORS_BYTES);
    return vectors_check(head, 0, image_bytes);
}

/* Two comparisons, two halves of the verdict. */
static void slot_judge(struct slot_check *check)
{
    const struct digest *is = &check->hash.digest;
    const struct digest *should = &check->footer.digest;

    if (digest_same(is->md5, should->md5, DIGEST_MD5_BYTES)) {
        check->verdict.first = VERDICT_FIRST;
    }
    if (digest_same(is->sha256, should->sha256, DIGEST_SHA256_BYTES)) {
        check->verdict.second = VERDICT_SECOND;
    }
    if (!verdict_holds(&check->verdict)) {
        verdict_clear(&check->verdict);
    }
}

void slot_check_begin(struct slot_check *check, uint32_t slot_addr, enum policy_purpose purpose,
                      const struct slot_trust *trust)
{
    check->slot_addr = slot_addr;
    check->purpose = purpose;
    check->trust = trust;
    check->mcuboot = false;
    check->kind = SLOT_UNKNOWN;
    check->reason = BL_OK;
    verdict_clear(&check->verdict);
    check->sector = 0;
    check->hashing = false;
    check->differs = false;
}

static enum bl_rc slot_end(struct slot_check *check, enum slot_kind kind)
{
    check->kind = kind;
    return BL_OK;
}

/* The footer of the sector that is looked at does not fit the content. An image that runs on into
 * this sector does not leave a footer's place blank in an earlier one: if one is blank, a smaller
 * image without a footer was written since, and this footer is stale. */
static enum bl_rc slot_candidate_failed(struct slot_check *check)
{
    bool stale = false;

    for (uint32_t i = 0; i < check->sector; i++) {
        stale = stale || footer_place_is_blank(check->slot_addr, i);
    }
    check->differs = check->differs || !stale;
    check->sector++;
    return BL_PENDING;
}

/* The hash of a candidate is complete. */
static enum bl_rc slot_hashed(struct slot_check *check)
{
    check->hashing = false;
    slot_judge(check);
    if (verdict_holds(&check->verdict)) {
        return slot_end(check, SLOT_WHOLE);
    }
    return slot_candidate_failed(check);
}

/* Looks at the end of one sector. */
static enum bl_rc slot_look(struct slot_check *check)
{
    if (!footer_at(check->slot_addr, check->sector, &check->footer)) {
        check->sector++;
        return BL_PENDING;
    }
    if (slot_vectors(check->slot_addr, check->footer.image_bytes) != BL_OK) {
        return slot_candidate_failed(check);
    }
    slot_hash_begin(&check->hash, check->slot_addr, check->footer.image_bytes);
    check->hashing = true;
    return BL_PENDING;
}

enum bl_rc slot_check_poll(struct slot_check *check)
{
    if (check->kind != SLOT_UNKNOWN) {
        return BL_OK;
    }
    if (check->hashing) {
        enum bl_rc rc = slot_hash_poll(&check->hash);

        return rc == BL_OK ? slot_hashed(check) : rc;
    }
    if (check->sector == 0) {
        check->reason = slot_vectors(check->slot_addr, SLOT_BYTES);
        if (check->reason != BL_OK) {
            return slot_end(check, SLOT_NONE);
        }
    }
    if (check->sector == SLOT_SECTORS) {
        return slot_end(check, check->differs ? SLOT_DIFFERS : SLOT_BARE);
    }
    return slot_look(check);
}

void slot_accept_plausible(struct slot_check *check)
{
    if (slot_vectors(check->slot_addr, SLOT_BYTES) == BL_OK) {
        check->verdict.first = VERDICT_FIRST;
    }
    if (slot_vectors(check->slot_addr, SLOT_BYTES) == BL_OK) {
        check->verdict.second = VERDICT_SECOND;
    }
}
