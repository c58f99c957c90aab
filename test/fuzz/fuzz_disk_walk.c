/* SPDX-License-Identifier: MIT
 * What the fuzz targets of file systems do with a device; fuzz_disk.h. */
#include <string.h>

#include "fs/volume.h"
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_disk.h"

enum { ENTRIES_MAX = 40, FILES_MAX = 4, RUNS_MAX = 64, VOLUMES_MAX = 8 };

static struct volume volume;

/* All runs lie on the device, none is longer than it may be, and together they are the file. */
static void walk_runs(struct volume_file *file)
{
    uint64_t block_bytes = volume.cache.dev->block_bytes;
    uint64_t blocks = file->bytes / block_bytes + (file->bytes % block_bytes != 0);
    struct volume_run run = {.count = 1};
    uint32_t runs = 0;
    enum bl_rc rc = BL_OK;

    for (; rc == BL_OK && run.count > 0 && runs < RUNS_MAX; runs++) {
        rc = volume_next_run(&volume, file, &run);
        if (rc != BL_OK)
            break;
        HOLDS(run.count <= blocks);
        HOLDS(run.count == 0 || (run.lba < volume.cache.dev->block_count &&
                                 run.count <= volume.cache.dev->block_count - run.lba));
        blocks -= run.count;
    }
    HOLDS(rc != BL_OK || runs == RUNS_MAX || blocks == 0);
}

static void read_file(struct volume_file *file)
{
    static uint8_t bytes[600], again[600];
    uint32_t got, got_again;

    walk_runs(file);
    if (volume_read_at(&volume, file, 0, bytes, sizeof bytes, &got) != BL_OK)
        return;
    HOLDS(got <= sizeof bytes && got <= file->bytes);
    HOLDS(got == sizeof bytes || got == file->bytes);
    if (volume_read_at(&volume, file, 100, again, sizeof again, &got_again) == BL_OK && got > 100)
        HOLDS(memcmp(bytes + 100, again, got - 100) == 0);
    (void)!volume_read_at(&volume, file, (uint32_t)file->bytes - 1, again, 10, &got_again);
}

static void check_entry(const struct folder_entry *entry)
{
    HOLDS(memchr(entry->name, 0, sizeof entry->name) != NULL);
    HOLDS(memchr(entry->alias, 0, sizeof entry->alias) != NULL);
    for (const char *c = entry->name; *c != '\0'; c++)
        HOLDS((uint8_t)*c >= ' ' && *c != '/' && *c != 0x7F);
}

static void walk_folder(const char *path)
{
    struct folder folder;
    struct folder_entry entry;
    struct volume_file file;
    uint32_t files = 0;

    if (volume_open_folder(&volume, path, &folder) != BL_OK)
        return;
    for (uint32_t i = 0; i < ENTRIES_MAX; i++) {
        if (volume_next_entry(&volume, &folder, &entry) != BL_OK || entry.name[0] == '\0')
            break;
        check_entry(&entry);
        if (!entry.is_folder && files++ < FILES_MAX &&
            volume_open_entry(&volume, &entry, &file) == BL_OK)
            read_file(&file);
    }
}

void fuzz_disk_walk(const struct blockdev *dev)
{
    static const char *const paths[] = {"/firmware.bin", "/a/b c/firmware image.bin"};
    enum bl_rc rc = volume_mount(&volume, dev);

    for (uint32_t i = 0; i < VOLUMES_MAX && rc == BL_OK; i++) {
        HOLDS(strlen(volume_describe(&volume)) < sizeof volume.text);
        for (uint32_t p = 0; p < sizeof paths / sizeof paths[0]; p++) {
            struct volume_file file;

            if (volume_open(&volume, paths[p], &file) == BL_OK)
                read_file(&file);
        }
        walk_folder("/");
        walk_folder("/a");
        rc = volume_mount_next(&volume);
    }
    HOLDS(strlen(volume_describe(&volume)) < sizeof volume.text);
}
