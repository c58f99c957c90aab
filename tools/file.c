/* SPDX-License-Identifier: MIT
 * Whole files; file.h. */
#include "tools/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void *file_alloc(uint32_t bytes)
{
    void *memory = malloc(bytes != 0 ? bytes : 1);

    if (memory == NULL)
        exit((int)say_error(STATUS_FILE, "no memory for %u bytes", bytes));
    return memory;
}

void file_free(struct file_bytes *bytes)
{
    free(bytes->at);
    bytes->at = NULL;
    bytes->len = 0;
}

static enum status read_all(const char *path, int fd, struct file_bytes *out)
{
    uint32_t done = 0;

    while (done < out->len) {
        ssize_t got = read(fd, out->at + done, out->len - done);

        if (got <= 0) {
            return say_error(STATUS_FILE, "%s: cannot be read: %s", path,
                             got == 0 ? "it became shorter" : strerror(errno));
        }
        done += (uint32_t)got;
    }
    return STATUS_OK;
}

static enum status read_open(const char *path, int fd, uint32_t max_bytes, struct file_bytes *out)
{
    struct stat info;

    if (fstat(fd, &info) != 0)
        return say_error(STATUS_FILE, "%s: cannot be read: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return say_error(STATUS_FILE, "%s: is not a regular file", path);
    if (info.st_size > (off_t)max_bytes) {
        return say_error(STATUS_FILE, "%s: has %lld bytes; at most %u are read", path,
                         (long long)info.st_size, max_bytes);
    }
    out->len = (uint32_t)info.st_size;
    out->at = file_alloc(out->len);
    return read_all(path, fd, out);
}

enum status file_read(const char *path, uint32_t max_bytes, struct file_bytes *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    *out = (struct file_bytes){NULL, 0};
    if (fd < 0)
        return say_error(STATUS_FILE, "%s: cannot be opened: %s", path, strerror(errno));
    enum status status = read_open(path, fd, max_bytes, out);

    (void)close(fd); /* nothing was written */
    if (status != STATUS_OK)
        file_free(out);
    return status;
}

static int write_all(int fd, const uint8_t *bytes, uint32_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, bytes, len);

        if (put < 0)
            return -1;
        bytes += put;
        len -= (uint32_t)put;
    }
    return fsync(fd);
}

enum status file_write(const char *path, const void *bytes, uint32_t len)
{
    char beside[FILE_PATH_BYTES];
    enum status status = file_path_suffix(path, "", ".XXXXXX", beside);

    if (status != STATUS_OK)
        return status;
    int fd = mkstemp(beside);

    if (fd < 0)
        return say_error(STATUS_FILE, "%s: cannot be made: %s", path, strerror(errno));
    mode_t mask = umask(0);

    (void)umask(mask);
    int failed = write_all(fd, bytes, len) != 0 || fchmod(fd, 0666 & ~mask) != 0;

    if (close(fd) != 0 || failed || rename(beside, path) != 0) {
        status = say_error(STATUS_FILE, "%s: cannot be written: %s", path, strerror(errno));
        (void)unlink(beside); /* best effort: the message is what counts */
    }
    return status;
}

enum status file_write_secret(const char *path, const void *bytes, uint32_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0 && errno == EEXIST) {
        return say_error(STATUS_FILE, "%s: exists and is not overwritten; choose another name",
                         path);
    }
    if (fd < 0)
        return say_error(STATUS_FILE, "%s: cannot be made: %s", path, strerror(errno));
    int failed = write_all(fd, bytes, len) != 0;

    if (close(fd) != 0 || failed)
        return say_error(STATUS_FILE, "%s: cannot be written: %s", path, strerror(errno));
    return STATUS_OK;
}

static enum status path_print(char out[FILE_PATH_BYTES], const char *head, size_t head_len,
                              const char *tail)
{
    int len = snprintf(out, FILE_PATH_BYTES, "%.*s%s", (int)head_len, head, tail);

    if (head_len >= FILE_PATH_BYTES || len < 0 || (uint32_t)len >= FILE_PATH_BYTES)
        return say_error(STATUS_FILE, "%.60s...: the path is too long", head);
    return STATUS_OK;
}

enum status file_path_join(const char *folder, const char *name, char out[FILE_PATH_BYTES])
{
    char with_slash[FILE_PATH_BYTES];
    size_t len = strlen(folder);

    while (len > 1 && folder[len - 1] == '/')
        len--;
    while (*name == '/')
        name++;
    enum status status = path_print(with_slash, folder, len, len == 1 && *folder == '/' ? "" : "/");

    return status != STATUS_OK ? status : path_print(out, with_slash, strlen(with_slash), name);
}

enum status file_path_suffix(const char *path, const char *old, const char *suffix,
                             char out[FILE_PATH_BYTES])
{
    size_t len = strlen(path);
    size_t old_len = strlen(old);

    if (len > old_len && strcmp(path + len - old_len, old) == 0)
        len -= old_len;
    return path_print(out, path, len, suffix);
}

const char *file_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}
