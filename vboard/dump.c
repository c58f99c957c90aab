/* SPDX-License-Identifier: MIT
 * Every readable register as "NAME value" lines. Registers are read through the models, whose
 * reads may have side effects, so the board's state is put back afterwards: it is plain data. */
#include <stdlib.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "board.h"

static const struct {
    const char *name;
    uint32_t addr;
} registers[] = {
#define X(name, addr) {#name, addr},
#include "registers.def"
#undef X
};

static const struct {
    const char *name;
    int reg;
} core[] = {
    {"LR", UC_ARM_REG_LR},
    {"MSP", UC_ARM_REG_MSP},
    {"PSP", UC_ARM_REG_PSP},
    {"XPSR", UC_ARM_REG_XPSR},
    {"PRIMASK", UC_ARM_REG_PRIMASK},
    {"BASEPRI", UC_ARM_REG_BASEPRI},
    {"FAULTMASK", UC_ARM_REG_FAULTMASK},
    {"CONTROL", UC_ARM_REG_CONTROL},
    {"FPSCR", UC_ARM_REG_FPSCR},
};

static bool is_rcc(uint32_t addr)
{
    return addr - 0x40023800u < 0x400;
}

/* With all clocks on: what a peripheral holds counts, not what a read without its clock returns. */
static uint32_t peek(struct board *b, uint32_t addr)
{
    const struct bus_window *w = bus_window_at(addr);
    struct rcc saved = b->rcc;
    uint32_t value;

    if (!is_rcc(addr))
        for (uint32_t enr = 0x30; enr <= 0x44; enr += 4)
            b->rcc.reg[enr / 4] = 0xFFFFFFFF;
    value = w && w->read ? w->read(b, addr - w->base, 4) : 0;
    b->rcc = saved;
    return value;
}

void vboard_dump_state(struct board *b, FILE *out)
{
    struct board *saved = malloc(sizeof *saved);

    if (!saved) {
        fprintf(stderr, "vboard: no memory for a dump\n");
        return;
    }
    memcpy(saved, b, sizeof *b);
    b->trace.muted = true;
    fprintf(out, "PC 0x%08x\n", b->cpu.pc);
    for (size_t i = 0; i < sizeof core / sizeof *core; i++)
        fprintf(out, "%s 0x%08x\n", core[i].name, cpu_reg(b, core[i].reg));
    for (size_t i = 0; i < sizeof registers / sizeof *registers; i++)
        fprintf(out, "%s 0x%08x\n", registers[i].name, peek(b, registers[i].addr));
    memcpy(b, saved, sizeof *b);
    free(saved);
}
