/* SPDX-License-Identifier: MIT
 * The Cortex-M7: Unicorn executes the instructions; exceptions, time and faults are ours.
 * One instruction takes the parameter cpi_milli thousandths of an HCLK cycle; a tick is one
 * thousandth of a cycle. Interrupts, alarms and resets are taken between two instructions. */
#ifndef VBOARD_CPU_H
#define VBOARD_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu_blocks.h"

struct board;
struct uc_struct;
struct uc_context;

#define TICKS_PER_CYCLE 1000u
#define CPU_PAGE_BYTES  0x400u /* the engine's page */

enum cpu_sleep { CPU_AWAKE, CPU_WFI, CPU_WFE };

/* Why the engine came back. */
enum cpu_stop {
    STOP_NONE, /* WFI, or the engine's own error */
    STOP_DEADLINE,
    STOP_BEFORE, /* the instruction at stop_addr: nothing of it has happened */
    STOP_EXCEPTION_RETURN,
    STOP_SVC,
    STOP_UNDEFINED,
    STOP_TRAP,        /* an instruction that our decoder refuses: stop_arg = CFSR bit */
    STOP_ENGINE_TRAP, /* stop_arg = the engine's exception number */
    STOP_BUS
};

/* What engine_speed.c knows of the engine's pages: flash twice, RAM, ITCM. */
#define ENGINE_PAGES (0x600000u / CPU_PAGE_BYTES)

struct engine_pages {
    uint32_t slow_addr; /* of the load or store that takes the engine's long way now */
    void *core;         /* the engine's own object */
    struct engine_page {
        uint32_t addr; /* where the guest sees it */
        bool holds_code, open;
    } page[ENGINE_PAGES];
};

struct cpu {
    struct uc_struct *uc;
    struct engine_pages pages;
    struct engine_blocks engine;
    struct cpu_block block[CPU_BLOCKS];
    struct cpu_block *quiet;          /* the block that runs now, if it is a quiet one */
    struct cpu_block *watched;        /* the same, if it is a new one */
    struct uc_context *reset_context; /* registers as they are at power-on */
    uint64_t ticks;                   /* executed, stalled and slept, in thousandths of a cycle */
    uint64_t deadline;                /* in ticks: the engine stops before the next instruction */
    uint32_t ticks_per_insn;
    uint32_t quiet_ticks;           /* of the quiet block that was stopped before; else 0 */
    uint32_t pc;                    /* where to go on while the engine is stopped */
    uint32_t insn_addr;             /* the instruction that runs now */
    uint32_t code_base, code_bytes; /* the memory that insn_addr lies in */
    const uint8_t *code;

    /* Virtual time: base_ps at base_ticks, then at HCLK's rate. */
    uint64_t base_ps, base_ticks;
    uint32_t hclk_hz;
    bool clock_dirty; /* hclk_hz is not known again yet */
    bool running;     /* inside the engine */
    bool bus_fetch;   /* the access that failed was a fetch */

    enum cpu_stop stop;
    uint32_t stop_arg, stop_addr; /* what is wrong, and at which instruction */
    uint32_t bus_addr;            /* of the access that failed */

    struct {
        uint64_t from_ps, slept_ps;
        uint32_t calls; /* of the function that the parameter core_count_addr names */
    } load;             /* since the last "core" event */
    enum cpu_sleep sleep;
    bool event; /* the event register (ARMv7-M B1.5.18) */
    bool locked_up;
    bool refused;          /* the access to bus_addr that runs now gets a precise bus fault */
    bool imprecise_wanted; /* a posted write was answered with an error */
    uint32_t scratch_page; /* page lent to an access that got a bus error; 0 = none */
    uint32_t dsb_count;    /* DSB instructions executed so far */
    uint32_t entry_pc;     /* reset vector of the table that VTOR was set to; 0 = none awaited */
    bool entry_reached;
    bool flash_guarded;
    uint8_t special[8192]; /* one bit per first half-word: the decoder wants to see it */
};

/* HCLK is about to change: time goes on from here at the new rate. Called by rcc.c. */
void cpu_clock_changed(struct board *b);

/* Memory that may hold code was changed by a model: translated copies are dropped. */
void cpu_code_changed(struct board *b, uint32_t addr, uint32_t bytes);

/* Reads of the flash window reach flash_read_while_busy (armed = true) or go straight to the array. */
void cpu_guard_flash(struct board *b, bool armed);

/* An imprecise bus fault (a posted write was answered with an error): taken before the next
 * instruction. */
void cpu_bus_fault_imprecise(struct board *b);

/* The access that runs now gets a precise bus fault; the instruction itself is carried out. */
void cpu_refuse_access(struct board *b, uint32_t addr);

/* Address of the instruction that runs now, for findings. */
uint32_t cpu_pc(const struct board *b);

/* Something that the loop must look at (pending interrupt, alarm, reset): the engine stops before
 * the next instruction. */
void cpu_attend(struct board *b);

/* Sets the event register, as an event input of the core does (EXTI in event mode). */
void cpu_send_event(struct board *b);

/* DSB instructions executed so far: unchanged since a mark means no DSB was executed since. */
uint32_t cpu_dsb_count(const struct board *b);

/* For board.c. */
bool cpu_open(struct board *b);
bool cpu_count_calls(struct board *b); /* after cpu_open; cpu_calls.c */
void cpu_close(struct board *b);
void cpu_reset(struct board *b, uint32_t vtor);
void cpu_slice(struct board *b); /* until something happens, at most some 100,000 cycles */
/* Time passes without instructions, at most until at_ps; alarms fire. */
void cpu_pass_time(struct board *b, uint64_t at_ps);

/* For scb.c: CPACR or CCR changed what the decoder has to look at. */
void cpu_decoder_changed(struct board *b);

/* Between cpu.c and cpu_hooks.c. */
bool cpu_add_hooks(struct board *b);
/* engine_speed.c: engine_function finds a function of the library's own, or ends the program. */
void *engine_function(const char *name);
void cpu_replace_slow_parts(void);
void cpu_pages_in_use(struct engine_pages *pages);
void cpu_stop_before(struct board *b); /* at insn_addr */
uint32_t cpu_half_word(const struct board *b, uint32_t addr);

/* Core registers by their UC_ARM_REG_ number. */
uint32_t cpu_reg(const struct board *b, int reg);
void cpu_set_reg(struct board *b, int reg, uint32_t value);

#endif
