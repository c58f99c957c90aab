/* SPDX-License-Identifier: MIT
 * Every way in which the packager can be used wrongly: exit status, and one line that names the
 * file and the fault. Keys that are protected, and keys that are of no use. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support/cmocka_all.h"
#include "tools/bench.h"
#include "tools/sample_program.h"

#define CODE_ADDR  0x08040200u
#define CODE_BYTES 4096u

static uint8_t code[CODE_BYTES];

/* k.pem, k.pub.pem, app.bin, app.img, params.bin, and files that are wrong in some way. */
static void prepare(struct bench *bench)
{
    static const char hex_sum[] = ":020000040804EF\n:00000001FF\n";
    static const char hex_cut[] = ":020000040804EE\n:0100000000FF\n";
    static const char hex_text[] = ":020000040804EE\nhello\n";
    static const char hex_twice[] = ":020000040804EE\n:0100000000FF\n:0100000000FF\n:00000001FF\n";

    sample_program_make(code, CODE_BYTES, CODE_ADDR);
    bench_write("app.bin", code, CODE_BYTES);
    bench_write("tiny.bin", code, 12);
    bench_write("text.bin", "This is not an application, but a text of some length. It goes on...",
                68);
    bench_write("empty.bin", "", 0);
    bench_write("elf_cut.elf",
                "\x7F"
                "ELF\1\1\1",
                7);
    bench_write("sum.hex", hex_sum, sizeof hex_sum - 1);
    bench_write("cut.hex", hex_cut, sizeof hex_cut - 1);
    bench_write("text.hex", hex_text, sizeof hex_text - 1);
    bench_write("twice.hex", hex_twice, sizeof hex_twice - 1);
    bench_run(bench, "keygen --out k.pem");
    bench_run(bench, "sign app.bin --key k.pem --version 1.0.0 --out app.img");
    bench_run(bench, "params --product a.example/b --hw-rev 1 --out params.bin");
    bench_expect(bench, 0, NULL);
    bench_shell(bench, "openssl ecparam -name secp384r1 -genkey -noout -out p384.pem");
    bench_shell(bench, "openssl genpkey -algorithm ed25519 -out ed.pem");
    assert_int_equal(bench->status, 0);
}

#define SIGN "--key k.pem --version 1.0.0 --out no.img"

static const struct {
    const char *words;
    int status;
    const char *text;
} cases[] = {
    /* the command line */
    {"nosuch", 2, "no such command: nosuch"},
    {"sign", 2, "give one program"},
    {"sign app.bin app.bin " SIGN, 2, "'app.bin': one file too many"},
    {"sign app.bin --key k.pem --version 1.0.0", 2, "--out FILE is missing"},
    {"sign app.bin --out no.img", 2, "--key and --version are needed"},
    {"sign app.bin " SIGN " --colour red", 2, "--colour: no such option"},
    {"sign app.bin --out no.img --key", 2, "--key: needs a value"},
    {"sign app.bin " SIGN " --key k.pem", 2, "--key: given twice"},
    {"sign app.bin " SIGN " --whole-key=yes", 2, "--whole-key: takes no value"},
    {"sign app.bin " SIGN " --counter seven", 2, "--counter: 'seven' is not a number"},
    {"sign app.bin " SIGN " --counter 4294967296", 2, "--counter: '4294967296' is not a number"},
    {"sign app.bin " SIGN " --header-size 0x300", 2, "not a multiple of 0x200 up to 0x1000"},
    {"sign app.bin " SIGN " --header-size 0x1200", 2, "not a multiple of 0x200 up to 0x1000"},
    {"sign app.bin " SIGN " --product widget", 2, "--product: 'widget' is not VENDOR/CLASS"},
    {"sign app.bin " SIGN " --hw-rev 5-2", 2, "--hw-rev: '5-2' is not MIN or MIN-MAX"},
    {"sign app.bin " SIGN " --trial 0", 2, "--trial: '0' is not N or N,MS"},
    {"sign app.bin " SIGN " --trial 3,30001", 2, "--trial: '3,30001' is not N or N,MS"},
    {"sign app.bin --key k.pem --version 1.2 --out no.img", 2, "--version: '1.2' is not X.Y.Z"},
    {"sign app.bin --key k.pem --version 1.2.3.4 --out no.img", 2, "--version: '1.2.3.4' is not"},
    {"sign app.bin --key k.pem --version 256.0.0 --out no.img", 2, "--version: '256.0.0' is not"},
    {"sign app.bin --key k.pem --version 1.0.0+ --out no.img", 2, "--version: '1.0.0+' is not"},
    {"sign app.bin --md5 --key k.pem --out no.img", 2, "--md5 makes a plain image"},
    {"keygen", 2, "--out FILE is missing"},
    {"verify", 2, "give one image"},
    {"verify app.img", 2, "give the public key with --key"},
    {"verify app.img --key k.pem --key k.pem --key k.pem --key k.pem --key k.pem", 2,
     "at most 4 keys"},
    {"inspect", 2, "give one image"},
    {"stick app.img", 2, "--to FOLDER or --disk FILE"},
    {"stick app.img --to . --name firmware.bin", 2, "is not a path from the stick's root"},
    {"params --hw-rev 1 --out no.bin", 2, "--product, --hw-rev and --out are needed"},
    {"params --product a/b --hw-rev 1 --out no.bin --file fw.bin", 2, "--file: 'fw.bin' is not"},
    {"params --product a/b --hw-rev 1 --out no.bin --attach-ms 5001", 2, "--attach-ms: 0..5000"},
    {"params --product a/b --hw-rev 1 --out no.bin --ready-ms 999", 2, "--ready-ms: 1000..60000"},
    {"params --product a/b --hw-rev 1 --out no.bin --serial "
     "123456789012345678901234567890123",
     2, "--serial: at most 32"},
    {"factory --out no.bin", 2, "--loader or --board, --image and --out are needed"},
    {"dump", 2, "give one dump"},
    /* files */
    {"sign nothere.bin " SIGN, 3, "nothere.bin: cannot be opened: No such file"},
    {"sign . " SIGN, 3, ".: is not a regular file"},
    {"sign app.bin --key k.pem --version 1.0.0 --out no/where.img", 3, "no/where.img: cannot be"},
    {"sign app.bin --key nokey.pem --version 1.0.0 --out no.img", 3, "nokey.pem: cannot be opened"},
    {"keygen --out k.pem", 3, "k.pem: exists and is not overwritten"},
    {"stick app.img --disk nodisk.img", 3, "nodisk.img: cannot be opened"},
    {"stick app.img --to no/folder", 3, "cannot be made"},
    {"dump nodump.bin", 3, "nodump.bin: cannot be opened"},
    /* content */
    {"sign empty.bin " SIGN, 4, "empty.bin: is empty"},
    {"sign tiny.bin " SIGN, 4, "tiny.bin: has 12 bytes"},
    {"sign text.bin " SIGN, 4, "text.bin: starts with 0x73696854, which cannot be a stack pointer"},
    {"sign elf_cut.elf " SIGN, 4, "elf_cut.elf: ELF file is damaged"},
    {"sign sum.hex " SIGN, 4, "sum.hex: line 1: its checksum is wrong"},
    {"sign cut.hex " SIGN, 4, "cut.hex: line 3: the end record is missing"},
    {"sign text.hex " SIGN, 4, "text.hex: line 2: does not begin with a colon"},
    {"sign twice.hex " SIGN, 4, "twice.hex: bytes at 0x08040000 are given twice"},
    {"params --show app.img", 3, "app.img: has 4"},
    {"params --show text.bin", 4, "text.bin: holds no valid product parameters"},
    {"stick app.img --disk text.bin", 4, "text.bin: holds no FAT file system"},
    {"factory --loader app.bin --image app.img --out no.bin", 4, "app.bin: is no bootloader"},
    {"dump app.bin", 4, "app.bin: has 4096 bytes; the whole flash has 2097152"},
    /* keys */
    {"sign app.bin --key k.pub.pem --version 1.0.0 --out no.img", 5, "holds a public key only"},
    {"sign app.bin --key p384.pem --version 1.0.0 --out no.img", 5,
     "p384.pem: is a key of type EC"},
    {"sign app.bin --key ed.pem --version 1.0.0 --out no.img", 5,
     "ed.pem: is a key of type ED25519"},
    {"sign app.bin --key app.bin --version 1.0.0 --out no.img", 5, "app.bin: holds no private key"},
    {"sign app.bin " SIGN " --provider nosuch", 5, "provider nosuch: cannot be loaded"},
    {"verify app.img --key text.bin", 5, "text.bin: holds no key"},
    /* what checks say */
    {"stick text.bin --to .", 1, "refused: vector table cannot be an application's"},
    {"verify text.bin --md5 text.bin", 1, "refused: vector table"},
};

static void test_errors(void **state)
{
    struct bench *bench = *state;

    prepare(bench);
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        bench_run(bench, "%s", cases[i].words);
        if (bench->status != cases[i].status)
            fail_msg("%s: status %d", cases[i].words, bench->status);
        bench_expect(bench, cases[i].status, cases[i].text);
        assert_int_equal(strncmp(bench->err, "stickboot", 9), 0);
        assert_string_equal(bench->out, "");
        assert_false(bench_exists("no.img") || bench_exists("no.bin"));
    }
    bench_shell(bench, "ls");
    assert_null(strstr(bench->out, ".img.")); /* no half-written files are left */
}

static void test_encrypted_key(void **state)
{
    struct bench *bench = *state;
    struct stat info;

    prepare(bench);
    bench_run(bench, "keygen --out e.pem --encrypt");
    bench_expect(bench, 5, "STICKBOOT_PASSPHRASE");
    bench_shell(bench, "STICKBOOT_PASSPHRASE=correct " BENCH_STICKBOOT
                       " keygen --out e.pem --encrypt --public pub.pem");
    bench_expect(bench, 0, NULL);
    struct bench_file pem = bench_read("e.pem");

    assert_non_null(strstr((char *)pem.at, "ENCRYPTED PRIVATE KEY"));
    free(pem.at);
    assert_int_equal(stat("e.pem", &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    bench_run(bench, "sign app.bin --key e.pem --version 1.0.0 --out e.img");
    bench_expect(bench, 5, "e.pem: is encrypted; put its passphrase into the environment variable");
    bench_shell(bench, "STICKBOOT_PASSPHRASE=wrong " BENCH_STICKBOOT
                       " sign app.bin --key e.pem --version 1.0.0 --out e.img");
    bench_expect(bench, 5, "is it the right one?");
    bench_shell(bench, "STICKBOOT_PASSPHRASE=correct " BENCH_STICKBOOT
                       " sign app.bin --key e.pem --version 1.0.0 --out e.img");
    bench_expect(bench, 0, NULL);
    bench_run(bench, "verify e.img --key pub.pem");
    bench_expect(bench, 0, NULL);
}

/* Keys by URI, through a provider that is named, and keys that OpenSSL made. */
static void test_keys_of_others(void **state)
{
    struct bench *bench = *state;

    prepare(bench);
    bench_run(
        bench,
        "sign app.bin --provider default --key file:\"$PWD\"/k.pem --version 1.0.0 --out a.img");
    bench_expect(bench, 0, NULL);
    bench_run(bench, "verify a.img --key k.pub.pem");
    bench_expect(bench, 0, NULL);
    bench_shell(bench, "openssl ecparam -name prime256v1 -genkey -noout -out sec1.pem && "
                       "openssl ec -in sec1.pem -pubout -out sec1.pub.pem");
    assert_int_equal(bench->status, 0);
    bench_run(bench, "sign app.bin --key sec1.pem --version 1.0.0 --out b.img");
    bench_expect(bench, 0, NULL);
    bench_run(bench, "verify b.img --key sec1.pub.pem");
    bench_expect(bench, 0, NULL);
    bench_run(bench, "verify b.img --key k.pub.pem");
    bench_expect(bench, 1, "b.img: refused: image is signed with a key that is not one of ours");
}

static void test_help(void **state)
{
    struct bench *bench = *state;
    const char *const commands[] = {"keygen", "sign",   "verify",  "inspect",
                                    "stick",  "params", "factory", "dump"};

    bench_run(bench, "--help");
    bench_expect(bench, 0, NULL);
    for (unsigned i = 0; i < 8; i++)
        assert_non_null(strstr(bench->out, commands[i]));
    for (unsigned i = 0; i < 8; i++) {
        bench_run(bench, "%s --help", commands[i]);
        bench_expect(bench, 0, NULL);
        assert_non_null(strstr(bench->out, "Example:"));
    }
    bench_run(bench, "--version");
    bench_expect(bench, 0, NULL);
    bench_shell(bench, "sh -c '" BENCH_STICKBOOT " --help >/dev/full'");
    bench_expect(bench, 3, "the output could not be written");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_errors, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_encrypted_key, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_keys_of_others, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(test_help, bench_open, bench_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
