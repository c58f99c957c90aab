/* SPDX-License-Identifier: MIT
 * What a stick offers: the firmware file, decoded as far as that is possible before anything is
 * erased. Word 0 decides the format. An MCUboot image is described by its header and TLVs, which are
 * all that is read of it here; a plain one by the .md5 file beside it. */
#ifndef BOOT_OFFER_H
#define BOOT_OFFER_H

#include <stdbool.h>
#include <stdint.h>

#include "boot/stick.h"
#include "config/limits.h"
#include "fs/volume.h"
#include "image/digest.h"
#include "image/mcuboot.h"
#include "install/request.h"
#include "util/err.h"

struct offer {
    char path[FILE_PATH_MAX];
    struct volume_file file;
    uint32_t file_bytes; /* UINT32_MAX for anything larger */
    bool is_mcuboot;
    uint32_t image_bytes;          /* what is staged: without what follows the TLVs */
    uint8_t id[RECORD_ID_BYTES];   /* as record.handled_id; zero while not known */
    uint8_t md5[DIGEST_MD5_BYTES]; /* of a plain image, from its .md5 file */
    struct mcuboot_image image;    /* of an MCUboot image, as far as it could be decoded */
};

/* Opens path, which is copied. BL_E_FILE_NONE (logged as a fact, not an error), errors of volume.h
 * (logged). Blocks for single block reads, as the next one does. */
BL_MUST enum bl_rc offer_open(struct offer *offer, struct stick *stick, const char *path);

/* Opens what an entry of the folder (a path that ends in '/') names; not logged. BL_E_FILE_NAME (the
 * path is empty then), errors of volume_open_entry. */
BL_MUST enum bl_rc offer_open_entry(struct offer *offer, struct stick *stick, const char *folder,
                                    const struct folder_entry *entry);

/* Finds out the format, then decodes header and TLVs and looks at the vector table, or looks at the
 * vector table alone. BL_E_IMG_EMPTY, BL_E_IMG_TOO_BIG, BL_E_IMG_VECTORS, errors of mcuboot.h and of
 * volume.h; not logged. 1 KB of stack. */
BL_MUST enum bl_rc offer_decode(struct offer *offer, struct stick *stick);

/* It is what the run area holds, which has been looked at. Of a plain image once its .md5 is known. */
bool offer_installed(const struct offer *offer, const struct slot_check *run);

/* What the records are told about the file. */
struct install_stick_file offer_stick_file(const struct offer *offer, const struct stick *stick);

#endif
