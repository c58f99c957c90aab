/* SPDX-License-Identifier: MIT
 * What the user asked for on the command line (`vboard run`); tests pass the same words. */
#ifndef VBOARD_OPTIONS_H
#define VBOARD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define OPTION_LIST_MAX 64

enum cut_kind { CUT_BEFORE, CUT_TORN };

struct options {
    const char *load[OPTION_LIST_MAX];
    unsigned load_count;
    const char *flash_path, *stick_path, *uart_path, *events_path;
    uint64_t plug_at_us, unplug_at_us; /* ALARM_NEVER = not */
    struct {
        uint64_t from_us, to_us;
    } button[OPTION_LIST_MAX];
    unsigned button_count;
    const char *until;
    uint64_t for_us;
    struct {
        uint64_t operation;
        enum cut_kind kind;
    } cut_op[OPTION_LIST_MAX];
    unsigned cut_op_count;
    uint64_t cut_at_us[OPTION_LIST_MAX];
    unsigned cut_at_count;
    struct {
        uint32_t mv;
        uint64_t at_us;
    } supply[OPTION_LIST_MAX];
    unsigned supply_count;
    uint32_t seed;
    uint32_t optcr, optcr1; /* factory values unless given */
    uint32_t flash_size_kb;
    bool json, no_strict, advice_is_error, allow_unmodelled;
    const char *dump_at_entry_path;
    bool quirk_given;
};

struct param_values;
struct quirks;

/* Reads the words behind `vboard run`. False: something is wrong, and has been said on stderr. */
bool options_parse(struct options *o, struct param_values *params, struct quirks *quirks, int argc,
                   const char *const argv[]);

#endif
