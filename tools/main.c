/* SPDX-License-Identifier: MIT
 * `stickboot`, the packager: finds the command, gives help. */
#include <stdio.h>
#include <string.h>

#include "config/version.h"
#include "tools/command.h"

static const struct command *const commands[] = {&command_keygen,  &command_sign,  &command_verify,
                                                 &command_inspect, &command_stick, &command_params,
                                                 &command_factory, &command_dump,  NULL};

static const char help_head[] =
    "stickboot " STICKBOOT_VERSION " - makes, signs and checks what the bootloader reads\n"
    "\n";

static const char help_tail[] =
    "\n"
    "From a program to a stick:\n"
    "  stickboot keygen --out release.pem\n"
    "  stickboot sign app.elf --key release.pem --version 1.2.0 --out app.img\n"
    "  stickboot stick app.img --key release.pub.pem --to /media/STICK\n"
    "\n"
    "Each command explains itself: stickboot COMMAND --help. Messages go to stderr, one line\n"
    "each: the file, what is wrong, what to do.\n"
    "\n"
    "Exit status: 0 done; 1 a check said no (digest, signature, read-back); 2 command line;\n"
    "3 a file cannot be read or written; 4 content that cannot be used (format, size, link\n"
    "address); 5 key; 6 mtools missing or failed.\n";

static void help_main(void)
{
    fputs(help_head, stdout);
    for (size_t i = 0; commands[i] != NULL; i++)
        printf("  stickboot %-9s%s\n", commands[i]->name, commands[i]->summary);
    fputs(help_tail, stdout);
}

static int asks_help(int argc, char *argv[])
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return 1;
    return 0;
}

static enum status run(const struct command *command, int argc, char *argv[])
{
    if (asks_help(argc, argv)) {
        fputs(command->help, stdout);
        return STATUS_OK;
    }
    say_command(command->name);
    return command->run(argc, (const char *const *)argv);
}

/* What was printed may be the result: a full disk or a closed pipe is a failure. */
static int finish(enum status status)
{
    if (fflush(stdout) != 0 && status == STATUS_OK)
        status = say_error(STATUS_FILE, "the output could not be written");
    return (int)status;
}

int main(int argc, char *argv[])
{
    if (argc < 2) {
        help_main();
        return finish(STATUS_USAGE);
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("stickboot " STICKBOOT_VERSION);
        return finish(STATUS_OK);
    }
    for (size_t i = 0; commands[i] != NULL; i++)
        if (strcmp(argv[1], commands[i]->name) == 0)
            return finish(run(commands[i], argc - 2, argv + 2));
    if (asks_help(1, argv + 1) || strcmp(argv[1], "help") == 0) {
        help_main();
        return finish(STATUS_OK);
    }
    return finish(say_error(STATUS_USAGE, "no such command: %s; see stickboot --help", argv[1]));
}
