/* SPDX-License-Identifier: MIT
 * What each step of a signed image's check costs: cycles (of the cycle counter) and stack (of memory
 * that was painted before). The last line is the verdict: the image is genuine, and a digest with one
 * wrong bit is not. */
#include "boot/main.h"

#include <bearssl_hash.h>
#include <string.h>

#include "config/layout.h"
#include "image/keys.h"
#include "image/mcuboot.h"
#include "image/policy.h"
#include "image/signature.h"
#include "port/board.h"
#include "port/clock.h"
#include "sys/log.h"
#include "target/stm32f7/regs_core.h"
#include "util/crc.h"

#define PAINT        0xA5A5A5A5u
#define CYCLES_IN_MS 216000u

extern const uint8_t sample[];
extern const uint32_t sample_bytes;

static struct mcuboot_image image;
static enum bl_rc answer;
static uint8_t digest[DIGEST_SHA256_BYTES];

static enum bl_rc read_sample(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    (void)ctx;
    memcpy(buf, sample + off, len);
    return BL_OK;
}

static void step_crc(void)
{
    answer = crc32_bytes(0, sample, sample_bytes) != 0 ? BL_OK : BL_E_BUG;
}

static void step_md5(void)
{
    br_md5_context md5;

    br_md5_init(&md5);
    br_md5_update(&md5, sample, sample_bytes);
    br_md5_out(&md5, digest);
}

static void step_sha256(void)
{
    br_sha256_context sha256;

    br_sha256_init(&sha256);
    br_sha256_update(&sha256, sample, image.signed_bytes);
    br_sha256_out(&sha256, digest);
}

static void step_load(void)
{
    struct mcuboot_source source = {NULL, read_sample, sample_bytes};

    answer = mcuboot_load(&source, &image);
}

static void step_policy(void)
{
    static const struct policy_facts facts;

    answer = policy_judge(policy_builtin, &facts, POLICY_INSTALL, &image);
}

static void step_signature(void)
{
    static const struct key_revoked none;
    uint32_t seal;

    answer = signature_check(&image, &keys_builtin, &none, &seal);
}

/* The frame of measure itself, which is not painted: a step that stays within it counts as that. */
#define FRAME_BYTES 128u

static void measure(const char *what, uint32_t bytes, void (*step)(void))
{
    volatile uint32_t *const bottom = (volatile uint32_t *)DTCM_ADDR;
    volatile uint32_t *top =
        (volatile uint32_t *)((uintptr_t)__builtin_frame_address(0) - FRAME_BYTES);
    volatile uint32_t *word = bottom;

    for (volatile uint32_t *at = bottom; at < top; at++)
        *at = PAINT;
    uint32_t start = DWT_CYCCNT;

    step();
    uint32_t cycles = DWT_CYCCNT - start;

    while (word < top && *word == PAINT)
        word++;
    uint32_t stack_bytes = FRAME_BYTES + 4u * (uint32_t)(top - word);

    log_line("%s, %u bytes: %u cycles (%u us at 216 MHz), at most %u bytes of stack", what,
             (unsigned)bytes, (unsigned)cycles, (unsigned)(cycles / (CYCLES_IN_MS / 1000u)),
             (unsigned)stack_bytes);
}

void boot_main(void)
{
    bool good = true;

    if (!board_init())
        log_line("no crystal: slower than said");
    measure("CRC-32", sample_bytes, step_crc);
    measure("MD5", sample_bytes, step_md5);
    measure("header and TLVs", sample_bytes, step_load);
    good = good && answer == BL_OK;
    measure("SHA-256", image.signed_bytes, step_sha256);
    good = good && digest_same(digest, image.sha256, sizeof digest);
    measure("policy", sizeof image, step_policy);
    good = good && answer == BL_OK;
    measure("ECDSA P-256", image.signature_bytes, step_signature);
    good = good && answer == BL_OK;
    image.sha256[0] ^= 1;
    step_signature();
    good = good && answer == BL_E_SIGNATURE;
    log_line("primitives: %s", good ? "right" : "wrong");
    for (;;)
        clock_idle();
}
