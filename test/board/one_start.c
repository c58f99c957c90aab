/* SPDX-License-Identifier: MIT
 * See one_start.h. */
#include "board/one_start.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "config/layout.h"
#include "support/cmocka_all.h"
#include "support/stick_image.h"
#include "vboard.h"

/* Power-up to "file found or not" takes 45 s at the most, then the error is shown for 3 s. */
#define BOUND_MS  48000
#define WORDS_MAX 64
#define LARGE_BYTES                                                                                \
    50000u /* is read in one READ of more than 64 blocks, unless the stick refuses */

struct file {
    uint8_t *bytes;
    uint32_t length;
};

static struct file loader, v1, v2, other;

static struct file read_build(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", START_FIRMWARE, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    (void)fseek(file, 0, SEEK_END);
    struct file out = {.length = (uint32_t)ftell(file)};
    rewind(file);
    out.bytes = malloc(out.length);
    assert_non_null(out.bytes);
    assert_int_equal(fread(out.bytes, 1, out.length, file), out.length);
    fclose(file);
    return out;
}

static void put_firmware(const char *image, const struct file *firmware)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    char line[64];
    assert_int_equal(EVP_Digest(firmware->bytes, firmware->length, digest, NULL, EVP_md5(), NULL),
                     1);
    for (unsigned i = 0; i < 16; i++)
        snprintf(line + 2 * i, 3, "%02x", digest[i]);
    strcpy(line + 32, "  firmware.bin\n");
    stick_image_put(image, STICK_SUPERFLOPPY, "/firmware.bin", firmware->bytes, firmware->length);
    stick_image_put(image, STICK_SUPERFLOPPY, "/firmware.md5", line, (uint32_t)strlen(line));
}

/* FAT16 with larger blocks: the FAT must have a few thousand clusters. */
static void make_large_blocks(unsigned block_bytes)
{
    char image[32], command[256];
    snprintf(image, sizeof image, "stick%u.img", block_bytes);
    snprintf(command, sizeof command,
             "rm -f %s && truncate -s 32M %s && mkfs.fat -F 16 -s 1 -S %u %s >/dev/null", image,
             image, block_bytes, image);
    assert_int_equal(system(command), 0);
    put_firmware(image, &v2);
}

/* Version 2 with so much behind it that a long READ is worth it. */
static void make_large_firmware(void)
{
    struct file large = {calloc(1, LARGE_BYTES), LARGE_BYTES};
    assert_non_null(large.bytes);
    for (uint32_t i = 0; i < LARGE_BYTES; i++)
        large.bytes[i] = (uint8_t)(i / 512);
    assert_true(v2.length < LARGE_BYTES);
    memcpy(large.bytes, v2.bytes, v2.length);
    stick_image_make("stick_large.img", 4, 12, STICK_SUPERFLOPPY);
    put_firmware("stick_large.img", &large);
    free(large.bytes);
}

int one_start_setup(void **state)
{
    (void)state;
    loader = read_build("stickboot.bin");
    v1 = read_build("apps/sample/sample_v1.bin");
    v2 = read_build("apps/sample/sample_v2_12k.bin");
    other = read_build("apps/sample/sample_v2_old_12k.bin");
    stick_image_make("stick.img", 4, 12, STICK_SUPERFLOPPY);
    put_firmware("stick.img", &v2);
    stick_image_make("swap.img", 4, 12, STICK_SUPERFLOPPY);
    put_firmware("swap.img", &other);
    make_large_firmware();
    make_large_blocks(2048);
    make_large_blocks(4096);
    return 0;
}

int one_start_teardown(void **state)
{
    (void)state;
    free(loader.bytes);
    free(v1.bytes);
    free(v2.bytes);
    free(other.bytes);
    return 0;
}

/* The image that fits the quirks: their block length, or a file longer than one of their READs. */
static const char *image_for(const char *quirks)
{
    if (strstr(quirks, "read-max=64"))
        return "stick_large.img";
    if (strstr(quirks, "block-bytes=2048"))
        return "stick2048.img";
    return strstr(quirks, "block-bytes=4096") ? "stick4096.img" : "stick.img";
}

/* Splits the quirks at their blanks and puts the data folder in; the text lives as long as the
 * board does. */
static int add_quirks(const char **words, int count, const char *quirks)
{
    static char text[1024];
    const char *data = strstr(quirks, "DATA");
    int before = data ? (int)(data - quirks) : (int)strlen(quirks);
    snprintf(text, sizeof text, "%.*s%s%s", before, quirks, data ? START_DATA : "",
             data ? data + 4 : "");
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
        assert_true(count + 2 <= WORDS_MAX);
        words[count++] = "--stick-quirk";
        words[count++] = word;
    }
    return count;
}

static bool stop_at_entry(struct board *b, uint32_t vtor, void *ctx)
{
    (void)b;
    *(uint32_t *)ctx = vtor;
    return true;
}

struct board *one_start_board(const char *quirks)
{
    static const char *words[WORDS_MAX];
    int count = 0;
    const char *const fixed[] = {"--load",
                                 START_FIRMWARE "/stickboot.elf",
                                 "--load",
                                 START_FIRMWARE "/apps/sample/sample_v1.bin@0x08040000",
                                 "--stick",
                                 image_for(quirks),
                                 "--for",
                                 "60000",
                                 "--advice-is-error"};
    for (unsigned i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        words[count++] = fixed[i];
    count = add_quirks(words, count, quirks);
    struct board *b = vboard_open(count, words);
    assert_non_null(b);
    return b;
}

static bool run_area_is(const uint8_t *flash, const struct file *image)
{
    return memcmp(flash + (RUN_ADDR - FLASH_BASE_ADDR), image->bytes, image->length) == 0;
}

/* Version 1 and nothing else: erased behind it. */
static bool run_area_kept(const uint8_t *flash)
{
    const uint8_t *area = flash + (RUN_ADDR - FLASH_BASE_ADDR);
    for (uint32_t i = v1.length; i < SLOT_BYTES; i++)
        if (area[i] != 0xFF)
            return false;
    return run_area_is(flash, &v1);
}

static bool find_outcome(struct board *b, enum outcome *outcome)
{
    const uint8_t *flash = vboard_flash(b);
    if (run_area_kept(flash))
        *outcome = KEPT;
    else if (run_area_is(flash, &v2))
        *outcome = UPGRADED;
    else if (run_area_is(flash, &other))
        *outcome = UPGRADED_OTHER;
    else
        return false;
    return true;
}

bool one_start_run(struct board *b, enum outcome *outcome)
{
    uint32_t started = 0;
    const char *wrong = NULL;
    vboard_on_entry(b, stop_at_entry, &started);
    int status = vboard_run(b);
    if (status != VBOARD_OK)
        wrong = "a finding, or the board stopped";
    else if (started != RUN_ADDR)
        wrong = "no application has started";
    else if (vboard_now_us(b) > BOUND_MS * 1000ull)
        wrong = "too late";
    else if (memcmp(vboard_flash(b), loader.bytes, loader.length) != 0)
        wrong = "the loader was changed";
    else if (!find_outcome(b, outcome))
        wrong = "the run area holds no whole version";
    if (wrong)
        printf("%s (status %d)\n%s\n", wrong, status, vboard_console(b));
    return wrong == NULL;
}
