/* SPDX-License-Identifier: MIT
 * exFAT folders: a file or folder is a set of raw entries in a row (file, stream, names), tied
 * together by a checksum. */
#include "fs/exfat.h"

#include "util/bytes.h"

/* Raw entries, exFAT 6.2 "Generic DirectoryEntry", 7.4 to 7.7. */
enum {
    TYPE_FILE = 0x85,
    TYPE_STREAM = 0xC0,
    TYPE_NAME = 0xC1,
    TYPE_FLAGS = 0xC0,    /* bit 7: in use; bit 6: belongs to the set of the one before it */
    TYPE_OPTIONAL = 0x20, /* who does not know it may pass over it */

    FILE_FOLLOWERS_OFF = 1,
    FILE_CHECKSUM_OFF = 2, /* two bytes, which are left out of it */
    FILE_CHECKSUM_END = 4,
    FILE_ATTR_OFF = 4,
    ATTR_HIDDEN = 0x02,
    ATTR_SYSTEM = 0x04,
    ATTR_FOLDER = 0x10,

    STREAM_FLAGS_OFF = 1,
    STREAM_NO_LINKS = 0x02, /* "NoFatChain" */
    STREAM_NAME_UNITS_OFF = 3,
    STREAM_VALID_OFF = 8,
    STREAM_CLUSTER_OFF = 20,
    STREAM_BYTES_OFF = 24,

    NAME_UNITS_OFF = 2,
    NAME_UNITS = 15,
};

/* The set that is being read. */
struct entry_set {
    uint8_t left; /* of its entries; 0 = there is none */
    bool has_stream;
    uint16_t checksum;
    uint16_t sum;
    uint32_t name_units; /* as the stream says */
    uint32_t count;      /* of the units that were seen */
    uint16_t units[FOLDER_NAME_UNITS];
};

/* exFAT 6.3.3 "SetChecksum". */
static void add_to_sum(struct entry_set *set, const uint8_t *raw, bool first)
{
    for (uint32_t i = 0; i < FOLDER_RAW_BYTES; i++)
        if (!first || i < FILE_CHECKSUM_OFF || i >= FILE_CHECKSUM_END)
            set->sum = (uint16_t)(((uint32_t)set->sum << 15 | set->sum >> 1) + raw[i]);
}

static void take_file(struct entry_set *set, const uint8_t *raw, struct folder_entry *out)
{
    uint16_t attributes = le16(raw + FILE_ATTR_OFF);

    set->left = raw[FILE_FOLLOWERS_OFF];
    set->has_stream = false;
    set->checksum = le16(raw + FILE_CHECKSUM_OFF);
    set->sum = 0;
    set->count = 0;
    add_to_sum(set, raw, true);
    out->is_folder = (attributes & ATTR_FOLDER) != 0;
    out->is_hidden = (attributes & (ATTR_HIDDEN | ATTR_SYSTEM)) != 0;
}

static void take_stream(struct entry_set *set, const uint8_t *raw, struct folder_entry *out)
{
    set->has_stream = true;
    set->name_units = raw[STREAM_NAME_UNITS_OFF];
    out->contiguous = (raw[STREAM_FLAGS_OFF] & STREAM_NO_LINKS) != 0;
    out->first_cluster = le32(raw + STREAM_CLUSTER_OFF);
    out->valid_bytes = le64(raw + STREAM_VALID_OFF);
    out->bytes = le64(raw + STREAM_BYTES_OFF);
}

static void take_name(struct entry_set *set, const uint8_t *raw)
{
    for (uint32_t i = 0; i < NAME_UNITS && set->count < FOLDER_NAME_UNITS; i++)
        set->units[set->count++] = le16(raw + NAME_UNITS_OFF + 2 * i);
}

/* An entry of the set, after its first. False when it does not belong there. */
static bool take_follower(struct entry_set *set, const uint8_t *raw, struct folder_entry *out)
{
    if ((raw[0] & TYPE_FLAGS) != TYPE_FLAGS || set->has_stream == (raw[0] == TYPE_STREAM))
        return false;
    if (raw[0] == TYPE_STREAM)
        take_stream(set, raw, out);
    else if (raw[0] == TYPE_NAME)
        take_name(set, raw);
    else if ((raw[0] & TYPE_OPTIONAL) == 0)
        return false;
    add_to_sum(set, raw, false);
    set->left--;
    return true;
}

/* Its last entry was taken: is it whole? */
static bool is_whole(const struct entry_set *set, struct folder_entry *out)
{
    return set->has_stream && set->sum == set->checksum && set->name_units <= set->count &&
           folder_name(out->name, set->units, set->name_units);
}

enum bl_rc exfat_folder_next(struct folder *folder, const struct clusters *c,
                             struct blockdev_cache *cache, struct folder_entry *out)
{
    struct entry_set set = {.left = 0};
    const uint8_t *raw;
    enum bl_rc rc;

    out->alias[0] = '\0';
    while ((rc = folder_next_raw(folder, c, cache, &raw)) == BL_OK && raw != NULL) {
        if (raw[0] == TYPE_FILE) {
            take_file(&set, raw, out);
            continue;
        }
        if (set.left == 0)
            continue;
        if (!take_follower(&set, raw, out))
            set.left = 0;
        else if (set.left == 0 && is_whole(&set, out))
            return BL_OK;
    }
    out->name[0] = '\0';
    return rc;
}
