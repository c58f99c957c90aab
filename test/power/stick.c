/* SPDX-License-Identifier: MIT
 * The stick of the power cuts: what the core asks of the USB stack, over a disk in memory that is
 * ready at once. The file system on it is read by the real code. */

#include <string.h>

#include "port/hc.h"
#include "power/rig.h"
#include "usb/msc.h"
#include "util/bytes.h"

#define BLOCK_BYTES    512u
#define CLUSTER_BLOCKS 1u
#define ROOT_ENTRIES   16u
#define FILE_CLUSTER   3u /* the firmware; the .md5 file has cluster 2 */
#define BLOCKS         (RIG_DISK_BYTES / BLOCK_BYTES)
#define TABLE_BLOCKS   ((BLOCKS * 3 / 2 + BLOCK_BYTES - 1) / BLOCK_BYTES)
#define ROOT_BLOCK     (1 + TABLE_BLOCKS)
#define DATA_BLOCK     (ROOT_BLOCK + 1)

static enum bl_rc disk_read(void *ctx, uint64_t lba, uint32_t count, void *dst)
{
    const struct rig_disk *disk = rig.stick;

    (void)ctx;
    if (lba >= BLOCKS || count > BLOCKS - lba)
        return BL_E_BUG;
    memcpy(dst, disk->bytes + lba * BLOCK_BYTES, (size_t)count * BLOCK_BYTES);
    return BL_OK;
}

static enum bl_rc disk_poll(void *ctx)
{
    (void)ctx;
    return BL_OK;
}

static const struct blockdev device = {
    .block_count = BLOCKS, .block_bytes = BLOCK_BYTES, .read_start = disk_read, .poll = disk_poll};

enum bl_rc hc_init(void)
{
    return BL_OK;
}

void hc_vbus(bool on)
{
    (void)on;
}

bool hc_overcurrent(void)
{
    return false;
}

bool hc_connected(void)
{
    return rig.stick != NULL;
}

void usb_host_init(struct usb_host *h)
{
    (void)h;
}

enum bl_rc usb_host_poll(struct usb_host *h)
{
    (void)h;
    return rig.stick != NULL ? BL_OK : BL_PENDING;
}

bool usb_host_attached(const struct usb_host *h)
{
    (void)h;
    return rig.stick != NULL;
}

bool usb_host_next(struct usb_host *h)
{
    (void)h;
    return false;
}

uint16_t usb_host_vid(const struct usb_host *h)
{
    (void)h;
    return 0x1234;
}

uint16_t usb_host_pid(const struct usb_host *h)
{
    (void)h;
    return 0x5678;
}

void msc_init(struct msc *m, struct usb_host *host, uint32_t empty_ms)
{
    (void)m, (void)host, (void)empty_ms;
}

enum bl_rc msc_ready_poll(struct msc *m)
{
    (void)m;
    return BL_OK;
}

bool msc_next_unit(struct msc *m)
{
    (void)m;
    return false;
}

void msc_limit(struct msc *m, uint32_t limit_ms)
{
    (void)m, (void)limit_ms;
}

const struct blockdev *msc_blockdev(const struct msc *m)
{
    (void)m;
    return &device;
}

static void put_boot_sector(uint8_t *at)
{
    at[0] = 0xEB;
    at[2] = 0x90;
    put_le16(at + 11, BLOCK_BYTES);
    at[13] = CLUSTER_BLOCKS;
    put_le16(at + 14, 1); /* reserved */
    at[16] = 1;           /* tables */
    put_le16(at + 17, ROOT_ENTRIES);
    put_le16(at + 19, BLOCKS);
    at[21] = 0xF8;
    put_le16(at + 22, TABLE_BLOCKS);
    at[510] = 0x55;
    at[511] = 0xAA;
}

static void put_link(uint8_t *table, uint32_t cluster, uint32_t next)
{
    uint8_t *at = table + cluster * 3 / 2;
    uint32_t both = le16(at);

    both = cluster % 2 == 0 ? (both & 0xF000) | next : (both & 0x000F) | next << 4;
    put_le16(at, (uint16_t)both);
}

static void put_file(struct rig_disk *disk, uint32_t nth, const char *name, uint32_t cluster,
                     const void *bytes, uint32_t len)
{
    uint8_t *entry = disk->bytes + ROOT_BLOCK * BLOCK_BYTES + nth * 32;
    uint32_t clusters = (len + BLOCK_BYTES - 1) / BLOCK_BYTES;

    memcpy(entry, name, 11);
    entry[11] = 0x20;
    put_le16(entry + 26, (uint16_t)cluster);
    put_le32(entry + 28, len);
    memcpy(disk->bytes + (DATA_BLOCK + cluster - 2) * BLOCK_BYTES, bytes, len);
    for (uint32_t i = 0; i < clusters; i++)
        put_link(disk->bytes + BLOCK_BYTES, cluster + i,
                 i + 1 == clusters ? 0xFFF : cluster + i + 1);
}

void rig_disk_make(struct rig_disk *disk, const struct image *image, const struct image *claims)
{
    const char *md5 = claims != NULL ? claims->md5_text : image->md5_text;

    memset(disk, 0, sizeof *disk);
    put_boot_sector(disk->bytes);
    put_file(disk, 0, "FIRMWAREBIN", FILE_CLUSTER, image->at, image->file_bytes);
    put_file(disk, 1, "FIRMWAREMD5", 2, md5, 32);
}
