/* SPDX-License-Identifier: MIT
 * Clocks, enumeration and bulk-only transport over one of the small hosts: prints what the stick is
 * and a checksum of its first blocks. */
#include "host.h"

#define BLOCKS    64u
#define CHUNK     8u /* 4096 bytes: with packets of 8 bytes still within HCTSIZ.PKTCNT */
#define FNV_PRIME 16777619u
#define FNV_START 2166136261u

static uint8_t buffer[CHUNK * 512];
static struct pipe ep0, bulk_in = {.type = 2}, bulk_out = {.type = 2};
static uint32_t tag;

void delay_ms(uint32_t ms)
{
    uint32_t from = systick_ms;

    while (systick_ms - from <= ms)
        __asm volatile("wfi");
}

void pins_and_gate(void)
{
    RCC(0x30) |= 1u << 0 | 1u << 6;
    (void)RCC(0x30);
    GPIO('A', 0x24) = (GPIO('A', 0x24) & ~0xFF000u) | 0xAA000;
    GPIO('A', 0x08) |= 0x03C00000;
    GPIO('A', 0x00) = (GPIO('A', 0x00) & ~0x03C00000u) | 0x02800000;
    GPIO('G', 0x18) = 1u << (6 + 16);
    GPIO('G', 0x00) = (GPIO('G', 0x00) & ~0x3000u) | 0x1000;
    RCC(0x34) |= 1u << 7;
    (void)RCC(0x34);
}

void vbus_on(void)
{
    GPIO('G', 0x18) = 1u << 6;
}

void push(unsigned channel, const uint8_t *data, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i += 4) {
        uint32_t word = 0;

        for (uint32_t k = 0; k < 4 && i + k < bytes; k++)
            word |= (uint32_t)data[i + k] << (8 * k);
        FIFO(channel) = word;
    }
}

void pull(uint8_t *data, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i += 4) {
        uint32_t word = FIFO(0);

        for (uint32_t k = 0; k < 4 && i + k < bytes; k++)
            data[i + k] = (uint8_t)(word >> (8 * k));
    }
}

/* 216 MHz from the 8 MHz of the ST-LINK, 48 MHz from PLLQ, a tick of 1 ms. */
static void clocks(void)
{
    RCC(0x40) |= 1u << 28;
    (void)RCC(0x40);
    RCC(0x00) |= 1u << 18;
    RCC(0x00) |= 1u << 16;
    wait_for(&RCC(0x00), 1u << 17, 1u << 17);
    RCC(0x04) = 0x79406C08; /* M 8, N 432, P 2, Q 9 */
    RCC(0x00) |= 1u << 24;
    wait_for(&RCC(0x00), 1u << 25, 1u << 25);
    PWR(0x00) |= 1u << 16;
    wait_for(&PWR(0x04), 1u << 16, 1u << 16);
    PWR(0x00) |= 1u << 17;
    wait_for(&PWR(0x04), 1u << 17, 1u << 17);
    FLASHR(0x00) = 0x307;
    wait_for(&FLASHR(0x00), 0xF, 7);
    RCC(0x08) = 0x9400;
    RCC(0x08) = 0x9402;
    wait_for(&RCC(0x08), 0xC, 8);
    SYST(0x04) = 215999;
    SYST(0x08) = 0;
    SYST(0x00) = 7;
}

static bool control(const uint8_t setup[8], void *data, uint32_t *moved)
{
    uint32_t length = setup[6], got = 0;
    bool to_host = setup[0] & 0x80;

    ep0.pid = 3;
    if (!host_out(&ep0, setup, 8))
        return false;
    ep0.pid = 2;
    if (length && !host_in(&ep0, data, length, &got))
        return false;
    ep0.pid = 2;
    if (moved)
        *moved = got;
    return to_host && length ? host_out(&ep0, data, 0) : host_in(&ep0, buffer, 0, &got);
}

static bool enumerate(void)
{
    static const uint8_t device8[8] = {0x80, 6, 0, 1, 0, 0, 8, 0};
    static const uint8_t address[8] = {0, 5, 1};
    static const uint8_t device18[8] = {0x80, 6, 0, 1, 0, 0, 18, 0};
    static const uint8_t configuration[8] = {0x80, 6, 0, 2, 0, 0, 32, 0};
    static const uint8_t configure[8] = {0, 9, 1};
    uint32_t moved;

    ep0.max_packet = 64;
    if (!control(device8, buffer, &moved) || moved != 8)
        return false;
    ep0.max_packet = buffer[7];
    if (!control(address, 0, 0))
        return false;
    ep0.address = bulk_in.address = bulk_out.address = 1;
    delay_ms(2);
    if (!control(device18, buffer, &moved) || moved != 18)
        return false;
    say_value("device",
              (uint32_t)(buffer[9] << 24 | buffer[8] << 16 | buffer[11] << 8 | buffer[10]));
    if (!control(configuration, buffer, &moved) || moved != 32)
        return false;
    bulk_in.endpoint = buffer[20] & 0xF;
    bulk_out.endpoint = buffer[27];
    bulk_in.max_packet = buffer[22];
    bulk_out.max_packet = buffer[29];
    return control(configure, 0, 0);
}

/* A command with data to the host; the CSW's status, 0xFF when the transport failed. */
static uint8_t command(const uint8_t *cdb, uint32_t cdb_bytes, void *data, uint32_t length)
{
    uint8_t cbw[31] = {0x55, 0x53, 0x42, 0x43}, csw[64];
    uint32_t moved;

    cbw[4] = (uint8_t)++tag;
    cbw[8] = (uint8_t)length;
    cbw[9] = (uint8_t)(length >> 8);
    cbw[12] = length ? 0x80 : 0;
    cbw[14] = (uint8_t)cdb_bytes;
    for (uint32_t i = 0; i < cdb_bytes; i++)
        cbw[15 + i] = cdb[i];
    if (!host_out(&bulk_out, cbw, sizeof cbw))
        return 0xFF;
    if (length && (!host_in(&bulk_in, data, length, &moved) || moved != length))
        return 0xFF;
    if (!host_in(&bulk_in, csw, 13, &moved) || moved != 13 || csw[4] != cbw[4])
        return 0xFF;
    return csw[12];
}

static bool wait_ready(void)
{
    static const uint8_t test_unit_ready[6] = {0};
    static const uint8_t request_sense[6] = {3, 0, 0, 0, 18};
    uint32_t from = systick_ms;

    while (systick_ms - from < 3000) {
        uint8_t status = command(test_unit_ready, 6, 0, 0);

        if (status == 0)
            return true;
        if (status != 1 || command(request_sense, 6, buffer, 18) != 0)
            return false;
        delay_ms(20);
    }
    return false;
}

static bool read_blocks(void)
{
    uint32_t sum = FNV_START;

    for (uint32_t lba = 0; lba < BLOCKS; lba += CHUNK) {
        uint8_t read[10] = {0x28, 0, 0, 0, (uint8_t)(lba >> 8), (uint8_t)lba, 0, 0, CHUNK};

        if (command(read, 10, buffer, sizeof buffer) != 0)
            return false;
        for (uint32_t i = 0; i < sizeof buffer; i++)
            sum = (sum ^ buffer[i]) * FNV_PRIME;
    }
    say_value("sum", sum);
    return true;
}

void chip_main(void)
{
    static const uint8_t capacity[10] = {0x25};

    clocks();
    console_open(54000000);
    if (!host_start()) {
        say("no device\n");
        return;
    }
    check(enumerate(), "enumeration");
    check(wait_ready(), "ready");
    check(command(capacity, 10, buffer, 8) == 0, "capacity");
    say_value("last block",
              (uint32_t)(buffer[0] << 24 | buffer[1] << 16 | buffer[2] << 8 | buffer[3]));
    uint32_t from = systick_ms;
    check(read_blocks(), "blocks");
    say_value("ms", systick_ms - from);
}
