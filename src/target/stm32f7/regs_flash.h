/* SPDX-License-Identifier: MIT
 * Flash controller (RM0410 chapter 3.7) and the flash size register (RM0410 chapter 45). */
#ifndef REGS_FLASH_H
#define REGS_FLASH_H

#include <stddef.h>
#include <stdint.h>

struct flash_regs {
    volatile uint32_t ACR;
    volatile uint32_t KEYR;
    volatile uint32_t OPTKEYR;
    volatile uint32_t SR;
    volatile uint32_t CR;
    volatile uint32_t OPTCR;
    volatile uint32_t OPTCR1;
};

_Static_assert(offsetof(struct flash_regs, CR) == 0x10, "RM0410 FLASH register map");

#define FLASH ((struct flash_regs *)0x40023C00)

#define FLASH_ACR_LATENCY_MASK 0xFu

#define FLASH_KEY1 0x45670123u
#define FLASH_KEY2 0xCDEF89ABu

#define FLASH_SR_OPERR  (1u << 1)
#define FLASH_SR_WRPERR (1u << 4)
#define FLASH_SR_PGAERR (1u << 5)
#define FLASH_SR_PGPERR (1u << 6)
#define FLASH_SR_ERSERR (1u << 7)
#define FLASH_SR_BSY    (1u << 16)
#define FLASH_SR_ERRORS                                                                            \
    (FLASH_SR_OPERR | FLASH_SR_WRPERR | FLASH_SR_PGAERR | FLASH_SR_PGPERR | FLASH_SR_ERSERR)
#define FLASH_SR_CLEAR 0xF3u /* all write-one-to-clear bits; reserved bits stay 0 */

#define FLASH_CR_PG        (1u << 0)
#define FLASH_CR_SER       (1u << 1)
#define FLASH_CR_SNB(n)    ((uint32_t)(n) << 3)
#define FLASH_CR_PSIZE_X32 (2u << 8)
#define FLASH_CR_STRT      (1u << 16)
#define FLASH_CR_EOPIE     (1u << 24)
#define FLASH_CR_ERRIE     (1u << 25)
#define FLASH_CR_LOCK      (1u << 31)

#define FLASH_OPTCR_NDBANK (1u << 29) /* 1 = single bank */

#define FLASH_SIZE_KB (*(const volatile uint16_t *)0x1FF0F442)

#define FLASH_IRQ 4u

#endif
