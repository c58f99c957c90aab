/* SPDX-License-Identifier: MIT
 * Waits, retries and limits that docs/boot-flow.md promises. One place, so that documents, tests
 * and code agree. */
#ifndef CONFIG_LIMITS_H
#define CONFIG_LIMITS_H

/* Looking for a stick. */
#define ATTACH_WINDOW_MS        500u   /* VBUS on to a device on the port; else "no stick" */
#define ATTACH_WINDOW_BUTTON_MS 30000u /* the same with the button held at power-up */
#define READINESS_MS            30000u /* from the last attach to a ready medium */
#define STICK_TOTAL_MS          45000u /* power-up to "file found or not" */
#define VBUS_CYCLE_OFF_MS       250u
#define VBUS_FAULT_MS           100u /* of over-current without a break, before it is believed */

/* Reading the file. */
#define FILE_CHECK_MS      10000u /* header, TLVs and .md5, before anything is written */
#define CHOOSE_FILES_MAX   64u    /* looked at in an agreed folder */
#define STAGE_STALL_MS     10000u /* without progress */
#define STAGE_TOTAL_MS     300000u
#define STAGE_FAILURES_MAX 3u   /* failed stagings of one digest before it is ignored */
#define FILE_PATH_MAX      128u /* bytes, with the terminating zero */
#define MD5FILE_BYTES_MAX                                                                          \
    16384u /* longer .md5 files are malformed; at most one chunk of the pump */

/* Buffers. A chunk of the pump (one read of the stick, one burst into the flash) and one of a copy
 * divide a slot's sector, so that none crosses its end; a chunk of the keep divides the
 * application's part of sector 3. */
#define PUMP_CHUNK_BYTES 65536u
#define COPY_CHUNK_BYTES 4096u
#define KEEP_CHUNK_BYTES 1024u

/* Flash: the datasheet's longest times at the slowest parallelism, doubled. */
#define FLASH_ERASE_LIMIT_MS   8000u
#define FLASH_PROGRAM_LIMIT_MS 1u /* one word: 100 us at the most */

/* Supply for x32 programming. */
#define SUPPLY_WAIT_MS 10000u

/* Success and error blinks. */
#define BLINK_ON_MS         200u
#define BLINK_OFF_MS        200u
#define BLINK_SUCCESS_COUNT 3u

#endif
