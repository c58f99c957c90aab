/* SPDX-License-Identifier: MIT
 * The medium of the stick: the disk image, read when it is asked for, and the second one that may
 * take its place (quirks swap, swap-read, swap-bytes). */
#define _POSIX_C_SOURCE 200809L
#include "stick_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The size of the file, or -1 and a message. */
static int open_file(const char *path, int flags, uint64_t *bytes)
{
    struct stat st;
    int fd = open(path, flags);

    if (fd >= 0 && fstat(fd, &st) == 0) {
        *bytes = (uint64_t)st.st_size;
        return fd;
    }
    fprintf(stderr, "vboard: cannot read the stick's image %s: %s\n", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool open_swap(struct board *b)
{
    struct stick_image *m = &b->stick.image;
    const char *path = quirk_text(b, QUIRK_SWAP);
    uint64_t bytes = 0;

    m->swap_fd = -1;
    if (!path)
        return true;
    m->swap_fd = open_file(path, O_RDONLY, &bytes);
    if (m->swap_fd >= 0 && bytes != m->bytes)
        fprintf(stderr, "vboard: %s: the swap image must have the size of the first\n", path);
    m->reads = calloc(m->bytes / stick_block_bytes(b) + 1, 1);
    return m->swap_fd >= 0 && bytes == m->bytes && m->reads;
}

bool stick_image_open(struct board *b)
{
    struct stick_image *m = &b->stick.image;

    m->fd =
        open_file(b->options.stick_path, quirk(b, QUIRK_WRITABLE) ? O_RDWR : O_RDONLY, &m->bytes);
    m->open = m->fd >= 0;
    if (m->open && !open_swap(b))
        stick_image_close(b);
    return m->open;
}

void stick_image_close(struct board *b)
{
    struct stick_image *m = &b->stick.image;

    if (!m->open)
        return;
    close(m->fd);
    if (m->swap_fd >= 0)
        close(m->swap_fd);
    free(m->reads);
    m->reads = NULL;
    m->open = false;
}

/* Which image this read comes from. */
static int choose(struct board *b, uint64_t lba)
{
    struct stick_image *m = &b->stick.image;
    uint64_t nth = quirk(b, QUIRK_SWAP_READ);
    uint64_t bytes = quirk(b, QUIRK_SWAP_BYTES);

    if (m->swap_fd < 0)
        return m->fd;
    if (m->reads[lba] < UINT8_MAX)
        m->reads[lba]++;
    if (nth && m->reads[lba] >= nth)
        return m->swap_fd;
    if (bytes && m->read_bytes >= bytes)
        return m->swap_fd;
    return nth || bytes ? m->fd : m->swap_fd;
}

bool stick_image_read(struct board *b, uint64_t lba, uint8_t *block)
{
    struct stick_image *m = &b->stick.image;
    uint32_t bytes = stick_block_bytes(b);
    int fd = choose(b, lba);

    if (pread(fd, block, bytes, (off_t)(lba * bytes)) != (ssize_t)bytes)
        return false;
    m->read_bytes += bytes;
    return true;
}

bool stick_image_write(struct board *b, uint64_t at, const uint8_t *data, unsigned bytes)
{
    return pwrite(b->stick.image.fd, data, bytes, (off_t)at) == (ssize_t)bytes;
}
