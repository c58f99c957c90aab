/* SPDX-License-Identifier: MIT
 * What an image says of itself: its header and every TLV. Walks by itself, not with the loader's
 * parser, so that what the loader refuses is shown as well. */
#include <stdio.h>
#include <string.h>

#include "config/layout.h"
#include "tools/image_view.h"
#include "util/bytes.h"

#define TLV_HEAD_BYTES 4u
#define TLVS_MAX       64u
#define VALUE_MAX      128u /* of a TLV, in the report */

struct name {
    uint32_t number;
    const char *text;
};

/* MCUboot "Image format", image.h; what this loader refuses too. */
static const struct name flag_names[] = {
    {0x1, "PIC"},           {0x4, "ENCRYPTED_AES128"}, {0x8, "ENCRYPTED_AES256"},
    {0x10, "NON_BOOTABLE"}, {0x20, "RAM_LOAD"},        {0x100, "ROM_FIXED"},
    {0x200, "LZMA1"},       {0x400, "LZMA2"},          {0x800, "ARM_THUMB"}};
static const struct name tlv_names[] = {{0x01, "key hash"},
                                        {0x02, "public key"},
                                        {0x10, "SHA-256"},
                                        {0x11, "SHA-384"},
                                        {0x12, "SHA-512"},
                                        {0x20, "RSA-2048 signature"},
                                        {0x22, "ECDSA signature"},
                                        {0x23, "RSA-3072 signature"},
                                        {0x24, "Ed25519 signature"},
                                        {0x25, "pure signature"},
                                        {0x30, "key encrypted with RSA"},
                                        {0x31, "key wrapped with AES"},
                                        {0x32, "key encrypted with P-256"},
                                        {0x33, "key encrypted with X25519"},
                                        {0x40, "dependency"},
                                        {0x50, "security counter"},
                                        {0x60, "boot record"},
                                        {0x70, "size when decompressed"},
                                        {0x71, "digest when decompressed"},
                                        {0x72, "signature when decompressed"},
                                        {0x74, "vendor UUID"},
                                        {0x75, "class UUID"},
                                        {MCUBOOT_TLV_TRIAL, "trial"},
                                        {MCUBOOT_TLV_HW, "hardware revisions"},
                                        {MCUBOOT_TLV_REVOKE, "revoked key"}};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void report_flags(struct report *report, uint32_t flags)
{
    char text[160];
    int len = snprintf(text, sizeof text, "0x%X", flags);

    for (size_t i = 0; i < COUNT(flag_names); i++)
        if ((flags & flag_names[i].number) != 0 && len > 0 && (size_t)len < sizeof text)
            len += snprintf(text + len, sizeof text - (size_t)len, " %s", flag_names[i].text);
    report_text(report, "flags", "%s", text);
}

static const char *tlv_name(uint32_t type)
{
    for (size_t i = 0; i < COUNT(tlv_names); i++)
        if (tlv_names[i].number == type)
            return tlv_names[i].text;
    return type >= 0xA0 ? "of the vendor" : "unknown";
}

/* The value in words where it has any. */
static void report_meaning(struct report *report, uint32_t type, const uint8_t *value, uint32_t len)
{
    if (type == MCUBOOT_TLV_COUNTER && len == 4) {
        report_number(report, "counter", le32(value));
    } else if ((type == MCUBOOT_TLV_VENDOR || type == MCUBOOT_TLV_CLASS) && len == 16) {
        report_uuid(report, "uuid", value);
    } else if (type == MCUBOOT_TLV_TRIAL && len == 8) {
        report_number(report, "starts", le32(value));
        report_number(report, "watchdog_ms", le32(value + 4));
    } else if (type == MCUBOOT_TLV_HW && len == 8) {
        report_number(report, "lowest", le32(value));
        report_number(report, "highest", le32(value + 4));
    } else {
        report_hex(report, "value", value, len < VALUE_MAX ? len : VALUE_MAX);
    }
}

static void report_tlv(struct report *report, const uint8_t *tlv, bool is_protected)
{
    uint32_t type = le16(tlv);
    uint32_t len = le16(tlv + 2);

    report_item(report, "tlv");
    report_text(report, "type", "0x%04X", type);
    report_text(report, "name", "%s", tlv_name(type));
    report_yes(report, "protected", is_protected);
    report_number(report, "bytes", len);
    report_meaning(report, type, tlv + TLV_HEAD_BYTES, len);
    report_close(report);
}

/* One area at off; returns the offset behind it, or 0 when it is not whole. */
static uint32_t report_area(struct report *report, const struct image_view *view, uint32_t off,
                            bool is_protected)
{
    const uint8_t *at = view->bytes + off;
    uint32_t left = off <= view->len ? view->len - off : 0;
    uint32_t magic = is_protected ? MCUBOOT_PROTECTED_MAGIC : MCUBOOT_TLV_MAGIC;

    if (left < TLV_HEAD_BYTES || le16(at) != magic || le16(at + 2) < TLV_HEAD_BYTES ||
        le16(at + 2) > left)
        return 0;
    uint32_t end = le16(at + 2);
    uint32_t in = TLV_HEAD_BYTES;

    for (unsigned i = 0; i < TLVS_MAX && end - in >= TLV_HEAD_BYTES; i++) {
        uint32_t bytes = TLV_HEAD_BYTES + le16(at + in + 2);

        if (bytes > end - in)
            return 0;
        report_tlv(report, at + in, is_protected);
        in += bytes;
    }
    return in == end ? off + end : 0;
}

static void report_tlvs(struct report *report, const struct image_view *view, uint32_t off,
                        bool has_protected)
{
    report_list(report, "tlvs");
    if (has_protected)
        off = report_area(report, view, off, true);
    uint32_t end = off != 0 ? report_area(report, view, off, false) : 0;

    report_close_list(report);
    if (end == 0)
        report_text(report, "tlvs_end", "malformed, or behind the end of the file");
    else if (end < view->len)
        report_number(report, "bytes_behind", view->len - end);
}

static void report_header(struct report *report, const uint8_t *h)
{
    report_group(report, "header");
    report_text(report, "version", "%u.%u.%u+%u", h[20], h[21], le16(h + 22), le32(h + 24));
    report_number(report, "header_bytes", le16(h + 8));
    report_number(report, "payload_bytes", le32(h + 12));
    report_number(report, "protected_bytes", le16(h + 10));
    report_flags(report, le32(h + 16));
    report_text(report, "load_address", "0x%08X", le32(h + 4));
    report_text(report, "vector_table", "0x%08X", (uint32_t)RUN_ADDR + le16(h + 8));
    report_close(report);
}

void image_view_report(struct report *report, const struct image_view *view)
{
    report_text(report, "format", "%s", view->is_mcuboot ? "mcuboot" : "plain");
    if (!view->is_mcuboot) {
        if (view->len >= 8) {
            report_text(report, "stack_pointer", "0x%08X", le32(view->bytes));
            report_text(report, "reset_vector", "0x%08X", le32(view->bytes + 4));
        }
        return;
    }
    if (view->len < MCUBOOT_HEADER_BYTES)
        return;
    uint32_t header_bytes = le16(view->bytes + 8);
    uint32_t payload_bytes = le32(view->bytes + 12);

    report_header(report, view->bytes);
    if (payload_bytes <= view->len && header_bytes <= view->len - payload_bytes)
        report_tlvs(report, view, header_bytes + payload_bytes, le16(view->bytes + 10) != 0);
}
