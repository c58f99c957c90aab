/* SPDX-License-Identifier: MIT
 * Disk images of sticks, made with the ordinary tools (sfdisk, mkfs.fat, mcopy) and kept as files.
 * Every function ends the test with a message when a tool fails. */
#ifndef SUPPORT_STICK_IMAGE_H
#define SUPPORT_STICK_IMAGE_H

#include <stdint.h>

enum stick_layout { STICK_SUPERFLOPPY, STICK_MBR };

/* Makes path an empty stick of mb megabytes with FAT16 or FAT32 (fat_bits). FAT32 wants mb >= 34.
 */
void stick_image_make(const char *path, unsigned mb, unsigned fat_bits, enum stick_layout layout);

/* Writes bytes as the file `name` ("/firmware.bin") into an image of the given layout. */
void stick_image_put(const char *path, enum stick_layout layout, const char *name,
                     const void *bytes, uint32_t length);

/* Makes a folder ("/firmware") in an image of the given layout. */
void stick_image_folder(const char *path, enum stick_layout layout, const char *name);

/* Gives a file the attribute "hidden". */
void stick_image_hide(const char *path, enum stick_layout layout, const char *name);

#endif
