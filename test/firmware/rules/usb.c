/* SPDX-License-Identifier: MIT
 * Cases for the rules of vboard/rules_usb.def. */
#include "rules.h"

const struct rule_case usb_cases[] = {
    {0},
};
