/* SPDX-License-Identifier: MIT
 * A flash map of 16 KB with the same areas as the chip's: sectors so small that an install takes a
 * few hundred operations, and logs so short that they are full every few installs. For test/power
 * only, which puts this folder in front of the real config/. */
#ifndef CONFIG_LAYOUT_H
#define CONFIG_LAYOUT_H

#define LAYOUT_VERSION 2

#define FLASH_BASE_ADDR 0x08000000
#define FLASH_BYTES     0x4000

#define LOADER_ADDR  0x08000000
#define LOADER_BYTES 0x200

#define PRODUCT_ADDR         0x08000200
#define PRODUCT_SECTOR_BYTES 0x400
#define PRODUCT_USED_BYTES   0x400

/* The application's own 128 bytes stand for its 4 KB; 12 records follow. */
#define APP_PARAMS_ADDR         0x08000600
#define APP_PARAMS_SECTOR_BYTES 0xC80
#define APP_PARAMS_USED_BYTES   0x80

/* Flag, 12 records, and the copy of those 128 bytes with its mark. */
#define UPGRADE_FLAG_ADDR         0x08001280
#define UPGRADE_FLAG_SECTOR_BYTES 0xE80
#define UPGRADE_FLAG_PENDING      0x12345678
#define UPGRADE_FLAG_NONE         0xFFFFFFFF

#define RUN_ADDR          0x08002200
#define UPDATE_ADDR       0x08002E00
#define SLOT_BYTES        0xC00
#define SLOT_SECTORS      3
#define SLOT_SECTOR_BYTES 0x400
#define BACKUP_ADDR       0x08003A00
#define BACKUP_BYTES      0x400

#define FOOTER_BYTES          64
#define PLAIN_IMAGE_MAX_BYTES (SLOT_BYTES - FOOTER_BYTES)

#define DTCM_ADDR    0x20000000
#define DTCM_BYTES   0x20000
#define SRAM1_ADDR   0x20020000
#define SRAM1_BYTES  0x5C000
#define RAM_END_ADDR 0x20080000

#endif
