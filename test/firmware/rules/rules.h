/* SPDX-License-Identifier: MIT
 * One firmware that breaks, or just obeys, each rule of the virtual board (`vboard rules`). It runs
 * from flash on HSI (16 MHz), without caches; UART4 on PC10 is the console. The case is named by a
 * C string at SELECT_ADDR, "RULE-ID obey" or "RULE-ID break"; test/vboard/test_rules.c runs all. */
#ifndef RULES_H
#define RULES_H

#include <stdint.h>

#define SELECT_ADDR 0x081C0000u

struct rule_case {
    const char *rule;   /* as `vboard rules` spells it; NULL ends a table */
    void (*obey)(void); /* the nearest thing that is right */
    void (*break_it)(void);
};

/* All tables of the firmware, ended by NULL: tables.c here, cases.c in test/firmware/core. */
extern const struct rule_case *const case_tables[];

extern const struct rule_case core_cases[];       /* core.c: rules_core.def */
extern const struct rule_case chip_cases[];       /* chip.c: rules_chip.def */
extern const struct rule_case chip_flash_cases[]; /* chip_flash.c: its flash rules */
extern const struct rule_case chip_unit_cases[];  /* chip_units.c: pins, UARTs, watchdogs, ... */
extern const struct rule_case usb_cases[];        /* usb.c: rules_usb.def */
extern const struct rule_case usb_hub_cases[];    /* usb_hub.c: its rules about hubs */

/* A register or memory cell. */
#define REG32(addr) (*(volatile uint32_t *)(addr))
#define REG16(addr) (*(volatile uint16_t *)(addr))
#define REG8(addr)  (*(volatile uint8_t *)(addr))

/* Code that lies in RAM (copied at start-up), for what must not stall on busy flash. */
#define RAM_CODE __attribute__((section(".ramcode"), noinline, long_call))

void say(const char *text); /* to UART4; returns when the last bit is out */
void say_hex(uint32_t value);
void spin(uint32_t loops); /* about 4 cycles each */
void dsb(void);
/* Exception n (16 = interrupt 0) calls this from now on; the vector table is in RAM. */
void set_handler(unsigned n, void (*handler)(void));

#endif
