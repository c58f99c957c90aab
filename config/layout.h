/* SPDX-License-Identifier: MIT
 * The flash map: what lies where, once. Read by C, by the linker scripts and by the host tools,
 * so it holds plain numbers only. Areas are whole flash sectors of an STM32F767 in single-bank
 * mode (RM0410 table "flash module organization"): 0-3 of 32 KB, 4 of 128 KB, 5-11 of 256 KB. */
#ifndef CONFIG_LAYOUT_H
#define CONFIG_LAYOUT_H

#define LAYOUT_VERSION 2

#define FLASH_BASE_ADDR 0x08000000
#define FLASH_BYTES     0x200000

/* 1: sectors 0-1, the loader itself; never erased by it. */
#define LOADER_ADDR      0x08000000
#define LOADER_BYTES     0x10000
#define LOADER_INFO_ADDR 0x08000040 /* struct loader_info */

/* 2: sector 2, product parameters; written in production only. */
#define PRODUCT_ADDR         0x08010000
#define PRODUCT_SECTOR_BYTES 0x8000
#define PRODUCT_USED_BYTES   0x400

/* 3: sector 3. The first 4 KB are the application's own; the loader's records follow. */
#define APP_PARAMS_ADDR         0x08018000
#define APP_PARAMS_SECTOR_BYTES 0x8000
#define APP_PARAMS_USED_BYTES   0x1000

/* 4: sector 4. The upgrade flag word, then the second copy of the records. */
#define UPGRADE_FLAG_ADDR         0x08020000
#define UPGRADE_FLAG_SECTOR_BYTES 0x20000
#define UPGRADE_FLAG_PENDING      0x12345678
#define UPGRADE_FLAG_NONE         0xFFFFFFFF

/* 5, 6, 7: run, update and backup area. */
#define RUN_ADDR          0x08040000
#define UPDATE_ADDR       0x08100000
#define SLOT_BYTES        0xC0000
#define SLOT_SECTORS      3
#define SLOT_SECTOR_BYTES 0x40000
#define BACKUP_ADDR       0x081C0000
#define BACKUP_BYTES      0x40000

/* A staged plain image carries this many bytes at the end of the last sector it reaches. */
#define FOOTER_BYTES          64
#define PLAIN_IMAGE_MAX_BYTES (SLOT_BYTES - FOOTER_BYTES)

/* RAM. Loader: code in SRAM1, everything else in DTCM (docs/boot-flow.md). */
#define DTCM_ADDR    0x20000000
#define DTCM_BYTES   0x20000
#define SRAM1_ADDR   0x20020000
#define SRAM1_BYTES  0x5C000
#define RAM_END_ADDR 0x20080000

#endif
