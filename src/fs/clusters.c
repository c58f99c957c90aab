/* SPDX-License-Identifier: MIT
 * Links and runs of clusters; clusters.h. */
#include "fs/clusters.h"

enum {
    FIRST_CLUSTER = 2,
    LINK_MASK_12 = 0xFFF,
    LINK_MASK_16 = 0xFFFF,
    END_LINKS = 7, /* the uppermost eight links mean the end; the one below them a bad cluster */
};

bool clusters_has(const struct clusters *c, uint32_t cluster)
{
    return cluster >= FIRST_CLUSTER && cluster <= c->cluster_max;
}

/* Byte by byte, since a link of 12 bits may lie across two blocks; the cache makes the others
 * cheap. */
static enum bl_rc read_link(const struct clusters *c, struct blockdev_cache *cache,
                            uint32_t cluster, uint32_t *out)
{
    uint32_t bytes = c->link_mask > LINK_MASK_16 ? 4 : 2;
    uint64_t off = (uint64_t)cluster * bytes;
    uint32_t value = 0;

    if (c->link_mask == LINK_MASK_12)
        off = cluster + cluster / 2;
    for (uint32_t i = 0; i < bytes; i++, off++) {
        enum bl_rc rc = blockdev_cache_load(cache, c->table_lba + (off >> cache->block_shift));

        if (rc != BL_OK)
            return rc;
        value |= (uint32_t)cache->bytes[off & (cache->dev->block_bytes - 1)] << 8 * i;
    }
    if (c->link_mask == LINK_MASK_12 && (cluster & 1) != 0)
        value >>= 4;
    *out = value & c->link_mask;
    return BL_OK;
}

/* Are there clusters enough for it? */
static bool fits(const struct clusters *c, const struct chain *chain)
{
    uint64_t clusters = (chain->blocks + (1u << c->cluster_shift) - 1) >> c->cluster_shift;
    uint32_t before = chain->contiguous ? chain->first - FIRST_CLUSTER : 0;

    return before + clusters <= c->cluster_max - 1;
}

enum bl_rc chain_begin(const struct clusters *c, struct chain *chain)
{
    chain_rewind(chain);
    if (chain->blocks == 0)
        return BL_OK;
    if (!clusters_has(c, chain->first))
        return BL_E_FS_CHAIN;
    return chain->blocks == CHAIN_TO_ITS_END || fits(c, chain) ? BL_OK : BL_E_FS_CHAIN;
}

void chain_rewind(struct chain *chain)
{
    chain->next = chain->first;
    chain->blocks_left = chain->blocks;
}

/* The cluster behind `cluster`, when there is more of the chain to come. */
static enum bl_rc step(const struct clusters *c, struct blockdev_cache *cache, struct chain *chain,
                       uint32_t cluster)
{
    enum bl_rc rc = BL_OK;

    if (chain->contiguous)
        chain->next = cluster + 1;
    else
        rc = read_link(c, cache, cluster, &chain->next);
    if (rc != BL_OK || clusters_has(c, chain->next))
        return rc;
    if (chain->blocks != CHAIN_TO_ITS_END || chain->next < c->link_mask - END_LINKS)
        return BL_E_FS_CHAIN;
    chain->blocks_left = 0; /* a folder ends with its links */
    return BL_OK;
}

/* Every turn takes blocks off blocks_left, so a chain that runs in a circle ends with the size. */
enum bl_rc chain_next_run(const struct clusters *c, struct blockdev_cache *cache,
                          struct chain *chain, uint64_t *lba, uint32_t *count)
{
    uint32_t cluster = chain->next;

    *count = 0;
    if (chain->blocks_left == 0)
        return BL_OK;
    *lba = c->data_lba + ((uint64_t)(cluster - FIRST_CLUSTER) << c->cluster_shift);
    for (;;) {
        uint32_t part = 1u << c->cluster_shift;
        enum bl_rc rc;

        if (part >= chain->blocks_left)
            part = (uint32_t)chain->blocks_left;
        *count += part;
        chain->blocks_left -= part;
        if (chain->blocks_left == 0)
            return BL_OK;
        rc = step(c, cache, chain, cluster);
        if (rc != BL_OK)
            return rc;
        if (chain->next != cluster + 1 || *count >= CLUSTERS_RUN_BLOCKS_MAX)
            return BL_OK;
        cluster = chain->next;
    }
}
