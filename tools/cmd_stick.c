/* SPDX-License-Identifier: MIT
 * stickboot stick: puts an image where a loader looks for it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "params/product.h"
#include "tools/args.h"
#include "tools/board.h"
#include "tools/command.h"
#include "tools/disk.h"
#include "tools/md5_line.h"
#include "tools/pem.h"

static const char help[] =
    "stickboot stick - put an image on a stick, where the bootloader looks for it\n"
    "\n"
    "  stickboot stick IMAGE --to FOLDER [--key KEY.pub.pem ...] [--params PARAMS.bin]\n"
    "  stickboot stick IMAGE --disk DISK.img [...]\n"
    "\n"
    "  --to FOLDER      the stick's root folder, mounted\n"
    "  --disk FILE      a disk image with a FAT file system, bare or in a partition (mtools)\n"
    "  --key FILE|URI   check the signature first; up to 4 public keys\n"
    "  --params FILE    product parameters of the board: the file goes where it looks, and an "
    "image\n"
    "                   for another product is refused\n"
    "  --name PATH      another path than /firmware.bin; with a / at its end, IMAGE keeps its "
    "name\n"
    "\n"
    "The image is checked before it is copied, and read back afterwards. For a plain image the\n"
    ".md5 file is written beside it. Unmount the stick before you pull it out.\n"
    "\n"
    "Example:  stickboot stick app.img --key release.pub.pem --to /media/STICK\n";

struct stick {
    struct args_list files;
    struct args_list keys;
    const char *to;
    const char *disk_path;
    const char *params;
    const char *name;
    struct disk disk;
    char path[FILE_PATH_BYTES]; /* on the stick */
};

static enum status refuse(const struct stick *stick, const struct image_view *view, enum bl_rc rc)
{
    return say_error(STATUS_REFUSED, "%s: refused: %s; nothing was copied", stick->files.item[0],
                     image_view_reason(view, rc));
}

static enum status stick_check_keys(const struct stick *stick, const struct image_view *view)
{
    struct pem_set keys;
    enum status status = pem_load_set(&stick->keys, &keys);

    if (status != STATUS_OK || stick->keys.count == 0)
        return status;
    enum bl_rc rc = view->is_mcuboot ? image_view_signature(view, &keys.set) : BL_E_IMG_PLAIN;

    return rc == BL_OK ? STATUS_OK : refuse(stick, view, rc);
}

/* What can be known without a board. */
static enum status stick_check(const struct stick *stick, const struct image_view *view)
{
    struct policy_facts facts = {.installed = NULL};
    enum bl_rc rc = view->well_formed;
    enum status status = STATUS_OK;

    if (rc == BL_OK && view->is_mcuboot && !view->digest_right)
        rc = BL_E_IMG_DIGEST;
    if (rc != BL_OK)
        return refuse(stick, view, rc);
    if (stick->params != NULL) {
        status = board_facts(stick->params, &facts.product);
        rc = status == STATUS_OK ? board_judge(&facts, view) : BL_OK;
    }
    if (rc != BL_OK)
        return refuse(stick, view, rc);
    return status == STATUS_OK ? stick_check_keys(stick, view) : status;
}

/* Path on the stick: --name, else what the board looks for, else the default. */
static enum status stick_path(struct stick *stick)
{
    struct product product;
    const char *path = stick->name;

    product_default(&product);
    if (stick->params != NULL) {
        enum status status = board_params(stick->params, &product);

        if (status != STATUS_OK)
            return status;
    }
    path = path != NULL ? path : product.file;
    if (path[0] != '/' || strstr(path, "/../") != NULL)
        return say_error(STATUS_USAGE, "--name: '%s' is not a path from the stick's root", path);
    if (path[strlen(path) - 1] == '/')
        return file_path_join(path, file_base_name(stick->files.item[0]), stick->path);
    return file_path_suffix(path, "", "", stick->path);
}

static enum status folder_make(const char *root, const char *path)
{
    char folder[FILE_PATH_BYTES];
    enum status status = file_path_join(root, path, folder);
    char *slash = folder + strlen(root);

    while (status == STATUS_OK && (slash = strchr(slash + 1, '/')) != NULL) {
        *slash = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST)
            status = say_error(STATUS_FILE, "%s: cannot be made: %s", folder, strerror(errno));
        *slash = '/';
    }
    return status;
}

static enum status folder_put(const char *root, const char *path, const struct file_bytes *bytes)
{
    char to[FILE_PATH_BYTES];
    enum status status = folder_make(root, path);

    if (status == STATUS_OK)
        status = file_path_join(root, path, to);
    return status == STATUS_OK ? file_write(to, bytes->at, bytes->len) : status;
}

static enum status folder_get(const char *root, const char *path, uint32_t max_bytes,
                              struct file_bytes *out)
{
    char from[FILE_PATH_BYTES];
    enum status status = file_path_join(root, path, from);

    return status == STATUS_OK ? file_read(from, max_bytes, out) : status;
}

/* Writes one file and reads it back. */
static enum status stick_put(const struct stick *stick, const char *path,
                             const struct file_bytes *bytes)
{
    struct file_bytes back = {NULL, 0};
    enum status status = stick->to != NULL ? folder_put(stick->to, path, bytes)
                                           : disk_put(&stick->disk, path, bytes);

    if (status == STATUS_OK) {
        status = stick->to != NULL ? folder_get(stick->to, path, bytes->len, &back)
                                   : disk_get(&stick->disk, path, bytes->len, &back);
    }
    if (status == STATUS_OK &&
        (back.len != bytes->len || memcmp(back.at, bytes->at, bytes->len) != 0)) {
        status = say_error(STATUS_REFUSED,
                           "%s: reads back other than it was written; is the stick "
                           "good?",
                           path);
    }
    if (status == STATUS_OK) {
        printf("%s%s: %u bytes, read back\n", stick->to != NULL ? stick->to : stick->disk_path,
               path, bytes->len);
    }
    file_free(&back);
    return status;
}

static enum status stick_put_md5(const struct stick *stick, const struct file_bytes *file)
{
    char path[FILE_PATH_BYTES];
    struct file_bytes line = {NULL, 0};
    enum status status = md5_path(stick->path, path);

    if (status == STATUS_OK) {
        md5_line(file->at, file->len, file_base_name(stick->path), &line);
        status = stick_put(stick, path, &line);
    }
    file_free(&line);
    return status;
}

static enum status stick_fill(struct stick *stick, const struct file_bytes *file)
{
    struct image_view view;

    image_view(file->at, file->len, &view);
    enum status status = stick_check(stick, &view);

    if (status == STATUS_OK)
        status = stick_path(stick);
    if (status == STATUS_OK && stick->disk_path != NULL)
        status = disk_open(stick->disk_path, &stick->disk);
    if (status == STATUS_OK)
        status = stick_put(stick, stick->path, file);
    if (status == STATUS_OK && !view.is_mcuboot)
        status = stick_put_md5(stick, file);
    if (status == STATUS_OK && view.is_mcuboot && stick->keys.count == 0)
        say_note("%s: the signature was not checked; give --key to do so", stick->files.item[0]);
    return status;
}

static enum status stick_run(int argc, const char *const argv[])
{
    struct stick stick = {.files = {.count = 0}};
    struct file_bytes file = {NULL, 0};
    const struct args_option options[] = {
        {"--to", ARGS_TEXT, (void *)&stick.to},     {"--disk", ARGS_TEXT, (void *)&stick.disk_path},
        {"--key", ARGS_LIST, &stick.keys},          {"--params", ARGS_TEXT, (void *)&stick.params},
        {"--name", ARGS_TEXT, (void *)&stick.name}, {NULL, ARGS_FLAG, NULL}};
    enum status status = args_parse(options, argc, argv, &stick.files, 1);

    if (status != STATUS_OK)
        return status;
    if (stick.files.count != 1 || (stick.to == NULL) == (stick.disk_path == NULL)) {
        return say_error(STATUS_USAGE,
                         "give one image, and --to FOLDER or --disk FILE; see --help");
    }
    status = file_read(stick.files.item[0], FILE_BYTES_MAX, &file);
    if (status == STATUS_OK)
        status = stick_fill(&stick, &file);
    file_free(&file);
    return status;
}

const struct command command_stick = {"stick", "put an image on a stick, or into a disk image",
                                      help, stick_run};
