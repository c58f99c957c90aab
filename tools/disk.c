/* SPDX-License-Identifier: MIT
 * Disk images; disk.h. Partition tables as in UEFI 2.10 chapter 5. */
#include "tools/disk.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tools/program.h"
#include "util/bytes.h"

#define BLOCK_BYTES     512u
#define MBR_TABLE       446u
#define MBR_ENTRIES     4u
#define MBR_ENTRY_BYTES 16u
#define MBR_TYPE_GPT    0xEEu
#define GPT_ENTRIES_MAX 128u

/* EBD0A0A2-B9E5-4433-87C0-68B6B72699C7, "basic data", as it lies on the disk. */
static const uint8_t basic_data[16] = {0xA2, 0xA0, 0xD0, 0xEB, 0xE5, 0xB9, 0x33, 0x44,
                                       0x87, 0xC0, 0x68, 0xB6, 0xB7, 0x26, 0x99, 0xC7};

static bool read_block(FILE *file, uint64_t lba, uint8_t block[BLOCK_BYTES])
{
    return lba < INT64_MAX / BLOCK_BYTES &&
           fseeko(file, (off_t)(lba * BLOCK_BYTES), SEEK_SET) == 0 &&
           fread(block, BLOCK_BYTES, 1, file) == 1;
}

/* A FAT boot sector: jump, bytes per sector, number of FATs. */
static bool is_fat(const uint8_t block[BLOCK_BYTES])
{
    uint32_t sector_bytes = le16(block + 11);

    return (block[0] == 0xEB || block[0] == 0xE9) && sector_bytes >= BLOCK_BYTES &&
           sector_bytes <= 4096 && (sector_bytes & (sector_bytes - 1)) == 0 &&
           (block[16] == 1 || block[16] == 2);
}

static bool is_fat_type(uint8_t type)
{
    return type == 0x01 || type == 0x04 || type == 0x06 || type == 0x0B || type == 0x0C ||
           type == 0x0E;
}

/* First "basic data" entry of a GPT; 0 = none. */
static uint64_t gpt_first_lba(FILE *file)
{
    uint8_t block[BLOCK_BYTES];

    if (!read_block(file, 1, block) || memcmp(block, "EFI PART", 8) != 0)
        return 0;
    uint64_t table_lba = le64(block + 72);
    uint32_t count = le32(block + 80);
    uint32_t entry_bytes = le32(block + 84);

    if (entry_bytes < 128 || BLOCK_BYTES % entry_bytes != 0 || count > GPT_ENTRIES_MAX)
        return 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t off = i * entry_bytes;

        if (!read_block(file, table_lba + off / BLOCK_BYTES, block))
            return 0;
        const uint8_t *entry = block + off % BLOCK_BYTES;

        if (memcmp(entry, basic_data, sizeof basic_data) == 0)
            return le64(entry + 32);
    }
    return 0;
}

/* Block at which the file system begins; false when none is found. */
static bool find_file_system(FILE *file, uint64_t *lba)
{
    uint8_t block[BLOCK_BYTES];

    *lba = 0;
    if (!read_block(file, 0, block) || le16(block + 510) != 0xAA55)
        return false;
    if (is_fat(block))
        return true;
    for (unsigned i = 0; i < MBR_ENTRIES && *lba == 0; i++) {
        const uint8_t *entry = block + MBR_TABLE + (size_t)i * MBR_ENTRY_BYTES;

        if (is_fat_type(entry[4]))
            *lba = le32(entry + 8);
        else if (entry[4] == MBR_TYPE_GPT)
            *lba = gpt_first_lba(file);
    }
    return *lba != 0 && read_block(file, *lba, block) && is_fat(block);
}

enum status disk_open(const char *path, struct disk *out)
{
    uint64_t lba;
    FILE *file = fopen(path, "rb");

    if (file == NULL)
        return say_error(STATUS_FILE, "%s: cannot be opened: %s", path, strerror(errno));
    bool found = find_file_system(file, &lba);

    (void)fclose(file); /* only read */
    if (!found) {
        return say_error(STATUS_INPUT,
                         "%s: holds no FAT file system, bare or in a partition; make one with "
                         "mkfs.fat -F 32",
                         path);
    }
    int len = snprintf(out->drive, sizeof out->drive, "%s@@%llu", path,
                       (unsigned long long)lba * BLOCK_BYTES);

    if (len < 0 || (size_t)len >= sizeof out->drive || strstr(path, "@@") != NULL)
        return say_error(STATUS_FILE, "%s: a path that is too long or has @@ in it", path);
    return STATUS_OK;
}

/* As mtools name a file: "::/folder/name". */
static enum status mtools_path(const char *path, char out[FILE_PATH_BYTES])
{
    return file_path_join("::", path, out);
}

static enum status make_folders(const struct disk *disk, const char *path)
{
    char folder[FILE_PATH_BYTES];
    enum status status = mtools_path(path, folder);

    for (char *slash = strchr(folder + strlen("::/"), '/'); status == STATUS_OK && slash != NULL;
         slash = strchr(slash + 1, '/')) {
        const char *const list[] = {"mdir", "-b", "-i", disk->drive, folder, NULL};
        const char *const make[] = {"mmd", "-i", disk->drive, folder, NULL};

        *slash = '\0';
        if (program_run(list, NULL, NULL, 0, true) != STATUS_OK)
            status = program_run(make, NULL, NULL, 0, false);
        *slash = '/';
    }
    return status;
}

enum status disk_put(const struct disk *disk, const char *path, const struct file_bytes *bytes)
{
    char to[FILE_PATH_BYTES];
    const char *const copy[] = {"mcopy", "-o", "-i", disk->drive, "-", to, NULL};
    enum status status = make_folders(disk, path);

    if (status == STATUS_OK)
        status = mtools_path(path, to);
    return status == STATUS_OK ? program_run(copy, bytes, NULL, 0, false) : status;
}

enum status disk_get(const struct disk *disk, const char *path, uint32_t max_bytes,
                     struct file_bytes *out)
{
    char from[FILE_PATH_BYTES];
    const char *const copy[] = {"mcopy", "-i", disk->drive, from, "-", NULL};
    enum status status = mtools_path(path, from);

    *out = (struct file_bytes){NULL, 0};
    return status == STATUS_OK ? program_run(copy, NULL, out, max_bytes, false) : status;
}
