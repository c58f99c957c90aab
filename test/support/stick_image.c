/* SPDX-License-Identifier: MIT
 * Stick images through the ordinary tools. */
#include "support/stick_image.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PARTITION_START_BLOCK 2048

static void fail(const char *what)
{
    fprintf(stderr, "stick_image: %s failed\n", what);
    abort();
}

static void run(const char *format, ...)
{
    char command[1024];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(command, sizeof command, format, args);
    va_end(args);
    if (length < 0 || (size_t)length >= sizeof command || system(command) != 0)
        fail(command);
}

void stick_image_make(const char *path, unsigned mb, unsigned fat_bits, enum stick_layout layout)
{
    unsigned offset = layout == STICK_MBR ? PARTITION_START_BLOCK : 0;
    (void)unlink(path); /* it need not exist */
    run("truncate -s %uM '%s'", mb, path);
    if (layout == STICK_MBR)
        run("echo 'start=%u, type=%s' | sfdisk --quiet '%s' >/dev/null", PARTITION_START_BLOCK,
            fat_bits == 32 ? "c" : "6", path);
    run("mkfs.fat -F %u -n STICK --offset=%u '%s' %u >/dev/null", fat_bits, offset, path,
        mb * 1024 - offset / 2);
}

static unsigned file_system_off(enum stick_layout layout)
{
    return layout == STICK_MBR ? PARTITION_START_BLOCK * 512 : 0;
}

void stick_image_put(const char *path, enum stick_layout layout, const char *name,
                     const void *bytes, uint32_t length)
{
    char temporary[] = "/tmp/stick-file-XXXXXX";
    int fd = mkstemp(temporary);
    if (fd < 0 || write(fd, bytes, length) != (ssize_t)length || close(fd) != 0)
        fail(temporary);
    run("LC_ALL=C.UTF-8 mcopy -o -i '%s'@@%u '%s' '::%s'", path, file_system_off(layout), temporary,
        name);
    (void)unlink(temporary);
}

void stick_image_folder(const char *path, enum stick_layout layout, const char *name)
{
    run("LC_ALL=C.UTF-8 mmd -i '%s'@@%u '::%s'", path, file_system_off(layout), name);
}

void stick_image_hide(const char *path, enum stick_layout layout, const char *name)
{
    run("LC_ALL=C.UTF-8 mattrib +h -i '%s'@@%u '::%s'", path, file_system_off(layout), name);
}
