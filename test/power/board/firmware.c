/* SPDX-License-Identifier: MIT
 * Images of the three formats; firmware.h. */
#include "firmware.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "config/layout.h"
#include "util/bytes.h"

#define HEADER_BYTES 0x200u /* of a signed image */
#define CODE_OFF     0x100u
#define STACK_TOP    0x20020000u
#define PAYLOAD_MAX  0x82000u

/* A vector table, an endless loop, and two words of its own in every sector. */
static uint32_t make_payload(uint8_t *out, unsigned number, unsigned sectors, uint32_t base_addr)
{
    uint32_t bytes = (sectors - 1) * SLOT_SECTOR_BYTES + 0x600;

    memset(out, 0xFF, bytes);
    put_le32(out, STACK_TOP);
    for (unsigned i = 1; i < 16; i++)
        put_le32(out + 4 * i, base_addr + CODE_OFF + 1);
    put_le32(out + CODE_OFF, 0xE7FEE7FEu); /* b . */
    for (unsigned i = 0; i < sectors; i++) {
        put_le32(out + i * SLOT_SECTOR_BYTES + 0x300, number * 0x01010101u);
        put_le32(out + i * SLOT_SECTOR_BYTES + 0x3FC, ~number);
    }
    put_le32(out + bytes - 4, number);
    return bytes;
}

void firmware_write(const struct bench *bench, const char *name, const void *bytes, uint32_t length)
{
    char path[400];

    snprintf(path, sizeof path, "%s/%s", bench->rig.dir, name);
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) {
        fprintf(stderr, "sweep: cannot write %s\n", path);
        exit(2);
    }
}

void firmware_plain(struct bench *bench, enum sweep_image which, unsigned sectors)
{
    static uint8_t payload[PAYLOAD_MAX];
    uint32_t bytes = make_payload(payload, 0x11u * (which + 1), sectors, RUN_ADDR);

    firmware_write(bench, "program.bin", payload, bytes);
    bench->image[which] = rig_packager(&bench->rig, "firmware.bin",
                                       "sign program.bin --md5 --out firmware.bin >/dev/null");
    bench->vectors_addr = RUN_ADDR;
}

void firmware_signed(struct bench *bench, enum sweep_image which, unsigned sectors)
{
    static uint8_t payload[PAYLOAD_MAX];
    uint32_t bytes = make_payload(payload, 0x11u * (which + 1), sectors, RUN_ADDR + HEADER_BYTES);

    firmware_write(bench, "program.bin", payload, bytes);
    bench->image[which] =
        rig_packager(&bench->rig, "firmware.bin",
                     "sign program.bin --key \"$DATA/imgtool/sign-p256.pem\" --version %u.0.0 "
                     "--out firmware.bin >/dev/null",
                     (unsigned)which + 1);
    bench->vectors_addr = RUN_ADDR + HEADER_BYTES;
}

static uint8_t *put_tlv(uint8_t *at, uint32_t kind, const void *value, uint32_t length)
{
    put_le32(at, kind | length << 16);
    memcpy(at + 4, value, length);
    return at + 4 + length;
}

static uint8_t *put_trial(uint8_t *at, const struct firmware_trial *trial, uint32_t area_bytes)
{
    uint8_t value[8];

    put_le32(value, trial->starts);
    put_le32(value + 4, trial->watchdog_ms);
    put_le32(at, 0x6908u | area_bytes << 16);
    return put_tlv(at + 4, 0x5342, value, sizeof value);
}

/* Header and TLVs around the payload that lies at image + HEADER_BYTES. */
static void wrap(struct bench *bench, enum sweep_image which, uint8_t *image, uint32_t bytes,
                 const struct firmware_trial *trial)
{
    uint32_t protected_bytes = trial != NULL ? 4 + 4 + 8 : 0;
    uint8_t *at = image + HEADER_BYTES + bytes;
    uint8_t digest[EVP_MAX_MD_SIZE];

    memset(image, 0xFF, HEADER_BYTES);
    memset(image, 0, 32);
    put_le32(image, 0x96F3B83Du);
    put_le32(image + 8, HEADER_BYTES | protected_bytes << 16);
    put_le32(image + 12, bytes);
    image[20] = (uint8_t)(which + 1); /* major version */
    if (trial != NULL)
        at = put_trial(at, trial, protected_bytes);
    if (EVP_Digest(image, (size_t)(at - image), digest, NULL, EVP_sha256(), NULL) != 1)
        abort();
    put_le32(at, 0x6907u | (4u + 4 + 32) << 16);
    at = put_tlv(at + 4, 0x10, digest, 32);
    bench->image[which] = (struct rig_file){image, (uint32_t)(at - image)};
    bench->vectors_addr = RUN_ADDR + HEADER_BYTES;
}

static uint8_t *image_room(void)
{
    uint8_t *image = malloc(PAYLOAD_MAX + 1024);

    if (image == NULL)
        abort();
    memset(image, 0xFF, PAYLOAD_MAX + 1024);
    return image;
}

void firmware_hashed(struct bench *bench, enum sweep_image which, unsigned sectors,
                     const struct firmware_trial *trial)
{
    uint8_t *image = image_room();
    uint32_t bytes =
        make_payload(image + HEADER_BYTES, 0x11u * (which + 1), sectors, RUN_ADDR + HEADER_BYTES);

    wrap(bench, which, image, bytes, trial);
}

void firmware_sample(struct bench *bench, enum sweep_image which, const char *program,
                     const struct firmware_trial *trial)
{
    char name[96];
    uint8_t *image = image_room();

    snprintf(name, sizeof name, "apps/sample/%s.bin", program);
    struct rig_file file = rig_read_build(name);

    if (file.length > PAYLOAD_MAX - HEADER_BYTES)
        abort();
    memcpy(image + HEADER_BYTES, file.bytes, file.length);
    wrap(bench, which, image, (file.length + 3) / 4 * 4, trial);
    rig_file_free(&file);
    bench->runs[which] = true;
}
