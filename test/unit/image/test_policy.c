/* SPDX-License-Identifier: MIT
 * image/policy.c: who may be installed and started. */
#include <string.h>

#include "image/policy.h"
#include "support/cmocka_all.h"

static struct mcuboot_image image;
static struct mcuboot_image installed;
static struct policy_facts facts;

static int begin(void **state)
{
    (void)state;
    memset(&image, 0, sizeof image);
    image.has = MCUBOOT_HAS_DIGEST | MCUBOOT_HAS_KEY | MCUBOOT_HAS_SIGNATURE;
    image.version = (struct mcuboot_version){1, 2, 3, 0};
    image.sha256[0] = 1;
    installed = image;
    installed.sha256[0] = 2;
    memset(&facts, 0, sizeof facts);
    return 0;
}

static enum bl_rc judge(const struct policy *rules, enum policy_purpose purpose)
{
    return policy_judge(rules, &facts, purpose, &image);
}

static void assert_both(enum bl_rc expected)
{
    assert_int_equal(judge(&policy_open, POLICY_INSTALL), expected);
    assert_int_equal(judge(&policy_release, POLICY_INSTALL), expected);
    assert_int_equal(judge(&policy_open, POLICY_START), expected);
    assert_int_equal(judge(&policy_release, POLICY_START), expected);
}

static void signed_or_not(void **state)
{
    (void)state;
    assert_both(BL_OK);
    image.has = MCUBOOT_HAS_DIGEST;
    assert_int_equal(judge(&policy_open, POLICY_INSTALL), BL_OK);
    assert_int_equal(judge(&policy_release, POLICY_INSTALL), BL_E_IMG_UNSIGNED);
    assert_int_equal(judge(&policy_release, POLICY_START), BL_E_IMG_UNSIGNED);
    assert_int_equal(policy_judge(&policy_open, &facts, POLICY_START, NULL), BL_OK);
    assert_int_equal(policy_judge(&policy_release, &facts, POLICY_START, NULL), BL_E_IMG_PLAIN);
    assert_int_equal(policy_judge(&policy_release, &facts, POLICY_INSTALL, NULL), BL_E_IMG_PLAIN);
}

static void boards_without_parameters(void **state)
{
    static const uint32_t names[] = {MCUBOOT_HAS_VENDOR, MCUBOOT_HAS_CLASS, MCUBOOT_HAS_HW};

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        (void)begin(NULL);
        image.has |= names[i];
        assert_both(BL_E_PRODUCT_UNKNOWN);
    }
}

static void hardware_revisions(void **state)
{
    (void)state;
    image.has |= MCUBOOT_HAS_HW;
    image.hw_min = 3;
    image.hw_max = 5;
    facts.product.known = true;
    for (uint32_t revision = 0; revision < 8; revision++) {
        facts.product.hw_revision = revision;
        assert_both(revision >= 3 && revision <= 5 ? BL_OK : BL_E_HW_REVISION);
    }
}

static void products(void **state)
{
    (void)state;
    facts.product.known = true;
    facts.product.must_be_named = true;
    image.has |= MCUBOOT_HAS_CLASS;
    assert_both(BL_E_PRODUCT_UNNAMED); /* the vendor is missing */
    image.has |= MCUBOOT_HAS_VENDOR;
    assert_both(BL_OK);
    image.vendor[15] = 1;
    assert_both(BL_E_PRODUCT_OTHER);
    facts.product.vendor[15] = 1;
    assert_both(BL_OK);
    image.class_id[0] = 1;
    assert_both(BL_E_PRODUCT_OTHER);
}

static void counters(void **state)
{
    (void)state;
    facts.counter_floor = 1;
    assert_both(BL_E_COUNTER_LOW); /* an image without one counts as 0 */
    image.counter = 1;
    assert_both(BL_OK);
    facts.counter_floor = 0xFFFFFFFF;
    assert_both(BL_E_COUNTER_LOW);
    facts.button = true; /* never lifts a counter */
    assert_both(BL_E_COUNTER_LOW);
}

static void older_versions(void **state)
{
    (void)state;
    facts.installed = &installed;
    image.version.build = 1;
    assert_both(BL_OK);
    image.version = (struct mcuboot_version){1, 2, 2, 9};
    assert_int_equal(judge(&policy_open, POLICY_INSTALL), BL_E_VERSION_OLDER);
    assert_int_equal(judge(&policy_release, POLICY_INSTALL), BL_E_VERSION_OLDER);
    assert_int_equal(judge(&policy_release, POLICY_START), BL_OK);
    facts.button = true;
    assert_int_equal(judge(&policy_open, POLICY_INSTALL), BL_OK);
    assert_int_equal(judge(&policy_release, POLICY_INSTALL), BL_E_VERSION_OLDER);
    facts.button = false;
    facts.product.older = true; /* parameters that are not known allow nothing */
    assert_int_equal(judge(&policy_release, POLICY_INSTALL), BL_E_VERSION_OLDER);
    facts.product.known = true;
    assert_both(BL_OK);
}

static void equal_versions(void **state)
{
    (void)state;
    facts.installed = &installed;
    assert_int_equal(judge(&policy_open, POLICY_INSTALL), BL_OK);
    assert_int_equal(judge(&policy_release, POLICY_INSTALL), BL_E_VERSION_SAME);
    assert_int_equal(judge(&policy_release, POLICY_START), BL_OK);
    facts.product.known = true;
    facts.product.same_version = true;
    assert_both(BL_OK);
    facts.product.same_version = false;
    installed.sha256[0] = 1; /* itself */
    assert_both(BL_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(signed_or_not, begin),
        cmocka_unit_test_setup(boards_without_parameters, begin),
        cmocka_unit_test_setup(hardware_revisions, begin),
        cmocka_unit_test_setup(products, begin),
        cmocka_unit_test_setup(counters, begin),
        cmocka_unit_test_setup(older_versions, begin),
        cmocka_unit_test_setup(equal_versions, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
