/* SPDX-License-Identifier: MIT
 * What FAT's and exFAT's folders have in common; folder.h. */
#include "fs/folder.h"

enum bl_rc folder_begin(struct folder *folder, const struct clusters *c)
{
    folder->blocks = 0;
    folder->off = 0;
    folder->entries_left = FOLDER_RAW_ENTRIES_MAX;
    return chain_begin(c, &folder->chain);
}

enum bl_rc folder_next_raw(struct folder *folder, const struct clusters *c,
                           struct blockdev_cache *cache, const uint8_t **raw)
{
    enum bl_rc rc = BL_OK;

    *raw = NULL;
    if (folder->off == cache->dev->block_bytes) {
        folder->off = 0;
        folder->lba++;
        folder->blocks--;
    }
    if (folder->blocks == 0)
        rc = chain_next_run(c, cache, &folder->chain, &folder->lba, &folder->blocks);
    if (rc != BL_OK || folder->blocks == 0)
        return rc;
    if (folder->entries_left-- == 0)
        return BL_E_FS_FOLDER;
    rc = blockdev_cache_load(cache, folder->lba);
    if (rc == BL_OK && cache->bytes[folder->off] != 0)
        *raw = cache->bytes + folder->off;
    folder->off += FOLDER_RAW_BYTES;
    return rc;
}

uint8_t folder_name_char(uint32_t c)
{
    return c < ' ' || c >= 0x7F || c == '/' ? '?' : (uint8_t)c;
}

/* The character that begins at units[*at], which moves to its last unit: two of them may make one
 * character. */
static uint32_t character(const uint16_t *units, uint32_t count, uint32_t *at)
{
    uint32_t c = units[*at];

    if (c >> 10 == 0xD800 >> 10 && *at + 1 < count && units[*at + 1] >> 10 == 0xDC00 >> 10)
        c = 0x10000 + ((c & 0x3FF) << 10 | (units[++*at] & 0x3FFu));
    return c < 0xA0 ? folder_name_char(c) : c;
}

bool folder_name(char out[FILE_PATH_MAX], const uint16_t *units, uint32_t count)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t c = character(units, count, &i);
        uint32_t bytes = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

        if (at + bytes >= FILE_PATH_MAX)
            return false;
        if (bytes == 1) {
            out[at++] = (char)c;
            continue;
        }
        out[at++] = (char)(uint8_t)(0xF00u >> bytes | c >> 6 * (bytes - 1));
        while (--bytes > 0)
            out[at++] = (char)(0x80 | (c >> 6 * (bytes - 1) & 0x3F));
    }
    out[at] = '\0';
    return at > 0;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool folder_name_is(const char *name, const char *want, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (name[i] == '\0' || upper(name[i]) != upper(want[i]))
            return false;
    return name[length] == '\0';
}
