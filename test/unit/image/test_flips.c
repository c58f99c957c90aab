/* SPDX-License-Identifier: MIT
 * Every single-bit flip and every truncation of small signed images is refused, under both policies:
 * the whole check of a slot each time. */
#include <string.h>

#include "image/keys.h"
#include "support/cmocka_all.h"
#include "support/flash_host.h"
#include "support/signed_sample.h"

static uint8_t image[SIGNED_SAMPLE_MAX_BYTES];
static struct slot_check check;
static struct slot_trust trust;

/* Both policies must refuse what is in the update area. */
static void assert_refused(const char *what, uint32_t where)
{
    const struct policy *const policies[] = {&policy_open, &policy_release};

    for (unsigned i = 0; i < 2; i++) {
        trust.rules = policies[i];
        if (signed_sample_look(&check, &trust) != SLOT_NONE || check.reason >= 0 ||
            check.reason == BL_E_BUG) {
            fail_msg("%s %u: kind %d, reason %d in the %s policy", what, where, (int)check.kind,
                     (int)check.reason, trust.rules->name);
        }
    }
}

static void assert_accepted(uint32_t bytes)
{
    trust.rules = &policy_release;
    assert_int_equal(signed_sample_look(&check, &trust), SLOT_WHOLE);
    assert_int_equal(check.header.total_bytes, bytes);
}

static uint32_t begin(const char *name)
{
    uint32_t bytes = signed_sample_read(name, image);

    flash_host_reset();
    trust = (struct slot_trust){.keys = &keys_builtin};
    signed_sample_put(image, bytes);
    assert_accepted(bytes);
    return bytes;
}

static void flip_all(const char *name)
{
    uint32_t bytes = begin(name);
    uint8_t *cells = flash_host_at(UPDATE_ADDR);

    for (uint32_t bit = 0; bit < bytes * 8; bit++) {
        cells[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_refused("bit", bit);
        cells[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_accepted(bytes);
}

/* Header, payload, the three unprotected TLVs. */
static void every_bit(void **state)
{
    (void)state;
    flip_all("v1.2.3.img");
}

/* With a protected TLV: the security counter. Payload left out, every_bit has been there. */
static void every_bit_of_protected_tlvs(void **state)
{
    (void)state;
    uint32_t bytes = begin("v1.2.3-seccnt7.img");
    uint8_t *cells = flash_host_at(UPDATE_ADDR);
    uint32_t tlvs_off = check.header.header_bytes + check.header.payload_bytes;

    for (uint32_t bit = tlvs_off * 8; bit < bytes * 8; bit++) {
        cells[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_refused("bit", bit);
        cells[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/* The rest of the slot is blank, as after a staging that ended early. */
static void every_truncation_in_a_slot(void **state)
{
    (void)state;
    uint32_t bytes = begin("v1.2.3-seccnt7.img");
    uint8_t *cells = flash_host_at(UPDATE_ADDR);

    for (uint32_t len = bytes; len-- > 0;) {
        cells[len] = 0xFF;
        assert_refused("length", len);
    }
}

static void every_truncation_of_a_file(void **state)
{
    struct mcuboot_image claims;

    (void)state;
    uint32_t bytes = signed_sample_read("v1.2.3-seccnt7.img", image);

    assert_int_equal(signed_sample_load(image, bytes, &claims), BL_OK);
    for (uint32_t len = 0; len < bytes; len++) {
        enum bl_rc rc = signed_sample_load(image, len, &claims);

        assert_true(rc == BL_E_IMG_LENGTH || rc == BL_E_TLV_AREA);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit),
        cmocka_unit_test(every_bit_of_protected_tlvs),
        cmocka_unit_test(every_truncation_in_a_slot),
        cmocka_unit_test(every_truncation_of_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
