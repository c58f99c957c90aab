/* SPDX-License-Identifier: MIT
 * The front of all file systems: which one is where, and the calls passed on to it. */
#include "fs/volume.h"

#include <string.h>

/* The name that exFAT and NTFS carry at offset 3 of their boot sector. */
static enum volume_kind foreign_kind(const uint8_t *boot_sector)
{
    if (memcmp(boot_sector + 3, "EXFAT   ", 8) == 0)
        return VOLUME_EXFAT;
    return memcmp(boot_sector + 3, "NTFS    ", 8) == 0 ? VOLUME_NTFS : VOLUME_NONE;
}

static enum bl_rc mount_at(struct volume *v, const struct partition *where)
{
    enum bl_rc rc = fat_mount(&v->fat, &v->cache, where);

    if (rc == BL_OK || rc == BL_E_FS_CORRUPT)
        v->kind = VOLUME_FAT;
    else if (rc == BL_E_FS_NONE && v->kind == VOLUME_NONE)
        v->kind = foreign_kind(v->cache.bytes);
    return rc;
}

/* Tries the partitions in their order; a damaged one does not hide a good one behind it. */
static enum bl_rc mount_partitions(struct volume *v, const struct partition_table *table)
{
    enum bl_rc first = BL_E_FS_NONE;

    for (uint32_t i = 0; i < table->count; i++) {
        enum bl_rc rc = mount_at(v, &table->entries[i]);

        if (rc == BL_OK)
            return rc;
        if (first == BL_E_FS_NONE)
            first = rc;
    }
    return first;
}

enum bl_rc volume_mount(struct volume *v, const struct blockdev *dev)
{
    struct partition whole = {.start_lba = 0, .block_count = dev->block_count};
    struct partition_table table;
    enum bl_rc rc;

    blockdev_cache_init(&v->cache, dev);
    v->scheme = PARTITION_NONE;
    v->kind = VOLUME_NONE;
    memset(&v->fat, 0, sizeof v->fat);
    if (dev->block_bytes > sizeof v->cache.bytes || dev->block_bytes < BLOCKDEV_BLOCK_BYTES_MIN)
        return BL_E_FS_NONE;
    rc = blockdev_cache_load(&v->cache, 0);
    if (rc != BL_OK)
        return rc;
    partition_parse(v->cache.bytes, dev->block_count, &table);
    rc = mount_at(v, &whole);
    if (rc == BL_OK || v->kind == VOLUME_EXFAT || v->kind == VOLUME_NTFS || table.count == 0) {
        v->scheme = v->kind == VOLUME_NONE ? table.scheme : PARTITION_SUPERFLOPPY;
        return rc;
    }
    /* A boot sector that makes no sense, with a table that does: old data in front of a table. */
    v->scheme = table.scheme;
    v->kind = VOLUME_NONE;
    return mount_partitions(v, &table);
}

static const char *kind_text(const struct volume *v)
{
    switch (v->kind) {
    case VOLUME_FAT:
        return v->fat.bits == 32   ? "FAT32"
               : v->fat.bits == 16 ? "FAT16"
               : v->fat.bits == 12 ? "FAT12"
                                   : "FAT";
    case VOLUME_EXFAT:
        return "exFAT";
    case VOLUME_NTFS:
        return "NTFS";
    case VOLUME_NONE:
        break;
    }
    return "unknown";
}

const char *volume_describe(struct volume *v)
{
    static const char *const schemes[] = {
        [PARTITION_NONE] = "",
        [PARTITION_SUPERFLOPPY] = "",
        [PARTITION_MBR] = "MBR, ",
        [PARTITION_GPT] = "GPT, ",
    };

    const char *scheme = schemes[v->scheme];
    const char *kind = kind_text(v);
    size_t at = strlen(scheme);

    _Static_assert(sizeof v->text >= sizeof "MBR, unknown", "the longest text");
    memcpy(v->text, scheme, at);
    memcpy(v->text + at, kind, strlen(kind) + 1);
    return v->text;
}

enum bl_rc volume_open(struct volume *v, const char *path, struct volume_file *out)
{
    struct fat_entry entry;
    enum bl_rc rc;

    if (v->kind != VOLUME_FAT)
        return BL_E_FS_NONE;
    rc = fat_find(&v->fat, &v->cache, path, &entry);
    if (rc != BL_OK)
        return rc;
    if (entry.is_folder)
        return BL_E_FILE_IS_DIR;
    out->bytes = entry.bytes;
    return fat_file_begin(&v->fat, &entry, v->cache.dev->block_bytes, &out->fat);
}

enum bl_rc volume_next_run(struct volume *v, struct volume_file *file, struct volume_run *out)
{
    out->lba = 0;
    return fat_next_run(&v->fat, &v->cache, &file->fat, &out->lba, &out->count);
}

void volume_rewind(struct volume_file *file)
{
    fat_rewind(&file->fat);
}

/* Steps over blocks of the file without reading them. */
static enum bl_rc skip_blocks(struct volume *v, struct volume_file *file, uint32_t blocks,
                              struct volume_run *run)
{
    enum bl_rc rc = BL_OK;

    while (rc == BL_OK && blocks > 0) {
        if (run->count == 0)
            rc = volume_next_run(v, file, run);
        if (rc == BL_OK && run->count == 0)
            rc = BL_E_FS_CHAIN;
        if (rc != BL_OK)
            break;
        uint32_t part = blocks < run->count ? blocks : run->count;

        run->lba += part;
        run->count -= part;
        blocks -= part;
    }
    return rc;
}

/* Copies want bytes that begin at off in the next block. */
static enum bl_rc copy_blocks(struct volume *v, struct volume_file *file, struct volume_run *run,
                              uint32_t off, uint8_t *buf, uint32_t want)
{
    uint32_t block_bytes = v->cache.dev->block_bytes;
    enum bl_rc rc = BL_OK;

    for (uint32_t got = 0; rc == BL_OK && got < want; off = 0) {
        uint32_t room = block_bytes - off;
        uint32_t part = want - got < room ? want - got : room;

        if (run->count == 0)
            rc = volume_next_run(v, file, run);
        if (rc == BL_OK)
            rc = run->count == 0 ? BL_E_FS_CHAIN : blockdev_cache_load(&v->cache, run->lba);
        if (rc != BL_OK)
            break;
        memcpy(buf + got, v->cache.bytes + off, part);
        got += part;
        run->lba++;
        run->count--;
    }
    return rc;
}

enum bl_rc volume_read_at(struct volume *v, struct volume_file *file, uint32_t off, void *buf,
                          uint32_t size, uint32_t *got)
{
    uint32_t block_bytes = v->cache.dev->block_bytes;
    uint64_t left = off < file->bytes ? file->bytes - off : 0;
    struct volume_run run = {0};

    *got = left < size ? (uint32_t)left : size;
    volume_rewind(file);
    enum bl_rc rc = *got == 0 ? BL_OK : skip_blocks(v, file, off / block_bytes, &run);

    if (rc == BL_OK)
        rc = copy_blocks(v, file, &run, off % block_bytes, buf, *got);
    volume_rewind(file);
    return rc;
}
