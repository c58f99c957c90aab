/* SPDX-License-Identifier: MIT
 * See firmware_case.h. The case's name is put into flash by --load, as a user would do it. */
#include "firmware_case.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka_all.h"
#include "vboard.h"

#define WORDS_MAX 32

struct board *firmware_case(const char *elf, const char *name, const char *const *extra,
                            int *status)
{
    static char path[512], select[512], place[600]; /* the board keeps the words, not copies */
    const char *words[WORDS_MAX] = {"--load",  path,   "--load", place,
                                    "--until", "done", "--for",  "5000"};
    int count = 8;
    struct board *b;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", FIRMWARE_DIR, elf);
    snprintf(select, sizeof select, "%s/select-%d.bin", WORK_DIR, (int)getpid());
    snprintf(place, sizeof place, "%s@0x081C0000", select);
    file = fopen(select, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(name, 1, strlen(name) + 1, file), strlen(name) + 1);
    fclose(file);
    for (; extra && *extra && count < WORDS_MAX; extra++)
        words[count++] = *extra;
    b = vboard_open(count, words);
    unlink(select);
    assert_non_null(b);
    *status = vboard_run(b);
    return b;
}
