/* SPDX-License-Identifier: MIT
 * The front of all file systems: which one is where, and the way along a path; volume.h. */
#include "fs/volume.h"

#include <string.h>

#include "fs/exfat.h"
#include "fs/fat.h"
#include "fs/foreign.h"

static const char *fat_name(const struct clusters *c)
{
    return c->link_mask == FAT12_LINK_MASK   ? "FAT12"
           : c->link_mask == FAT16_LINK_MASK ? "FAT16"
                                             : "FAT32";
}

/* Something is there, whether it is in order or not. */
static bool is_known(enum bl_rc rc)
{
    return rc == BL_OK || rc == BL_E_FS_CORRUPT;
}

static enum bl_rc mount_exfat(struct volume *v, const struct partition *where, uint32_t off_blocks)
{
    enum bl_rc rc = exfat_mount(&v->clusters, &v->root, &v->cache, where, off_blocks);

    if (is_known(rc))
        v->format = "exFAT";
    return rc;
}

/* What is at a place, and whether it can be read. Old data may look like the backup of an exFAT, so
 * that comes last. */
static enum bl_rc mount_at(struct volume *v, const struct partition *where)
{
    enum bl_rc rc = fat_mount(&v->clusters, &v->root, &v->cache, where);

    v->format = rc == BL_OK ? fat_name(&v->clusters) : rc == BL_E_FS_CORRUPT ? "FAT" : NULL;
    if (rc != BL_E_FS_NONE)
        return rc;
    rc = mount_exfat(v, where, 0);
    if (rc == BL_E_FS_NONE)
        v->format = foreign_name(&v->cache, where);
    if (v->format != NULL && rc == BL_E_FS_NONE)
        return BL_E_FS_FOREIGN;
    if (rc == BL_OK || mount_exfat(v, where, EXFAT_BACKUP_SECTORS) == BL_OK)
        return BL_OK;
    return rc;
}

/* The partitions in their order; then, when none of them could be read, the device as a whole: its
 * boot sector may look like a table, or there is none. What lies under partitions that can be read
 * is old, and nobody sees it any more. */
static enum bl_rc next_place(struct volume *v, struct partition *where)
{
    enum bl_rc rc = partition_next(&v->walk, &v->cache, where);

    if (rc == BL_OK && where->block_count == 0 && !v->any && !v->whole) {
        v->whole = true;
        *where = (struct partition){.start_lba = 0, .block_count = v->cache.dev->block_count};
    }
    return rc;
}

enum bl_rc volume_mount_next(struct volume *v)
{
    const char *format = NULL;
    enum bl_rc first = v->table_rc;
    struct partition where;
    enum bl_rc rc;

    v->mounted = false;
    while ((rc = next_place(v, &where)) == BL_OK && where.block_count != 0) {
        rc = mount_at(v, &where);
        v->mounted = rc == BL_OK;
        if (v->mounted) {
            v->any = true;
            return rc;
        }
        if (first == BL_E_FS_NONE) {
            first = rc;
            format = v->format;
        }
    }
    v->format = format;
    return rc == BL_OK ? first : rc;
}

enum bl_rc volume_mount(struct volume *v, const struct blockdev *dev)
{
    memset(v, 0, sizeof *v);
    if (dev->block_bytes > sizeof v->cache.bytes || dev->block_bytes < BLOCKDEV_BLOCK_BYTES_MIN)
        return BL_E_FS_NONE;
    blockdev_cache_init(&v->cache, dev);
    v->table_rc = partition_begin(&v->walk, &v->cache);
    if (v->table_rc != BL_OK && v->table_rc != BL_E_FS_TABLE)
        return v->table_rc;
    if (v->table_rc == BL_OK)
        v->table_rc = BL_E_FS_NONE;
    return volume_mount_next(v);
}

const char *volume_describe(struct volume *v)
{
    static const char *const schemes[] = {
        [PARTITION_NONE] = "",
        [PARTITION_MBR] = "MBR, ",
        [PARTITION_GPT] = "GPT, ",
    };
    const char *scheme = v->mounted && v->whole ? "" : schemes[v->walk.scheme];
    const char *format = v->format == NULL ? "unknown" : v->format;
    size_t at = strlen(scheme);

    _Static_assert(sizeof v->text >= sizeof "MBR, BitLocker", "the longest text");
    memcpy(v->text, scheme, at);
    memcpy(v->text + at, format, strlen(format) + 1);
    return v->text;
}

enum bl_rc volume_next_entry(struct volume *v, struct folder *folder, struct folder_entry *out)
{
    return v->clusters.link_mask == EXFAT_LINK_MASK
               ? exfat_folder_next(folder, &v->clusters, &v->cache, out)
               : fat_folder_next(folder, &v->clusters, &v->cache, out);
}

static void describe_chain(const struct volume *v, const struct folder_entry *entry,
                           struct chain *out)
{
    uint32_t rest = v->cache.dev->block_bytes - 1;

    *out = (struct chain){.first = entry->first_cluster, .contiguous = entry->contiguous};
    out->blocks = (entry->bytes >> v->cache.block_shift) + ((entry->bytes & rest) != 0);
    if (entry->is_folder && v->clusters.link_mask != EXFAT_LINK_MASK)
        out->blocks = CHAIN_TO_ITS_END; /* FAT keeps no size of folders */
}

/* Looks for the first length bytes of name. */
static enum bl_rc find(struct volume *v, struct folder *folder, const char *name, size_t length,
                       struct folder_entry *out)
{
    enum bl_rc rc;

    while ((rc = volume_next_entry(v, folder, out)) == BL_OK && out->name[0] != '\0')
        if (!out->is_hidden &&
            (folder_name_is(out->name, name, length) || folder_name_is(out->alias, name, length)))
            return BL_OK;
    return rc == BL_OK ? BL_E_FILE_NONE : rc;
}

/* Goes along path. folder is then what it names, or, when that is a file, where it lies. */
static enum bl_rc walk_path(struct volume *v, const char *path, struct folder *folder,
                            struct folder_entry *entry)
{
    *folder = v->root;
    entry->is_folder = true;
    if (!v->mounted)
        return BL_E_FS_NONE;
    for (;;) {
        size_t length;
        enum bl_rc rc;

        while (*path == '/')
            path++;
        if (*path == '\0')
            return BL_OK;
        length = strcspn(path, "/");
        rc = entry->is_folder ? find(v, folder, path, length, entry) : BL_E_FILE_NONE;
        if (rc == BL_OK && entry->is_folder) {
            describe_chain(v, entry, &folder->chain);
            rc = folder_begin(folder, &v->clusters);
        }
        if (rc != BL_OK)
            return rc;
        path += length;
    }
}

enum bl_rc volume_open_folder(struct volume *v, const char *path, struct folder *out)
{
    struct folder_entry entry;
    enum bl_rc rc = walk_path(v, path, out, &entry);

    return rc == BL_OK && !entry.is_folder ? BL_E_FILE_NONE : rc;
}

enum bl_rc volume_open_entry(struct volume *v, const struct folder_entry *entry,
                             struct volume_file *out)
{
    if (entry->is_folder)
        return BL_E_FILE_IS_DIR;
    out->first.count = 0;
    out->bytes = entry->bytes;
    out->valid_bytes = entry->valid_bytes;
    describe_chain(v, entry, &out->chain);
    return chain_begin(&v->clusters, &out->chain);
}

enum bl_rc volume_open(struct volume *v, const char *path, struct volume_file *out)
{
    struct folder folder;
    struct folder_entry entry;
    enum bl_rc rc = walk_path(v, path, &folder, &entry);

    return rc == BL_OK ? volume_open_entry(v, &entry, out) : rc;
}
