/* SPDX-License-Identifier: MIT
 * What a slot's check says to each of imgtool's samples, under both policies. The table is the one of
 * test/data/imgtool/README.md. */
#include <string.h>

#include "image/keys.h"
#include "support/cmocka_all.h"
#include "support/flash_host.h"
#include "support/signed_sample.h"
#include "util/bytes.h"

static uint8_t image[SIGNED_SAMPLE_MAX_BYTES];
static struct slot_check check;
static struct slot_trust trust;

static int begin(void **state)
{
    (void)state;
    flash_host_reset();
    trust = (struct slot_trust){.keys = &keys_builtin};
    return 0;
}

/* BL_OK for a whole image, else the reason. */
static enum bl_rc answer(const char *name, const struct policy *rules)
{
    signed_sample_put(image, signed_sample_read(name, image));
    trust.rules = rules;
    return signed_sample_look(&check, &trust) == SLOT_WHOLE ? BL_OK : check.reason;
}

static void each_sample(void **state)
{
    static const struct {
        const char *name;
        enum bl_rc open;
        enum bl_rc release;
    } rows[] = {
        {"v1.2.3.img", BL_OK, BL_OK},
        {"v1.3.0.img", BL_OK, BL_OK},
        {"v1.2.3-300k.img", BL_OK, BL_OK},
        {"v1.2.3-unsigned.img", BL_OK, BL_E_IMG_UNSIGNED},
        {"v1.2.3-otherkey.img", BL_E_KEY_FOREIGN, BL_E_KEY_FOREIGN},
        {"v1.2.3-corrupt-payload.img", BL_E_IMG_DIGEST, BL_E_IMG_DIGEST},
        {"v1.2.3-product.img", BL_E_PRODUCT_UNKNOWN, BL_E_PRODUCT_UNKNOWN},
        {"v1.2.3-seccnt7.img", BL_OK, BL_OK},
        {"v1.2.3-romfixed.img", BL_OK, BL_OK},
        {"v1.2.3-customtlv.img", BL_OK, BL_OK},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(answer(rows[i].name, &policy_open), rows[i].open);
        assert_int_equal(answer(rows[i].name, &policy_release), rows[i].release);
    }
}

static void what_the_header_says(void **state)
{
    (void)state;
    assert_int_equal(answer("v1.2.3.img", &policy_release), BL_OK);
    assert_true(check.mcuboot);
    assert_int_equal(check.header.header_bytes, 0x200);
    assert_int_equal(check.header.payload_bytes, 5000);
    assert_int_equal(check.header.total_bytes, 5664);
    assert_int_equal(check.footer.image_bytes, 5664);
    assert_int_equal(check.header.version.major, 1);
    assert_int_equal(check.header.version.minor, 2);
    assert_int_equal(check.header.version.revision, 3);
    assert_int_equal(check.header.version.build, 4);
    assert_int_equal(key_id(check.header.key_hash), 0xE4BEA8D6);
    assert_int_equal(slot_sectors(&check), 1);
    assert_int_equal(slot_vectors_off(&check), 0x200);
    assert_int_equal(answer("v1.2.3-300k.img", &policy_release), BL_OK);
    assert_int_equal(slot_sectors(&check), 2);
}

static void the_right_product(void **state)
{
    struct policy_product *board = &trust.facts.product;

    (void)state;
    board->known = true;
    memcpy(board->vendor, signed_sample_vendor, MCUBOOT_UUID_BYTES);
    memcpy(board->class_id, signed_sample_class, MCUBOOT_UUID_BYTES);
    assert_int_equal(answer("v1.2.3-product.img", &policy_release), BL_OK);
    assert_int_equal(answer("v1.2.3.img", &policy_release), BL_OK);
    board->must_be_named = true;
    assert_int_equal(answer("v1.2.3-product.img", &policy_release), BL_OK);
    assert_int_equal(answer("v1.2.3.img", &policy_release), BL_E_PRODUCT_UNNAMED);
    board->class_id[15] ^= 1;
    assert_int_equal(answer("v1.2.3-product.img", &policy_open), BL_E_PRODUCT_OTHER);
    board->class_id[15] ^= 1;
    board->vendor[0] ^= 0x80;
    assert_int_equal(answer("v1.2.3-product.img", &policy_open), BL_E_PRODUCT_OTHER);
}

static void the_counter(void **state)
{
    (void)state;
    trust.facts.counter_floor = 7;
    assert_int_equal(answer("v1.2.3-seccnt7.img", &policy_release), BL_OK);
    assert_int_equal(answer("v1.2.3.img", &policy_release), BL_E_COUNTER_LOW);
    trust.facts.counter_floor = 8;
    assert_int_equal(answer("v1.2.3-seccnt7.img", &policy_open), BL_E_COUNTER_LOW);
}

static void versions_against_what_is_installed(void **state)
{
    struct mcuboot_image installed;

    (void)state;
    assert_int_equal(answer("v1.3.0.img", &policy_release), BL_OK);
    installed = check.header;
    trust.facts.installed = &installed;
    assert_int_equal(answer("v1.2.3.img", &policy_release), BL_E_VERSION_OLDER);
    assert_int_equal(answer("v1.3.0.img", &policy_release), BL_OK); /* itself */
    trust.facts.button = true;
    assert_int_equal(answer("v1.2.3.img", &policy_release), BL_E_VERSION_OLDER);
    assert_int_equal(answer("v1.2.3.img", &policy_open), BL_OK);
}

static void a_padded_file(void **state)
{
    struct mcuboot_image padded;
    uint32_t bytes = signed_sample_read("v1.2.3.img", image);

    (void)state;
    memset(image + bytes, 0xFF, 4096);
    assert_int_equal(signed_sample_load(image, bytes + 4096, &padded), BL_OK);
    assert_int_equal(padded.total_bytes, bytes);
    memset(image + bytes, 0, 4096);
    assert_int_equal(signed_sample_load(image, bytes + 4096, &padded), BL_OK);
    assert_int_equal(padded.total_bytes, bytes);
}

static void plain_images_need_the_open_policy(void **state)
{
    (void)state;
    uint32_t bytes = signed_sample_read("v1.2.3.img", image);

    put_le32(image + 0x204, RUN_ADDR + 0x101);
    signed_sample_put(image + 0x200, bytes - 0x200); /* no footer */
    trust.rules = &policy_open;
    assert_int_equal(signed_sample_look(&check, &trust), SLOT_BARE);
    trust.rules = &policy_release;
    assert_int_equal(signed_sample_look(&check, &trust), SLOT_NONE);
    assert_int_equal(check.reason, BL_E_IMG_PLAIN);
    slot_accept_plausible(&check);
    assert_false(verdict_holds(&check.verdict));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_sample, begin),
        cmocka_unit_test_setup(what_the_header_says, begin),
        cmocka_unit_test_setup(the_right_product, begin),
        cmocka_unit_test_setup(the_counter, begin),
        cmocka_unit_test_setup(versions_against_what_is_installed, begin),
        cmocka_unit_test_setup(a_padded_file, begin),
        cmocka_unit_test_setup(plain_images_need_the_open_policy, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
