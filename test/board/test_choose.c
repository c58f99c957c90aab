/* SPDX-License-Identifier: MIT
 * An agreed folder on the real binary: product parameters from the packager, a stick with several
 * images, the release loader. The cases one by one: test/unit/boot/test_choose.c. */
#include <stdio.h>

#include "board/rig.h"
#include "config/layout.h"
#include "support/cmocka_all.h"

#define RELEASE "stickboot_test_release"
#define ENTRY   "\"event\":\"entry\""

static struct rig_file sample(const char *name)
{
    char path[96];
    snprintf(path, sizeof path, "imgtool/%s.img", name);
    return rig_read_data(path);
}

static void put(struct rig *rig, const char *on_stick, const char *name, uint32_t wrong_byte)
{
    struct rig_file file = sample(name);
    if (wrong_byte != 0)
        file.bytes[wrong_byte] ^= 1u;
    rig_stick_file(rig, on_stick, file.bytes, file.length);
    rig_file_free(&file);
}

/* v1.2.3 runs; the board looks into /updates/. */
static void open_board(struct rig *rig, const char *name)
{
    rig_open_with(rig, name, RELEASE);
    struct rig_file file = sample("v1.2.3");
    rig_debugger(rig, RUN_ADDR, file.bytes, file.length);
    rig_file_free(&file);
    file = rig_packager(rig, "params.bin",
                        "params --product a.example/widget --hw-rev 1 --file /updates/ "
                        "--out params.bin");
    rig_debugger(rig, PRODUCT_ADDR, file.bytes, file.length);
    rig_file_free(&file);
    rig_stick(rig);
    rig_stick_folder(rig, "/updates");
}

static void test_best_of_several(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_file best = sample("v1.3.0");
    open_board(&rig, "choose");
    put(&rig, "/updates/A.IMG", "v1.2.3-otherkey", 0);
    put(&rig, "/updates/B.IMG", "v1.2.3", 0);
    put(&rig, "/updates/no name.md", "v1.3.0", 0);
    put(&rig, "/updates/C.IMG", "v1.2.3-unsigned", 0);
    put(&rig, "/updates/D.IMG", "v1.2.3-product", 0);
    rig_stick_file(&rig, "/updates/README.TXT", "Read me first.", 14);
    rig_run(&rig, "--for 9000");
    RIG_CHECK(&rig, rig_says(&rig, "A.IMG refused: image is signed with a key that is not one",
                             "B.IMG: version 1.2.3+4, the best so far",
                             "no name.md: version 1.3.0+0, the best so far",
                             "C.IMG: version 1.2.3+4, another is better", "README.TXT: no image",
                             "stick: /updates/no name.md chosen", "upgrade finished", NULL));
    RIG_CHECK(&rig, rig_flash_is(&rig, RUN_ADDR, best.bytes, best.length));
    RIG_CHECK(&rig, rig_events(&rig, ENTRY, "0x08040200") == 1);
    RIG_CHECK(&rig, rig_loader_kept(&rig));
    /* The stick stays in. */
    rig_run(&rig, "--for 2500");
    RIG_CHECK(&rig, rig_says(&rig, "no name.md chosen", "installed already", NULL));
    RIG_CHECK(&rig, rig_flash_operations(&rig) == 0);
    rig_file_free(&best);
    rig_close(&rig);
}

/* The best one's digest is wrong, which shows when it is staged. What is installed goes on; the next
 * best, which is what is installed here, is not what the stick is said to hold. */
static void test_best_is_damaged(void **state)
{
    (void)state;
    struct rig rig;
    open_board(&rig, "choose_damaged");
    put(&rig, "/updates/NEW.IMG", "v1.3.0", 0x400);
    put(&rig, "/updates/OLD.IMG", "v1.2.3", 0);
    rig_run(&rig, "--for 5000");
    RIG_CHECK(&rig, rig_says(&rig, "/updates/NEW.IMG chosen", "stage: digest differs",
                             "start: application at 08040200", NULL));
    RIG_CHECK(&rig, rig_silent_about(&rig, "OLD.IMG chosen"));
    RIG_CHECK(&rig, rig_flash_kept(&rig, RUN_ADDR, SLOT_BYTES));
    RIG_CHECK(&rig, rig_events(&rig, ENTRY, "0x08040200") == 1);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_best_of_several),
        cmocka_unit_test(test_best_is_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
