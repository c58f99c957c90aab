/* SPDX-License-Identifier: MIT
 * Parser of md5sum's output; grammar in md5file.h. */
#include "image/md5file.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define HEX_DIGITS ((size_t)2 * DIGEST_MD5_BYTES)

/* A piece of the text, not zero-terminated. */
struct span {
    const uint8_t *at;
    uint32_t len;
};

struct line {
    uint8_t md5[DIGEST_MD5_BYTES];
    struct span name; /* empty for a bare digest */
};

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20; /* lower case */
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 0x20) : c;
}

/* Cuts the next line off text, without its end and the blanks before it. */
static struct span next_line(struct span *text)
{
    struct span line = {text->at, 0};

    while (line.len < text->len && text->at[line.len] != '\n')
        line.len++;
    uint32_t taken = line.len < text->len ? line.len + 1 : line.len;

    text->at += taken;
    text->len -= taken;
    while (line.len > 0 && is_blank(line.at[line.len - 1]))
        line.len--;
    return line;
}

static bool parse_line(struct span in, struct line *out)
{
    if (in.len < HEX_DIGITS)
        return false;
    for (size_t i = 0; i < DIGEST_MD5_BYTES; i++) {
        int high = hex_value(in.at[2 * i]);
        int low = hex_value(in.at[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out->md5[i] = (uint8_t)(high << 4 | low);
    }
    out->name = (struct span){in.at + HEX_DIGITS, in.len - (uint32_t)HEX_DIGITS};
    if (out->name.len == 0)
        return true;
    /* Between digest and name: a blank, then a blank (text) or an asterisk (binary). */
    if (out->name.len < 3 || out->name.at[0] != ' ' ||
        (out->name.at[1] != ' ' && out->name.at[1] != '*'))
        return false;
    out->name.at += 2;
    out->name.len -= 2;
    return true;
}

static bool base_name_is(struct span path, const char *name)
{
    uint32_t len = (uint32_t)strlen(name);

    if (path.len < len)
        return false;
    const uint8_t *base = path.at + path.len - len;

    for (uint32_t i = 0; i < len; i++)
        if (lower(base[i]) != lower((uint8_t)name[i]))
            return false;
    return base == path.at || base[-1] == '/' || base[-1] == '\\';
}

static struct span without_bom(struct span text)
{
    if (text.len >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0) {
        text.at += 3;
        text.len -= 3;
    }
    return text;
}

enum bl_rc md5file_parse(const uint8_t *text, uint32_t len, const char *name,
                         uint8_t md5[DIGEST_MD5_BYTES])
{
    struct span rest = without_bom((struct span){text, len});
    uint32_t lines = 0;
    bool named = false;

    while (rest.len > 0) {
        struct span cut = next_line(&rest);
        struct line line;

        if (cut.len == 0)
            continue;
        if (!parse_line(cut, &line))
            return BL_E_MD5_FORMAT;
        bool match = base_name_is(line.name, name);

        if (named && match && memcmp(md5, line.md5, DIGEST_MD5_BYTES) != 0)
            return BL_E_MD5_FORMAT;
        if (match || lines == 0)
            memcpy(md5, line.md5, DIGEST_MD5_BYTES);
        named = named || match;
        lines++;
    }
    return named || lines == 1 ? BL_OK : BL_E_MD5_FORMAT;
}
