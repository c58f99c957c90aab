/* SPDX-License-Identifier: MIT
 * Folders: what one entry says, whatever the file system, and the walk over the 32 bytes that each
 * takes in FAT as in exFAT. Used through volume.h. */
#ifndef FS_FOLDER_H
#define FS_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/limits.h"
#include "fs/blockdev.h"
#include "fs/clusters.h"
#include "util/err.h"

#define FOLDER_RAW_BYTES 32u

/* Raw entries of one folder, used and unused: FAT's own limit (2 MB, FAT 1.03), ours for exFAT. */
#define FOLDER_RAW_ENTRIES_MAX 65536u

/* A walk. */
struct folder {
    struct chain chain;
    uint64_t lba;    /* the block that comes next */
    uint32_t blocks; /* of the run that begins there */
    uint32_t off;
    uint32_t entries_left;
};

struct folder_entry {
    char name[FILE_PATH_MAX]; /* UTF-8, cleaned for the console: '?' for '/' and control characters;
                               * empty = there is no entry */
    char alias[13];           /* the 8.3 name of FAT, else empty */
    bool is_folder;
    bool is_hidden; /* or a system file */
    bool contiguous;
    uint32_t first_cluster;
    uint64_t bytes;       /* of a file, and of an exFAT folder */
    uint64_t valid_bytes; /* the rest was never written and reads as zeros */
};

/* UTF-16 units that a name may have: more than FILE_PATH_MAX bytes of UTF-8 never come of it. */
#define FOLDER_NAME_UNITS 130u

/* Starts a walk over the folder that folder->chain describes. Errors of chain_begin. */
BL_MUST enum bl_rc folder_begin(struct folder *folder, const struct clusters *c);

/* The next raw entry, in the cache until its next use; NULL at the end of the folder, and then no
 * more calls. BL_E_FS_FOLDER after FOLDER_RAW_ENTRIES_MAX, errors of chain_next_run. */
BL_MUST enum bl_rc folder_next_raw(struct folder *folder, const struct clusters *c,
                                   struct blockdev_cache *cache, const uint8_t **raw);

/* A name of count UTF-16 units as UTF-8. False when it is empty or does not fit. */
bool folder_name(char out[FILE_PATH_MAX], const uint16_t *units, uint32_t count);

/* The character as it may be shown. */
uint8_t folder_name_char(uint32_t c);

/* Is name the first length bytes of want? ASCII letters match in either case. */
bool folder_name_is(const char *name, const char *want, size_t length);

#endif
