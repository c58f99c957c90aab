/* SPDX-License-Identifier: MIT
 * What the records are told about a stick's file: before its staging, after it, and when it was
 * refused. */
#ifndef INSTALL_REQUEST_H
#define INSTALL_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "image/footer.h"
#include "install/install.h"
#include "util/err.h"

/* What a stick brought. */
struct install_stick_file {
    uint32_t bytes;
    uint8_t id[RECORD_ID_BYTES]; /* as record.handled_id; zero when not known */
    uint16_t stick_vid;
    uint16_t stick_pid;
};

/* Before the update area is erased for a stick's file: from here on it promises nothing, and the
 * kept image is no longer counted on. The flag reads UPGRADE_FLAG_NONE. */
BL_MUST enum bl_rc install_prepare_staging(struct install *in);

/* The update area holds the stick's verified image (a plain one with its footer), all of whose
 * sectors were rewritten in this power-up: records that. The rule then sets the flag. staged: size
 * and digests of a plain image; of an MCUboot image the update area is known. */
BL_MUST enum bl_rc install_request(struct install *in, const struct footer *staged,
                                   const struct install_stick_file *file);

/* A stick's file was refused or its staging failed with rc; failed_staging: flash was written for
 * it, which is counted. Writes nothing when the same is on record already, or when the supply is
 * what failed. */
void install_note_failure(struct install *in, const struct install_stick_file *file, enum bl_rc rc,
                          bool failed_staging);

#endif
