/* SPDX-License-Identifier: MIT
 * `stickboot params`, `factory` and `dump`: bytes are compared with the tables of
 * docs/image-format.md, decoded by the test itself. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "tools/bench.h"
#include "tools/sample_program.h"

#define FLASH_BYTES  0x200000u
#define PRODUCT_OFF  0x10000u
#define LOG_P_OFF    0x19000u
#define LOG_F_OFF    0x20100u
#define RUN_OFF      0x40000u
#define SECTOR_BYTES 0x40000u
#define PLAIN_BYTES  300000u
#define SIGNED_BYTES 5000u

static uint8_t code[PLAIN_BYTES];

static uint32_t number(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* CRC-32, bit by bit. */
static uint32_t crc(const uint8_t *at, size_t len)
{
    uint32_t value = 0xFFFFFFFF;

    for (size_t i = 0; i < len; i++) {
        value ^= at[i];
        for (unsigned bit = 0; bit < 8; bit++)
            value = value & 1 ? value >> 1 ^ 0xEDB88320u : value >> 1;
    }
    return ~value;
}

static void prepare(struct bench *bench)
{
    sample_program_make(code, SIGNED_BYTES, 0x08040200);
    bench_write("app.bin", code, SIGNED_BYTES);
    bench_run(bench, "keygen --out k.pem");
    bench_run(bench, "keygen --out old.pem");
    bench_run(bench, "sign app.bin --key k.pem --version 2.1.0 --counter 12 "
                     "--product a.example/widget --hw-rev 2-4 "
                     "--revoke old.pub.pem --out app.img");
    bench_expect(bench, 0, NULL);
    sample_program_make(code, PLAIN_BYTES, 0x08040000);
    bench_write("plain.bin", code, PLAIN_BYTES);
    bench_run(bench, "params --product a.example/widget --hw-rev 3 --serial SN-0042 "
                     "--file /pump.bin --attach-ms 0 --ready-ms 60000 --must-be-named "
                     "--allow-same --out params.bin");
    bench_expect(bench, 0, NULL);
}

static void test_params_bytes(void **state)
{
    struct bench *bench = *state;

    prepare(bench);
    struct bench_file image = bench_read("app.img");
    struct bench_file file = bench_read("params.bin");
    const uint8_t *at = file.at;
    const uint8_t *tlvs = image.at + 0x200 + SIGNED_BYTES;

    assert_int_equal(file.len, 256);
    assert_int_equal(number(at), 0x31504253);
    /* Protected TLVs: head 4, counter 4 + 4, then the two UUIDs. */
    assert_memory_equal(at + 4, tlvs + 16, 16);
    assert_memory_equal(at + 20, tlvs + 36, 16);
    assert_int_equal(number(at + 36), 3);
    assert_int_equal(number(at + 40), 2 | 4);
    assert_string_equal((const char *)at + 44, "SN-0042");
    assert_string_equal((const char *)at + 76, "/pump.bin");
    assert_int_equal(number(at + 204), 0);
    assert_int_equal(number(at + 208), 60000);
    assert_int_equal(number(at + 252), crc(at, 252));
    bench_run(bench, "params --show params.bin --json");
    bench_expect(bench, 0, NULL);
    assert_non_null(strstr(bench->out, "\"serial\": \"SN-0042\""));
    assert_non_null(strstr(bench->out, "\"hardware_revision\": 3"));
    file.at[40] ^= 1;
    bench_write("params.bin", file.at, file.len);
    bench_run(bench, "params --show params.bin");
    bench_expect(bench, 4, "params.bin: holds no valid product parameters");
    free(file.at);
    free(image.at);
}

/* A record that says: this image is installed. */
static void record_is(const uint8_t *at, const uint8_t *hashed, size_t hashed_len, size_t bytes,
                      bool signed_image, uint32_t counter)
{
    uint8_t digest[32];

    assert_int_equal(number(at), 0x32524253);
    assert_int_equal(at[4], 1);          /* state */
    assert_int_equal(at[5], 1);          /* settled */
    assert_int_equal(number(at + 8), 1); /* sequence */
    assert_int_equal(at[16], signed_image ? 1 : 2);
    assert_int_equal(number(at + 20), bytes);
    assert_int_equal(EVP_Digest(hashed, hashed_len, digest, NULL, EVP_sha256(), NULL), 1);
    assert_memory_equal(at + 24, digest, 32);
    assert_int_equal(number(at + 96), 0); /* no new image */
    assert_int_equal(number(at + 224), counter);
    assert_int_equal(number(at + 252), crc(at, 252));
}

static bool blank(const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (at[i] != 0xFF)
            return false;
    return true;
}

static void test_factory_signed(void **state)
{
    struct bench *bench = *state;

    prepare(bench);
    bench_run(bench, "factory --loader " BENCH_LOADER ".elf --params params.bin --image app.img "
                     "--key k.pub.pem --out factory.bin");
    bench_expect(bench, 0, NULL);
    struct bench_file flash = bench_read("factory.bin");
    struct bench_file loader = bench_read(BENCH_LOADER ".bin");
    struct bench_file image = bench_read("app.img");
    struct bench_file params = bench_read("params.bin");
    size_t signed_bytes = 0x200 + SIGNED_BYTES + number(image.at + 8) / 0x10000;

    assert_int_equal(flash.len, FLASH_BYTES);
    assert_memory_equal(flash.at, loader.at, loader.len);
    assert_true(blank(flash.at + loader.len, PRODUCT_OFF - loader.len));
    assert_memory_equal(flash.at + PRODUCT_OFF, params.at, 256);
    record_is(flash.at + LOG_P_OFF, image.at, signed_bytes, image.len, true, 12);
    /* The revoked key's hash is the last of the protected TLVs; its first bytes, big-endian. */
    const uint8_t *revoked = image.at + signed_bytes - 32;

    assert_int_equal(number(flash.at + LOG_P_OFF + 228),
                     (uint32_t)revoked[0] << 24 | (uint32_t)revoked[1] << 16 |
                         (uint32_t)revoked[2] << 8 | revoked[3]);
    assert_true(number(flash.at + LOG_P_OFF + 232) == 0);
    assert_memory_equal(flash.at + LOG_F_OFF, flash.at + LOG_P_OFF, 256);
    assert_true(blank(flash.at + 0x20000, 0x100)); /* no upgrade is pending */
    assert_memory_equal(flash.at + RUN_OFF, image.at, image.len);
    assert_true(blank(flash.at + RUN_OFF + image.len, FLASH_BYTES - RUN_OFF - image.len));
    free(flash.at);
    free(loader.at);
    free(image.at);
    free(params.at);
}

static void test_factory_plain(void **state)
{
    struct bench *bench = *state;
    uint8_t digest[32];

    prepare(bench);
    bench_run(bench, "factory --loader " BENCH_LOADER ".bin --image plain.bin --out factory.bin");
    bench_expect(bench, 0, NULL);
    struct bench_file flash = bench_read("factory.bin");
    const uint8_t *footer = flash.at + RUN_OFF + 2 * SECTOR_BYTES - 64;

    assert_memory_equal(flash.at + RUN_OFF, code, PLAIN_BYTES);
    assert_int_equal(number(footer), 0x31464253);
    assert_int_equal(number(footer + 4), PLAIN_BYTES);
    assert_int_equal(EVP_Digest(code, PLAIN_BYTES, digest, NULL, EVP_sha256(), NULL), 1);
    assert_memory_equal(footer + 8, digest, 32);
    assert_int_equal(number(footer + 60), crc(footer, 60));
    assert_true(blank(flash.at + PRODUCT_OFF, 0x400));
    record_is(flash.at + LOG_P_OFF, code, PLAIN_BYTES, PLAIN_BYTES, false, 0);
    free(flash.at);
}

/* A new application for a board in use: the board keeps its loader, its parameters, the
 * application's own, and what its records say beyond the image. */
static void test_factory_board(void **state)
{
    struct bench *bench = *state;

    prepare(bench);
    bench_run(bench, "factory --loader " BENCH_LOADER ".elf --params params.bin --image app.img "
                     "--key k.pub.pem --out board.bin");
    bench_expect(bench, 0, NULL);
    struct bench_file board = bench_read("board.bin");

    memset(board.at + 0x18000, 0x5C, 0x1000);
    memset(board.at + 0x100000, 0x00, 64);           /* the update area */
    memset(board.at + RUN_OFF + 0xBFF00, 0x00, 256); /* what an older application left */
    bench_write("board.bin", board.at, board.len);
    bench_run(bench, "factory --board board.bin --image plain.bin --out flash.bin");
    bench_expect(bench, 0, NULL);
    struct bench_file flash = bench_read("flash.bin");

    assert_memory_equal(flash.at, board.at, 0x19000);
    assert_memory_equal(flash.at + RUN_OFF, code, PLAIN_BYTES);
    assert_true(blank(flash.at + RUN_OFF + 0x80000, 0x40000));
    assert_memory_equal(flash.at + 0x100000, board.at + 0x100000, 0x100000);
    assert_int_equal(number(flash.at + LOG_P_OFF + 8), 2);    /* sequence */
    assert_int_equal(number(flash.at + LOG_P_OFF + 224), 12); /* counter floor */
    assert_int_equal(number(flash.at + LOG_P_OFF + 228), number(board.at + LOG_P_OFF + 228));
    assert_int_equal(number(flash.at + LOG_P_OFF + 20), PLAIN_BYTES);
    assert_memory_equal(flash.at + LOG_F_OFF, flash.at + LOG_P_OFF, 256);
    bench_run(bench, "factory --board board.bin --image plain.bin --out flash.hex");
    bench_expect(bench, 0, NULL);
    bench_shell(bench,
                "arm-none-eabi-objcopy -I ihex -O binary --gap-fill 0xFF flash.hex part.bin");
    assert_int_equal(bench->status, 0);
    struct bench_file part = bench_read("part.bin");

    assert_memory_equal(part.at, flash.at + 0x18000, part.len);
    assert_true(part.len <= 0x100000 - 0x18000);
    bench_write("short.bin", board.at, 1000);
    bench_run(bench, "factory --board short.bin --image plain.bin --out no.bin");
    bench_expect(bench, 4, "short.bin: has 1000 bytes");
    free(board.at);
    free(flash.at);
    free(part.at);
}

/* The sparse file holds the same, by objcopy's reading. */
static void test_factory_hex(void **state)
{
    struct bench *bench = *state;

    prepare(bench);
    bench_run(bench, "factory --loader " BENCH_LOADER ".elf --params params.bin --image app.img "
                     "--key k.pub.pem --out factory.hex");
    bench_expect(bench, 0, NULL);
    bench_run(bench, "factory --loader " BENCH_LOADER ".elf --params params.bin --image app.img "
                     "--key k.pub.pem --out factory.bin");
    bench_expect(bench, 0, NULL);
    bench_shell(bench, "arm-none-eabi-objcopy -I ihex -O binary --gap-fill 0xFF "
                       "--pad-to 0x08200000 factory.hex back.bin");
    assert_int_equal(bench->status, 0);
    struct bench_file hex = bench_read("factory.hex");
    struct bench_file back = bench_read("back.bin");
    struct bench_file flash = bench_read("factory.bin");

    assert_true(hex.len < 300000);
    assert_int_equal(back.len, flash.len);
    assert_memory_equal(back.at, flash.at, flash.len);
    free(hex.at);
    free(back.at);
    free(flash.at);
}

static void test_factory_refuses(void **state)
{
    struct bench *bench = *state;

    prepare(bench);
    bench_run(bench, "keygen --out other.pem");
    bench_run(bench, "factory --loader " BENCH_LOADER ".elf --image app.img --key other.pub.pem "
                     "--out no.bin");
    bench_expect(bench, 1, "app.img: refused: image is for a certain product");
    bench_run(bench, "factory --loader " BENCH_LOADER ".elf --image app.img --params params.bin "
                     "--key other.pub.pem --out no.bin");
    bench_expect(bench, 1, "app.img: refused: image is signed with a key that is not one of ours");
    bench_run(bench, "params --product a.example/widget --hw-rev 5 --out params.bin");
    bench_run(bench, "factory --loader " BENCH_LOADER ".elf --image app.img --params params.bin "
                     "--key k.pub.pem --out no.bin");
    bench_expect(bench, 1, "app.img: refused: image is for other hardware revisions");
    bench_run(bench, "factory --loader " BENCH_SAMPLE ".elf --image plain.bin --out no.bin");
    bench_expect(bench, 4, "is no bootloader for 0x08000000");
    assert_false(bench_exists("no.bin"));
}

/* The real loader takes a factory file as it takes a board that it has installed itself: verified,
 * started, nothing written. */
static void starts(struct bench *bench, const char *image, const char *loader, const char *console)
{
    bench_run(bench, "factory --loader %s --image %s --out flash.bin", loader, image);
    bench_expect(bench, 0, NULL);
    struct bench_file before = bench_read("flash.bin");

    bench_shell(bench, BENCH_VBOARD " run --advice-is-error --flash flash.bin --for 5000 "
                                    "--until 'start: application at'");
    if (bench->status != 0 || strstr(bench->out, console) == NULL)
        fail_msg("not seen: %s\n%s%s", console, bench->out, bench->err);
    struct bench_file after = bench_read("flash.bin");

    assert_int_equal(before.len, after.len);
    assert_memory_equal(before.at, after.at, before.len);
    free(before.at);
    free(after.at);
}

static void test_factory_starts(void **state)
{
    struct bench *bench = *state;

    starts(bench, BENCH_DATA "/v1.2.3.img --key " BENCH_KEYS "/sign-p256.pub.pem",
           BENCH_LOADER "_test_release.elf", "SHA-256 and signature verified");
    starts(bench, BENCH_SAMPLE ".bin", BENCH_LOADER "_test_open.elf", "MD5 and SHA-256 verified");
}

static void says(const struct bench *bench, const char *text)
{
    if (strstr(bench->out, text) == NULL)
        fail_msg("not said: %s\n%s", text, bench->out);
}

static void test_dump(void **state)
{
    struct bench *bench = *state;

    prepare(bench);
    bench_run(bench, "factory --loader " BENCH_LOADER ".elf --params params.bin --image app.img "
                     "--key k.pub.pem --out flash.bin");
    struct bench_file flash = bench_read("flash.bin");
    struct bench_file plain = bench_read("plain.bin");

    memcpy(flash.at + 0x20000, "\x78\x56\x34\x12", 4);
    memcpy(flash.at + 0x100000, plain.at, plain.len);
    flash.at[RUN_OFF + 3000] ^= 4;
    bench_write("flash.bin", flash.at, flash.len);
    bench_run(bench, "dump flash.bin --key k.pub.pem");
    bench_expect(bench, 0, NULL);
    says(bench, "  serial              SN-0042\n");
    says(bench, "upgrade flag          0x12345678 upgrade pending\n");
    says(bench, "  log p               1 of 112 places used, newest record is number 1\n");
    says(bench, "  counter floor       12\n");
    says(bench, "    version           2.1.0+0\n");
    says(bench, "  content             digest wrong\n  signature           right\n");
    says(bench, "  content             plain image without a footer: no digest on record\n");
    says(bench, "backup area           blank\n");
    bench_run(bench, "dump flash.bin --json");
    bench_expect(bench, 0, NULL);
    bench_write("dump.json", bench->out, strlen(bench->out));
    bench_shell(bench, "python3 -c 'import json; d = json.load(open(\"dump.json\")); "
                       "assert d[\"records\"][\"run_image\"][\"bytes\"] > 5000; "
                       "assert d[\"run_area\"][\"header\"][\"version\"] == \"2.1.0+0\"; "
                       "assert d[\"product_parameters\"][\"hardware_revision\"] == 3'");
    bench_expect(bench, 0, NULL);
    free(flash.at);
    free(plain.at);
}

/* What a worn or attacked flash may hold: the dump is told, never a crash. */
static void test_dump_of_noise(void **state)
{
    struct bench *bench = *state;
    uint8_t *flash = malloc(FLASH_BYTES);
    uint32_t noise = 99;

    assert_non_null(flash);
    for (unsigned round = 0; round < 4; round++) {
        for (size_t i = 0; i < FLASH_BYTES; i++) {
            noise = noise * 1664525u + 1013904223u;
            flash[i] = round == 0 ? 0xFF : (uint8_t)(noise >> 24);
        }
        if (round >= 2) { /* an MCUboot header of noise */
            memcpy(flash + RUN_OFF, "\x3D\xB8\xF3\x96\0\0\4\x08", 8);
            memset(flash + RUN_OFF + 16, 0, round == 3 ? 4 : 0);
        }
        bench_write("flash.bin", flash, FLASH_BYTES);
        bench_run(bench, "dump flash.bin");
        bench_expect(bench, 0, NULL);
        says(bench, round == 0
                        ? "run area\n  address             0x08040000\n  content             "
                          "blank\n"
                        : "no valid record");
        says(bench, round == 0 ? "  state               blank" : "  state               damaged");
    }
    free(flash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_params_bytes, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_factory_signed, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_factory_plain, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_factory_board, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_factory_hex, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_factory_refuses, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_factory_starts, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_dump, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_dump_of_noise, bench_open, bench_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
