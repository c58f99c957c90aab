/* SPDX-License-Identifier: MIT
 * The C library's functions on bytes, small: newlib's take 900 bytes more, and the compiler calls
 * them whether the source does or not (CMake keeps it from turning these loops into such calls).
 * Words at a time where both ends are aligned, as chunks of flash and sectors are. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct word {
    uint32_t value;
} __attribute__((may_alias));

/* Ascending, so that dst may lie in front of src and overlap it. */
static void copy_up(uint8_t *to, const uint8_t *from, size_t len)
{
    if ((((uintptr_t)to | (uintptr_t)from) & 3u) == 0) {
        for (; len >= sizeof(struct word); len -= sizeof(struct word)) {
            *(struct word *)(void *)to = *(const struct word *)(const void *)from;
            to += sizeof(struct word);
            from += sizeof(struct word);
        }
    }
    while (len-- > 0)
        *to++ = *from++;
}

void *memcpy(void *restrict dst, const void *restrict src, size_t len)
{
    copy_up(dst, src, len);
    return dst;
}

void *memmove(void *dst, const void *src, size_t len)
{
    uint8_t *to = dst;
    const uint8_t *from = src;

    if (to <= from) {
        copy_up(to, from, len);
        return dst;
    }
    while (len-- > 0)
        to[len] = from[len];
    return dst;
}

void *memset(void *dst, int value, size_t len)
{
    uint8_t *to = dst;

    while (len-- > 0)
        *to++ = (uint8_t)value;
    return dst;
}

size_t strlen(const char *text)
{
    size_t len = 0;

    while (text[len] != '\0')
        len++;
    return len;
}

int memcmp(const void *a, const void *b, size_t len)
{
    const uint8_t *left = a;
    const uint8_t *right = b;

    for (size_t i = 0; i < len; i++)
        if (left[i] != right[i])
            return left[i] - right[i];
    return 0;
}

size_t strcspn(const char *text, const char *reject)
{
    size_t len = 0;

    while (text[len] != '\0') {
        for (const char *bad = reject; *bad != '\0'; bad++)
            if (text[len] == *bad)
                return len;
        len++;
    }
    return len;
}
