/* SPDX-License-Identifier: MIT
 * image/md5file.c: every form that is promised, and what is refused. */
#include <string.h>

#include "image/md5file.h"
#include "support/cmocka_all.h"

#define HEX_A "00112233445566778899aabbccddeeff"
#define HEX_B "0123456789abcdef0123456789abcdef"

static const uint8_t digest_a[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                     0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF};

static enum bl_rc parse(const char *text, uint8_t md5[16])
{
    /* An exact copy, so that the address sanitizer sees a read beyond the end. */
    uint32_t len = (uint32_t)strlen(text);
    uint8_t *copy = test_malloc(len + 1);

    memcpy(copy, text, len);
    enum bl_rc rc = md5file_parse(copy, len, "firmware.bin", md5);

    test_free(copy);
    return rc;
}

static void accepted(void **state)
{
    static const char *const texts[] = {
        HEX_A "  firmware.bin\n",
        HEX_A " *firmware.bin\n",
        HEX_A "  firmware.bin\r\n",
        HEX_A "  firmware.bin",
        HEX_A,
        HEX_A "\n",
        HEX_A "\r\n\r\n",
        "\n\r\n" HEX_A "  firmware.bin \t\r\n",
        "\xEF\xBB\xBF" HEX_A "  firmware.bin\n",
        "00112233445566778899AABBCCDDEEFF  FIRMWARE.BIN\r\n",
        HEX_A "  build/out/firmware.bin\n",
        HEX_A " *C:\\out\\Firmware.bin\n",
        HEX_A "  other.bin\n", /* one line: the name does not matter */
        HEX_B "  other.bin\n" HEX_A "  firmware.bin\n",
        HEX_A "  ./firmware.bin\n" HEX_B "  firmware.bin.old\n" HEX_B "  xfirmware.bin\n",
        HEX_A "  firmware.bin\n" HEX_A "  sub/firmware.bin\n",
        HEX_B "\n" HEX_A "  firmware.bin\n",
    };
    uint8_t md5[16];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        memset(md5, 0, sizeof md5);
        if (parse(texts[i], md5) != BL_OK || memcmp(md5, digest_a, 16) != 0)
            fail_msg("not accepted: %s", texts[i]);
    }
}

static void refused(void **state)
{
    static const char *const texts[] = {
        "",
        "\n\n",
        "\xEF\xBB\xBF",
        "\xEF\xBB",
        "hello\n",
        "00112233445566778899aabbccddeef\n",   /* 31 digits */
        "00112233445566778899aabbccddeeff0\n", /* 33 */
        "00112233445566778899aabbccddeefg\n",
        HEX_A " firmware.bin\n", /* one blank only */
        HEX_A "\tfirmware.bin\n",
        HEX_A " ?firmware.bin\n",
        " " HEX_A "  firmware.bin\n",
        HEX_A "  firmware.bin\nrubbish\n",
        HEX_A "  a.bin\n" HEX_B "  b.bin\n",                 /* none of several */
        HEX_A "  firmware.bin\n" HEX_B "  x/firmware.bin\n", /* two different ones */
        HEX_A "\n" HEX_B "\n",
        "MD5 (firmware.bin) = " HEX_A "\n",
    };
    uint8_t md5[16];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (parse(texts[i], md5) != BL_E_MD5_FORMAT)
            fail_msg("not refused: %s", texts[i]);
}

/* Every cut of a good file and every flipped byte gives an answer without a read outside. */
static void damaged(void **state)
{
    const char good[] = "\xEF\xBB\xBF" HEX_B "  other.bin\r\n" HEX_A " *firmware.bin\r\n";
    char text[sizeof good];
    uint8_t md5[16];

    (void)state;
    for (size_t cut = 0; cut < sizeof good - 1; cut++) {
        memcpy(text, good, sizeof good);
        text[cut] = '\0';
        (void)parse(text, md5);
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(text, good, sizeof good);
            text[cut] = (char)((unsigned char)text[cut] ^ 1u << bit);
            (void)parse(text, md5);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),
        cmocka_unit_test(refused),
        cmocka_unit_test(damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
