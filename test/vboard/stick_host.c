/* SPDX-License-Identifier: MIT
 * See stick_host.h. */
#include "stick_host.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char image_path[] = "/tmp/stickXXXXXX", swap_path[] = "/tmp/swapXXXXXX";
uint32_t in_pid, out_pid, packet;
uint8_t csw[13];
const uint8_t tur[6] = {0x00};

static uint32_t tag;

/* The stick is like this from now on. */
void be(enum quirk_id id, uint64_t value)
{
    bench.quirks.value[id].number = value;
}

static uint8_t byte_of(unsigned lba, unsigned i)
{
    return (uint8_t)(lba * 7 + i + i / 256);
}

/* Every byte differs from the same one with another salt. */
static int make_file(char *path, uint8_t salt)
{
    int fd = mkstemp(path);
    uint8_t block[512];

    for (unsigned lba = 0; lba < BLOCKS; lba++) {
        for (unsigned i = 0; i < sizeof block; i++)
            block[i] = byte_of(lba, i) ^ salt;
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block)
            return -1;
    }
    return close(fd);
}

int make_images(void **state)
{
    (void)state;
    return make_file(image_path, 0) || make_file(swap_path, 0x80);
}

int drop_images(void **state)
{
    (void)state;
    return unlink(image_path) || unlink(swap_path);
}

void get_descriptor(unsigned address, unsigned type, unsigned index, unsigned length)
{
    uint8_t setup[8] = {0x80, 6, (uint8_t)index, (uint8_t)type, 0, 0, (uint8_t)length, 0};

    assert_int_equal(control(address, setup), 0);
}

uint32_t plain(unsigned address, uint8_t type, uint8_t request, uint8_t value, uint8_t index)
{
    uint8_t setup[8] = {type, request, value, 0, index, 0, 0, 0};

    return control(address, setup);
}

void enumerate(void)
{
    assert_int_equal(plain(0, 0, 5, 7, 0), 0);
    run_us(2000);
    get_descriptor(7, 2, 0, 32);
    assert_int_equal(received_bytes, 32);
    packet = received[22];
    assert_int_equal(plain(7, 0, 9, 1, 0), 0);
    in_pid = out_pid = DPID_DATA0;
}

/* A stick that gets its quirks, and then its image. */
void plug_in(void)
{
    bench.options.stick_path = image_path;
    assert_true(stick_open(&bench));
    stick_power_on(&bench);
}

void up(void)
{
    bench_start(image_path);
    host_init();
    host_port_up(NULL);
    enumerate();
    run_us(500000);
}

uint32_t bulk_in(unsigned bytes)
{
    return transfer(7u << 22 | 1u << 20 | 2u << 18 | HCCHAR_EPDIR | 1u << 11 | packet, &in_pid,
                    NULL, bytes);
}

uint32_t bulk_out(const void *data, unsigned bytes)
{
    uint32_t hcchar = 7u << 22 | 1u << 20 | 2u << 18 | 2u << 11 | packet;
    uint32_t failed = 0;

    for (unsigned off = 0; !failed && (off < bytes || off == 0); off += packet)
        failed = transfer(hcchar, &out_pid, (const uint8_t *)data + off,
                          bytes - off < packet ? bytes - off : packet);
    return failed;
}

void send_cbw(const uint8_t *cdb, unsigned cdb_bytes, uint32_t length, uint8_t flags)
{
    uint8_t cbw[31] = {0};

    stick_put_le32(cbw, 0x43425355);
    stick_put_le32(cbw + 4, ++tag);
    stick_put_le32(cbw + 8, length);
    cbw[12] = flags;
    cbw[14] = (uint8_t)cdb_bytes;
    memcpy(cbw + 15, cdb, cdb_bytes);
    assert_int_equal(bulk_out(cbw, sizeof cbw), 0);
}

void clear_in_halt(void)
{
    assert_int_equal(plain(7, 2, 1, 0, 0x81), 0);
    in_pid = DPID_DATA0;
}

/* Reads the CSW and checks it; after a stall the halt is cleared first. */
void status(bool stalled, uint32_t residue, uint8_t code)
{
    uint8_t kept[sizeof received];
    unsigned kept_bytes = received_bytes;

    memcpy(kept, received, kept_bytes);
    if (stalled)
        clear_in_halt();
    assert_int_equal(bulk_in(13), 0);
    assert_int_equal(received_bytes, 13);
    memcpy(csw, received, 13);
    assert_int_equal(stick_le32(csw), 0x53425355);
    assert_int_equal(stick_le32(csw + 4), tag);
    assert_int_equal(stick_le32(csw + 8), residue);
    assert_int_equal(csw[12], code);
    memcpy(received, kept, kept_bytes);
    received_bytes = kept_bytes;
}

/* A command that moves exactly what both sides expect. */
void command_in(const uint8_t *cdb, unsigned cdb_bytes, uint32_t length)
{
    send_cbw(cdb, cdb_bytes, length, 0x80);
    assert_int_equal(bulk_in(length), 0);
    assert_int_equal(received_bytes, length);
    status(false, 0, 0);
}

void expect_sense(uint8_t key, uint8_t asc, uint8_t ascq)
{
    static const uint8_t cdb[6] = {0x03, 0, 0, 0, 18};

    command_in(cdb, 6, 18);
    assert_int_equal(received[2] & 0xF, key);
    assert_int_equal(received[12], asc);
    assert_int_equal(received[13], ascq);
}

/* Takes the unit attention away. */
void make_ready(void)
{
    send_cbw(tur, 6, 0, 0);
    status(false, 0, 1);
    expect_sense(6, 0x28, 0);
    send_cbw(tur, 6, 0, 0);
    status(false, 0, 0);
}

void check_salted(const uint8_t *bytes, unsigned lba, unsigned count, uint8_t salt)
{
    for (unsigned i = 0; i < count * 512; i++)
        assert_int_equal(bytes[i], byte_of(lba + i / 512, i % 512) ^ salt);
}

void check_blocks(const uint8_t *bytes, unsigned lba, unsigned count)
{
    check_salted(bytes, lba, count, 0);
}
