/* SPDX-License-Identifier: MIT
 * Whole files. A file that is written appears complete or not at all (written beside it, then
 * renamed), so that a build that was stopped leaves no half image behind. */
#ifndef TOOLS_FILE_H
#define TOOLS_FILE_H

#include <stdint.h>

#include "tools/say.h"

#define FILE_BYTES_MAX  (64u * 1024u * 1024u)
#define FILE_PATH_BYTES 4096u

struct file_bytes {
    uint8_t *at; /* from malloc; file_free gives it back */
    uint32_t len;
};

/* Reads the whole file. STATUS_FILE, said, when it cannot be read or is longer than max_bytes. */
enum status file_read(const char *path, uint32_t max_bytes, struct file_bytes *out);
void file_free(struct file_bytes *bytes);

/* malloc that ends the program with a message when there is no memory. */
void *file_alloc(uint32_t bytes);

/* Replaces the file. STATUS_FILE, said. */
enum status file_write(const char *path, const void *bytes, uint32_t len);

/* Makes a file that only its owner can read; one that exists is left alone and refused. */
enum status file_write_secret(const char *path, const void *bytes, uint32_t len);

/* Path of `name` in `folder`, or of `path` with `suffix` in place of its `old` one (appended when
 * it has another): STATUS_FILE, said, when it is too long. */
enum status file_path_join(const char *folder, const char *name, char out[FILE_PATH_BYTES]);
enum status file_path_suffix(const char *path, const char *old, const char *suffix,
                             char out[FILE_PATH_BYTES]);

/* The part of path behind its last slash. */
const char *file_base_name(const char *path);

#endif
