/* SPDX-License-Identifier: MIT
 * What the test firmwares of the chip models share: registers by address (RM0410 2.2.2 and the
 * register maps of the chapters), a polled console on USART3, vectors that a test can fill. */
#ifndef TEST_FIRMWARE_CHIP_H
#define TEST_FIRMWARE_CHIP_H

#include <stdbool.h>
#include <stdint.h>

#define REG(addr) (*(volatile uint32_t *)(addr))

#define RCC(off)        REG(0x40023800u + (off))
#define PWR(off)        REG(0x40007000u + (off))
#define FLASHR(off)     REG(0x40023C00u + (off))
#define GPIO(port, off) REG(0x40020000u + 0x400u * (uint32_t)((port) - 'A') + (off))
#define USART3(off)     REG(0x40004800u + (off))
#define UART4(off)      REG(0x40004C00u + (off))
#define IWDG(off)       REG(0x40003000u + (off))
#define TIM6(off)       REG(0x40001000u + (off))
#define TIM2(off)       REG(0x40000000u + (off))
#define EXTI(off)       REG(0x40013C00u + (off))
#define SYSCFG(off)     REG(0x40013800u + (off))
#define CRC(off)        REG(0x40023000u + (off))
#define RTC(off)        REG(0x40002800u + (off))
#define SYST(off)       REG(0xE000E010u + (off))
#define SCB(off)        REG(0xE000ED00u + (off))
#define ISER(irq)       REG(0xE000E100u + 4u * ((irq) / 32u))

static inline void dsb(void)
{
    __asm volatile("dsb 0xF" ::: "memory");
}

static inline void isb(void)
{
    __asm volatile("isb 0xF" ::: "memory");
}

extern volatile uint32_t systick_ms; /* counted by the SysTick handler */

void chip_main(void); /* the test; called with .data and .bss ready, clocks as after reset */
void irq_handler(uint32_t irq); /* every interrupt ends up here */

/* Waits until (REG & mask) == value; on a time-out of some 100,000 polls prints "stuck" and stops. */
void wait_for(volatile uint32_t *reg, uint32_t mask, uint32_t value);

/* Console: PD8, AF7, 115200 baud with the given kernel clock. */
void console_open(uint32_t clock_hz);
void say(const char *text);
void say_value(const char *name, uint32_t value); /* name=0x... and a line end */
void check(bool ok, const char *what);            /* prints "ok: what" or "FAILED: what" */

#endif
