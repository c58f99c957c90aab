/* SPDX-License-Identifier: MIT
 * FAT folders: the walk over their entries, and the comparison of long and short names. No name is
 * ever copied: the wanted one is compared piece by piece with the entries as they come. */
#include <string.h>

#include "fs/fat.h"
#include "util/bytes.h"

/* Folder entry, FAT 1.03 "FAT Directory Structure" and "FAT Long Directory Entries". */
enum {
    ENTRY_BYTES = 32,
    ENTRY_ATTR_OFF = 11,
    ENTRY_CLUSTER_HIGH_OFF = 20,
    ENTRY_CLUSTER_LOW_OFF = 26,
    ENTRY_SIZE_OFF = 28,
    ENTRY_END = 0x00,
    ENTRY_DELETED = 0xE5,

    ATTR_HIDDEN = 0x02,
    ATTR_SYSTEM = 0x04,
    ATTR_VOLUME = 0x08,
    ATTR_FOLDER = 0x10,
    ATTR_LONG_NAME = 0x0F,
    ATTR_MASK = 0x3F,

    LONG_CHECKSUM_OFF = 13,
    LONG_LAST = 0x40, /* set in the entry that comes first and holds the end of the name */
    LONG_ORDINAL_MASK = 0x3F,
    LONG_ORDINAL_MAX = 20,
    LONG_CHARS = 13,

    SHORT_NAME_BYTES = 11,
    SHORT_BASE_BYTES = 8,
};

struct walk {
    uint32_t cluster; /* 0 = the fixed root folder */
    uint64_t lba;
    uint32_t blocks_left;
    uint32_t off;
};

struct match {
    const char *name;
    uint32_t length;
    bool has_short; /* the name can be written as 8.3 */
    uint8_t short_name[SHORT_NAME_BYTES];
    bool in_sequence; /* long-name entries without a gap so far */
    bool equal;
    uint8_t ordinal; /* of the last one; 1 = complete */
    uint8_t checksum;
};

static enum bl_rc enter_cluster(const struct fat *f, struct walk *w, uint32_t cluster)
{
    if (cluster < 2 || cluster > f->cluster_max)
        return BL_E_FS_CHAIN;
    w->cluster = cluster;
    w->lba = fat_cluster_lba(f, cluster);
    w->blocks_left = f->cluster_blocks;
    w->off = 0;
    return BL_OK;
}

static enum bl_rc walk_begin(const struct fat *f, uint32_t cluster, struct walk *w)
{
    if (cluster != 0)
        return enter_cluster(f, w, cluster);
    if (f->bits == 32)
        return enter_cluster(f, w, f->root_cluster);
    *w = (struct walk){.lba = f->root_lba, .blocks_left = f->root_blocks};
    return BL_OK;
}

/* Steps over the end of a block. *end = the folder ends here. */
static enum bl_rc next_block(const struct fat *f, struct blockdev_cache *cache, struct walk *w,
                             bool *end)
{
    uint32_t cluster;
    enum bl_rc rc;

    w->off = 0;
    w->lba++;
    if (--w->blocks_left > 0)
        return BL_OK;
    *end = w->cluster == 0;
    if (*end)
        return BL_OK;
    rc = fat_next_cluster(f, cache, w->cluster, &cluster);
    if (rc != BL_OK)
        return rc;
    *end = cluster == FAT_END;
    return *end ? BL_OK : enter_cluster(f, w, cluster);
}

/* The next entry, in the cache until its next use; NULL at the end of the folder. */
static enum bl_rc walk_next(const struct fat *f, struct blockdev_cache *cache, struct walk *w,
                            const uint8_t **entry)
{
    bool end = false;
    enum bl_rc rc = BL_OK;

    *entry = NULL;
    if (w->off == cache->dev->block_bytes)
        rc = next_block(f, cache, w, &end);
    if (rc != BL_OK || end)
        return rc;
    rc = blockdev_cache_load(cache, w->lba);
    if (rc != BL_OK)
        return rc;
    if (cache->bytes[w->off] != ENTRY_END)
        *entry = cache->bytes + w->off;
    w->off += ENTRY_BYTES;
    return BL_OK;
}

static uint32_t upper(uint32_t c)
{
    return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

/* "firmware.bin" as "FIRMWAREBIN"; false for what does not fit into 8.3. */
static bool make_short(const char *name, uint32_t length, uint8_t *out)
{
    uint32_t at = 0;
    uint32_t end = SHORT_BASE_BYTES;

    memset(out, ' ', SHORT_NAME_BYTES);
    for (uint32_t i = 0; i < length; i++) {
        if (name[i] == '.' && end == SHORT_BASE_BYTES && at > 0) {
            at = SHORT_BASE_BYTES;
            end = SHORT_NAME_BYTES;
        } else if (name[i] == '.' || name[i] == ' ' || at == end) {
            return false;
        } else {
            out[at++] = (uint8_t)upper((uint8_t)name[i]);
        }
    }
    return true;
}

static void match_begin(struct match *m, const char *name, uint32_t length)
{
    *m = (struct match){.name = name, .length = length};
    m->has_short = make_short(name, length, m->short_name);
}

/* The name, then one zero, then 0xFFFF up to the end of the entry. */
static uint32_t wanted_char(const struct match *m, uint32_t at)
{
    if (at < m->length)
        return upper((uint8_t)m->name[at]);
    return at == m->length ? 0 : 0xFFFF;
}

static bool long_part_equal(const struct match *m, const uint8_t *entry)
{
    static const uint8_t offsets[LONG_CHARS] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    uint32_t base = (m->ordinal - 1u) * LONG_CHARS;

    for (uint32_t i = 0; i < LONG_CHARS; i++) {
        uint32_t c = le16(entry + offsets[i]);

        if (upper(c) != wanted_char(m, base + i) || (c > 0x7F && base + i < m->length))
            return false;
    }
    return true;
}

static void match_long(struct match *m, const uint8_t *entry)
{
    uint8_t ordinal = entry[0] & LONG_ORDINAL_MASK;

    if ((entry[0] & LONG_LAST) != 0) {
        m->in_sequence = ordinal >= 1 && ordinal <= LONG_ORDINAL_MAX;
        m->equal = ordinal == (m->length + LONG_CHARS - 1) / LONG_CHARS;
        m->checksum = entry[LONG_CHECKSUM_OFF];
    } else {
        m->in_sequence = m->in_sequence && ordinal + 1 == m->ordinal &&
                         entry[LONG_CHECKSUM_OFF] == m->checksum && ordinal >= 1;
    }
    m->ordinal = ordinal;
    if (m->in_sequence && m->equal)
        m->equal = long_part_equal(m, entry);
}

/* FAT 1.03: ties the long-name entries to the short one that they precede. */
static uint8_t short_checksum(const uint8_t *name)
{
    uint8_t sum = 0;

    for (uint32_t i = 0; i < SHORT_NAME_BYTES; i++)
        sum = (uint8_t)((sum << 7 | sum >> 1) + name[i]);
    return sum;
}

/* Takes one entry; true when it is the one that is wanted. */
static bool match_entry(struct match *m, const uint8_t *entry)
{
    bool long_equal;

    if (entry[0] == ENTRY_DELETED) {
        m->in_sequence = false;
        return false;
    }
    if ((entry[ENTRY_ATTR_OFF] & ATTR_MASK) == ATTR_LONG_NAME) {
        match_long(m, entry);
        return false;
    }
    long_equal =
        m->in_sequence && m->ordinal == 1 && m->equal && m->checksum == short_checksum(entry);
    m->in_sequence = false;
    if ((entry[ENTRY_ATTR_OFF] & (ATTR_HIDDEN | ATTR_SYSTEM | ATTR_VOLUME)) != 0)
        return false;
    return long_equal || (m->has_short && memcmp(entry, m->short_name, SHORT_NAME_BYTES) == 0);
}

static void entry_decode(const struct fat *f, const uint8_t *entry, struct fat_entry *out)
{
    out->is_folder = (entry[ENTRY_ATTR_OFF] & ATTR_FOLDER) != 0;
    out->first_cluster = le16(entry + ENTRY_CLUSTER_LOW_OFF);
    if (f->bits == 32)
        out->first_cluster |= (uint32_t)le16(entry + ENTRY_CLUSTER_HIGH_OFF) << 16;
    out->bytes = le32(entry + ENTRY_SIZE_OFF);
}

/* Finds one name in the folder that begins at cluster (0 = the root). */
static enum bl_rc find_name(const struct fat *f, struct blockdev_cache *cache, uint32_t cluster,
                            struct match *m, struct fat_entry *out)
{
    struct walk w;
    const uint8_t *entry;
    enum bl_rc rc = walk_begin(f, cluster, &w);

    for (uint32_t i = 0; rc == BL_OK && i < FAT_FOLDER_ENTRIES_MAX; i++) {
        rc = walk_next(f, cache, &w, &entry);
        if (rc != BL_OK)
            break;
        if (entry == NULL)
            return BL_E_FILE_NONE;
        if (match_entry(m, entry)) {
            entry_decode(f, entry, out);
            return BL_OK;
        }
    }
    return rc == BL_OK ? BL_E_FS_CHAIN : rc; /* more entries than a folder can have */
}

enum bl_rc fat_find(const struct fat *f, struct blockdev_cache *cache, const char *path,
                    struct fat_entry *out)
{
    *out = (struct fat_entry){.is_folder = true};
    while (*path == '/')
        path++;
    do {
        struct match m;
        size_t length = strcspn(path, "/");
        enum bl_rc rc;

        if (length == 0 || !out->is_folder)
            return BL_E_FILE_NONE;
        match_begin(&m, path, (uint32_t)length);
        rc = find_name(f, cache, out->first_cluster, &m, out);
        if (rc != BL_OK)
            return rc;
        path += length;
        while (*path == '/')
            path++;
    } while (*path != '\0');
    return BL_OK;
}
