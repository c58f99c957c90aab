/* SPDX-License-Identifier: MIT
 * The state of one virtual board, and the services that every model uses.
 *
 * All state is plain data inside struct board (no pointers between models), so that a board can be
 * copied and forked. Models are called by the bus (register reads and writes), by alarms (virtual
 * time), by resets, and by each other through the functions in their headers.
 * Reading order: board.h, bus.c, cpu.c, exception.c, nvic.c, then any one model. */
#ifndef VBOARD_BOARD_H
#define VBOARD_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alarm.h"
#include "bus.h"
#include "chip.h"
#include "cpu.h"
#include "exti.h"
#include "finding.h"
#include "flash.h"
#include "gpio.h"
#include "iwdg.h"
#include "load.h"
#include "memory.h"
#include "nvic.h"
#include "options.h"
#include "otg.h"
#include "param.h"
#include "pwr.h"
#include "quirk.h"
#include "rcc.h"
#include "reg.h"
#include "rtc.h"
#include "scb.h"
#include "small.h"
#include "stick.h"
#include "systick.h"
#include "tim.h"
#include "trace.h"
#include "usart.h"
#include "usb_gadget.h"
#include "usb_hub.h"
#include "usb_tree.h"
#include "vboard.h"
#include "wiring.h"
#include "wwdg.h"

/* Where the run stands. */
struct run {
    bool powered; /* the first power-on has happened */
    bool done;
    int status; /* enum vboard_status once done, or 128 + signal */
    char reason[160];
    bool reset_wanted, cut_wanted;
    bool off; /* the supply is gone, until back_ps */
    uint64_t back_ps;
    int reset_cause;
    uint32_t resets, power_ons;
    uint64_t random;
    uint64_t cuts;
    vboard_entry_callback *on_entry;
    void *on_entry_ctx;
    vboard_operation_callback *on_operation;
    void *on_operation_ctx;
    vboard_power_off_callback *on_power_off;
    void *on_power_off_ctx;
};

struct board {
    struct options options; /* what the user asked for; read-only once running */
    struct param_values params;
    struct quirks quirks;
    struct alarms alarms;
    struct run run;
    struct bus bus;
    struct memory memory;
    struct symbols symbols;
    struct findings findings;
    struct trace trace;
    struct cpu cpu;
    struct nvic nvic;
    struct scb scb;
    struct systick systick;
    struct rcc rcc;
    struct pwr pwr;
    struct flash flash;
    struct gpio gpio;
    struct usart usart[USART_COUNT];
    struct iwdg iwdg;
    struct exti exti;
    struct small small; /* SYSCFG, CRC, RNG, DBGMCU: a few registers each */
    struct rtc rtc;     /* and the rest of the backup domain */
    struct tim tim[TIM_COUNT];
    struct wwdg wwdg;
    bool chip_started; /* the first power-on has come */
    struct otg otg;
    struct usb_tree usb_tree;
    struct usb_hub usb_hub[USB_HUBS_MAX];
    struct usb_gadget usb_gadget[USB_GADGETS_MAX];
    struct stick stick;
    struct wiring wiring;
};

/* Why the chip starts; sets RCC_CSR (docs/hardware-notes.md, reset causes). */
enum reset_cause {
    RESET_POWER_ON,
    RESET_BROWN_OUT,
    RESET_PIN,
    RESET_SOFTWARE,
    RESET_IWDG,
    RESET_WWDG,
    RESET_LOW_POWER
};

/* Asks for a system reset; it happens when the current instruction's block is left (SYSRESETREQ is
 * not instant on the chip either). RAM keeps its content. */
void board_reset(struct board *b, enum reset_cause cause);

/* The supply goes away now, in the middle of the current access; it returns after the parameter
 * power_off_ms. RAM is drawn anew from the seed; flash stays. Nothing after the access executes. */
void board_power_cut(struct board *b);

/* The CPU is held up until at_ps (a bus stall): virtual time passes, alarms fire on their way. */
void board_stall_until(struct board *b, uint64_t at_ps);

/* The run ends before the next instruction, with this exit status; the first end counts. */
void board_end(struct board *b, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* IWDG or WWDG runs: a lock-up does not last. */
bool board_watchdog_runs(const struct board *b);

/* For alarm.def. */
void board_on_power_cut(struct board *b);
void board_on_run_end(struct board *b);

/* Deterministic random numbers, one stream per board, from --seed. */
uint32_t board_random(struct board *b);

#endif
