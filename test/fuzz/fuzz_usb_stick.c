/* SPDX-License-Identifier: MIT
 * A hostile device: a virtual stick, alone or behind virtual hubs, whose answers the input changes on
 * the wire, transaction by transaction: from the first descriptor to the last block that is read.
 * Once the input is used up the device behaves. The host must end in bounded time, keep the rules of
 * the controller, and write nothing outside its buffers, which are heap blocks of their exact size.
 *
 * Input: what the device is (5 bytes), then an operation for each answer, with its arguments. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "port/clock.h"
#include "support/fake_clock.h"
#include "support/fake_hc.h"
#include "support/fake_hub.h"
#include "support/fake_log_sink.h"
#include "usb/msc.h"

enum {
    IMAGE_BYTES = 64 * 4096,
    READY_MS = 30000,
    SLACK_MS = 1000, /* aborts, and steps of the clock */
    STEP_MS = 100,   /* once the input is used up nothing is decided by a millisecond */
    HEAD_BYTES = 5,
};

static uint8_t image[IMAGE_BYTES];
static struct fake_stick stick, other;
static struct fake_hub hub, inner;
static struct usb_host host;
static struct msc msc;

static struct {
    const uint8_t *at;
    size_t left;
} input;

static uint8_t next(void)
{
    if (input.left == 0)
        return 0;
    input.left--;
    return *input.at++;
}

/* Argument bytes over the packet, which may grow. */
static void overwrite(uint8_t *bytes, uint32_t *len)
{
    uint32_t off = next() % 64u;
    uint32_t count = next() % 64u;

    for (uint32_t i = 0; i < count && input.left > 0; i++)
        bytes[off + i] = next();
    if (*len < off + count)
        *len = off + count;
}

static enum fake_answer mangle_packet(uint8_t operation, uint8_t *pid, uint8_t *bytes,
                                      uint32_t *len)
{
    switch (operation) {
    case 11:
        *pid ^= 1;
        break;
    case 12:
        *len = next() * 4u;
        break;
    case 13:
        bytes[next() % 64u] = next();
        break;
    case 14:
        overwrite(bytes, len);
        break;
    default:
        *len = 0;
        break;
    }
    return FAKE_ACK;
}

static enum fake_answer mangle(enum fake_answer answer, uint8_t *pid, uint8_t *bytes, uint32_t *len)
{
    uint8_t operation = next() % 17u;

    switch (operation) {
    case 8:
        return FAKE_NAK;
    case 9:
        return FAKE_STALL;
    case 10:
        return FAKE_SILENCE;
    case 16:
        stick.unplugged = true;
        return FAKE_SILENCE;
    default:
        break;
    }
    if (operation < 8 || bytes == NULL)
        return answer;
    return mangle_packet(operation, pid, bytes, len);
}

static void make_device(void)
{
    uint8_t tree = next() % 4u;
    uint8_t units = next() % FAKE_LUNS;
    uint32_t block_bytes = 512u << next() % 4u;
    uint8_t type = next(), packet = next();

    fake_stick_init(&stick, image, IMAGE_BYTES / block_bytes, block_bytes);
    stick.max_lun = units;
    for (unsigned i = 1; i <= units; i++)
        stick.luns[i] = stick.luns[0];
    stick.luns[0].type = type % 8u == 7 ? 5 : 0;
    stick.luns[0].sense = type % 8u == 6 ? 0x023A00 : 0x062800;
    stick.luns[0].refusals = type % 8u == 6 ? UINT32_MAX : type % 4u;
    if (type % 8u == 5) { /* the image lies around block 2^32 */
        stick.luns[0].block_count = UINT64_C(0x100000000) + 2;
        stick.luns[0].image_lba = UINT64_C(0x100000000) - 30;
    }
    stick.max_packet = (uint16_t)(8u << packet % 4u);
    stick.config_desc[22] = stick.config_desc[29] = (uint8_t)stick.max_packet;
    if (type % 8u == 4)
        stick.luns[0].most_blocks = 2;
    fake_hc_plug(tree == 0 ? &stick : &hub.dev);
    if (tree == 0)
        return;
    fake_stick_init(&other, image, 1, 512);
    other.config_desc[14] = 3;
    fake_hub_init(&hub);
    fake_hub_init(&inner);
    hub.power_good = inner.power_good = 1;
    hub.port[1].device = tree == 3 ? &other : &stick;
    if (tree >= 2) {
        hub.port[2].device = &inner.dev;
        inner.port[1].device = tree == 3 ? &stick : NULL;
    }
}

static void step_clock(void)
{
    fake_clock_set(clock_ms() + (input.left > 0 ? 1 : STEP_MS));
}

/* Until a stick is configured, or there is nothing more. */
static bool enumerate(void)
{
    uint32_t start_ms = clock_ms();
    enum bl_rc rc = BL_PENDING;

    while (rc != BL_OK && clock_ms() - start_ms < 60000) {
        rc = usb_host_poll(&host);
        if (rc < 0 && !usb_host_next(&host))
            return false;
        if (rc == BL_PENDING && clock_ms() - start_ms > 2000 && !usb_host_attached(&host))
            return false;
        step_clock();
    }
    HOLDS(rc == BL_OK || usb_host_attached(&host) || input.left > 0 || rc < 0);
    return rc == BL_OK;
}

static enum bl_rc get_ready(void)
{
    uint32_t start_ms = clock_ms();
    enum bl_rc rc;

    while ((rc = msc_ready_poll(&msc)) == BL_PENDING) {
        HOLDS(clock_ms() - start_ms < READY_MS + SLACK_MS);
        step_clock();
    }
    return rc;
}

static enum bl_rc read_blocks(uint64_t lba, uint32_t count)
{
    const struct blockdev *dev = msc_blockdev(&msc);
    uint32_t bytes = count * dev->block_bytes;
    uint32_t *dst = malloc(bytes);
    uint32_t start_ms = clock_ms();
    enum bl_rc rc = dev->read_start(dev->ctx, lba, count, dst);

    if (rc == BL_OK)
        rc = BL_PENDING;
    while (rc == BL_PENDING && (rc = dev->poll(dev->ctx)) == BL_PENDING) {
        /* at most one command more often than the bytes ask for */
        HOLDS(clock_ms() - start_ms < (bytes / 512 + 1) * (MSC_READ_MS + SLACK_MS));
        step_clock();
    }
    HOLDS(rc == BL_OK || !fake_hc_pending());
    free(dst);
    return rc;
}

static void use_unit(void)
{
    const struct blockdev *dev = msc_blockdev(&msc);

    HOLDS(dev->block_bytes >= 512 && dev->block_bytes <= 4096 && dev->block_count > 0);
    HOLDS((dev->block_bytes & (dev->block_bytes - 1)) == 0);
    HOLDS(strlen(msc_describe(&msc)) < 32);
    (void)read_blocks(0, 1);
    if (dev->block_count > 3)
        (void)read_blocks(dev->block_count - 3, 3);
    if (dev->block_count > 5)
        (void)read_blocks(1, dev->block_bytes == 512 ? 5 : 1);
}

static void use_stick(void)
{
    enum bl_rc rc;

    msc_init(&msc, &host, MSC_EMPTY_MS);
    msc_limit(&msc, READY_MS);
    do {
        rc = get_ready();
        if (rc == BL_OK) {
            msc_limit(&msc, UINT32_MAX);
            use_unit();
            msc_limit(&msc, READY_MS);
        }
    } while (rc == BL_OK && msc_next_unit(&msc));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len < HEAD_BYTES)
        return 0;
    input.at = data;
    input.left = len;
    fake_hc_forget();
    fake_clock_set(UINT32_MAX - 5000);
    fake_log_clear();
    make_device();
    fake_hc_mangle(mangle);
    HOLDS(hc_init() == BL_OK);
    hc_vbus(true);
    usb_host_init(&host);
    while (enumerate()) {
        use_stick();
        fake_log_clear();
        if (!usb_host_next(&host))
            break;
    }
    HOLDS(fake_hc_violations() == 0);
    return 0;
}
