/* SPDX-License-Identifier: MIT
 * The words behind `board-sweep`. */
#include "arguments.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario.h"

/* Trunks that have had a cut, and random times, of each scenario. */
#define NESTED_DEFAULT 3
#define TIMES_DEFAULT  200

static const char usage[] =
    "board-sweep [--scenario NAME]... [--jobs N] [--dir DIR] [--nested N] [--times N]\n"
    "board-sweep --share N ...      N cuts at operations, spread evenly, and a few others\n"
    "board-sweep --replay KEY       one cut again, its console shown\n"
    "board-sweep --list             the scenarios\n"
    "board-sweep --operations NAME  the flash operations of one\n";

static unsigned number(const char *text)
{
    char *end;
    unsigned long value = text != NULL ? strtoul(text, &end, 10) : 0;

    if (text == NULL || *text < '0' || *text > '9' || *end != 0 || value > 1000000) {
        fputs(usage, stderr);
        exit(2);
    }
    return (unsigned)value;
}

static bool set_argument(struct arguments *arguments, const char *option, const char *value)
{
    if (strcmp(option, "--scenario") == 0 && value != NULL && arguments->only_count < 16)
        arguments->only[arguments->only_count++] = value;
    else if (strcmp(option, "--dir") == 0 && value != NULL)
        arguments->dir = value;
    else if (strcmp(option, "--replay") == 0 && value != NULL)
        arguments->replay = value;
    else if (strcmp(option, "--operations") == 0 && value != NULL)
        arguments->operations = value;
    else if (strcmp(option, "--jobs") == 0)
        arguments->jobs = number(value);
    else if (strcmp(option, "--share") == 0)
        arguments->share = number(value);
    else if (strcmp(option, "--nested") == 0)
        arguments->nested = number(value);
    else if (strcmp(option, "--times") == 0)
        arguments->times = number(value);
    else
        return false;
    return true;
}

struct arguments arguments_read(int argc, char **argv)
{
    struct arguments arguments = {.jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN),
                                  .nested = NESTED_DEFAULT,
                                  .times = TIMES_DEFAULT};

    for (int i = 1; i < argc; i += 2) {
        if (strcmp(argv[i], "--list") == 0) {
            for (unsigned n = 0; n < scenario_count; n++)
                printf("%-12s %s\n", scenarios[n].name, scenarios[n].text);
            exit(0);
        }
        if (!set_argument(&arguments, argv[i], argv[i + 1])) {
            fputs(usage, stderr);
            exit(2);
        }
    }
    if (arguments.jobs == 0)
        arguments.jobs = 1;
    if (arguments.share > 0) { /* a share of all kinds */
        arguments.nested = 1;
        arguments.times = arguments.share / 8;
    }
    return arguments;
}
