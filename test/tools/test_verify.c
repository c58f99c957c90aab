/* SPDX-License-Identifier: MIT
 * `stickboot verify` and `inspect` on images that imgtool made, and on damaged ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "tools/bench.h"
#include "tools/sample_program.h"

#define KEY BENCH_KEYS "/sign-p256.pub.pem"

static void test_imgtool_samples(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *name;
        int status;
        const char *text; /* on stderr, or NULL */
    } samples[] = {
        {"v1.2.3", 0, NULL},
        {"v1.3.0", 0, NULL},
        {"v1.2.3-300k", 0, NULL},
        {"v1.2.3-product", 0, NULL},
        {"v1.2.3-seccnt7", 0, NULL},
        {"v1.2.3-romfixed", 0, NULL},
        {"v1.2.3-customtlv", 0, NULL},
        {"v1.2.3-unsigned", 1, "refused: image is not signed"},
        {"v1.2.3-otherkey", 1, "refused: image is signed with a key that is not one of ours"},
        {"v1.2.3-corrupt-payload", 1, "refused: digest differs"},
    };

    for (unsigned i = 0; i < sizeof samples / sizeof *samples; i++) {
        bench_run(bench, "verify " BENCH_DATA "/%s.img --key " KEY, samples[i].name);
        bench_expect(bench, samples[i].status, samples[i].text);
    }
    bench_run(bench, "verify " BENCH_DATA "/v1.2.3-otherkey.img --key " KEY " --key " BENCH_KEYS
                     "/other-p256.pub.pem");
    bench_expect(bench, 0, NULL);
    bench_run(bench, "verify " BENCH_DATA "/v1.2.3-unsigned.img --digest-only");
    bench_expect(bench, 0, NULL);
}

/* The board's product and counter. */
static void test_board(void **state)
{
    struct bench *bench = *state;
    const char *const product = BENCH_DATA "/v1.2.3-product.img --key " KEY;

    bench_run(bench, "params --product stickboot.example/widget-a --hw-rev 3 --out a.bin");
    bench_expect(bench, 0, NULL);
    bench_run(bench, "params --product stickboot.example/widget-b --hw-rev 3 --out b.bin");
    bench_expect(bench, 0, NULL);
    bench_run(bench, "verify %s --params a.bin", product);
    bench_expect(bench, 0, NULL);
    bench_run(bench, "verify %s --params b.bin", product);
    bench_expect(bench, 1, "refused: image is for another product");
    bench_run(bench, "verify " BENCH_DATA "/v1.2.3-seccnt7.img --key " KEY " --counter-floor 7");
    bench_expect(bench, 0, NULL);
    bench_run(bench, "verify " BENCH_DATA "/v1.2.3-seccnt7.img --key " KEY " --counter-floor 8");
    bench_expect(bench, 1, "refused: security counter of the image is too low");
}

static void inspect_json(struct bench *bench, const char *image)
{
    bench_run(bench, "inspect %s --key " KEY " --json", image);
    bench_expect(bench, 0, NULL);
    bench_write("report.json", bench->out, strlen(bench->out));
}

/* Evaluates a Python expression over the JSON report `r`. */
static void json_is(struct bench *bench, const char *expression)
{
    bench_shell(bench, "python3 -c 'import json; r = json.load(open(\"report.json\")); assert %s'",
                expression);
    if (bench->status != 0) {
        struct bench_file report = bench_read("report.json");

        fail_msg("%s\n%s", expression, (char *)report.at);
    }
}

static void test_inspect_json(void **state)
{
    struct bench *bench = *state;

    inspect_json(bench, BENCH_DATA "/v1.2.3-seccnt7.img");
    json_is(bench, "r[\"format\"] == \"mcuboot\" and r[\"bytes\"] == 5674");
    json_is(bench, "r[\"header\"][\"version\"] == \"1.2.3+4\"");
    json_is(bench, "r[\"header\"][\"header_bytes\"] == 512");
    json_is(bench, "r[\"header\"][\"payload_bytes\"] == 5000");
    json_is(bench, "[t[\"type\"] for t in r[\"tlvs\"]] == "
                   "[\"0x0050\", \"0x0010\", \"0x0001\", \"0x0022\"]");
    json_is(bench, "[t[\"protected\"] for t in r[\"tlvs\"]] == [True, False, False, False]");
    json_is(bench, "r[\"tlvs\"][0][\"counter\"] == 7");
    json_is(bench, "r[\"digest\"] == \"right\" and r[\"signature\"] == \"right\"");
    inspect_json(bench, BENCH_DATA "/v1.2.3-corrupt-payload.img");
    json_is(bench, "r[\"digest\"] == \"wrong\" and r[\"signature\"] == \"right\"");
    inspect_json(bench, BENCH_DATA "/v1.2.3-product.img");
    json_is(bench, "r[\"tlvs\"][0][\"uuid\"] == \"dcc0c418-1f9e-512b-9937-6ffcc642530e\"");
}

static void test_inspect_text(void **state)
{
    struct bench *bench = *state;
    const char *const expected[] = {
        "format                mcuboot", "  version             1.2.3+4",
        "    name              security counter", "    counter           7",
        "signature             not checked: no --key was given"};

    bench_run(bench, "inspect " BENCH_DATA "/v1.2.3-seccnt7.img");
    bench_expect(bench, 0, NULL);
    for (unsigned i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_non_null(strstr(bench->out, expected[i]));
}

/* What a loader refuses is shown nevertheless, with the reason. */
static void test_inspect_refused(void **state)
{
    struct bench *bench = *state;
    struct bench_file file = bench_read(BENCH_DATA "/v1.2.3.img");
    static const struct {
        unsigned off;
        uint8_t value;
        const char *reason;
    } changes[] = {
        {16, 0x04, "refused: image is encrypted"},
        {17, 0x02, "refused: image is compressed"},
        {9, 0x11, "refused: size of the image header"},
        {14, 0xFF, "refused: lengths in the image header"},
    };

    for (unsigned i = 0; i < sizeof changes / sizeof *changes; i++) {
        uint8_t old = file.at[changes[i].off];

        file.at[changes[i].off] = changes[i].value;
        bench_write("a.img", file.at, file.len);
        file.at[changes[i].off] = old;
        bench_run(bench, "inspect a.img");
        bench_expect(bench, 0, NULL);
        if (strstr(bench->out, changes[i].reason) == NULL)
            fail_msg("%s\n%s", changes[i].reason, bench->out);
        bench_run(bench, "verify a.img --key " KEY);
        bench_expect(bench, 1, changes[i].reason);
    }
    free(file.at);
}

/* One bit anywhere, and every shorter length of the end: never accepted, never a crash. */
static void test_damage(void **state)
{
    struct bench *bench = *state;
    struct bench_file file = bench_read(BENCH_DATA "/v1.2.3-seccnt7.img");

    for (size_t i = 0; i < file.len; i += i < 32 || i > 5500 ? 3 : 509) {
        file.at[i] ^= (uint8_t)(1u << i % 8);
        bench_write("a.img", file.at, file.len);
        file.at[i] ^= (uint8_t)(1u << i % 8);
        bench_run(bench, "verify a.img --key " KEY);
        if (bench->status != 1 && bench->status != 2)
            fail_msg("bit of byte %zu: status %d\n%s", i, bench->status, bench->err);
    }
    for (size_t len = 0; len < file.len; len += len < 40 || len > 5500 ? 7 : 600) {
        bench_write("a.img", file.at, len);
        bench_run(bench, "verify a.img --key " KEY);
        if (bench->status != 1)
            fail_msg("length %zu: status %d\n%s", len, bench->status, bench->err);
        bench_run(bench, "inspect a.img");
        bench_expect(bench, 0, NULL);
    }
    free(file.at);
}

static void test_padded_file(void **state)
{
    struct bench *bench = *state;
    struct bench_file file = bench_read(BENCH_DATA "/v1.2.3.img");
    uint8_t *padded = malloc(0xC0000);

    assert_non_null(padded);
    memset(padded, 0xFF, 0xC0000);
    memcpy(padded, file.at, file.len);
    bench_write("a.img", padded, 0xC0000);
    bench_run(bench, "verify a.img --key " KEY);
    bench_expect(bench, 0, NULL);
    bench_run(bench, "inspect a.img");
    assert_non_null(strstr(bench->out, "bytes behind          780768"));
    free(padded);
    free(file.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_imgtool_samples, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_board, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_inspect_json, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_inspect_text, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_inspect_refused, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_damage, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_padded_file, bench_open, bench_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
