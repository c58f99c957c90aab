/* SPDX-License-Identifier: MIT
 * One line of md5sum; md5_line.h. */
#include "tools/md5_line.h"

#include <stdio.h>
#include <string.h>

#include "image/digest.h"

#define DIGITS     ((size_t)2 * DIGEST_MD5_BYTES)
#define MD5_ENDING ".md5"

void md5_line(const uint8_t *bytes, uint32_t len, const char *name, struct file_bytes *out)
{
    struct digest_run run;
    struct digest digest;
    uint32_t text_len = (uint32_t)(DIGITS + 2 + strlen(name) + 1);
    char *text = file_alloc(text_len + 1);

    digest_begin(&run);
    digest_bytes(&run, bytes, len);
    digest_end(&run, &digest);
    for (unsigned i = 0; i < DIGEST_MD5_BYTES; i++)
        snprintf(text + 2 * (size_t)i, 3, "%02x", digest.md5[i]);
    snprintf(text + DIGITS, strlen(name) + 4, "  %s\n", name);
    *out = (struct file_bytes){(uint8_t *)text, text_len};
}

enum status md5_path(const char *path, char out[FILE_PATH_BYTES])
{
    const char *ending = strrchr(file_base_name(path), '.');

    if (ending != NULL && strcmp(ending, MD5_ENDING) == 0)
        return say_error(STATUS_USAGE, "%s: an image's name must not end in " MD5_ENDING, path);
    return file_path_suffix(path, ending != NULL ? ending : "", MD5_ENDING, out);
}
