/* SPDX-License-Identifier: MIT
 * The front of all file systems: which one is where, and the way along a path; volume.h. */
#include "fs/volume.h"

#include <string.h>

#include "fs/fat.h"

/* The name that exFAT and NTFS carry at offset 3 of their boot sector. */
static enum volume_kind foreign_kind(const uint8_t *boot_sector)
{
    if (memcmp(boot_sector + 3, "EXFAT   ", 8) == 0)
        return VOLUME_EXFAT;
    return memcmp(boot_sector + 3, "NTFS    ", 8) == 0 ? VOLUME_NTFS : VOLUME_NONE;
}

static enum volume_kind fat_kind(const struct clusters *c)
{
    return c->link_mask > 0xFFFF  ? VOLUME_FAT32
           : c->link_mask > 0xFFF ? VOLUME_FAT16
                                  : VOLUME_FAT12;
}

/* What is at a place, and whether it can be read. */
static enum bl_rc mount_at(struct volume *v, const struct partition *where, enum volume_kind *kind)
{
    enum bl_rc rc = fat_mount(&v->clusters, &v->root, &v->cache, where);

    *kind = rc == BL_OK ? fat_kind(&v->clusters) : rc == BL_E_FS_CORRUPT ? VOLUME_FAT : VOLUME_NONE;
    if (rc != BL_E_FS_NONE)
        return rc;
    *kind = foreign_kind(v->cache.bytes);
    return *kind == VOLUME_NONE ? BL_E_FS_NONE : BL_E_FS_FOREIGN;
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
    enum bl_rc first = v->table_rc;
    struct partition where;
    enum bl_rc rc;

    v->mounted = false;
    v->kind = VOLUME_NONE;
    while ((rc = next_place(v, &where)) == BL_OK && where.block_count != 0) {
        enum volume_kind kind;

        rc = mount_at(v, &where, &kind);
        v->mounted = rc == BL_OK;
        if (v->mounted || first == BL_E_FS_NONE) {
            first = rc;
            v->kind = kind;
        }
        if (v->mounted)
            break;
    }
    v->any = v->any || v->mounted;
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
    static const char *const kinds[] = {
        [VOLUME_NONE] = "unknown", [VOLUME_FAT] = "FAT",     [VOLUME_FAT12] = "FAT12",
        [VOLUME_FAT16] = "FAT16",  [VOLUME_FAT32] = "FAT32", [VOLUME_EXFAT] = "exFAT",
        [VOLUME_NTFS] = "NTFS",
    };

    const char *scheme = v->mounted && v->whole ? "" : schemes[v->walk.scheme];
    const char *kind = kinds[v->kind];
    size_t at = strlen(scheme);

    _Static_assert(sizeof v->text >= sizeof "MBR, unknown", "the longest text");
    memcpy(v->text, scheme, at);
    memcpy(v->text + at, kind, strlen(kind) + 1);
    return v->text;
}

enum bl_rc volume_next_entry(struct volume *v, struct folder *folder, struct folder_entry *out)
{
    return fat_folder_next(folder, &v->clusters, &v->cache, out);
}

static enum bl_rc begin_chain(const struct volume *v, const struct folder_entry *entry,
                              struct chain *out)
{
    uint32_t rest = v->cache.dev->block_bytes - 1;

    *out = (struct chain){.first = entry->first_cluster, .contiguous = entry->contiguous};
    out->blocks = (entry->bytes >> v->cache.block_shift) + ((entry->bytes & rest) != 0);
    if (entry->is_folder && v->kind != VOLUME_EXFAT)
        out->blocks = CHAIN_TO_ITS_END;
    return chain_begin(&v->clusters, out);
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
            struct chain chain;

            rc = begin_chain(v, entry, &chain);
            folder_begin(folder, &chain);
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
    out->bytes = entry->bytes;
    out->valid_bytes = entry->valid_bytes;
    return begin_chain(v, entry, &out->chain);
}

enum bl_rc volume_open(struct volume *v, const char *path, struct volume_file *out)
{
    struct folder folder;
    struct folder_entry entry;
    enum bl_rc rc = walk_path(v, path, &folder, &entry);

    return rc == BL_OK ? volume_open_entry(v, &entry, out) : rc;
}
