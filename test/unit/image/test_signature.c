/* SPDX-License-Identifier: MIT
 * image/signature.c and image/keys.c: whose signatures count. The set of keys is sign-p256 and
 * other-p256. */
#include <string.h>

#include "image/signature.h"
#include "support/cmocka_all.h"
#include "support/signed_sample.h"

static uint8_t bytes[SIGNED_SAMPLE_MAX_BYTES];
static struct mcuboot_image image;
static struct key_revoked revoked;
static uint32_t seal;

static enum bl_rc check(const char *name)
{
    uint32_t len = signed_sample_read(name, bytes);

    assert_int_equal(signed_sample_load(bytes, len, &image), BL_OK);
    return signature_check(&image, &keys_builtin, &revoked, &seal);
}

static int begin(void **state)
{
    (void)state;
    memset(&revoked, 0, sizeof revoked);
    return 0;
}

static void assert_answer(enum bl_rc rc, enum bl_rc expected)
{
    assert_int_equal(rc, expected);
    assert_int_equal(seal, expected == BL_OK ? SIGNATURE_SEAL : 0);
}

static void both_keys(void **state)
{
    struct key_set none = {.count = 0};

    (void)state;
    assert_int_equal(keys_builtin.count, 2);
    assert_true(keys_builtin.published);
    assert_answer(check("v1.2.3.img"), BL_OK);
    assert_answer(check("v1.2.3-otherkey.img"), BL_OK);
    assert_answer(check("v1.2.3-unsigned.img"), BL_E_IMG_UNSIGNED);
    (void)check("v1.2.3.img");
    assert_answer(signature_check(&image, &none, &revoked, &seal), BL_E_KEY_FOREIGN);
}

static void wrong_signatures(void **state)
{
    uint8_t other_hash[DIGEST_SHA256_BYTES];

    (void)state;
    assert_answer(check("v1.2.3-otherkey.img"), BL_OK);
    memcpy(other_hash, image.key_hash, sizeof other_hash);
    assert_answer(check("v1.2.3.img"), BL_OK);
    image.sha256[31] ^= 1;
    assert_answer(signature_check(&image, &keys_builtin, &revoked, &seal), BL_E_SIGNATURE);
    image.sha256[31] ^= 1;
    memcpy(image.key_hash, other_hash, sizeof other_hash); /* claims the other of our keys */
    assert_answer(signature_check(&image, &keys_builtin, &revoked, &seal), BL_E_SIGNATURE);
    (void)check("v1.2.3.img");
    memset(image.signature, 0, sizeof image.signature);
    assert_answer(signature_check(&image, &keys_builtin, &revoked, &seal), BL_E_SIGNATURE);
    static const uint8_t zeros[8] = {0x30, 6, 2, 1, 0, 2, 1, 0}; /* r = s = 0 */
    memcpy(image.signature, zeros, sizeof zeros);
    image.signature_bytes = sizeof zeros;
    assert_answer(signature_check(&image, &keys_builtin, &revoked, &seal), BL_E_SIGNATURE);
}

static void revocation(void **state)
{
    (void)state;
    assert_answer(check("v1.2.3.img"), BL_OK);
    assert_true(key_revoke(&revoked, &keys_builtin, image.key_hash));
    assert_false(key_revoke(&revoked, &keys_builtin, image.key_hash));
    assert_answer(check("v1.2.3.img"), BL_E_KEY_REVOKED);
    assert_answer(check("v1.2.3-otherkey.img"), BL_OK);
    assert_false(key_revoke(&revoked, &keys_builtin, image.key_hash)); /* the last one stays */
    assert_answer(check("v1.2.3-otherkey.img"), BL_OK);
    image.key_hash[31] ^= 1;
    assert_false(key_revoke(&revoked, &keys_builtin, image.key_hash)); /* none of ours */
}

static void no_image_revokes_its_own_key(void **state)
{
    (void)state;
    assert_answer(check("v1.2.3.img"), BL_OK);
    image.has |= MCUBOOT_HAS_REVOKE;
    assert_answer(signature_check(&image, &keys_builtin, &revoked, &seal), BL_OK);
    memcpy(image.revoke, image.key_hash, sizeof image.revoke);
    assert_answer(signature_check(&image, &keys_builtin, &revoked, &seal), BL_E_KEY_REVOKES_ITSELF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(both_keys, begin),
        cmocka_unit_test_setup(wrong_signatures, begin),
        cmocka_unit_test_setup(revocation, begin),
        cmocka_unit_test_setup(no_image_revokes_its_own_key, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
