/* SPDX-License-Identifier: MIT
 * The tables of cases that rules.elf holds. */
#include "rules.h"

const struct rule_case *const case_tables[] = {
    core_cases, chip_cases, chip_flash_cases, chip_unit_cases, usb_cases, usb_hub_cases, 0};
