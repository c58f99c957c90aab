/* SPDX-License-Identifier: MIT
 * System control space of the Cortex-M7 (ARMv7-M B3.2): SCB, caches, MPU, FPU, DWT, DEMCR. */
#ifndef VBOARD_SCB_H
#define VBOARD_SCB_H

#include <stdbool.h>
#include <stdint.h>

struct board;

#define SCR_SLEEPONEXIT  0x2u
#define SCR_SLEEPDEEP    0x4u
#define SCR_SEVONPEND    0x10u
#define CCR_USERSETMPEND 0x2u
#define CCR_UNALIGN_TRP  0x8u
#define CCR_DIV_0_TRP    0x10u
#define CCR_BFHFNMIGN    0x100u
#define CCR_RESET        0x00040200u /* STKALIGN and BP read as one on the M7 */

#define CFSR_IACCVIOL    (1u << 0)
#define CFSR_IBUSERR     (1u << 8)
#define CFSR_PRECISERR   (1u << 9)
#define CFSR_IMPRECISERR (1u << 10)
#define CFSR_UNSTKERR    (1u << 11)
#define CFSR_STKERR      (1u << 12)
#define CFSR_BFARVALID   (1u << 15)
#define CFSR_UNDEFINSTR  (1u << 16)
#define CFSR_INVSTATE    (1u << 17)
#define CFSR_INVPC       (1u << 18)
#define CFSR_NOCP        (1u << 19)
#define CFSR_UNALIGNED   (1u << 24)
#define CFSR_DIVBYZERO   (1u << 25)

#define HFSR_VECTTBL  (1u << 1)
#define HFSR_FORCED   (1u << 30)
#define HFSR_DEBUGEVT (1u << 31)

#define FPCCR_ASPEN  (1u << 31)
#define CPACR_FPU    0x00F00000u
#define CPACR_FPU_ON 0x00500000u /* at least for privileged code */

struct scb {
    uint32_t vtor, prigroup, scr, ccr, cfsr, hfsr, mmfar, bfar, afsr;
    uint32_t csselr, cpacr, fpccr, fpcar, fpdscr, cacr, ahbpcr, itcmcr, dtcmcr, ahbscr;
    struct {
        uint32_t ctrl, rnr, rbar[8], rasr[8];
    } mpu;
    uint32_t demcr;
    struct {
        uint32_t ctrl, cyccnt, comp[4], mask[4], function[4];
        bool unlocked;
        uint64_t anchor; /* in ticks: when cyccnt was written or the counter started */
    } dwt;
};

/* The private peripheral bus, off from 0xE0000000. */
uint32_t scb_read(struct board *b, uint32_t off, unsigned bytes);
void scb_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void scb_reset(struct board *b);
void scb_power_on(struct board *b); /* DWT and DEMCR outlive a system reset */

/* MPU and DWT parts of it (mpu.c, dwt.c); off from 0xE000ED90 and 0xE0000000. */
uint32_t mpu_read(struct board *b, uint32_t off);
void mpu_write(struct board *b, uint32_t off, uint32_t value);
void mpu_reset(struct board *b);
uint32_t dwt_read(struct board *b, uint32_t off);
void dwt_write(struct board *b, uint32_t off, uint32_t value);
void dwt_enable(struct board *b, uint32_t demcr); /* DEMCR is written */
void dwt_slept(struct board *b, uint64_t ticks);  /* the core was asleep that long */

#endif
