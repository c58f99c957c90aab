/* SPDX-License-Identifier: MIT
 * Time: the cycle counter of the DWT while the core runs, SysTick while it sleeps. Whether CYCCNT
 * goes on in Sleep mode is open and differs with a debugger attached, so each sleep is measured
 * with SysTick and what CYCCNT missed is added (docs/hardware-notes.md HW-46).
 *
 * Sleeping: PRIMASK is 1 and no interrupt is enabled, but with SCR.SEVONPEND any exception that
 * becomes pending sets the event register (ARMv7-M B1.5.18). The register is sticky, so an event
 * between the caller's last look and the WFE is not lost; pendings are cleared just before the WFE
 * because only a transition to pending counts. */
#include "port/clock.h"

#include "target/stm32f7/clock_f7.h"
#include "target/stm32f7/flash_f7.h"
#include "target/stm32f7/otg.h"
#include "target/stm32f7/rcc.h"
#include "target/stm32f7/regs_core.h"
#include "target/stm32f7/regs_flash.h"
#include "target/stm32f7/regs_otg.h"
#include "target/stm32f7/uart.h"
#include "target/stm32f7/watchdog.h"
#include "target/stm32f7/wiring.h"

static struct {
    uint32_t cycles_per_ms;
    uint32_t slept_cycles; /* passed while CYCCNT stood still */
    uint32_t last_cycles;
    uint32_t rest_cycles; /* of the running millisecond */
    uint32_t ms;
} now;

static uint32_t cycles(void)
{
    return DWT_CYCCNT + now.slept_cycles;
}

static void set_rate(void)
{
    now.cycles_per_ms = rcc_hclk_hz() / 1000u;
    SYST_RVR = now.cycles_per_ms - 1u;
    SYST_CVR = 0;
}

void clock_start(void)
{
    DEMCR |= DEMCR_TRCENA;
    DWT_LAR = DWT_LAR_KEY;
    DWT_CYCCNT = 0;
    DWT_CTRL |= DWT_CTRL_CYCCNTENA;
    set_rate();
    SYST_CSR = SYST_CSR_ENABLE | SYST_CSR_TICKINT | SYST_CSR_CLKSOURCE;
    SCB_SCR = SCB_SCR_SEVONPEND;
}

void clock_rate_changed(void)
{
    (void)clock_ms();
    now.rest_cycles = 0;
    set_rate();
}

void clock_stop(void)
{
    SCB_SCR = 0;
    SYST_CSR = 0;
    SYST_RVR = 0;
    SYST_CVR = 0;
    SCB_ICSR = SCB_ICSR_PENDSTCLR;
    DWT_CTRL &= ~DWT_CTRL_CYCCNTENA;
    DWT_CYCCNT = 0;
    DWT_LAR = 0; /* any value but the key locks */
    DEMCR &= ~DEMCR_TRCENA;
}

uint32_t clock_ms(void)
{
    uint32_t at = cycles();
    uint32_t passed = at - now.last_cycles;
    now.last_cycles = at;
    now.ms += passed / now.cycles_per_ms;
    now.rest_cycles += passed % now.cycles_per_ms;
    if (now.rest_cycles >= now.cycles_per_ms) {
        now.rest_cycles -= now.cycles_per_ms;
        now.ms++;
    }
    return now.ms;
}

uint32_t clock_us(void)
{
    uint32_t ms = clock_ms();
    return ms * 1000u + now.rest_cycles * 1000u / now.cycles_per_ms;
}

/* What the two counters say before sleeps, and what is made of it after them. The order of the
 * reads decides: SYST_CVR before SYST_CSR (which clears COUNTFLAG) on the way in, SYST_CSR before
 * SYST_CVR on the way out. A wrap between two reads then shows as a difference below zero, a wrap
 * with a difference not below zero was a whole period. A second wrap cannot happen: the first one
 * pends SysTick, and that ends the sleeps. */
struct nap {
    uint32_t before;
    uint32_t awake;
};

static struct nap nap_begin(void)
{
    struct nap nap;
    nap.before = SYST_CVR;
    nap.awake = DWT_CYCCNT;
    (void)SYST_CSR;
    return nap;
}

static void nap_end(struct nap nap)
{
    uint32_t wrapped = SYST_CSR & SYST_CSR_COUNTFLAG;
    uint32_t after = SYST_CVR;
    uint32_t counted = DWT_CYCCNT - nap.awake;
    uint32_t passed = nap.before - after;
    if (after > nap.before || wrapped != 0)
        passed += now.cycles_per_ms;
    if (passed > counted)
        now.slept_cycles += passed - counted;
}

static void clear_pending(uint32_t irq)
{
    NVIC_ICPR(irq / 32u) = 1u << (irq % 32u);
}

void clock_tend(void)
{
    watchdog_feed();
    uart_poll();
    (void)flash_continue();
    (void)otg_continue();
    (void)clock_ms();
}

/* While words are programmed or IN packets flow, the drivers look after them in the loop, and so
 * does the console; what the caller must see ends it, and so does the tick. What follows a sleep
 * is kept short, since flash and bus wait for it. */
void clock_idle(void)
{
    uint32_t wake;
    watchdog_feed();
    SCB_ICSR = SCB_ICSR_PENDSTCLR;
    clear_pending(console_wiring.irq);
    struct nap nap = nap_begin();
    do {
        uart_poll();
        clear_pending(FLASH_IRQ);
        clear_pending(OTG_IRQ);
        core_wfe();
        wake = flash_continue();
        wake |= otg_continue();
    } while (wake == WAKE_GOING && (SCB_ICSR & SCB_ICSR_PENDSTSET) == 0);
    nap_end(nap);
    (void)clock_ms();
}
