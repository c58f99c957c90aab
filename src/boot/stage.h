/* SPDX-License-Identifier: MIT
 * The stick's file to the update area: reads and programs at the same time, verifies what the flash
 * then holds against the .md5 and against the SHA-256 of what came from the stick, writes the
 * footer, and sets the upgrade flag. */
#ifndef BOOT_STAGE_H
#define BOOT_STAGE_H

#include "boot/boot.h"

/* Stages boot->stick's file. Everything is logged; a failure is recorded and counted. Blocks up to
 * STAGE_TOTAL_MS, gives up after STAGE_STALL_MS without progress. BL_E_IMG_DIGEST, BL_E_TIMEOUT,
 * BL_E_SUPPLY_LOW (not counted), errors of the stick, of the file system and of the flash. */
BL_MUST enum bl_rc stage_run(struct boot *boot);

/* Reads the whole file and compares its MD5 with the .md5 file's: BL_E_IMG_DIGEST, or errors of the
 * stick. Nothing is written. Blocks as stage_run. */
BL_MUST enum bl_rc stage_hash_file(struct stick *stick);

#endif
