/* SPDX-License-Identifier: MIT
 * Writes a small exFAT image for make_seeds. usage: exfat_seed no-links|linked|scattered FILE */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/exfat_image.h"

int main(int argc, char **argv)
{
    static char text[1300] = "the program";
    struct exfat_image image;

    if (argc != 3) {
        fprintf(stderr, "usage: exfat_seed no-links|linked|scattered FILE\n");
        return 2;
    }
    enum exfat_chain chain = strcmp(argv[1], "no-links") == 0 ? EXFAT_NO_LINKS
                             : strcmp(argv[1], "linked") == 0 ? EXFAT_LINKED
                                                              : EXFAT_SCATTERED;
    int fd = open(argv[2], O_RDWR | O_CREAT | O_TRUNC, 0600);
    uint64_t bytes = exfat_image_make(&image, fd, 0, 512, 512, 200, chain);

    memcpy(text + sizeof text - 4, "end", 3);
    exfat_image_put(&image, "/firmware.bin", text, 11, 11, chain);
    exfat_image_put(&image, "/a/b c/firmware image.bin", text, sizeof text, 700, chain);
    bytes = (bytes + 4095) / 4096 * 4096;
    return ftruncate(fd, (off_t)bytes) == 0 && close(fd) == 0 ? 0 : 1;
}
