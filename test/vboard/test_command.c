/* SPDX-License-Identifier: MIT
 * The command `vboard` as a user meets it: exit statuses, files, help, and what it says to words
 * that make no sense. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/cmocka_all.h"

#define RULES_ELF FIRMWARE_DIR "/rules.elf"
#define CORE_ELF  FIRMWARE_DIR "/core.elf"

static char out[65536], err[65536];

static void read_text(const char *path, char *text, size_t room)
{
    FILE *file = fopen(path, "rb");
    size_t got;

    assert_non_null(file);
    got = fread(text, 1, room - 1, file);
    text[got] = 0;
    fclose(file);
}

/* Runs `vboard <words>` in a scratch folder; stdout and stderr are in out and err afterwards. */
static int vboard(const char *words)
{
    char line[4096];
    int status;

    snprintf(line, sizeof line, "%s %s >out.txt 2>err.txt", VBOARD_COMMAND, words);
    status = system(line);
    read_text("out.txt", out, sizeof out);
    read_text("err.txt", err, sizeof err);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void select_case(const char *name)
{
    FILE *file = fopen("select.bin", "wb");

    assert_non_null(file);
    fwrite(name, 1, strlen(name) + 1, file);
    fclose(file);
}

static int run_case(const char *elf, const char *name, const char *words)
{
    char line[2048];

    select_case(name);
    snprintf(line, sizeof line, "run --load %s --load select.bin@0x081C0000 %s", elf, words);
    return vboard(line);
}

static long file_bytes(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 ? (long)info.st_size : -1;
}

static void exit_statuses(void **state)
{
    (void)state;
    assert_int_equal(run_case(CORE_ELF, "nesting obey", "--until done --for 1000"), 0);
    assert_non_null(strstr(out, "ok\n"));
    assert_int_equal(run_case(CORE_ELF, "nesting obey", "--for 3"), 0);
    assert_int_equal(run_case(CORE_ELF, "lockup obey", "--for 1000"), 2);
    assert_int_equal(run_case(RULES_ELF, "aircr-key break", "--for 1000"), 3);
    assert_non_null(strstr(err, "violation aircr-key at 0x"));
    assert_non_null(strstr(err, "aircr_without_key+0x"));
    assert_int_equal(run_case(CORE_ELF, "nesting obey", "--until nonsense --for 50"), 4);
    assert_int_equal(run_case(RULES_ELF, "unmodelled-peripheral break", "--for 1000"), 6);
}

static void strictness(void **state)
{
    (void)state;
    assert_int_equal(run_case(RULES_ELF, "aircr-key break", "--no-strict --until done --json"), 0);
    assert_non_null(strstr(out, "\"aircr-key\":1"));
    assert_int_equal(run_case(RULES_ELF, "unmodelled-peripheral break",
                              "--allow-unmodelled --until done --json"),
                     0);
    assert_non_null(strstr(out, "\"status\":0"));
    assert_non_null(strstr(out, "\"unmodelled-peripheral\":1"));
}

static void bad_words(void **state)
{
    static const struct {
        const char *words, *says;
    } cases[] = {
        {"", "vboard run ..."},
        {"fly", "no command \"fly\""},
        {"run", "nothing to run"},
        {"run --load", "--load : needs a value"},
        {"run --load missing.elf", "cannot read --load missing.elf"},
        {"run --load select.bin", "not an ELF file"},
        {"run --load " VBOARD_COMMAND, "not a 32-bit ARM file"},
        {"run --load select.bin@0x10000000", "lies in no memory of the chip"},
        {"run --load " CORE_ELF " --for soon", "expected virtual milliseconds"},
        {"run --load " CORE_ELF " --for -1", "expected virtual milliseconds"},
        {"run --load " CORE_ELF " --warp 9", "no such option"},
        {"run --load " CORE_ELF " --json=1", "takes no value"},
        {"run --load " CORE_ELF " --cut-op 0", "the first being 1"},
        {"run --load " CORE_ELF " --cut-op 5:half", "N:before or N:torn"},
        {"run --load " CORE_ELF " --supply 3300", "MILLIVOLTS@MS"},
        {"run --load " CORE_ELF " --button-at 50:40", "released after it is pressed"},
        {"run --load " CORE_ELF " --param cpi_milli", "NAME=VALUE"},
        {"run --load " CORE_ELF " --param nothing=1", "no parameter of that name"},
        {"run --load " CORE_ELF " --param cpi_milli=never", "cannot be \"never\""},
        {"run --load " CORE_ELF " --stick-quirk naks", "expected naks=NUMBER"},
        {"run --load " CORE_ELF " --stick-quirk naks=-1", "expected naks=NUMBER"},
        {"run --load " CORE_ELF " --stick-quirk bulk-bytes=7", "expected bulk-bytes=8 16 32 64"},
        {"run --load " CORE_ELF " --stick-quirk ready-ms=soon", "NUMBER or never"},
        {"run --load " CORE_ELF " --stick-quirk max-lun-stall=2", "expected max-lun-stall"},
        {"run --load " CORE_ELF " --stick-quirk swap=", "expected swap=FILE"},
        {"run --load " CORE_ELF " --stick-quirk bad=1", "no quirk of that name"},
        {"run --load " CORE_ELF " --stick-quirk naks=2", "give --stick IMG"},
        {"run --load " CORE_ELF " --flash-size 512", "1024 or 2048"},
        {"run --load " CORE_ELF " --plug-at 5", "give --stick IMG"},
        {"run --load " CORE_ELF " --stick missing.img", "missing.img"},
        {"run --load " CORE_ELF " --flash out.txt", "exactly 2097152 bytes"},
        {"run --load " CORE_ELF " --events /nowhere/x", "cannot write --events"},
        {"rules --yaml", "takes only --json"},
    };

    (void)state;
    select_case("nesting obey");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = vboard(cases[i].words);

        if (status != 5 || !strstr(err, cases[i].says))
            fail_msg("vboard %s: status %d, says: %s", cases[i].words, status, err);
    }
}

static void help_and_lists(void **state)
{
    (void)state;
    assert_int_equal(vboard("--help"), 0);
    assert_non_null(strstr(out, "vboard run --load"));
    assert_int_equal(vboard("run --help"), 0);
    assert_non_null(strstr(out, "--cut-op N[:before|torn]"));
    assert_int_equal(vboard("rules"), 0);
    assert_non_null(strstr(out, "\naircr-key "));
    assert_int_equal(vboard("params --json"), 0);
    assert_non_null(strstr(out, "{\"param\":\"cpi_milli\",\"default\":1000"));
    assert_int_equal(system("python3 -m json.tool <out.txt >json.txt"), 0);
    assert_int_equal(vboard("quirks"), 0);
    assert_non_null(strstr(out, "\nready-ms "));
    assert_int_equal(vboard("quirks --json"), 0);
    assert_non_null(strstr(out, "{\"quirk\":\"attach-ms\",\"default\":\"100\""));
    assert_int_equal(system("python3 -m json.tool <out.txt >json.txt"), 0);
    assert_int_equal(vboard("rules --json"), 0);
    assert_int_equal(system("python3 -m json.tool <out.txt >json.txt"), 0);
}

static void flash_file(void **state)
{
    char head[4];

    (void)state;
    unlink("flash.img");
    assert_int_equal(run_case(RULES_ELF, "aircr-key break", "--flash flash.img --for 100"), 3);
    assert_int_equal(file_bytes("flash.img"), 2 << 20); /* also written when the run fails */
    assert_int_equal(vboard("run --flash flash.img --for 100"), 3); /* and is all that is needed */
    read_text("flash.img", head, sizeof head);
    assert_int_not_equal((unsigned char)head[0] & (unsigned char)head[1], 0xFF);
}

static void signals_write_the_flash_file(void **state)
{
    static const char script[] = VBOARD_COMMAND
        " run --load " CORE_ELF " --flash signal.img --for 4000000000 >out.txt 2>err.txt & "
        "pid=$!; sleep 0.5; kill -TERM $pid; wait $pid";
    int status;

    (void)state;
    unlink("signal.img");
    status = system(script);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 128 + 15);
    assert_int_equal(file_bytes("signal.img"), 2 << 20);
    read_text("err.txt", err, sizeof err);
    assert_non_null(strstr(err, "signal 15"));
}

static void console_and_events(void **state)
{
    static char text[65536];

    (void)state;
    assert_int_equal(
        run_case(CORE_ELF, "idle obey", "--until done --uart uart.txt --events events.jsonl"), 0);
    read_text("uart.txt", text, sizeof text);
    assert_string_equal(text, out);
    assert_int_equal(system("python3 -c \"import json,sys\n"
                            "events=[json.loads(l) for l in open('events.jsonl')]\n"
                            "assert events[0]['event']=='reset', events[0]\n"
                            "assert all('t_us' in e for e in events)\n"
                            "assert any(e['event']=='led' for e in events)\""),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exit_statuses),      cmocka_unit_test(strictness),
        cmocka_unit_test(bad_words),          cmocka_unit_test(help_and_lists),
        cmocka_unit_test(flash_file),         cmocka_unit_test(signals_write_the_flash_file),
        cmocka_unit_test(console_and_events),
    };

    if (mkdir(WORK_DIR "/command", 0777) != 0 && chdir(WORK_DIR "/command") != 0)
        return EXIT_FAILURE;
    if (chdir(WORK_DIR "/command") != 0)
        return EXIT_FAILURE;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
