/* SPDX-License-Identifier: MIT
 * Runs a fuzz target over the files of a folder, without libFuzzer. usage: replay FOLDER */
#include <dirent.h>
#include <stdio.h>

#include "fuzz/fuzz.h"

static int replay(const char *folder, const char *name)
{
    static uint8_t bytes[1 << 20];
    char path[1024];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return 1;
    size_t length = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    return LLVMFuzzerTestOneInput(bytes, length);
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    unsigned files = 0;

    if (folder == NULL) {
        fprintf(stderr, "usage: replay FOLDER\n");
        return 2;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        if (replay(argv[1], entry->d_name) != 0)
            return 1;
        files++;
    }
    (void)closedir(folder);
    return files > 0 ? 0 : 1;
}
