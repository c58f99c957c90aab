/* SPDX-License-Identifier: MIT
 * Plain images in a slot. The footers are tried from the first sector on, and the first that verifies
 * wins: a larger image may have left a stale one behind. */
#include "image/slot_plain.h"

#include "image/vectors.h"

static bool footer_place_is_blank(const struct slot_map *map, uint32_t sector)
{
    uint8_t bytes[FOOTER_BYTES];
    uint8_t all = 0xFF;

    slot_read(map, (sector + 1) * SLOT_SECTOR_BYTES - FOOTER_BYTES, bytes, FOOTER_BYTES);
    for (uint32_t i = 0; i < FOOTER_BYTES; i++)
        all &= bytes[i];
    return all == 0xFF;
}

/* A footer that belongs at the end of this sector. */
static bool footer_at(const struct slot_map *map, uint32_t sector, struct footer *out)
{
    uint8_t bytes[FOOTER_BYTES];
    uint32_t off = (sector + 1) * SLOT_SECTOR_BYTES - FOOTER_BYTES;

    slot_read(map, off, bytes, FOOTER_BYTES);
    return footer_decode(bytes, out) && footer_off(out->image_bytes) == off;
}

static enum bl_rc plain_vectors(const struct slot_check *check, uint32_t image_bytes)
{
    uint8_t head[VECTORS_BYTES];

    slot_read(&check->map, 0, head, VECTORS_BYTES);
    return vectors_check(head, 0, image_bytes);
}

/* Two comparisons, two halves of the verdict. */
static bool plain_verdict(struct slot_check *check)
{
    const struct digest *is = &check->hash.digest;
    const struct digest *should = &check->footer.digest;

    if (digest_same(is->md5, should->md5, DIGEST_MD5_BYTES))
        check->verdict.first = VERDICT_FIRST;
    if (digest_same(is->sha256, should->sha256, DIGEST_SHA256_BYTES))
        check->verdict.second = VERDICT_SECOND;
    return verdict_holds(&check->verdict);
}

/* The footer of the sector that is looked at does not fit the content. An image that runs on into
 * this sector does not leave a footer's place blank in an earlier one: if one is blank, a smaller
 * image without a footer was written since, and this footer is stale. */
static enum bl_rc candidate_failed(struct slot_check *check)
{
    bool stale = false;

    for (uint32_t i = 0; i < check->sector; i++)
        stale = stale || footer_place_is_blank(&check->map, i);
    check->differs = check->differs || !stale;
    check->sector++;
    return BL_PENDING;
}

/* Looks at the end of one sector. */
static enum bl_rc plain_look(struct slot_check *check)
{
    if (check->sector == SLOT_SECTORS)
        return slot_end(check, check->differs ? SLOT_DIFFERS : SLOT_BARE);
    if (!footer_at(&check->map, check->sector, &check->footer)) {
        check->sector++;
        return BL_PENDING;
    }
    if (plain_vectors(check, check->footer.image_bytes) != BL_OK)
        return candidate_failed(check);
    slot_hash_begin(&check->hash, &check->map, check->footer.image_bytes);
    check->hashing = true;
    return BL_PENDING;
}

static enum bl_rc plain_allowed(const struct slot_check *check)
{
    enum bl_rc rc = plain_vectors(check, SLOT_BYTES);

    if (rc != BL_OK)
        return rc;
    return policy_judge(check->trust->rules, &check->trust->facts, check->purpose, NULL);
}

enum bl_rc slot_plain_poll(struct slot_check *check)
{
    if (check->sector == 0) {
        enum bl_rc rc = plain_allowed(check);

        if (rc != BL_OK)
            return slot_refuse(check, rc);
    }
    return plain_look(check);
}

enum bl_rc slot_plain_hashed(struct slot_check *check)
{
    if (plain_verdict(check))
        return slot_end(check, SLOT_WHOLE);
    verdict_clear(&check->verdict);
    return candidate_failed(check);
}

void slot_accept_plausible(struct slot_check *check)
{
    if (plain_allowed(check) == BL_OK)
        check->verdict.first = VERDICT_FIRST;
    if (plain_allowed(check) == BL_OK)
        check->verdict.second = VERDICT_SECOND;
}
