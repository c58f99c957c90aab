/* SPDX-License-Identifier: MIT
 * `stickboot stick`: what it puts into folders and disk images is read back with cp and mtools. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support/cmocka_all.h"
#include "tools/bench.h"
#include "tools/sample_program.h"

#define RUN_ADDR   0x08040000u
#define CODE_ADDR  0x08040200u
#define CODE_BYTES 70001u

static uint8_t code[CODE_BYTES];

/* app.img (signed), plain.bin, k.pub.pem. */
static void prepare(struct bench *bench)
{
    sample_program_make(code, CODE_BYTES, CODE_ADDR);
    bench_write("app.bin", code, CODE_BYTES);
    bench_run(bench, "keygen --out k.pem");
    bench_run(bench, "sign app.bin --key k.pem --version 1.0.0 --out app.img "
                     "--product a.example/widget");
    bench_expect(bench, 0, NULL);
    sample_program_make(code, CODE_BYTES, RUN_ADDR);
    bench_write("plain.bin", code, CODE_BYTES);
}

static void same_files(const char *a, const char *b)
{
    struct bench_file first = bench_read(a);
    struct bench_file second = bench_read(b);

    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.at, second.at, first.len);
    free(first.at);
    free(second.at);
}

static void test_folder(void **state)
{
    struct bench *bench = *state;

    prepare(bench);
    assert_int_equal(mkdir("stick", 0777), 0);
    bench_run(bench, "stick app.img --key k.pub.pem --to stick");
    bench_expect(bench, 0, NULL);
    same_files("stick/firmware.bin", "app.img");
    assert_false(bench_exists("stick/firmware.md5"));
    bench_run(bench, "stick plain.bin --to stick/");
    bench_expect(bench, 0, NULL);
    same_files("stick/firmware.bin", "plain.bin");
    bench_shell(bench, "sh -c 'cd stick && md5sum -c firmware.md5'");
    assert_int_equal(bench->status, 0);
    bench_run(bench, "stick plain.bin --to stick --name /up.d/pump.img");
    bench_expect(bench, 0, NULL);
    bench_shell(bench, "sh -c 'cd stick/up.d && md5sum -c pump.md5'");
    assert_int_equal(bench->status, 0);
    bench_run(bench, "stick plain.bin --to stick --name /up.d/pump");
    bench_expect(bench, 0, NULL);
    bench_shell(bench, "sh -c 'cd stick/up.d && md5sum -c pump.md5'");
    assert_int_equal(bench->status, 0);
    bench_run(bench, "stick plain.bin --to stick --name /pump.md5");
    bench_expect(bench, 2, NULL);
    bench_run(bench, "stick app.img --key k.pub.pem --to stick --name /a/b/");
    bench_expect(bench, 0, NULL);
    same_files("stick/a/b/app.img", "app.img");
}

/* Reads a file of a disk image with mcopy into back.bin and compares. */
static void disk_has(struct bench *bench, const char *drive, const char *path, const char *expected)
{
    bench_shell(bench, "mcopy -n -i %s ::%s back.bin", drive, path);
    if (bench->status != 0)
        fail_msg("%s: %s", path, bench->err);
    same_files("back.bin", expected);
    assert_int_equal(remove("back.bin"), 0);
}

static void test_disk_images(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *make; /* disk.img */
        const char *drive;
    } disks[] = {
        {"truncate -s 40M disk.img && mkfs.fat -F 32 disk.img", "disk.img"},
        {"truncate -s 20M disk.img && mkfs.fat -F 16 disk.img", "disk.img"},
        {"truncate -s 40M disk.img && echo start=2048,type=c | sfdisk disk.img && "
         "mkfs.fat -F 32 --offset=2048 disk.img 39936",
         "disk.img@@1M"},
        {"truncate -s 40M disk.img && printf 'label: "
         "gpt\\nstart=4096,size=32768,type=ebd0a0a2-b9e5-"
         "4433-87c0-68b6b72699c7\\n' | sfdisk disk.img && mkfs.fat -F 16 --offset=4096 disk.img "
         "16384",
         "disk.img@@2M"},
    };

    prepare(bench);
    for (unsigned i = 0; i < sizeof disks / sizeof *disks; i++) {
        bench_shell(bench, "sh -c \"%s\"", disks[i].make);
        assert_int_equal(bench->status, 0);
        bench_run(bench, "stick app.img --key k.pub.pem --disk disk.img");
        bench_expect(bench, 0, NULL);
        disk_has(bench, disks[i].drive, "/firmware.bin", "app.img");
        bench_run(bench, "stick plain.bin --disk disk.img");
        bench_expect(bench, 0, NULL);
        disk_has(bench, disks[i].drive, "/firmware.bin", "plain.bin");
        bench_shell(bench, "mcopy -n -i %s ::/firmware.md5 firmware.md5", disks[i].drive);
        bench_shell(bench, "sh -c 'cp plain.bin firmware.bin && md5sum -c firmware.md5'");
        assert_int_equal(bench->status, 0);
        bench_run(bench,
                  "stick app.img --key k.pub.pem --disk disk.img --name '/new folder/x/f.img'");
        bench_expect(bench, 0, NULL);
        disk_has(bench, disks[i].drive, "'/new folder/x/f.img'", "app.img");
        assert_int_equal(remove("disk.img"), 0);
        assert_int_equal(remove("firmware.md5"), 0);
    }
}

/* Nothing is copied when the image is not what a board would take. */
static void test_refused_images_are_not_copied(void **state)
{
    struct bench *bench = *state;

    prepare(bench);
    assert_int_equal(mkdir("stick", 0777), 0);
    struct bench_file image = bench_read("app.img");

    image.at[5000] ^= 1;
    bench_write("bad.img", image.at, image.len);
    free(image.at);
    bench_run(bench, "stick bad.img --to stick");
    bench_expect(bench, 1, "bad.img: refused: digest differs; nothing was copied");
    bench_run(bench, "keygen --out other.pem");
    bench_run(bench, "stick app.img --key other.pub.pem --to stick");
    bench_expect(bench, 1, "app.img: refused: image is signed with a key that is not one of ours");
    bench_run(bench, "stick plain.bin --key k.pub.pem --to stick");
    bench_expect(bench, 1, "plain.bin: refused: image is plain");
    bench_run(bench, "params --product a.example/gadget --hw-rev 1 --out p.bin");
    bench_run(bench, "stick app.img --key k.pub.pem --params p.bin --to stick");
    bench_expect(bench, 1, "app.img: refused: image is for another product");
    bench_shell(bench, "ls stick");
    assert_string_equal(bench->out, "");
}

/* The product parameters say where the board looks. */
static void test_place_from_parameters(void **state)
{
    struct bench *bench = *state;

    prepare(bench);
    assert_int_equal(mkdir("stick", 0777), 0);
    bench_run(bench,
              "params --product a.example/widget --hw-rev 1 --file /pump/fw.bin --out p.bin");
    bench_run(bench, "stick app.img --key k.pub.pem --params p.bin --to stick");
    bench_expect(bench, 0, NULL);
    same_files("stick/pump/fw.bin", "app.img");
    bench_run(bench, "params --product a.example/widget --hw-rev 1 --file /updates/ --out p.bin");
    bench_expect(bench, 0, NULL);
    bench_run(bench, "stick app.img --key k.pub.pem --params p.bin --to stick");
    bench_expect(bench, 0, NULL);
    same_files("stick/updates/app.img", "app.img");
}

static void test_mtools_fail(void **state)
{
    struct bench *bench = *state;

    prepare(bench);
    bench_shell(bench, "truncate -s 2M disk.img && mkfs.fat -F 12 disk.img");
    bench_shell(bench, "PATH=/nonexistent " BENCH_STICKBOOT
                       " stick app.img --key k.pub.pem --disk disk.img");
    bench_expect(bench, 6, "mcopy: cannot be run; install it (Debian package mtools)");
    bench_write("big.bin", code, CODE_BYTES);
    bench_shell(bench, "truncate -s 3M big.bin");
    bench_run(bench, "stick big.bin --disk disk.img");
    bench_expect(bench, 1, "big.bin: refused: file is larger than the run area");
    bench_shell(bench, "truncate -s 700K plain.bin");
    bench_shell(bench, "sh -c 'truncate -s 500K small.img && mkfs.fat -F 12 small.img'");
    bench_run(bench, "stick plain.bin --disk small.img");
    bench_expect(bench, 6, NULL);
    assert_non_null(strstr(bench->err, "mcopy: failed; its own message stands above"));
}

/* A stick that does not give back what was written, played by an mcopy that changes what it reads. */
static void test_read_back_differs(void **state)
{
    static const char mcopy[] = "#!/bin/sh\n"
                                "for last; do :; done\n"
                                "[ \"$last\" = - ] || exec /usr/bin/mcopy \"$@\"\n"
                                "/usr/bin/mcopy \"$@\" | tr 'a' 'b'\n";
    struct bench *bench = *state;

    prepare(bench);
    assert_int_equal(mkdir("fake", 0777), 0);
    bench_write("fake/mcopy", mcopy, sizeof mcopy - 1);
    assert_int_equal(chmod("fake/mcopy", 0777), 0);
    bench_shell(bench, "truncate -s 20M disk.img && mkfs.fat -F 16 disk.img");
    bench_shell(bench, "PATH=\"$PWD\"/fake:\"$PATH\" " BENCH_STICKBOOT
                       " stick app.img --key k.pub.pem --disk disk.img");
    bench_expect(bench, 1, "/firmware.bin: reads back other than it was written");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_folder, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_disk_images, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_refused_images_are_not_copied, bench_open,
                                        bench_close),
        cmocka_unit_test_setup_teardown(test_place_from_parameters, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_mtools_fail, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_read_back_differs, bench_open, bench_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
