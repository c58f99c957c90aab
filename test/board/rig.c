/* SPDX-License-Identifier: MIT
 * The bench: files in, the command `vboard run`, files out. */
#include "board/rig.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <openssl/evp.h>

#include "config/layout.h"

#ifndef RIG_VBOARD
#error "RIG_VBOARD, RIG_FIRMWARE, RIG_DATA and RIG_WORK come from test/board/CMakeLists.txt"
#endif

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "rig: %s: %s\n", what, name);
    abort();
}

static struct rig_file read_file(const char *path, bool terminate)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail("cannot read", path);
    (void)fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    struct rig_file out = {malloc((size_t)length + 1), (uint32_t)length};
    if (out.bytes == NULL || fread(out.bytes, 1, (size_t)length, file) != (size_t)length)
        fail("cannot read", path);
    if (terminate)
        out.bytes[length] = 0;
    fclose(file);
    return out;
}

static const char *in_dir(const struct rig *rig, const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", rig->dir, name);
    return path;
}

static void write_flash(const struct rig *rig)
{
    FILE *file = fopen(in_dir(rig, "flash.bin"), "wb");
    if (file == NULL || fwrite(rig->flash, 1, RIG_FLASH_BYTES, file) != RIG_FLASH_BYTES ||
        fclose(file) != 0)
        fail("cannot write", "flash.bin");
}

struct rig_file rig_read_build(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", RIG_FIRMWARE, name);
    return read_file(path, false);
}

struct rig_file rig_read_data(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", RIG_DATA, name);
    return read_file(path, false);
}

void rig_file_free(struct rig_file *file)
{
    free(file->bytes);
    file->bytes = NULL;
}

void rig_open(struct rig *rig, const char *name)
{
    rig_open_with(rig, name, "stickboot");
}

void rig_open_with(struct rig *rig, const char *name, const char *loader)
{
    char binary[64];
    memset(rig, 0, sizeof *rig);
    rig->loader = loader;
    snprintf(rig->dir, sizeof rig->dir, "%s/%s", RIG_WORK, name);
    (void)mkdir(RIG_WORK, 0777); /* both may exist from an earlier run */
    (void)mkdir(rig->dir, 0777);
    rig->flash = malloc(RIG_FLASH_BYTES);
    rig->before = malloc(RIG_FLASH_BYTES);
    if (rig->flash == NULL || rig->before == NULL)
        fail("no memory for", name);
    memset(rig->flash, 0xFF, RIG_FLASH_BYTES);
    snprintf(binary, sizeof binary, "%s.bin", loader);
    struct rig_file file = rig_read_build(binary);
    rig_debugger(rig, LOADER_ADDR, file.bytes, file.length);
    rig_file_free(&file);
}

void rig_close(struct rig *rig)
{
    free(rig->flash);
    free(rig->before);
    free(rig->console);
    free(rig->events);
    memset(rig, 0, sizeof *rig);
}

void rig_debugger(struct rig *rig, uint32_t addr, const void *bytes, uint32_t length)
{
    uint32_t off = addr - FLASH_BASE_ADDR;
    if (off > RIG_FLASH_BYTES || length > RIG_FLASH_BYTES - off)
        fail("outside the flash", rig->dir);
    memcpy(rig->flash + off, bytes, length);
    write_flash(rig);
}

struct rig_file rig_packager(struct rig *rig, const char *out, const char *words, ...)
{
    char more[1024];
    va_list args;
    va_start(args, words);
    vsnprintf(more, sizeof more, words, args);
    va_end(args);

    char command[4096];
    snprintf(command, sizeof command,
             "cd '%s' && rm -f '%s' && FIRMWARE='%s' && DATA='%s' && '%s' %s", rig->dir, out,
             RIG_FIRMWARE, RIG_DATA, RIG_PACKAGER, more);
    if (system(command) != 0)
        fail("packager failed", command);
    return read_file(in_dir(rig, out), false);
}

void rig_install_v1(struct rig *rig)
{
    struct rig_file file = rig_read_build("apps/sample/sample_v1.bin");
    rig_debugger(rig, RUN_ADDR, file.bytes, file.length);
    rig_file_free(&file);
}

void rig_stick_as(struct rig *rig, unsigned fat_bits, enum stick_layout layout)
{
    stick_image_make(in_dir(rig, "stick.img"), fat_bits == 32 ? 40 : 16, fat_bits, layout);
    rig->has_stick = true;
    rig->layout = layout;
}

void rig_stick(struct rig *rig)
{
    rig_stick_as(rig, 32, STICK_MBR);
}

void rig_stick_file(struct rig *rig, const char *name, const void *bytes, uint32_t length)
{
    stick_image_put(in_dir(rig, "stick.img"), rig->layout, name, bytes, length);
}

void rig_stick_folder(struct rig *rig, const char *name)
{
    stick_image_folder(in_dir(rig, "stick.img"), rig->layout, name);
}

void rig_md5_line(char line[64], const void *bytes, uint32_t length)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    if (EVP_Digest(bytes, length, digest, NULL, EVP_md5(), NULL) != 1)
        fail("no MD5 in", "libcrypto");
    for (unsigned i = 0; i < 16; i++)
        snprintf(line + 2 * i, 3, "%02x", digest[i]);
    strcpy(line + 32, "  firmware.bin\n");
}

void rig_stick_firmware(struct rig *rig, const void *bytes, uint32_t length)
{
    char line[64];
    rig_md5_line(line, bytes, length);
    rig_stick_file(rig, "/firmware.bin", bytes, length);
    rig_stick_file(rig, "/firmware.md5", line, (uint32_t)strlen(line));
}

void rig_open_upgrade(struct rig *rig, const char *name, const struct rig_file *firmware)
{
    rig_open(rig, name);
    rig_install_v1(rig);
    rig_stick(rig);
    rig_stick_firmware(rig, firmware->bytes, firmware->length);
}

static void collect(struct rig *rig)
{
    free(rig->console);
    free(rig->events);
    rig->console = (char *)read_file(in_dir(rig, "console.txt"), true).bytes;
    rig->events = (char *)read_file(in_dir(rig, "events.jsonl"), true).bytes;
    struct rig_file flash = read_file(in_dir(rig, "flash.bin"), false);
    if (flash.length != RIG_FLASH_BYTES)
        fail("wrong size", "flash.bin");
    memcpy(rig->flash, flash.bytes, RIG_FLASH_BYTES);
    rig_file_free(&flash);
}

int rig_run(struct rig *rig, const char *words, ...)
{
    char more[1024];
    va_list args;
    va_start(args, words);
    vsnprintf(more, sizeof more, words, args);
    va_end(args);

    char load[1024] = "";
    if (rig->loader != NULL)
        snprintf(load, sizeof load, "--load '%s/%s.elf'", RIG_FIRMWARE, rig->loader);
    char command[4096];
    snprintf(command, sizeof command,
             "cd '%s' && rm -f console.txt events.jsonl && '%s' run %s "
             "--flash flash.bin --uart console.txt --events events.jsonl --advice-is-error %s %s "
             "> run.txt 2>&1",
             rig->dir, RIG_VBOARD, load, rig->has_stick ? "--stick stick.img" : "", more);
    memcpy(rig->before, rig->flash, RIG_FLASH_BYTES);
    int result = system(command);
    if (result == -1 || !WIFEXITED(result))
        fail("did not run", command);
    rig->status = WEXITSTATUS(result);
    collect(rig);
    return rig->status;
}

bool rig_says(const struct rig *rig, ...)
{
    const char *at = rig->console;
    va_list args;
    va_start(args, rig);
    const char *text = va_arg(args, const char *);
    for (; text != NULL && at != NULL; text = va_arg(args, const char *)) {
        const char *found = strstr(at, text);
        if (found == NULL)
            fprintf(stderr, "rig: the console does not say (or not in this order): %s\n", text);
        at = found == NULL ? NULL : found + strlen(text);
    }
    va_end(args);
    return at != NULL;
}

bool rig_silent_about(const struct rig *rig, const char *text)
{
    return strstr(rig->console, text) == NULL;
}

static size_t line_length(const char *at)
{
    return strcspn(at, "\n");
}

static bool line_has(const char *line, size_t length, const char *part)
{
    return part[0] == 0 || memmem(line, length, part, strlen(part)) != NULL;
}

unsigned rig_events(const struct rig *rig, const char *part, const char *part2)
{
    unsigned count = 0;
    for (const char *at = rig->events; *at != 0;) {
        size_t length = line_length(at);
        count += line_has(at, length, part) && line_has(at, length, part2);
        at += length + (at[length] == '\n');
    }
    return count;
}

static long time_us(const char *line)
{
    const char *field = strstr(line, "\"t_us\":");
    return field == NULL ? -1 : strtol(field + 7, NULL, 10);
}

long rig_event_ms(const struct rig *rig, const char *part, const char *part2)
{
    for (const char *at = rig->events; *at != 0;) {
        size_t length = line_length(at);
        if (line_has(at, length, part) && line_has(at, length, part2))
            return time_us(at) / 1000;
        at += length + (at[length] == '\n');
    }
    return -1;
}

unsigned rig_flash_operations(const struct rig *rig)
{
    unsigned operations = rig_events(rig, "\"event\":\"flash\",\"op\":\"erase\"", "");
    for (const char *at = rig->events; *at != 0;) {
        size_t length = line_length(at);
        const char *stores = memmem(at, length, "\"stores\":", 9);
        if (stores != NULL)
            operations += (unsigned)strtoul(stores + 9, NULL, 10);
        at += length + (at[length] == '\n');
    }
    return operations;
}

unsigned rig_blinks(const struct rig *rig, unsigned led)
{
    char on[32];
    char off[40];
    snprintf(on, sizeof on, "\"led\":%u,\"on\":true", led);
    snprintf(off, sizeof off, "\"led\":%u,\"on\":false", led);
    unsigned blinks = 0;
    long since = -1;
    for (const char *at = rig->events; *at != 0;) {
        size_t length = line_length(at);
        if (line_has(at, length, on))
            since = time_us(at);
        if (line_has(at, length, off) && since >= 0) {
            long lit = time_us(at) - since;
            blinks += lit >= 150000 && lit <= 250000;
            since = -1;
        }
        at += length + (at[length] == '\n');
    }
    return blinks;
}

bool rig_flash_is(const struct rig *rig, uint32_t addr, const void *bytes, uint32_t length)
{
    return memcmp(rig->flash + (addr - FLASH_BASE_ADDR), bytes, length) == 0;
}

bool rig_flash_kept(const struct rig *rig, uint32_t addr, uint32_t length)
{
    return rig_flash_is(rig, addr, rig->before + (addr - FLASH_BASE_ADDR), length);
}

bool rig_loader_kept(const struct rig *rig)
{
    return rig_flash_kept(rig, LOADER_ADDR, LOADER_BYTES + PRODUCT_SECTOR_BYTES);
}

void rig_show(const struct rig *rig)
{
    fprintf(stderr, "--- %s: exit status %d\n", rig->dir, rig->status);
    char command[512];
    snprintf(command, sizeof command, "tail -n 60 '%s/run.txt' >&2", rig->dir);
    (void)system(command); /* what it shows is only a help to the reader */
}
