/* SPDX-License-Identifier: MIT
 * Cases for the rules of vboard/rules_chip.def. */
#include "rules.h"

const struct rule_case chip_cases[] = {
    {0},
};
