/* SPDX-License-Identifier: MIT
 * FAT folders: an 8.3 entry makes one entry, with the long-name entries in front of it when they
 * belong to it and are all there. */
#include "fs/fat.h"

#include <string.h>

#include "util/bytes.h"

/* Folder entry, FAT 1.03 "FAT Directory Structure" and "FAT Long Directory Entries". */
enum {
    ENTRY_ATTR_OFF = 11,
    ENTRY_CLUSTER_HIGH_OFF = 20,
    ENTRY_CLUSTER_LOW_OFF = 26,
    ENTRY_SIZE_OFF = 28,
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
    LONG_CHARS = 13,

    SHORT_NAME_BYTES = 11,
    SHORT_BASE_BYTES = 8,
};

/* The long-name entries that were seen last. */
struct long_name {
    bool in_sequence; /* without a gap so far */
    uint8_t ordinal;  /* of the last one; 1 = complete */
    uint8_t checksum;
    uint32_t count;
    uint16_t units[FOLDER_NAME_UNITS];
};

/* The name ends with a zero, unless it fills its last entry. */
static void take_part(struct long_name *n, const uint8_t *raw, bool last)
{
    static const uint8_t offsets[LONG_CHARS] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    uint32_t base = (n->ordinal - 1u) * LONG_CHARS;

    for (uint32_t i = 0; i < LONG_CHARS; i++) {
        n->units[base + i] = le16(raw + offsets[i]);
        if (last && n->units[base + i] == 0)
            return;
        if (last)
            n->count = base + i + 1;
    }
}

static void take_long(struct long_name *n, const uint8_t *raw)
{
    uint8_t ordinal = raw[0] & LONG_ORDINAL_MASK;
    bool last = (raw[0] & LONG_LAST) != 0;

    if (last) {
        n->in_sequence = ordinal <= FOLDER_NAME_UNITS / LONG_CHARS;
        n->checksum = raw[LONG_CHECKSUM_OFF];
        n->count = 0;
    } else {
        n->in_sequence =
            n->in_sequence && ordinal + 1 == n->ordinal && raw[LONG_CHECKSUM_OFF] == n->checksum;
    }
    n->in_sequence = n->in_sequence && ordinal >= 1;
    n->ordinal = ordinal;
    if (n->in_sequence)
        take_part(n, raw, last);
}

/* FAT 1.03: ties the long-name entries to the short one that they precede. */
static uint8_t short_checksum(const uint8_t *name)
{
    uint8_t sum = 0;

    for (uint32_t i = 0; i < SHORT_NAME_BYTES; i++)
        sum = (uint8_t)((sum << 7 | sum >> 1) + name[i]);
    return sum;
}

/* Bytes without the blanks at their end; returns the end of the text. */
static char *take_trimmed(char *out, const uint8_t *raw, uint32_t bytes)
{
    while (bytes > 0 && raw[bytes - 1] == ' ')
        bytes--;
    for (uint32_t i = 0; i < bytes; i++)
        *out++ = (char)folder_name_char(raw[i]);
    return out;
}

/* "FIRMWAREBIN" as "FIRMWARE.BIN". */
static void take_short(const uint8_t *raw, char *out)
{
    char *dot = take_trimmed(out, raw, SHORT_BASE_BYTES);
    char *end = take_trimmed(dot + 1, raw + SHORT_BASE_BYTES, SHORT_NAME_BYTES - SHORT_BASE_BYTES);

    *dot = '.';
    if (end == dot + 1)
        end = dot;
    *end = '\0';
}

static void take_entry(const struct clusters *c, const uint8_t *raw, struct folder_entry *out)
{
    uint8_t attributes = raw[ENTRY_ATTR_OFF];

    out->is_folder = (attributes & ATTR_FOLDER) != 0;
    out->is_hidden = (attributes & (ATTR_HIDDEN | ATTR_SYSTEM)) != 0;
    out->contiguous = false;
    out->first_cluster = le16(raw + ENTRY_CLUSTER_LOW_OFF);
    if (c->link_mask == FAT32_LINK_MASK)
        out->first_cluster |= (uint32_t)le16(raw + ENTRY_CLUSTER_HIGH_OFF) << 16;
    out->bytes = le32(raw + ENTRY_SIZE_OFF);
    out->valid_bytes = out->bytes;
}

/* Labels, deleted entries, and the folder's links to itself and to the one above. */
static bool is_no_entry(const uint8_t *raw)
{
    return raw[0] == ENTRY_DELETED || raw[0] == '.' || raw[0] == ' ' ||
           (raw[ENTRY_ATTR_OFF] & ATTR_VOLUME) != 0;
}

enum bl_rc fat_folder_next(struct folder *folder, const struct clusters *c,
                           struct blockdev_cache *cache, struct folder_entry *out)
{
    struct long_name n = {.in_sequence = false};
    const uint8_t *raw;
    enum bl_rc rc;

    out->name[0] = '\0';
    while ((rc = folder_next_raw(folder, c, cache, &raw)) == BL_OK && raw != NULL) {
        bool deleted = raw[0] == ENTRY_DELETED;

        if (!deleted && (raw[ENTRY_ATTR_OFF] & ATTR_MASK) == ATTR_LONG_NAME) {
            take_long(&n, raw);
            continue;
        }
        if (is_no_entry(raw)) {
            n.in_sequence = false;
            continue;
        }
        take_entry(c, raw, out);
        take_short(raw, out->alias);
        if (!n.in_sequence || n.ordinal != 1 || n.checksum != short_checksum(raw) ||
            !folder_name(out->name, n.units, n.count))
            memcpy(out->name, out->alias, sizeof out->alias);
        break;
    }
    return rc;
}
