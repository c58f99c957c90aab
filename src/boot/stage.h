/* SPDX-License-Identifier: MIT
 * The stick's file to the update area: reads and programs at the same time, then verifies what the
 * flash holds, and records it; the boot loop then sets the upgrade flag. A plain image must match its .md5 and the SHA-256 of what
 * came from the stick, and gets its footer. An MCUboot image must be the one whose digest was
 * authenticated before, and header, signature and policy are looked at again, in the flash. */
#ifndef BOOT_STAGE_H
#define BOOT_STAGE_H

#include "boot/boot.h"

/* Stages boot->offer. Everything is logged; a failure is recorded and counted. Blocks up to
 * STAGE_TOTAL_MS, gives up after STAGE_STALL_MS without progress. BL_E_IMG_DIGEST, BL_E_TIMEOUT,
 * BL_E_SUPPLY_LOW (not counted), what slot.h says of the staged image, errors of the stick, of the
 * file system and of the flash. */
BL_MUST enum bl_rc stage_run(struct boot *boot);

/* Reads the whole image and compares its digest with the claimed one: BL_E_IMG_DIGEST, or errors of
 * the stick. Nothing is written. Blocks as stage_run. */
BL_MUST enum bl_rc stage_hash_file(struct boot *boot);

#endif
