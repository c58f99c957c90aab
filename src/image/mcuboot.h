/* SPDX-License-Identifier: MIT
 * MCUboot's image format as imgtool 2.4 writes it (MCUboot documentation, "Image format"): a header,
 * the payload, protected TLVs, TLVs. Pure: decodes bytes that somebody else has read. Every length
 * is held against what there is before it is used; nothing here says that an image is genuine, that
 * is signature.h's and the digest's part.
 *
 *   header, little-endian: 0 magic, 4 load address, 8 header size (2), 10 size of the protected
 *   TLVs (2), 12 payload size, 16 flags, 20 version (1, 1, 2, 4), 28 not used
 *   TLVs: magic (2), size of the whole area (2), then type (2), length (2), content, and so on
 *
 * SHA-256 is taken over header, payload and protected TLVs; the signature over that digest. */
#ifndef IMAGE_MCUBOOT_H
#define IMAGE_MCUBOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "image/digest.h"
#include "util/err.h"

#define MCUBOOT_MAGIC           0x96F3B83Du /* word 0; as an address it can never be a stack */
#define MCUBOOT_TLV_MAGIC       0x6907u
#define MCUBOOT_PROTECTED_MAGIC 0x6908u
#define MCUBOOT_HEADER_BYTES    32u /* what is decoded of the header */

/* Ours: the vector table follows the header and must be aligned (ARMv7-M B1.5.3). */
#define MCUBOOT_HEADER_STEP_BYTES 0x200u
#define MCUBOOT_HEADER_MAX_BYTES  0x1000u

/* Ours: protected and other TLVs together, with their two 4-byte heads. */
#define MCUBOOT_TLVS_MAX_BYTES 1024u

/* Header flags. */
#define MCUBOOT_FLAG_ENCRYPTED    0x0000000Cu /* AES-128 or AES-256 */
#define MCUBOOT_FLAG_NOT_BOOTABLE 0x00000010u
#define MCUBOOT_FLAG_ROM_FIXED    0x00000100u /* load address is where the header lies */
#define MCUBOOT_FLAG_COMPRESSED   0x00000E00u /* LZMA1, LZMA2, ARM Thumb filter */

/* TLV types. */
#define MCUBOOT_TLV_KEY_HASH   0x0001u /* SHA-256 of the public key's SubjectPublicKeyInfo */
#define MCUBOOT_TLV_PUBLIC_KEY 0x0002u /* the SubjectPublicKeyInfo itself */
#define MCUBOOT_TLV_SHA256     0x0010u
#define MCUBOOT_TLV_ECDSA      0x0022u /* DER, over the digest */
#define MCUBOOT_TLV_COUNTER    0x0050u /* protected; u32 */
#define MCUBOOT_TLV_VENDOR     0x0074u /* protected; UUID */
#define MCUBOOT_TLV_CLASS      0x0075u /* protected; UUID */

/* Ours, protected. */
#define MCUBOOT_TLV_TRIAL                                                                          \
    0x5342u /* u32 starts (1..255), u32 watchdog in ms (0 = none, 30000 at most) */
#define MCUBOOT_TLV_HW     0x5343u /* u32 lowest, u32 highest hardware revision */
#define MCUBOOT_TLV_REVOKE 0x5344u /* key hash of a key that is no longer to be believed */

#define MCUBOOT_UUID_BYTES          16u
#define MCUBOOT_SIGNATURE_MAX_BYTES 72u /* DER of two 256-bit integers */

#define MCUBOOT_TRIAL_STARTS_MAX      255u
#define MCUBOOT_TRIAL_WATCHDOG_MAX_MS 30000u

/* A P-256 SubjectPublicKeyInfo: 26 fixed bytes, then the point, 04 X Y (RFC 5480). */
#define MCUBOOT_SPKI_BYTES 91u

struct mcuboot_version {
    uint8_t major;
    uint8_t minor;
    uint16_t revision;
    uint32_t build;
};

/* What the TLVs brought. */
enum mcuboot_has {
    MCUBOOT_HAS_DIGEST = 1 << 0,
    MCUBOOT_HAS_KEY = 1 << 1,
    MCUBOOT_HAS_SIGNATURE = 1 << 2,
    MCUBOOT_HAS_COUNTER = 1 << 3,
    MCUBOOT_HAS_VENDOR = 1 << 4,
    MCUBOOT_HAS_CLASS = 1 << 5,
    MCUBOOT_HAS_TRIAL = 1 << 6,
    MCUBOOT_HAS_HW = 1 << 7,
    MCUBOOT_HAS_REVOKE = 1 << 8,
};

struct mcuboot_image {
    /* From the header. */
    uint32_t header_bytes; /* the vector table's offset */
    uint32_t payload_bytes;
    uint32_t protected_bytes; /* 0 = no protected TLVs */
    uint32_t signed_bytes;    /* header + payload + protected TLVs: what the digest covers */
    uint32_t flags;
    uint32_t load_addr; /* means something with MCUBOOT_FLAG_ROM_FIXED only */
    struct mcuboot_version version;

    /* From the TLVs. */
    uint32_t total_bytes; /* with all TLVs; what follows in a padded file does not belong to it */
    uint32_t has;         /* MCUBOOT_HAS_*: which of the following hold */
    uint8_t sha256[DIGEST_SHA256_BYTES];   /* claimed */
    uint8_t key_hash[DIGEST_SHA256_BYTES]; /* as claimed, or of the public key that is there */
    uint8_t signature[MCUBOOT_SIGNATURE_MAX_BYTES];
    uint32_t signature_bytes;
    uint32_t counter; /* security counter, 0 without one */
    uint8_t vendor[MCUBOOT_UUID_BYTES];
    uint8_t class_id[MCUBOOT_UUID_BYTES];
    uint32_t trial_starts;
    uint32_t trial_watchdog_ms;
    uint32_t hw_min;
    uint32_t hw_max;
    uint8_t revoke[DIGEST_SHA256_BYTES];

    /* Of a refusal: the number it is about (flags, header size, length, address, TLV type), for the
     * log. */
    uint32_t found;
};

/* head: the first MCUBOOT_HEADER_BYTES of the image. file_bytes: of the file, or of the slot.
 * BL_E_IMG_VECTORS for another magic, BL_E_IMG_HEADER_SIZE, BL_E_IMG_ENCRYPTED,
 * BL_E_IMG_COMPRESSED, BL_E_IMG_NOT_BOOTABLE, BL_E_IMG_FLAG, BL_E_IMG_ADDRESS, BL_E_IMG_LENGTH,
 * BL_E_TLV_AREA (protected TLVs longer than MCUBOOT_TLVS_MAX_BYTES). After BL_OK the header, the
 * payload, the protected TLVs and a TLV head lie within file_bytes and within a slot; the caller
 * reads TLVs at offset header_bytes + payload_bytes next. */
BL_MUST enum bl_rc mcuboot_parse_header(const uint8_t head[MCUBOOT_HEADER_BYTES],
                                        uint32_t file_bytes, struct mcuboot_image *out);

/* How many bytes from that offset on mcuboot_parse_tlvs wants: up to MCUBOOT_TLVS_MAX_BYTES, fewer
 * at the end of the file. */
uint32_t mcuboot_tlvs_bytes(const struct mcuboot_image *image, uint32_t file_bytes);

/* tlvs: the len bytes that follow the payload. Completes *image. BL_E_TLV_AREA (heads or lengths do
 * not fit each other, or what there is), BL_E_TLV_LENGTH, BL_E_TLV_TWICE, BL_E_TLV_UNKNOWN (not
 * protected, and not one of those above), BL_E_IMG_FOREIGN (another kind of digest or signature),
 * BL_E_IMG_ENCRYPTED, BL_E_IMG_DIGEST_MISSING, BL_E_TLV_SIGNING.
 * Unknown protected TLVs are passed over. */
BL_MUST enum bl_rc mcuboot_parse_tlvs(const uint8_t *tlvs, uint32_t len,
                                      struct mcuboot_image *image);

/* Where an image is read from: a slot, a file. read fills buf with exactly len bytes that begin at
 * off; off + len <= bytes. Its errors are passed up. */
struct mcuboot_source {
    void *ctx;
    enum bl_rc (*read)(void *ctx, uint32_t off, void *buf, uint32_t len);
    uint32_t bytes; /* all there is */
};

/* Both of the above, and the vector table behind the header (vectors.h). 1 KB of stack. */
BL_MUST enum bl_rc mcuboot_load(const struct mcuboot_source *source, struct mcuboot_image *out);

/* It carries a signature and says whose (not that either is right). */
bool mcuboot_is_signed(const struct mcuboot_image *image);

/* < 0, 0, > 0: a is older, the same, newer. The build number counts. */
int mcuboot_version_compare(const struct mcuboot_version *a, const struct mcuboot_version *b);

#endif
