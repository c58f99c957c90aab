/* SPDX-License-Identifier: MIT
 * An agreed folder: which of its images is offered, and what is said about the others. The order of
 * the files on the disk must not matter, so most cases are tried in both. */
#include <stdio.h>
#include <string.h>

#include "config/layout.h"
#include "config/limits.h"
#include "params/product.h"
#include "support/boot_rig.h"
#include "support/cmocka_all.h"
#include "support/fake_log_sink.h"
#include "support/flash_host.h"
#include "support/image_sample.h"
#include "support/signed_sample.h"

#define FILES_MAX   4u
#define PLAIN_BYTES 3000u

static uint8_t image[SIGNED_SAMPLE_MAX_BYTES];
static uint8_t installed[SIGNED_SAMPLE_MAX_BYTES];
static uint32_t installed_bytes;

/* Files of the stick: a name, and a sample of imgtool or "plain" with a seed. */
struct file {
    const char *name;
    const char *sample;
    uint32_t seed;
};

static uint32_t load(const struct file *file)
{
    memset(image, 0, sizeof image);
    if (strcmp(file->sample, "plain") != 0)
        return signed_sample_read(file->sample, image);
    image_sample(image, PLAIN_BYTES, file->seed);
    return PLAIN_BYTES;
}

static void agree_on(const char *path)
{
    struct product product;

    product_default(&product);
    memset(product.file, 0, sizeof product.file);
    strcpy(product.file, path);
    assert_true(product_encode(&product, flash_host_at(PRODUCT_ADDR)));
}

static void board(const char *installed_sample)
{
    boot_rig_reset();
    agree_on("/firmware/");
    memset(installed, 0, sizeof installed);
    installed_bytes = installed_sample ? signed_sample_read(installed_sample, installed) : 0;
    memcpy(flash_host_at(RUN_ADDR), installed, installed_bytes);
    boot_rig_plugged(true);
}

static void put(const struct file *file)
{
    char md5[33];
    char md5_name[64];
    uint32_t bytes = load(file);

    boot_rig_stick_file(file->name, image, bytes);
    if (strcmp(file->sample, "plain") == 0) {
        image_sample_md5_text(image, bytes, md5);
        snprintf(md5_name, sizeof md5_name, "%s.md5", file->name);
        boot_rig_stick_file(md5_name, md5, 32);
    }
}

/* A stick with the files in this order, or in the other. */
static void stick(const struct file files[FILES_MAX], bool backwards)
{
    boot_rig_stick(NULL, 0, NULL);
    boot_rig_stick_folder("/firmware");
    for (unsigned i = 0; i < FILES_MAX; i++) {
        const struct file *file = &files[backwards ? FILES_MAX - 1 - i : i];

        if (file->name != NULL)
            put(file);
    }
}

static void assert_logged(const char *text)
{
    if (strstr(fake_log_text(), text) == NULL)
        fail_msg("no \"%s\" in:\n%s", text, fake_log_text());
}

static void assert_not_logged(const char *text)
{
    if (strstr(fake_log_text(), text) != NULL)
        fail_msg("\"%s\" in:\n%s", text, fake_log_text());
}

static void assert_installs(const struct file *file)
{
    assert_int_equal(boot_rig_run(60000), RIG_STARTED);
    assert_logged("upgrade finished");
    uint32_t bytes = load(file);

    assert_memory_equal(flash_host_at(RUN_ADDR), image, bytes);
}

static void assert_installed_runs(void)
{
    assert_int_equal(boot_rig_run(60000), RIG_STARTED);
    assert_memory_equal(flash_host_at(RUN_ADDR), installed, installed_bytes);
    for (unsigned sector = 5; sector <= 7; sector++)
        assert_int_equal(flash_host.erases[sector], 0);
}

static void highest_version(void **state)
{
    const struct file files[FILES_MAX] = {{"/firmware/A.IMG", "v1.2.3-300k.img", 0},
                                          {"/firmware/M.TXT", "v1.3.0.img", 0},
                                          {"/firmware/OTHER.BIN", "v1.2.3-otherkey.img", 0},
                                          {"/firmware/Z.BIN", "v1.2.3.img", 0}};

    (void)state;
    for (int backwards = 0; backwards < 2; backwards++) {
        board("v1.2.3.img");
        stick(files, backwards);
        assert_installs(&files[1]);
        assert_logged("/firmware/M.TXT: version 1.3.0+0, the best so far");
        assert_logged("/firmware/M.TXT chosen");
        if (!backwards)
            assert_logged("/firmware/Z.BIN: version 1.2.3+4, another is better");
    }
}

/* What may not be installed does not stand in the way of what may. */
static void best_that_may(void **state)
{
    const struct file files[FILES_MAX] = {{"/firmware/A.IMG", "v1.2.3.img", 0},
                                          {"/firmware/B.IMG", "v1.3.0.img", 0},
                                          {"/firmware/C.IMG", "v1.2.3-otherkey.img", 0},
                                          {"/firmware/D.IMG", "v1.2.3-product.img", 0}};
    const struct file *only[] = {&files[2], &files[0]};

    (void)state;
    for (int backwards = 0; backwards < 2; backwards++) {
        struct file two[FILES_MAX] = {*only[backwards], *only[!backwards], files[3]};

        board(NULL);
        stick(two, false);
        assert_installs(&files[0]);
        assert_logged("/firmware/D.IMG refused: image is for another product");
        if (!backwards)
            assert_logged("/firmware/C.IMG refused: image is signed with a key that is not one");
    }
}

/* The stick stays in: nothing is written, though an image of the same version would be allowed,
 * whichever has the lower digest. */
static void installed_stays(void **state)
{
    const struct file files[FILES_MAX] = {{"/firmware/A.IMG", "v1.2.3-300k.img", 0},
                                          {"/firmware/B.IMG", "v1.2.3.img", 0},
                                          {"/firmware/C.IMG", "v1.2.3-seccnt7.img", 0}};

    (void)state;
    for (int i = 0; i < 4; i++) {
        board(files[i / 2].sample);
        stick(files, i % 2 != 0);
        assert_installed_runs();
        assert_logged(i / 2 == 0 ? "/firmware/A.IMG chosen" : "/firmware/B.IMG chosen");
        assert_logged("this firmware is installed already");
        assert_int_equal(flash_host.operations, 0);
    }
}

/* Of the same version and none installed: always the same one. */
static void same_version(void **state)
{
    const struct file files[FILES_MAX] = {{"/firmware/A.IMG", "v1.2.3-300k.img", 0},
                                          {"/firmware/B.IMG", "v1.2.3.img", 0}};
    static uint8_t first[4096];

    (void)state;
    for (int backwards = 0; backwards < 2; backwards++) {
        board(NULL);
        stick(files, backwards);
        assert_int_equal(boot_rig_run(60000), RIG_STARTED);
        if (!backwards)
            memcpy(first, flash_host_at(RUN_ADDR), sizeof first);
        else
            assert_memory_equal(first, flash_host_at(RUN_ADDR), sizeof first);
    }
}

/* Nothing that may be installed: the first is refused as if it were the agreed file. */
static void none_that_may(void **state)
{
    const struct file files[FILES_MAX] = {{"/firmware/A.IMG", "v1.2.3-otherkey.img", 0},
                                          {"/firmware/B.IMG", "v1.2.3-product.img", 0}};

    (void)state;
    board("v1.2.3.img");
    stick(files, false);
    assert_installed_runs();
    assert_logged("/firmware/A.IMG chosen");
    assert_logged("/firmware/A.IMG refused: image is signed with a key that is not one of ours");
    assert_logged("/firmware/B.IMG refused: image is for");
}

static void ignored(void **state)
{
    const struct file files[FILES_MAX] = {{"/firmware/.v1.3.0.bin", "v1.3.0.img", 0},
                                          {"/firmware/HIDDEN.BIN", "v1.3.0.img", 0}};
    const struct file inner = {"/firmware/OLD/V.BIN", "v1.3.0.img", 0};
    static const char notes[] = "what is new in this version";

    (void)state;
    board("v1.2.3.img");
    stick(files, false);
    boot_rig_stick_hide("/firmware/HIDDEN.BIN");
    boot_rig_stick_folder("/firmware/OLD");
    put(&inner);
    boot_rig_stick_file("/firmware/NOTES.TXT", notes, sizeof notes - 1);
    assert_installed_runs();
    assert_logged("/firmware/NOTES.TXT: no image, vector table");
    assert_logged("stick: no image in /firmware/");
    assert_not_logged("v1.3.0.bin");
    assert_not_logged("HIDDEN.BIN");
    assert_not_logged("OLD");
}

static void plain_alone(void **state)
{
    const struct file files[FILES_MAX] = {{"/firmware/A.BIN", "plain", 1}};

    (void)state;
    board(NULL);
    stick(files, false);
    assert_installs(&files[0]);
    assert_logged("/firmware/A.BIN: plain image, no version");
    assert_logged("/firmware/A.BIN.md5: no image");
    assert_int_equal(boot_rig_run(60000), RIG_STARTED);
    assert_logged("installed already");
}

static void plain_beside_others(void **state)
{
    const struct file files[FILES_MAX] = {{"/firmware/A.BIN", "plain", 1},
                                          {"/firmware/B.BIN", "plain", 2},
                                          {"/firmware/C.BIN", "v1.3.0.img", 0}};
    const struct file no_version[FILES_MAX] = {files[0], files[1]};

    (void)state;
    for (int backwards = 0; backwards < 2; backwards++) {
        board("v1.2.3.img");
        stick(no_version, backwards);
        assert_installed_runs();
        assert_logged("/firmware/: several plain images, and none says which is newer");
        board("v1.2.3.img");
        stick(files, backwards);
        assert_installs(&files[2]);
    }
}

static void no_folder(void **state)
{
    (void)state;
    board("v1.2.3.img");
    boot_rig_stick(installed, installed_bytes, NULL); /* /firmware.bin is not what was agreed on */
    assert_installed_runs();
    assert_logged(", no /firmware/");
    boot_rig_stick_folder("/firmware");
    assert_installed_runs();
    assert_logged("stick: no image in /firmware/");
}

static void too_many(void **state)
{
    const struct file files[FILES_MAX] = {{"/firmware/LAST.BIN", "v1.3.0.img", 0}};
    char name[32];

    (void)state;
    board("v1.2.3.img");
    boot_rig_stick(NULL, 0, NULL);
    boot_rig_stick_folder("/firmware");
    for (unsigned i = 0; i < CHOOSE_FILES_MAX; i++) {
        snprintf(name, sizeof name, "/firmware/%u.txt", i);
        boot_rig_stick_file(name, "text of some length", 19);
    }
    put(&files[0]);
    assert_installed_runs();
    assert_logged("stick: more than 64 files in /firmware/, the others are not looked at");
    assert_not_logged("LAST.BIN");
}

/* The best one is the offer, whatever becomes of it: its damage shows only when it is staged, and
 * the next best does not silently take its place, in this start or a later one. */
static void best_is_damaged(void **state)
{
    const struct file files[FILES_MAX] = {{"/firmware/NEW.IMG", "v1.3.0.img", 0},
                                          {"/firmware/OLD.IMG", "v1.2.3-300k.img", 0}};

    (void)state;
    board("v1.2.3.img");
    stick(files, false);
    uint32_t bytes = load(&files[0]);

    image[bytes / 3] ^= 1;
    boot_rig_stick_file("/firmware/NEW.IMG", image, bytes);
    for (unsigned start = 0; start < 5; start++) {
        assert_installed_runs();
        assert_logged("/firmware/NEW.IMG chosen");
        assert_logged(start == 0 ? "stage: digest differs" : "/firmware/NEW.IMG");
        assert_not_logged("/firmware/OLD.IMG chosen");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(highest_version), cmocka_unit_test(best_that_may),
        cmocka_unit_test(installed_stays), cmocka_unit_test(same_version),
        cmocka_unit_test(none_that_may),   cmocka_unit_test(ignored),
        cmocka_unit_test(plain_alone),     cmocka_unit_test(plain_beside_others),
        cmocka_unit_test(no_folder),       cmocka_unit_test(too_many),
        cmocka_unit_test(best_is_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
