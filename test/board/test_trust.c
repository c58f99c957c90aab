/* SPDX-License-Identifier: MIT
 * Signed images on the real binary: every image of test/data/imgtool, as MCUboot's imgtool wrote it,
 * under both policies. The samples' payload is a vector table whose every entry loops for ever, so
 * what shows that one was entered is the event. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/rig.h"
#include "config/layout.h"
#include "support/cmocka_all.h"

#define OPEN     "stickboot_test_open"
#define RELEASE  "stickboot_test_release"
#define APP_RUNS "interrupts ok"
#define ENTRY    "\"event\":\"entry\""

/* Bytes that a stick of the rig has sent when its file has passed the check, and staging not begun. */
#define SWAP_AFTER_CHECK "10000"

/* What a sample needs at the most: staging, install, three blinks, the start. */
#define FOR_SMALL "--for 9000"

static struct rig_file sample(const char *name)
{
    char path[96];
    snprintf(path, sizeof path, "imgtool/%s.img", name);
    return rig_read_data(path);
}

/* A sample in the run area, as a debugger leaves it. */
static void install_sample(struct rig *rig, const char *name)
{
    struct rig_file file = sample(name);
    rig_debugger(rig, RUN_ADDR, file.bytes, file.length);
    rig_file_free(&file);
}

/* Open: version 1 of the sample application runs. Release: the signed sample v1.2.3. */
static void open_board(struct rig *rig, const char *name, const char *loader)
{
    rig_open_with(rig, name, loader);
    if (strcmp(loader, OPEN) == 0)
        rig_install_v1(rig);
    else
        install_sample(rig, "v1.2.3");
    rig_stick(rig);
}

static void check_entered(const struct rig *rig, const struct rig_file *file)
{
    RIG_CHECK(rig, rig->status == 0);
    RIG_CHECK(rig, rig_flash_is(rig, RUN_ADDR, file->bytes, file->length));
    RIG_CHECK(rig, rig_events(rig, ENTRY, "0x08040200") == 1);
    RIG_CHECK(rig, rig_loader_kept(rig));
}

static void check_accepted(struct rig *rig, const char *name, const char *words)
{
    struct rig_file file = sample(name);
    rig_stick_file(rig, "/firmware.bin", file.bytes, file.length);
    rig_run(rig, "%s", words);
    RIG_CHECK(rig, rig_says(rig, "TEST KEYS", "update area verified, SHA-256", "run area verified",
                            "upgrade finished", "start: application at 08040200", NULL));
    RIG_CHECK(rig, rig_blinks(rig, 1) >= 3);
    check_entered(rig, &file);
    /* The same stick again: nothing is written; the run area is verified, signature and all. */
    rig_run(rig, "--for 2500");
    RIG_CHECK(rig, rig_says(rig, "run area:", "verified", "installed already", NULL));
    RIG_CHECK(rig, rig_flash_operations(rig) == 0);
    check_entered(rig, &file);
    rig_file_free(&file);
}

/* Over an installed application that may be replaced. */
static void accept(const char *loader, const char *name, const char *words)
{
    struct rig rig;
    char dir[96];
    snprintf(dir, sizeof dir, "trust_%s_%s", loader, name);
    open_board(&rig, dir, loader);
    check_accepted(&rig, name, words);
    rig_close(&rig);
}

/* Onto a blank chip: nothing is older there. */
static void accept_on_blank(const char *loader, const char *name, const char *words)
{
    struct rig rig;
    char dir[96];
    snprintf(dir, sizeof dir, "trust_%s_%s_blank", loader, name);
    rig_open_with(&rig, dir, loader);
    rig_stick(&rig);
    check_accepted(&rig, name, words);
    rig_close(&rig);
}

/* Before the first erase, with the installed application started. */
static void check_refused(struct rig *rig, const char *reason)
{
    bool open = strcmp(rig->loader, OPEN) == 0;
    rig_run(rig, open ? "--until '" APP_RUNS "' --for 50000" : "--for 5000");
    RIG_CHECK(rig, rig->status == 0);
    RIG_CHECK(rig, rig_says(rig, "refused: ", reason, "start: application", NULL));
    RIG_CHECK(rig, rig_events(rig, ENTRY, open ? "0x08040000" : "0x08040200") == 1);
    RIG_CHECK(rig, rig_flash_kept(rig, RUN_ADDR, SLOT_BYTES));
    RIG_CHECK(rig, rig_flash_kept(rig, UPDATE_ADDR, SLOT_BYTES));
    RIG_CHECK(rig, rig_blinks(rig, 3) >= 5);
    RIG_CHECK(rig, rig_loader_kept(rig));
}

static void refuse_bytes(const char *loader, const char *dir, const struct rig_file *file,
                         const char *reason)
{
    struct rig rig;
    open_board(&rig, dir, loader);
    rig_stick_file(&rig, "/firmware.bin", file->bytes, file->length);
    check_refused(&rig, reason);
    rig_close(&rig);
}

static void refuse(const char *loader, const char *name, const char *reason)
{
    char dir[96];
    struct rig_file file = sample(name);
    snprintf(dir, sizeof dir, "trust_%s_%s", loader, name);
    refuse_bytes(loader, dir, &file, reason);
    rig_file_free(&file);
}

static void test_open_accepts(void **state)
{
    (void)state;
    accept(OPEN, "v1.2.3", FOR_SMALL);
    accept(OPEN, "v1.2.3-unsigned", FOR_SMALL);
    accept(OPEN, "v1.2.3-customtlv", FOR_SMALL);
    accept(OPEN, "v1.2.3-seccnt7", FOR_SMALL);
    accept(OPEN, "v1.2.3-romfixed", FOR_SMALL);
    accept(OPEN, "v1.2.3-300k", "--for 16000");
}

static void test_release_accepts(void **state)
{
    (void)state;
    accept(RELEASE, "v1.3.0", FOR_SMALL);
    accept_on_blank(RELEASE, "v1.2.3", FOR_SMALL);
    accept_on_blank(RELEASE, "v1.2.3-customtlv", FOR_SMALL);
    accept_on_blank(RELEASE, "v1.2.3-seccnt7", FOR_SMALL);
    accept_on_blank(RELEASE, "v1.2.3-romfixed", FOR_SMALL);
    accept_on_blank(RELEASE, "v1.2.3-300k", "--for 16000");
}

static void test_refused_in_both(void **state)
{
    (void)state;
    static const char *const loaders[] = {OPEN, RELEASE};
    for (unsigned i = 0; i < 2; i++) {
        refuse(loaders[i], "v1.2.3-otherkey", "not one of ours");
        refuse(loaders[i], "v1.2.3-product", "this board has no product parameters");
    }
}

static void test_release_refuses(void **state)
{
    (void)state;
    struct rig_file plain = rig_read_build("apps/sample/sample_v2_12k.bin");
    refuse(RELEASE, "v1.2.3-unsigned", "image is not signed");
    /* Signed, but another image with the version that is installed. */
    refuse(RELEASE, "v1.2.3-customtlv", "another image with the installed version");
    refuse_bytes(RELEASE, "trust_release_plain", &plain, "takes signed ones only");
    rig_file_free(&plain);
}

/* Header, TLVs and signature are right; only the payload is not: that shows in the update area. */
static void test_corrupt_payload(void **state)
{
    (void)state;
    static const char *const loaders[] = {OPEN, RELEASE};
    for (unsigned i = 0; i < 2; i++) {
        struct rig rig;
        char dir[96];
        struct rig_file file = sample("v1.2.3-corrupt-payload");
        snprintf(dir, sizeof dir, "trust_corrupt_%u", i);
        rig_open_with(&rig, dir, loaders[i]);
        if (i == 0)
            rig_install_v1(&rig);
        rig_stick(&rig);
        rig_stick_file(&rig, "/firmware.bin", file.bytes, file.length);
        rig_run(&rig, "--for 5000");
        RIG_CHECK(&rig, rig_says(&rig, "stage: digest differs", NULL));
        RIG_CHECK(&rig, rig_flash_kept(&rig, RUN_ADDR, SLOT_BYTES));
        RIG_CHECK(&rig, rig_events(&rig, ENTRY, "") == (i == 0 ? 1 : 0));
        /* It failed once: from now on it is hashed on the stick first. */
        rig_run(&rig, "--for 5000");
        RIG_CHECK(&rig, rig_says(&rig, "checked first", "digest differs", NULL));
        RIG_CHECK(&rig, rig_flash_operations(&rig) == 0);
        rig_file_free(&file);
        rig_close(&rig);
    }
}

/* Older than what is installed: refused; the button allows it in `open`, never in `release`. */
static void test_older(void **state)
{
    (void)state;
    static const char *const loaders[] = {OPEN, RELEASE};
    for (unsigned i = 0; i < 2; i++) {
        struct rig rig;
        char dir[96];
        struct rig_file file = sample("v1.2.3");
        snprintf(dir, sizeof dir, "trust_older_%u", i);
        rig_open_with(&rig, dir, loaders[i]);
        install_sample(&rig, "v1.3.0");
        rig_stick(&rig);
        rig_stick_file(&rig, "/firmware.bin", file.bytes, file.length);
        rig_run(&rig, "--for 5000");
        RIG_CHECK(&rig, rig_says(&rig, "older than the installed one", "version 1.3.0",
                                 "start: application at 08040200", NULL));
        RIG_CHECK(&rig, rig_flash_kept(&rig, RUN_ADDR, 2 * SLOT_BYTES));
        rig_run(&rig, "--button-at 0:200 --for 9000");
        if (i == 0)
            check_entered(&rig, &file);
        else
            RIG_CHECK(&rig, rig_flash_kept(&rig, RUN_ADDR, 2 * SLOT_BYTES));
        rig_file_free(&file);
        rig_close(&rig);
    }
}

/* A counter once installed is a floor for good, with the button, too. */
static void test_counter_floor(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_file high = sample("v1.2.3-seccnt7");
    struct rig_file low = sample("v1.3.0");
    rig_open_with(&rig, "trust_counter", OPEN);
    rig_stick(&rig);
    rig_stick_file(&rig, "/firmware.bin", high.bytes, high.length);
    rig_run(&rig, FOR_SMALL);
    check_entered(&rig, &high);
    rig_stick_file(&rig, "/firmware.bin", low.bytes, low.length);
    rig_run(&rig, "--button-at 0:200 --for 5000");
    RIG_CHECK(&rig, rig_says(&rig, "security counter of the image is too low", NULL));
    check_entered(&rig, &high);
    /* What a debugger puts in the run area is held against the floor as well. */
    rig_debugger(&rig, RUN_ADDR, low.bytes, low.length);
    rig_run(&rig, "--for 5000");
    RIG_CHECK(&rig, rig_says(&rig, "run area: security counter",
                             "the image in the update area is installed", NULL));
    check_entered(&rig, &high);
    rig_file_free(&high);
    rig_file_free(&low);
    rig_close(&rig);
}

/* Single bits, one or two of each part: header, payload, digest, key hash, signature. */
static void test_flipped_bits(void **state)
{
    (void)state;
    static const uint32_t offs[] = {13, 21, 40, 5515, 5520, 5555, 5600};
    for (unsigned i = 0; i < sizeof offs / sizeof offs[0]; i++) {
        struct rig rig;
        char dir[96];
        struct rig_file file = sample("v1.3.0");
        snprintf(dir, sizeof dir, "trust_bit_%u", (unsigned)offs[i]);
        rig_open_with(&rig, dir, RELEASE);
        install_sample(&rig, "v1.2.3");
        rig_stick(&rig);
        file.bytes[offs[i]] ^= 0x10;
        rig_stick_file(&rig, "/firmware.bin", file.bytes, file.length);
        rig_run(&rig, "--for 7000");
        RIG_CHECK(&rig, rig_events(&rig, ENTRY, "0x08040200") == 1);
        RIG_CHECK(&rig, rig_flash_kept(&rig, RUN_ADDR, SLOT_BYTES));
        RIG_CHECK(&rig, rig_silent_about(&rig, "upgrade finished"));
        rig_file_free(&file);
        rig_close(&rig);
    }
}

/* A damaged run area is not started, whatever its header says. */
static void test_run_area_is_verified_at_every_start(void **state)
{
    (void)state;
    static const char *const loaders[] = {OPEN, RELEASE};
    for (unsigned i = 0; i < 2; i++) {
        struct rig rig;
        char dir[96];
        snprintf(dir, sizeof dir, "trust_damaged_%u", i);
        rig_open_with(&rig, dir, loaders[i]);
        install_sample(&rig, "v1.2.3-corrupt-payload");
        rig_run(&rig, "--for 2500");
        RIG_CHECK(&rig, rig_says(&rig, "run area: digest differs", "no valid application", NULL));
        RIG_CHECK(&rig, rig_events(&rig, ENTRY, "") == 0);
        rig_close(&rig);
    }
}

/* An application without a signature, left by a debugger, is not started by `release`. */
static void test_release_starts_signed_ones_only(void **state)
{
    (void)state;
    struct rig rig;
    rig_open_with(&rig, "trust_release_bare", RELEASE);
    rig_install_v1(&rig);
    rig_run(&rig, "--for 2500");
    RIG_CHECK(&rig, rig_says(&rig, "run area: image is plain", "no valid application", NULL));
    RIG_CHECK(&rig, rig_events(&rig, ENTRY, "") == 0);
    rig_close(&rig);
}

/* The application staged a signed image and set the flag. */
static void test_platform_upgrade(void **state)
{
    (void)state;
    static const uint32_t flag = UPGRADE_FLAG_PENDING;
    struct rig rig;
    struct rig_file file = sample("v1.3.0");
    rig_open_with(&rig, "trust_platform", RELEASE);
    install_sample(&rig, "v1.2.3");
    rig_debugger(&rig, UPDATE_ADDR, file.bytes, file.length);
    rig_debugger(&rig, UPGRADE_FLAG_ADDR, &flag, sizeof flag);
    rig_run(&rig, "--for 7000");
    RIG_CHECK(&rig, rig_says(&rig, "install:", "run area verified", "restart",
                             "start: application at 08040200", NULL));
    check_entered(&rig, &file);
    rig_file_free(&file);
    /* And one that is signed by somebody else, newer than what is installed: neither version nor
     * product refuses it, only the key does. */
    file = rig_packager(&rig, "foreign.img",
                        "sign \"$FIRMWARE/apps/sample/sample_v2_signed.elf\" --key "
                        "\"$DATA/../../keys/development/development.pem\" --version 9.0.0 "
                        "--out foreign.img");
    rig_debugger(&rig, UPDATE_ADDR, file.bytes, file.length);
    rig_debugger(&rig, UPGRADE_FLAG_ADDR, &flag, sizeof flag);
    rig_run(&rig, "--for 4000");
    RIG_CHECK(&rig, rig_says(&rig,
                             "upgrade request refused: image is signed with a key that is not "
                             "one of ours",
                             NULL));
    RIG_CHECK(&rig, rig_flash_kept(&rig, RUN_ADDR, SLOT_BYTES));
    RIG_CHECK(&rig, rig_events(&rig, ENTRY, "0x08040200") == 1);
    rig_file_free(&file);
    rig_close(&rig);
}

/* A stick with one image as its agreed file, kept as `name` in the rig's folder. */
static void make_stick(struct rig *rig, const char *image, const char *name)
{
    char command[640];
    struct rig_file file = sample(image);
    rig_stick(rig);
    rig_stick_file(rig, "/firmware.bin", file.bytes, file.length);
    rig_file_free(&file);
    snprintf(command, sizeof command, "cd '%s' && cp stick.img %s", rig->dir, name);
    assert_int_equal(system(command), 0);
}

/* A stick that shows a good image to the check and another one afterwards: what is staged does not
 * verify, and the run area is untouched. Swapped as a whole, and block by block where a block is
 * read once more. */
static void test_swapped_after_the_check(void **state)
{
    (void)state;
    static const struct {
        const char *other;
        const char *when;
    } swaps[] = {{"v1.2.3-otherkey", "swap-bytes=" SWAP_AFTER_CHECK},
                 {"v1.2.3-unsigned", "swap-bytes=" SWAP_AFTER_CHECK},
                 {"v1.2.3-corrupt-payload", "swap-bytes=" SWAP_AFTER_CHECK},
                 {"v1.2.3-otherkey", "swap-read=2"}};
    for (unsigned i = 0; i < sizeof swaps / sizeof *swaps; i++) {
        struct rig rig;
        rig_open_with(&rig, "trust_swapped", RELEASE);
        install_sample(&rig, "v1.2.3");
        make_stick(&rig, swaps[i].other, "other.img");
        make_stick(&rig, "v1.3.0", "good.img");
        rig_run(&rig, "--stick-quirk swap=other.img --stick-quirk %s --for 5000", swaps[i].when);
        RIG_CHECK(&rig, rig_says(&rig, "stick: version 1.3.0", "signed with key e4bea8d6",
                                 "stage: ", "stage: ", "start: application at 08040200", NULL));
        RIG_CHECK(&rig, rig_silent_about(&rig, "update area verified"));
        RIG_CHECK(&rig, rig_events(&rig, "\"op\":\"erase\"", "0x08100000") >= 1);
        RIG_CHECK(&rig, rig_flash_kept(&rig, RUN_ADDR, SLOT_BYTES));
        RIG_CHECK(&rig, rig_events(&rig, ENTRY, "0x08040200") == 1);
        rig_close(&rig);
    }
}

static struct rig_file sign(struct rig *rig, const char *program, const char *version)
{
    return rig_packager(
        rig, "signed.img",
        "sign \"$FIRMWARE/apps/sample/%s.elf\" --key \"$DATA/imgtool/sign-p256.pem\" "
        "--version %s --out signed.img",
        program, version);
}

/* The sample application, linked behind a header and signed by the packager: version 1 there, 2 on
 * the stick. Both generations of SystemInit. */
static void test_signed_application(void **state)
{
    (void)state;
    static const char *const programs[] = {"sample_v2_signed", "sample_v2_old_signed"};
    for (unsigned i = 0; i < 2; i++) {
        struct rig rig;
        rig_open_with(&rig, programs[i], RELEASE);
        struct rig_file v1 = sign(&rig, "sample_v1_signed", "1.0.0");
        struct rig_file v2 = sign(&rig, programs[i], "2.0.0");
        rig_debugger(&rig, RUN_ADDR, v1.bytes, v1.length);
        rig_stick(&rig);
        rig_run(&rig, "--until '" APP_RUNS "' --for 5000");
        RIG_CHECK(&rig, rig_says(&rig, "version 1.0.0", "Sample application v1", APP_RUNS, NULL));
        rig_stick_file(&rig, "/firmware.bin", v2.bytes, v2.length);
        rig_run(&rig, "--until '" APP_RUNS "' --for 60000");
        RIG_CHECK(&rig, rig_says(&rig, "version 2.0.0", "upgrade finished", "08040200",
                                 "Sample application v2", "vectors at 0x08040200", APP_RUNS, NULL));
        check_entered(&rig, &v2);
        rig_file_free(&v1);
        rig_file_free(&v2);
        rig_close(&rig);
    }
}

/* Product parameters decide: the right product, another one; and folder, serial and so on do not
 * stand in the way. */
static void test_product(void **state)
{
    (void)state;
    static const char *const products[] = {"widget-a", "widget-b"};
    for (unsigned i = 0; i < 2; i++) {
        struct rig rig;
        struct rig_file file = sample("v1.2.3-product");
        rig_open_with(&rig, products[i], OPEN);
        struct rig_file params = rig_packager(
            &rig, "params.bin", "params --product stickboot.example/%s --hw-rev 1 --out params.bin",
            products[i]);
        rig_debugger(&rig, PRODUCT_ADDR, params.bytes, params.length);
        rig_install_v1(&rig);
        rig_stick(&rig);
        rig_stick_file(&rig, "/firmware.bin", file.bytes, file.length);
        if (i == 0) {
            rig_run(&rig, FOR_SMALL);
            check_entered(&rig, &file);
        } else {
            check_refused(&rig, "image is for another product");
        }
        rig_file_free(&params);
        rig_file_free(&file);
        rig_close(&rig);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_accepts),
        cmocka_unit_test(test_release_accepts),
        cmocka_unit_test(test_refused_in_both),
        cmocka_unit_test(test_release_refuses),
        cmocka_unit_test(test_corrupt_payload),
        cmocka_unit_test(test_older),
        cmocka_unit_test(test_counter_floor),
        cmocka_unit_test(test_flipped_bits),
        cmocka_unit_test(test_run_area_is_verified_at_every_start),
        cmocka_unit_test(test_release_starts_signed_ones_only),
        cmocka_unit_test(test_platform_upgrade),
        cmocka_unit_test(test_swapped_after_the_check),
        cmocka_unit_test(test_signed_application),
        cmocka_unit_test(test_product),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
