/* SPDX-License-Identifier: MIT
 * Volumes through the ordinary tools, or our own; medium.h. */
#include "support/medium.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    HOLES = 100,               /* files of one cluster, of which every other one goes again */
    FAT32_NEXT_FREE_OFF = 492, /* in the second sector, FSInfo */
    SLACK_BYTES = 0x100000,    /* for tables and the root folder */
};

static void fail(const char *what)
{
    fprintf(stderr, "medium: %s failed\n", what);
    abort();
}

__attribute__((format(printf, 2, 3))) static void shell(const struct medium *m, const char *format,
                                                        ...)
{
    char command[4096];
    int at = snprintf(command, sizeof command,
                      "export LC_ALL=C.UTF-8 MTOOLS_SKIP_CHECK=1 F='%s' I='%s'@@%llu && ", m->path,
                      m->path, (unsigned long long)m->offset);
    va_list args;

    va_start(args, format);
    (void)vsnprintf(command + at, sizeof command - (size_t)at, format, args);
    va_end(args);
    if (system(command) != 0)
        fail(command);
}

struct medium medium_of(unsigned bits, uint32_t block_bytes, uint32_t cluster_bytes,
                        enum exfat_chain chain)
{
    return (struct medium){.bits = bits,
                           .block_bytes = block_bytes,
                           .cluster_bytes = cluster_bytes,
                           .chain = chain,
                           .fd = -1};
}

const char *medium_format(const struct medium *m)
{
    return m->bits == 12 ? "FAT12" : m->bits == 16 ? "FAT16" : m->bits == 32 ? "FAT32" : "exFAT";
}

/* One cluster free, one taken, and so on, from the first on. */
static void make_holes(const struct medium *m)
{
    shell(m,
          "D=$(mktemp -d) && (cd $D && i=100 && while [ $i -lt %u ]; do echo x >hole$i; "
          "i=$((i + 1)); done) && mcopy -i \"$I\" $D/hole* ::/ && rm -r $D && "
          "mdel -i \"$I\" '::/hole??[02468]'",
          100 + HOLES);
    if (m->bits == 32) {
        const uint8_t two[4] = {2, 0, 0, 0}; /* look for free clusters from the beginning on */

        if (pwrite(m->fd, two, 4, (off_t)(m->offset + m->block_bytes + FAT32_NEXT_FREE_OFF)) != 4)
            fail("pwrite");
    }
}

static void make_fat(struct medium *m)
{
    uint64_t clusters = m->bits == 12 ? 1000 : m->bits == 16 ? 5000 : 65600;

    m->bytes = clusters * m->cluster_bytes + SLACK_BYTES;
    if (ftruncate(m->fd, (off_t)(m->offset + m->bytes)) != 0)
        fail("ftruncate");
    shell(m, "mkfs.fat -F %u -S %u -s %u --offset=%llu \"$F\" %llu >/dev/null 2>&1", m->bits,
          m->block_bytes, m->cluster_bytes / m->block_bytes,
          (unsigned long long)(m->offset / m->block_bytes), (unsigned long long)(m->bytes / 1024));
    if (m->chain == EXFAT_SCATTERED)
        make_holes(m);
}

void medium_make(struct medium *m, const char *path, uint64_t offset, uint32_t room)
{
    (void)unlink(path); /* it need not exist */
    m->path = path;
    m->offset = offset;
    m->fd = open(path, O_RDWR | O_CREAT, 0600);
    if (m->fd < 0)
        fail(path);
    if (m->bits != 0)
        make_fat(m);
    else
        m->bytes = exfat_image_make(&m->exfat, m->fd, offset, m->block_bytes, m->cluster_bytes,
                                    3 * (room / m->cluster_bytes) + 200, m->chain);
}

static void put_fat(const struct medium *m, const char *name, const void *bytes, uint32_t length)
{
    char temporary[] = "/tmp/medium-file-XXXXXX";
    int fd = mkstemp(temporary);

    if (fd < 0 || write(fd, bytes, length) != (ssize_t)length || close(fd) != 0)
        fail(temporary);
    for (const char *slash = strchr(name + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/'))
        shell(m, "mmd -D s -i \"$I\" '::%.*s'", (int)(slash - name), name);
    shell(m, "mcopy -o -i \"$I\" %s '::%s'", temporary, name);
    (void)unlink(temporary);
}

void medium_put(struct medium *m, const char *name, const void *bytes, uint32_t length)
{
    if (m->bits != 0)
        put_fat(m, name, bytes, length);
    else
        exfat_image_put(&m->exfat, name, bytes, length, length, m->chain);
}

void medium_close(struct medium *m)
{
    close(m->fd);
}
