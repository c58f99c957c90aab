/* SPDX-License-Identifier: MIT
 * Formatting and writing exFAT (specification 1.00); exfat_image.h. */
#include "support/exfat_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/bytes.h"

enum {
    ENTRY_BYTES = 32,
    TABLE_SECTOR = 24,
    REGION_SECTORS = 12,
    FOLDER_BYTES = 4096, /* at least so much room in a folder: 25 files and more */
    NAME_MAX_UNITS = 255,
    ATTR_FOLDER = 0x10,
};

/* What one set of entries describes. */
struct object {
    uint16_t attributes;
    bool no_links;
    uint32_t first;
    uint64_t bytes, valid;
};

static void fail(const char *what)
{
    fprintf(stderr, "exfat_image: %s\n", what);
    abort();
}

static void put(const struct exfat_image *image, uint64_t at, const void *bytes, size_t length)
{
    if (pwrite(image->fd, bytes, length, (off_t)(image->offset + at)) != (ssize_t)length)
        fail("cannot write");
}

static void get(const struct exfat_image *image, uint64_t at, void *bytes, size_t length)
{
    memset(bytes, 0, length);
    if (pread(image->fd, bytes, length, (off_t)(image->offset + at)) < 0)
        fail("cannot read");
}

static uint64_t cluster_at(const struct exfat_image *image, uint32_t cluster)
{
    return image->heap + (uint64_t)(cluster - 2) * image->cluster_bytes;
}

static void set_link(const struct exfat_image *image, uint32_t cluster, uint32_t link)
{
    uint8_t raw[4];

    put_le32(raw, link);
    put(image, image->table + 4ull * cluster, raw, sizeof raw);
}

/* The bitmap begins with the first cluster of the heap. */
static void take_cluster(const struct exfat_image *image, uint32_t cluster)
{
    uint64_t at = image->heap + (cluster - 2) / 8;
    uint8_t bits;

    if (cluster >= image->clusters + 2)
        fail("volume is full");
    get(image, at, &bits, 1);
    bits = (uint8_t)(bits | 1u << (cluster - 2) % 8);
    put(image, at, &bits, 1);
}

/* Takes clusters for so many bytes and links them; returns the first, 0 for none. */
static uint32_t allocate(struct exfat_image *image, uint64_t bytes, enum exfat_chain chain)
{
    uint32_t count = (uint32_t)((bytes + image->cluster_bytes - 1) / image->cluster_bytes);
    uint32_t step = chain == EXFAT_SCATTERED ? 2 : 1;
    uint32_t first = count == 0 ? 0 : image->next_cluster;

    for (uint32_t i = 0; i < count; i++, image->next_cluster += step) {
        take_cluster(image, image->next_cluster);
        if (chain != EXFAT_NO_LINKS)
            set_link(image, image->next_cluster,
                     i + 1 < count ? image->next_cluster + step : 0xFFFFFFFF);
    }
    return first;
}

/* Where byte `off` of an object lies. */
static uint64_t byte_at(const struct exfat_image *image, const struct object *object, uint64_t off)
{
    uint32_t cluster = object->first;

    for (uint64_t i = off / image->cluster_bytes; i > 0; i--) {
        uint8_t raw[4];

        get(image, image->table + 4ull * cluster, raw, sizeof raw);
        cluster = object->no_links ? cluster + 1 : le32(raw);
    }
    return cluster_at(image, cluster) + off % image->cluster_bytes;
}

static uint32_t room(const struct exfat_image *image)
{
    return image->cluster_bytes > FOLDER_BYTES ? image->cluster_bytes : FOLDER_BYTES;
}

static uint16_t add16(uint16_t sum, uint8_t byte)
{
    return (uint16_t)(((uint32_t)sum << 15 | sum >> 1) + byte);
}

static uint16_t upper(uint16_t c)
{
    return c >= 'a' && c <= 'z' ? (uint16_t)(c - 'a' + 'A') : c;
}

/* UTF-8 to UTF-16; returns the count of units. */
static uint32_t to_units(const char *name, size_t length, uint16_t *units)
{
    uint32_t count = 0;

    for (size_t i = 0; i < length && count < NAME_MAX_UNITS; count++) {
        uint8_t lead = (uint8_t)name[i++];
        uint32_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : 2;
        uint32_t c = more == 0 ? lead : lead & (0x3Fu >> more);

        for (; more > 0; more--)
            c = c << 6 | ((uint8_t)name[i++] & 0x3Fu);
        units[count] = (uint16_t)c;
    }
    return count;
}

/* The set of entries of an object; returns its bytes. */
static uint32_t make_set(const struct object *object, const char *name, size_t length, uint8_t *set)
{
    uint16_t units[NAME_MAX_UNITS], sum = 0, hash = 0;
    uint32_t count = to_units(name, length, units);
    uint32_t bytes = (2 + (count + 14) / 15) * ENTRY_BYTES;

    memset(set, 0, bytes);
    set[0] = 0x85;
    set[1] = (uint8_t)(bytes / ENTRY_BYTES - 1);
    put_le16(set + 4, object->attributes);
    set[32] = 0xC0;
    set[33] = (uint8_t)((object->first != 0 ? 1 : 0) | (object->no_links ? 2 : 0));
    set[35] = (uint8_t)count;
    put_le32(set + 40, (uint32_t)object->valid);
    put_le32(set + 52, object->first);
    put_le32(set + 56, (uint32_t)object->bytes);
    for (uint32_t i = 0; i < count; i++) {
        put_le16(set + 64 + i / 15 * ENTRY_BYTES + 2 + i % 15 * 2, units[i]);
        set[64 + i / 15 * ENTRY_BYTES] = 0xC1;
        hash = add16(add16(hash, (uint8_t)upper(units[i])), (uint8_t)(upper(units[i]) >> 8));
    }
    put_le16(set + 36, hash);
    for (uint32_t i = 0; i < bytes; i++)
        sum = i == 2 || i == 3 ? sum : add16(sum, set[i]);
    put_le16(set + 2, sum);
    return bytes;
}

/* Appends a set to a folder. */
static void append(const struct exfat_image *image, const struct object *folder, const uint8_t *set,
                   uint32_t bytes)
{
    uint8_t type = 1;
    uint64_t off = 0;

    while (get(image, byte_at(image, folder, off), &type, 1), type != 0)
        off += ENTRY_BYTES;
    if (off + bytes > room(image))
        fail("folder is full");
    for (uint32_t i = 0; i < bytes; i += ENTRY_BYTES)
        put(image, byte_at(image, folder, off + i), set + i, ENTRY_BYTES);
}

/* The folder of this name: by the hash of its name, which is enough for tests. */
static bool find_folder(const struct exfat_image *image, const struct object *folder,
                        const char *name, size_t length, struct object *out)
{
    uint8_t want[(2 + 17) * ENTRY_BYTES], raw[2 * ENTRY_BYTES];

    (void)make_set(out, name, length, want);
    raw[0] = 1;
    for (uint64_t off = 0; off < room(image) - ENTRY_BYTES && raw[0] != 0; off += ENTRY_BYTES) {
        get(image, byte_at(image, folder, off), raw, ENTRY_BYTES);
        get(image, byte_at(image, folder, off + ENTRY_BYTES), raw + ENTRY_BYTES, ENTRY_BYTES);
        if (raw[0] != 0x85 || memcmp(raw + 36, want + 36, 2) != 0)
            continue;
        *out = (struct object){ATTR_FOLDER, (raw[33] & 2) != 0, le32(raw + 52), le32(raw + 56),
                               le32(raw + 40)};
        return true;
    }
    return false;
}

/* Goes to the folder that holds the last name of *path, which moves there. */
static struct object enter(struct exfat_image *image, const char **path)
{
    struct object folder = {ATTR_FOLDER, false, image->root_cluster, room(image), room(image)};
    const char *slash;

    for ((*path)++; (slash = strchr(*path, '/')) != NULL; *path = slash + 1) {
        size_t length = (size_t)(slash - *path);
        struct object below = {.attributes = ATTR_FOLDER};
        uint8_t set[(2 + 17) * ENTRY_BYTES];

        if (!find_folder(image, &folder, *path, length, &below)) {
            below.bytes = below.valid = room(image);
            below.no_links = image->folders == EXFAT_NO_LINKS;
            below.first = allocate(image, below.bytes, image->folders);
            append(image, &folder, set, make_set(&below, *path, length, set));
        }
        folder = below;
    }
    return folder;
}

void exfat_image_put(struct exfat_image *image, const char *path, const void *bytes,
                     uint32_t length, uint32_t valid, enum exfat_chain chain)
{
    struct object folder = enter(image, &path);
    struct object file = {.no_links = chain == EXFAT_NO_LINKS && length > 0,
                          .first = allocate(image, length, chain),
                          .bytes = length,
                          .valid = valid};
    uint8_t set[(2 + 17) * ENTRY_BYTES];

    append(image, &folder, set, make_set(&file, path, strlen(path), set));
    for (uint32_t off = 0; off < valid; off += image->cluster_bytes) {
        uint32_t part = valid - off < image->cluster_bytes ? valid - off : image->cluster_bytes;

        put(image, byte_at(image, &file, off), (const uint8_t *)bytes + off, part);
    }
    /* What was never written holds old data, not zeros. */
    if (valid < length)
        put(image, byte_at(image, &file, valid), "old data", 8);
}

void exfat_image_checksum(struct exfat_image *image)
{
    uint32_t bytes = REGION_SECTORS * image->sector_bytes;
    uint32_t last = bytes - image->sector_bytes;
    uint8_t *region = calloc(1, bytes);
    uint32_t sum = 0;

    if (region == NULL)
        fail("no memory");
    get(image, 0, region, bytes);
    for (uint32_t i = 0; i < last; i++)
        if (i != 106 && i != 107 && i != 112)
            sum = (sum << 31 | sum >> 1) + region[i];
    for (uint32_t i = last; i < bytes; i += 4)
        put_le32(region + i, sum);
    put(image, 0, region, bytes);
    put(image, bytes, region, bytes);
    free(region);
}

static uint8_t log2_of(uint32_t v)
{
    return (uint8_t)__builtin_ctz(v);
}

static void make_boot_region(struct exfat_image *image, uint64_t volume_bytes)
{
    uint8_t s[512] = {0xEB, 0x76, 0x90, 'E', 'X', 'F', 'A', 'T', ' ', ' ', ' '};
    uint32_t sector = image->sector_bytes;
    uint32_t signature_at = sector - 4;

    put_le32(s + 64, (uint32_t)(image->offset / sector));
    put_le32(s + 72, (uint32_t)(volume_bytes / sector));
    put_le32(s + 76, (uint32_t)(volume_bytes / sector >> 32));
    put_le32(s + 80, TABLE_SECTOR);
    put_le32(s + 84, (uint32_t)((image->heap - image->table) / sector));
    put_le32(s + 88, (uint32_t)(image->heap / sector));
    put_le32(s + 92, image->clusters);
    put_le32(s + 96, image->root_cluster);
    put_le32(s + 100, 0x12345678);
    put_le16(s + 104, 0x0100);
    s[108] = log2_of(sector);
    s[109] = log2_of(image->cluster_bytes / sector);
    s[110] = 1;
    s[111] = 0x80;
    put_le16(s + 510, 0xAA55);
    put(image, 0, s, sizeof s);
    for (uint32_t i = 1; i <= 8; i++)
        put(image, (uint64_t)i * sector + signature_at, "\x00\x00\x55\xAA", 4);
    exfat_image_checksum(image);
}

/* A table of upper-case letters that knows ASCII only, compressed as in 7.2.5.1. */
static uint32_t make_upcase(uint8_t *table)
{
    put_le16(table, 0xFFFF);
    put_le16(table + 2, 'a');
    for (uint32_t i = 0; i < 26; i++)
        put_le16(table + 4 + 2 * i, 'A' + i);
    put_le16(table + 56, 0xFFFF);
    put_le16(table + 58, 0xFFFF - 'z');
    return 60;
}

/* Bitmap, letters, root folder with their entries. */
static void make_root(struct exfat_image *image, enum exfat_chain folders)
{
    uint8_t table[60], entries[3 * ENTRY_BYTES] = {0x83, 5, 'S', 0, 'T', 0, 'I', 0, 'C', 0, 'K', 0};
    uint8_t *bitmap = entries + ENTRY_BYTES;
    uint8_t *upcase = entries + 2 * ENTRY_BYTES;
    uint32_t bytes = make_upcase(table), sum = 0;
    uint32_t bitmap_cluster = allocate(image, (image->clusters + 7) / 8, EXFAT_LINKED);
    uint32_t upcase_cluster = allocate(image, bytes, EXFAT_LINKED);

    for (uint32_t i = 0; i < bytes; i++)
        sum = (sum << 31 | sum >> 1) + table[i];
    put(image, cluster_at(image, upcase_cluster), table, bytes);
    bitmap[0] = 0x81;
    put_le32(bitmap + 20, bitmap_cluster);
    put_le32(bitmap + 24, (image->clusters + 7) / 8);
    upcase[0] = 0x82;
    put_le32(upcase + 4, sum);
    put_le32(upcase + 20, upcase_cluster);
    put_le32(upcase + 24, bytes);
    image->root_cluster =
        allocate(image, room(image), folders == EXFAT_SCATTERED ? folders : EXFAT_LINKED);
    put(image, cluster_at(image, image->root_cluster), entries, sizeof entries);
}

uint64_t exfat_image_make(struct exfat_image *image, int fd, uint64_t offset, uint32_t sector_bytes,
                          uint32_t cluster_bytes, uint32_t clusters, enum exfat_chain folders)
{
    uint64_t table_bytes = (clusters + 2ull) * 4;
    uint64_t volume_bytes;

    *image = (struct exfat_image){fd, offset, sector_bytes, cluster_bytes, clusters, 2, 0,
                                  0,  0,      folders};
    image->table = (uint64_t)TABLE_SECTOR * sector_bytes;
    image->heap =
        image->table + (table_bytes + sector_bytes - 1) / sector_bytes * (uint64_t)sector_bytes;
    volume_bytes = image->heap + (uint64_t)clusters * cluster_bytes;
    if (ftruncate(fd, (off_t)(offset + volume_bytes)) != 0)
        fail("cannot make the file that long");
    set_link(image, 0, 0xFFFFFFF8);
    set_link(image, 1, 0xFFFFFFFF);
    make_root(image, folders);
    make_boot_region(image, volume_bytes);
    return volume_bytes;
}
