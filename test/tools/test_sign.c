/* SPDX-License-Identifier: MIT
 * Images that `stickboot sign` makes, judged by an independent implementation (independent.h). */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "tools/bench.h"
#include "tools/independent.h"
#include "tools/sample_program.h"

#define RUN_ADDR   0x08040000u
#define CODE_ADDR  0x08040200u
#define SLOT_BYTES 786432u
#define CODE_BYTES 5003u

static uint8_t code[SLOT_BYTES];

/* A key pair k.pem, k.pub.pem and a program app.bin for an address. */
static void prepare(struct bench *bench, uint32_t addr)
{
    bench_run(bench, "keygen --out k.pem");
    bench_expect(bench, 0, NULL);
    sample_program_make(code, CODE_BYTES, addr);
    bench_write("app.bin", code, CODE_BYTES);
}

/* Parses a file that must be an image signed by k.pem. */
static struct bench_file parse_signed(const char *name, struct independent *out)
{
    struct bench_file file = bench_read(name);

    independent_parse(file.at, file.len, out);
    assert_true(independent_signed_by(file.at, out, "k.pub.pem"));
    return file;
}

static void test_signed_image_is_right(void **state)
{
    struct bench *bench = *state;
    struct independent image;

    prepare(bench, CODE_ADDR);
    bench_run(bench, "sign app.bin --key k.pem --version 1.2.3+4 --out app.img");
    bench_expect(bench, 0, NULL);
    struct bench_file file = parse_signed("app.img", &image);

    assert_int_equal(image.header_bytes, 0x200);
    assert_int_equal(image.payload_bytes, CODE_BYTES);
    assert_int_equal(image.protected_bytes, 0);
    assert_int_equal(image.flags, 0x100);
    assert_int_equal(image.load_addr, RUN_ADDR);
    assert_memory_equal(image.version, "\1\2\3\0\4\0\0\0", 8);
    assert_int_equal(image.tlv_count, 3);
    assert_memory_equal(file.at + 0x200, code, CODE_BYTES);
    for (unsigned i = 32; i < 0x200; i++)
        assert_int_equal(file.at[i], 0xFF);
    bench_run(bench, "verify app.img --key k.pub.pem");
    bench_expect(bench, 0, NULL);
    free(file.at);
}

/* Every option that becomes a TLV, with the bytes that docs/image-format.md promises. The UUIDs are
 * those that imgtool made of the same names. */
static void test_options_become_tlvs(void **state)
{
    struct bench *bench = *state;
    struct bench_file sample = bench_read(BENCH_DATA "/v1.2.3-product.img");
    struct independent image;
    struct independent by_imgtool;

    prepare(bench, CODE_ADDR);
    bench_run(bench, "keygen --out old.pem");
    bench_run(bench, "sign app.bin --key k.pem --version 1.2.3 --out app.img --counter 70000 "
                     "--product stickboot.example/widget-a --trial 5,1000 --hw-rev 2-258 "
                     "--revoke old.pub.pem --whole-key");
    bench_expect(bench, 0, NULL);
    struct bench_file file = parse_signed("app.img", &image);

    independent_parse(sample.at, sample.len, &by_imgtool);
    assert_memory_equal(independent_tlv(&image, 0x50)->value, "\x70\x11\1\0", 4);
    assert_memory_equal(independent_tlv(&image, 0x74)->value,
                        independent_tlv(&by_imgtool, 0x74)->value, 16);
    assert_memory_equal(independent_tlv(&image, 0x75)->value,
                        independent_tlv(&by_imgtool, 0x75)->value, 16);
    assert_memory_equal(independent_tlv(&image, 0x5342)->value, "\5\0\0\0\xE8\3\0\0", 8);
    assert_memory_equal(independent_tlv(&image, 0x5343)->value, "\2\0\0\0\2\1\0\0", 8);
    assert_int_equal(independent_tlv(&image, 0x5344)->len, 32);
    assert_int_equal(independent_tlv(&image, 0x02)->len, 91);
    for (unsigned i = 0; i < image.tlv_count; i++)
        assert_int_equal(image.tlvs[i].is_protected, i < 6);
    bench_run(bench, "verify app.img --key old.pub.pem --key k.pub.pem");
    bench_expect(bench, 0, NULL);
    free(file.at);
    free(sample.at);
}

static void test_revoked_key_is_the_named_one(void **state)
{
    struct bench *bench = *state;
    struct independent image;
    struct independent by_old;

    prepare(bench, CODE_ADDR);
    bench_run(bench, "keygen --out old.pem");
    bench_run(bench, "sign app.bin --key k.pem --version 1.0.0 --revoke old.pub.pem --out a.img");
    bench_expect(bench, 0, NULL);
    bench_run(bench, "sign app.bin --key old.pem --version 1.0.0 --out b.img");
    bench_expect(bench, 0, NULL);
    struct bench_file a = parse_signed("a.img", &image);
    struct bench_file b = bench_read("b.img");

    independent_parse(b.at, b.len, &by_old);
    assert_memory_equal(independent_tlv(&image, 0x5344)->value,
                        independent_tlv(&by_old, 0x01)->value, 32);
    free(a.at);
    free(b.at);
}

static void test_elf_hex_and_binary_give_the_same(void **state)
{
    struct bench *bench = *state;
    const char *const names[] = {"app.elf", "app.hex"};
    struct independent image;

    prepare(bench, CODE_ADDR);
    sample_program_write_elf("app.elf", code, CODE_BYTES, CODE_ADDR);
    sample_program_write_hex("app.hex", code, CODE_BYTES, CODE_ADDR);
    bench_run(bench, "sign app.bin --key k.pem --version 1.0.0 --out bin.img");
    bench_expect(bench, 0, NULL);
    struct bench_file first = parse_signed("bin.img", &image);

    for (unsigned i = 0; i < 2; i++) {
        bench_run(bench, "sign %s --key k.pem --version 1.0.0 --out other.img", names[i]);
        bench_expect(bench, 0, NULL);
        struct bench_file other = parse_signed("other.img", &image);

        assert_memory_equal(first.at, other.at, image.signed_bytes);
        free(other.at);
    }
    free(first.at);
}

/* Between the pieces of a HEX file: zeros, as objcopy writes them. */
static void test_gap_is_zeros(void **state)
{
    struct bench *bench = *state;

    sample_program_make(code, CODE_BYTES, RUN_ADDR);
    memset(code + 0x800, 0, 64);
    sample_program_write_hex("all.hex", code, CODE_BYTES, RUN_ADDR);
    /* Rows of 32 bytes: those at 0x0800 and 0x0820 are left out. */
    bench_shell(bench, "sh -c 'grep -v -e ^:200800 -e ^:200820 all.hex > gap.hex'");
    bench_run(bench, "sign gap.hex --md5 --out gap.bin");
    bench_expect(bench, 0, NULL);
    struct bench_file all = bench_read("all.hex");
    struct bench_file gap = bench_read("gap.hex");
    struct bench_file bin = bench_read("gap.bin");

    assert_true(gap.len < all.len);
    assert_int_equal(bin.len, CODE_BYTES);
    assert_memory_equal(bin.at, code, CODE_BYTES);
    free(all.at);
    free(gap.at);
    free(bin.at);
}

/* The sample application as the linker made it, and as objcopy converts it. */
static void test_real_linker_output(void **state)
{
    struct bench *bench = *state;
    struct bench_file bin = bench_read(BENCH_SAMPLE ".bin");

    bench_run(bench, "sign " BENCH_SAMPLE ".elf --md5 --out firmware.bin");
    bench_expect(bench, 0, NULL);
    bench_shell(bench, "arm-none-eabi-objcopy -O ihex " BENCH_SAMPLE ".elf sample.hex");
    assert_int_equal(bench->status, 0);
    bench_run(bench, "sign sample.hex --md5 --out hex.bin");
    bench_expect(bench, 0, NULL);
    struct bench_file elf = bench_read("firmware.bin");
    struct bench_file hex = bench_read("hex.bin");

    assert_int_equal(elf.len, bin.len);
    assert_int_equal(hex.len, bin.len);
    assert_memory_equal(elf.at, bin.at, bin.len);
    assert_memory_equal(hex.at, bin.at, bin.len);
    bench_shell(bench, "md5sum -c firmware.md5");
    assert_int_equal(bench->status, 0);
    free(elf.at);
    free(hex.at);
    free(bin.at);
}

static void test_wrong_link_address(void **state)
{
    struct bench *bench = *state;
    const char *const sign = "--key k.pem --version 1.0.0 --out no.img";

    prepare(bench, RUN_ADDR);
    sample_program_write_elf("app.elf", code, CODE_BYTES, RUN_ADDR);
    sample_program_write_hex("app.hex", code, CODE_BYTES, RUN_ADDR);
    bench_run(bench, "sign app.elf %s", sign);
    bench_expect(bench, 4, "app.elf: is linked for 0x08040000, but must be linked for 0x08040200");
    bench_run(bench, "sign app.hex %s", sign);
    bench_expect(bench, 4, "app.hex: is linked for 0x08040000, but must be linked for 0x08040200");
    bench_run(bench, "sign app.bin %s", sign);
    bench_expect(bench, 4, "app.bin: its vector table names 0x08040201");
    bench_run(bench, "sign " BENCH_SAMPLE ".bin %s", sign);
    bench_expect(bench, 4,
                 "seems to be linked for 0x08040000, by its vector table, but must be "
                 "linked for 0x08040200");
}

static void test_wrong_link_address_other_way(void **state)
{
    struct bench *bench = *state;

    prepare(bench, CODE_ADDR);
    sample_program_write_elf("app.elf", code, CODE_BYTES, 0x08040400);
    bench_run(bench, "sign app.elf --key k.pem --version 1.0.0 --out no.img");
    bench_expect(bench, 4, "must be linked for 0x08040200; or sign it with --header-size 0x400");
    bench_run(bench, "sign app.bin --md5 --out no.bin");
    bench_expect(bench, 4,
                 "app.bin: seems to be linked for 0x08040200, by its vector table, but "
                 "must be linked for 0x08040000");
    sample_program_write_elf("app.elf", code, CODE_BYTES, 0x08100000);
    bench_run(bench, "sign app.elf --key k.pem --version 1.0.0 --out no.img");
    bench_expect(bench, 4, "is linked for 0x08100000, but must be linked for 0x08040200");
    sample_program_write_elf("app.elf", code, CODE_BYTES, 0x20000000);
    bench_run(bench, "sign app.elf --key k.pem --version 1.0.0 --out no.img");
    bench_expect(bench, 4, "at 0x20000000 lie outside the flash");
    assert_false(bench_exists("no.img") || bench_exists("no.bin"));
}

static void test_header_sizes(void **state)
{
    struct bench *bench = *state;
    const unsigned sizes[] = {0x400, 0x800, 0x1000};
    struct independent image;

    bench_run(bench, "keygen --out k.pem");
    for (unsigned i = 0; i < 3; i++) {
        sample_program_make(code, CODE_BYTES, RUN_ADDR + sizes[i]);
        bench_write("app.bin", code, CODE_BYTES);
        bench_run(bench, "sign app.bin --key k.pem --version 1.0.0 --header-size %u --out a.img",
                  sizes[i]);
        bench_expect(bench, 0, NULL);
        struct bench_file file = parse_signed("a.img", &image);

        assert_int_equal(image.header_bytes, sizes[i]);
        assert_memory_equal(file.at + sizes[i], code, CODE_BYTES);
        free(file.at);
        bench_run(bench, "verify a.img --key k.pem");
        bench_expect(bench, 0, NULL);
    }
}

/* The largest image fills the run area to the last byte; one byte more is refused. */
static void test_largest_image(void **state)
{
    struct bench *bench = *state;
    struct independent image;
    /* Header, TLV heads, digest, key hash; the signature's length varies by image: 70 to 72. */
    size_t most = SLOT_BYTES - 0x200 - 4 - 36 - 36 - 4 - 72;

    prepare(bench, CODE_ADDR);
    sample_program_make(code, most, CODE_ADDR);
    bench_write("app.bin", code, most);
    bench_run(bench, "sign app.bin --key k.pem --version 1.0.0 --out a.img");
    bench_expect(bench, 0, NULL);
    struct bench_file file = parse_signed("a.img", &image);

    assert_true(file.len <= SLOT_BYTES && file.len > SLOT_BYTES - 6);
    free(file.at);
    sample_program_make(code, most + 8, CODE_ADDR);
    bench_write("app.bin", code, most + 8);
    bench_run(bench, "sign app.bin --key k.pem --version 1.0.0 --out b.img");
    bench_expect(bench, 4, "do not fit the run area of 786432 bytes");
    assert_false(bench_exists("b.img"));
}

static void test_md5_scheme(void **state)
{
    struct bench *bench = *state;
    uint8_t md5[16];
    char expected[64];

    sample_program_make(code, CODE_BYTES, RUN_ADDR);
    sample_program_write_elf("app.elf", code, CODE_BYTES, RUN_ADDR);
    bench_run(bench, "sign app.elf --md5 --out firmware.bin");
    bench_expect(bench, 0, NULL);
    struct bench_file file = bench_read("firmware.bin");
    struct bench_file text = bench_read("firmware.md5");

    assert_int_equal(file.len, CODE_BYTES);
    assert_memory_equal(file.at, code, CODE_BYTES);
    assert_int_equal(EVP_Digest(code, CODE_BYTES, md5, NULL, EVP_md5(), NULL), 1);
    for (unsigned i = 0; i < 16; i++)
        snprintf(expected + 2 * (size_t)i, 3, "%02x", md5[i]);
    snprintf(expected + 32, sizeof expected - 32, "  firmware.bin\n");
    assert_string_equal((char *)text.at, expected);
    bench_run(bench, "verify firmware.bin --md5 firmware.md5");
    bench_expect(bench, 0, NULL);
    file.at[1000] ^= 1;
    bench_write("firmware.bin", file.at, file.len);
    bench_run(bench, "verify firmware.bin --md5 firmware.md5");
    bench_expect(bench, 1, "firmware.bin: refused: digest differs");
    free(file.at);
    free(text.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_signed_image_is_right, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_options_become_tlvs, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_revoked_key_is_the_named_one, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_elf_hex_and_binary_give_the_same, bench_open,
                                        bench_close),
        cmocka_unit_test_setup_teardown(test_gap_is_zeros, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_real_linker_output, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_wrong_link_address, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_wrong_link_address_other_way, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_header_sizes, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_largest_image, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_md5_scheme, bench_open, bench_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
