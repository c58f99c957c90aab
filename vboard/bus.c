/* SPDX-License-Identifier: MIT
 * The address map behind the memories (RM0410 table 1). One engine region per window, so that a
 * reserved address stays unmapped and becomes a bus error. */
#include "bus.h"

#include <stdio.h>
#include <unicorn/unicorn.h>

#include "board.h"
#include "chip.h"

#define NOT_MODELLED(name, base, bytes, gate) {name, base, bytes, gate, NULL, NULL},

static const struct bus_window windows[] = {
#define X(name, base, bytes, gate, read, write) {#name, base, bytes, gate, read, write},
#include "chip_map.def"
#undef X
    {"PPB", 0xE0000000, 0x42000, RCC_GATE_NONE, scb_read, scb_write},
    {"PPB", 0xE0042400, 0xBDC00, RCC_GATE_NONE, NULL, NULL},
    NOT_MODELLED("ROM", 0x1FF00000, 0xF000, RCC_GATE_NONE)
        NOT_MODELLED("ROM", 0x00100000, 0xF000, RCC_GATE_NONE)
    /* What the STM32F767 has and this board does not model. */
    NOT_MODELLED("TIM12", 0x40001800, 0x400, RCC_GATE(0x40, 6)) NOT_MODELLED(
        "TIM13", 0x40001C00, 0x400,
        RCC_GATE(0x40, 7)) NOT_MODELLED("TIM14", 0x40002000, 0x400,
                                        RCC_GATE(0x40, 8)) NOT_MODELLED("LPTIM1", 0x40002400, 0x400,
                                                                        RCC_GATE(0x40, 9))
        NOT_MODELLED("CAN3", 0x40003400, 0x400, RCC_GATE(0x40, 13)) NOT_MODELLED(
            "SPI2", 0x40003800, 0x400, RCC_GATE(0x40, 14)) NOT_MODELLED("SPI3", 0x40003C00, 0x400,
                                                                        RCC_GATE(0x40, 15))
            NOT_MODELLED("SPDIFRX", 0x40004000, 0x400, RCC_GATE(0x40, 16)) NOT_MODELLED(
                "USART2", 0x40004400, 0x400,
                RCC_GATE(0x40, 17)) NOT_MODELLED("UART5", 0x40005000, 0x400, RCC_GATE(0x40, 20))
                NOT_MODELLED("I2C1", 0x40005400, 0x400, RCC_GATE(0x40, 21)) NOT_MODELLED(
                    "I2C2",
                    0x40005800, 0x400,
                    RCC_GATE(0x40, 22)) NOT_MODELLED("I2C3", 0x40005C00, 0x400, RCC_GATE(0x40, 23))
                    NOT_MODELLED("I2C4", 0x40006000, 0x400, RCC_GATE(0x40, 24)) NOT_MODELLED(
                        "CAN1", 0x40006400,
                        0x400,
                        RCC_GATE(0x40,
                                 25)) NOT_MODELLED("CAN2", 0x40006800, 0x400, RCC_GATE(0x40, 26))
                        NOT_MODELLED("CEC", 0x40006C00, 0x400, RCC_GATE(0x40, 27)) NOT_MODELLED(
                            "DAC", 0x40007400, 0x400,
                            RCC_GATE(
                                0x40,
                                29)) NOT_MODELLED("UART7", 0x40007800, 0x400, RCC_GATE(0x40, 30))
                            NOT_MODELLED("UART8", 0x40007C00, 0x400, RCC_GATE(0x40, 31)) NOT_MODELLED(
                                "USART1", 0x40011000,
                                0x400,
                                RCC_GATE(0x44,
                                         4)) NOT_MODELLED("USART6", 0x40011400, 0x400,
                                                          RCC_GATE(0x44, 5))
                                NOT_MODELLED("SDMMC2", 0x40011C00, 0x400, RCC_GATE(0x44, 7)) NOT_MODELLED(
                                    "ADC", 0x40012000, 0x400,
                                    RCC_GATE(0x44,
                                             8)) NOT_MODELLED("SDMMC1", 0x40012C00, 0x400,
                                                              RCC_GATE(0x44, 11))
                                    NOT_MODELLED(
                                        "SPI1",
                                        0x40013000,
                                        0x400,
                                        RCC_GATE(
                                            0x44,
                                            12)) NOT_MODELLED("SPI4", 0x40013400, 0x400,
                                                              RCC_GATE(0x44, 13))
                                        NOT_MODELLED(
                                            "TIM9",
                                            0x40014000,
                                            0x400,
                                            RCC_GATE(
                                                0x44,
                                                16)) NOT_MODELLED("TIM10", 0x40014400, 0x400,
                                                                  RCC_GATE(0x44, 17))
                                            NOT_MODELLED(
                                                "TIM11",
                                                0x40014800,
                                                0x400,
                                                RCC_GATE(
                                                    0x44,
                                                    18)) NOT_MODELLED("SPI5", 0x40015000, 0x400,
                                                                      RCC_GATE(0x44, 20))
                                                NOT_MODELLED(
                                                    "SPI6",
                                                    0x40015400,
                                                    0x400,
                                                    RCC_GATE(
                                                        0x44,
                                                        21)) NOT_MODELLED("SAI1", 0x40015800, 0x400,
                                                                          RCC_GATE(0x44, 22))
                                                    NOT_MODELLED(
                                                        "SAI2",
                                                        0x40015C00,
                                                        0x400,
                                                        RCC_GATE(
                                                            0x44,
                                                            23)) NOT_MODELLED("LTDC", 0x40016800,
                                                                              0x400,
                                                                              RCC_GATE(0x44, 26))
                                                        NOT_MODELLED(
                                                            "DFSDM1", 0x40017400,
                                                            0x400,
                                                            RCC_GATE(
                                                                0x44,
                                                                29)) NOT_MODELLED("MDIOS",
                                                                                  0x40017800, 0x400,
                                                                                  RCC_GATE(0x44, 30))
                                                            NOT_MODELLED(
                                                                "DMA1",
                                                                0x40026000,
                                                                0x400,
                                                                RCC_GATE(
                                                                    0x30,
                                                                    21)) NOT_MODELLED("DMA2",
                                                                                      0x40026400,
                                                                                      0x400,
                                                                                      RCC_GATE(
                                                                                          0x30, 22))
                                                                NOT_MODELLED("ETH", 0x40028000,
                                                                             0x1400,
                                                                             RCC_GATE(0x30, 25))
                                                                    NOT_MODELLED("DMA2D",
                                                                                 0x4002B000, 0xC00,
                                                                                 RCC_GATE(0x30, 23))
                                                                        NOT_MODELLED(
                                                                            "OTG_HS", 0x40040000,
                                                                            0x40000,
                                                                            RCC_GATE(0x30, 29))
                                                                            NOT_MODELLED(
                                                                                "DCMI",
                                                                                0x50050000,
                                                                                0x400,
                                                                                RCC_GATE(0x34, 0))
                                                                                NOT_MODELLED(
                                                                                    "JPEG",
                                                                                    0x50051000,
                                                                                    0x1000,
                                                                                    RCC_GATE(0x34,
                                                                                             1))
                                                                                    NOT_MODELLED(
                                                                                        "FMC",
                                                                                        0xA0000000,
                                                                                        0x1000,
                                                                                        RCC_GATE(
                                                                                            0x38,
                                                                                            0))
                                                                                        NOT_MODELLED(
                                                                                            "QUADSP"
                                                                                            "I",
                                                                                            0xA0001000,
                                                                                            0x1000,
                                                                                            RCC_GATE(
                                                                                                0x38,
                                                                                                1))};

#define WINDOW_COUNT (sizeof windows / sizeof *windows)
_Static_assert(WINDOW_COUNT <= BUS_WINDOWS_MAX, "one link per window");

static uint32_t mapped_bytes(const struct bus_window *w)
{
    return (w->bytes + CPU_PAGE_BYTES - 1) & ~(CPU_PAGE_BYTES - 1);
}

static bool is_modelled(struct board *b, const struct bus_window *w, uint32_t off, const char *verb)
{
    if (w->read && off < w->bytes)
        return true;
    finding(b, RULE_UNMODELLED_PERIPHERAL, "%s %s+0x%x (0x%08x)", verb, w->name, off,
            w->base + off);
    return false;
}

/* Unprivileged code may not touch the private peripheral bus, but for STIR if CCR allows it
 * (ARMv7-M B3.1.1). */
static bool is_refused(struct board *b, uint32_t addr)
{
    if (addr < 0xE0000000 || !(cpu_reg(b, UC_ARM_REG_CONTROL) & 1) ||
        (cpu_reg(b, UC_ARM_REG_IPSR) & 0x1FF))
        return false;
    if (addr == 0xE000EF00 && (b->scb.ccr & CCR_USERSETMPEND))
        return false;
    cpu_refuse_access(b, addr);
    return true;
}

static uint64_t on_read(uc_engine *uc, uint64_t off, unsigned bytes, void *user)
{
    const struct bus_link *link = user;
    const struct bus_window *w = link->window;

    (void)uc;
    if (cpu_block_left(link->board))
        return 0;
    if (is_refused(link->board, w->base + (uint32_t)off) ||
        !chip_gate(link->board, w->gate, w->base + (uint32_t)off) ||
        !is_modelled(link->board, w, (uint32_t)off, "read of"))
        return 0;
    return w->read(link->board, (uint32_t)off, bytes);
}

static void on_write(uc_engine *uc, uint64_t off, unsigned bytes, uint64_t value, void *user)
{
    const struct bus_link *link = user;
    const struct bus_window *w = link->window;

    (void)uc;
    if (cpu_block_left(link->board))
        return;
    if (!is_refused(link->board, w->base + (uint32_t)off) &&
        chip_gate(link->board, w->gate, w->base + (uint32_t)off) &&
        is_modelled(link->board, w, (uint32_t)off, "write to"))
        w->write(link->board, (uint32_t)off, bytes, (uint32_t)value);
}

bool bus_open(struct board *b)
{
    for (unsigned i = 0; i < WINDOW_COUNT; i++) {
        struct bus_link *link = &b->bus.link[i];

        link->board = b;
        link->window = &windows[i];
        if (uc_mmio_map(b->cpu.uc, windows[i].base, mapped_bytes(&windows[i]), on_read, link,
                        on_write, link)) {
            fprintf(stderr, "vboard: window %s cannot be mapped\n", windows[i].name);
            return false;
        }
    }
    return true;
}

void bus_fetch(struct board *b, uint32_t addr)
{
    const struct bus_window *w = bus_window_at(addr);

    if (w && !w->read)
        is_modelled(b, w, addr - w->base, "execution of");
}

const struct bus_window *bus_window_at(uint32_t addr)
{
    for (unsigned i = 0; i < WINDOW_COUNT; i++)
        if (addr - windows[i].base < mapped_bytes(&windows[i]))
            return &windows[i];
    return NULL;
}
