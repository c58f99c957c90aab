/* SPDX-License-Identifier: MIT
 * SYSCFG, CRC unit, random number generator, DBGMCU, and the constants in system memory. */
#include "board.h"

#define SYSMEM_BASE    0x1FF0F000u
#define SYSMEM_OTP_END 0x420u
#define SYSMEM_UID     0x420u
#define SYSMEM_SIZE    0x440u /* flash size in the upper half-word */
#define SYSMEM_PACKAGE 0x7E0u
#define CRC_CR_RESET   1u
#define RNG_CR_RNGEN   (1u << 2)

unsigned syscfg_exti_port(const struct board *b, unsigned line)
{
    unsigned port = b->small.exticr[line / 4] >> (4 * (line % 4)) & 0xF;

    return port < GPIO_PORTS ? port : 0;
}

static uint32_t *syscfg_register(struct board *b, uint32_t off)
{
    struct small *s = &b->small;

    switch (off) {
    case 0x00:
        return &s->memrmp;
    case 0x04:
        return &s->pmc;
    case 0x08:
    case 0x0C:
    case 0x10:
    case 0x14:
        return &s->exticr[(off - 8) / 4];
    case 0x1C:
        return &s->cbr;
    case 0x20:
        return &s->cmpcr;
    default:
        return NULL;
    }
}

uint32_t syscfg_read(struct board *b, uint32_t off, unsigned bytes)
{
    uint32_t *reg = syscfg_register(b, off & ~3u);
    uint32_t ready;

    if (reg == NULL) {
        finding(b, RULE_RESERVED_REGISTER, "SYSCFG offset 0x%02X", (unsigned)off);
        return 0;
    }
    ready = reg == &b->small.cmpcr && (*reg & 1) ? 1u << 8 : 0; /* compensation cell READY */
    return reg_part(*reg | ready, off, bytes);
}

void syscfg_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    uint32_t *reg = syscfg_register(b, off & ~3u);

    if (reg == NULL) {
        finding(b, RULE_RESERVED_REGISTER, "SYSCFG offset 0x%02X", (unsigned)off);
        return;
    }
    value = reg_merge(*reg, off, bytes, value);
    if (reg == &b->small.memrmp) {
        if (value & 0xD00)
            finding(b, RULE_SYSCFG_REMAP, "MEMRMP = 0x%08X", (unsigned)value);
        value &= ~1u; /* MEM_BOOT is read-only: booted from BOOT_ADD0 */
    } else if (reg == &b->small.cbr) {
        value = (value | *reg) & 5; /* CLL and PVDL are set until the next reset */
    } else if (reg == &b->small.cmpcr) {
        value &= 1;
    } else if (reg != &b->small.pmc) {
        value &= 0xFFFF;
    }
    *reg = value;
    exti_pins_changed(b);
}

void syscfg_reset(struct board *b)
{
    struct small *s = &b->small;

    s->memrmp = s->pmc = s->cbr = s->cmpcr = 0;
    for (unsigned i = 0; i < 4; i++)
        s->exticr[i] = 0;
    exti_pins_changed(b);
}

static uint32_t reverse(uint32_t value, unsigned bits)
{
    uint32_t out = 0;

    for (unsigned i = 0; i < bits; i++)
        out |= (value >> i & 1) << (bits - 1 - i);
    return out;
}

/* REV_IN reverses the bits within bytes, half-words or the word, as far as the data is wide. */
static uint32_t reverse_input(uint32_t value, unsigned bits, unsigned rev_in)
{
    unsigned unit = rev_in == 0 ? 1 : 4u << rev_in;
    uint32_t out = 0;

    if (unit > bits)
        unit = bits;
    for (unsigned at = 0; at < bits && unit > 1; at += unit)
        out |= reverse(value >> at, unit) << at;
    return unit > 1 ? out : value;
}

static void crc_feed(struct small *s, uint32_t value, unsigned bits)
{
    static const uint8_t width_of[] = {32, 16, 8, 7};
    unsigned width = width_of[s->crc_cr >> 3 & 3];
    uint32_t top = 1u << (width - 1), mask = width == 32 ? UINT32_MAX : (1u << width) - 1;
    uint32_t crc = s->crc_dr & mask;

    value = reverse_input(value, bits, s->crc_cr >> 5 & 3);
    for (unsigned i = bits; i-- > 0;) {
        bool one = ((crc & top) != 0) != ((value >> i & 1) != 0);

        crc = (crc << 1 & mask) ^ (one ? s->crc_pol & mask : 0);
    }
    s->crc_dr = crc;
}

uint32_t crc_read(struct board *b, uint32_t off, unsigned bytes)
{
    const struct small *s = &b->small;
    static const uint8_t width_of[] = {32, 16, 8, 7};
    uint32_t value = 0;

    switch (off & ~3u) {
    case 0x00:
        value = s->crc_cr & 0x80 ? reverse(s->crc_dr, width_of[s->crc_cr >> 3 & 3]) : s->crc_dr;
        break;
    case 0x04:
        value = s->crc_idr;
        break;
    case 0x08:
        value = s->crc_cr;
        break;
    case 0x10:
        value = s->crc_init;
        break;
    case 0x14:
        value = s->crc_pol;
        break;
    default:
        finding(b, RULE_RESERVED_REGISTER, "CRC offset 0x%02X", (unsigned)off);
    }
    return reg_part(value, off, bytes);
}

void crc_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    struct small *s = &b->small;

    switch (off) {
    case 0x00:
        crc_feed(s, value, 8 * bytes);
        break;
    case 0x04:
        s->crc_idr = value & 0xFF;
        break;
    case 0x08:
        s->crc_cr = value & 0xF8;
        if (value & CRC_CR_RESET)
            s->crc_dr = s->crc_init;
        break;
    case 0x10:
        s->crc_init = value;
        s->crc_dr = value;
        break;
    case 0x14:
        s->crc_pol = value;
        break;
    default:
        finding(b, RULE_RESERVED_REGISTER, "CRC offset 0x%02X written", (unsigned)off);
    }
}

void crc_reset(struct board *b)
{
    struct small *s = &b->small;

    s->crc_dr = s->crc_init = UINT32_MAX;
    s->crc_idr = s->crc_cr = 0;
    s->crc_pol = 0x04C11DB7;
}

/* A 32-bit word every 40 periods of the 48 MHz clock; without that clock, a clock error. */
uint32_t rng_read(struct board *b, uint32_t off, unsigned bytes)
{
    struct small *s = &b->small;
    bool on = (s->rng_cr & RNG_CR_RNGEN) != 0, ready = on && now_ps(b) >= s->rng_ready_ps;
    uint32_t value = 0;

    if (off / 4 == 0) {
        value = s->rng_cr;
    } else if (off / 4 == 1) {
        value = rcc_clk48_hz(b) != 0 ? ready : 2;
    } else if (off / 4 == 2) {
        value = ready && rcc_clk48_hz(b) != 0 ? board_random(b) : 0;
        s->rng_ready_ps = now_ps(b) + 834 * PS_PER_NS;
    } else {
        finding(b, RULE_RESERVED_REGISTER, "RNG offset 0x%02X", (unsigned)off);
    }
    return reg_part(value, off, bytes);
}

void rng_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    if (off == 0) {
        if (value & 1u << 3)
            finding(b, RULE_RNG_MODE, "CR.IE is set (%u bytes)", bytes);
        b->small.rng_cr = value & 0xC;
        b->small.rng_ready_ps = now_ps(b) + 834 * PS_PER_NS;
    } else if (off != 4) { /* SR: the interrupt flags are never set */
        finding(b, RULE_RESERVED_REGISTER, "RNG offset 0x%02X written", (unsigned)off);
    }
}

void rng_reset(struct board *b)
{
    b->small.rng_cr = 0;
}

uint32_t dbgmcu_read(struct board *b, uint32_t off, unsigned bytes)
{
    const struct small *s = &b->small;
    uint32_t regs[] = {(uint32_t)param(b, PARAM_IDCODE), s->dbg_cr, s->dbg_apb1_fz, s->dbg_apb2_fz};

    return reg_part(regs[off / 4 & 3], off, bytes);
}

void dbgmcu_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    struct small *s = &b->small;
    uint32_t *regs[] = {NULL, &s->dbg_cr, &s->dbg_apb1_fz, &s->dbg_apb2_fz};
    uint32_t *reg = regs[off / 4 & 3];

    if (reg != NULL)
        *reg = reg_merge(*reg, off, bytes, value);
}

/* OTP reads blank: programming it is refused like other system memory. */
uint32_t sysmem_read(struct board *b, uint32_t off, unsigned bytes)
{
    static const uint32_t uid[3] = {0x00240037, 0x3137510F, 0x36303436};
    uint32_t word = UINT32_MAX;

    if (off >= SYSMEM_UID && off < SYSMEM_UID + 12)
        word = uid[(off - SYSMEM_UID) / 4] ^ (off < SYSMEM_UID + 4 ? b->options.seed : 0);
    else if (off / 4 == SYSMEM_SIZE / 4)
        word = flash_size_bytes(b) / 1024 << 16 | 0xFFFF;
    else if (off / 4 == SYSMEM_PACKAGE / 4)
        word = 0xFFFFFAFF; /* bits 10:8 = 010: LQFP144 */
    else if (off >= SYSMEM_OTP_END)
        finding(b, RULE_RESERVED_REGISTER, "system memory 0x%08X", (unsigned)(SYSMEM_BASE + off));
    return reg_part(word, off, bytes);
}

void sysmem_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    finding(b, RULE_FLASH_PROTECTED, "store of %u bytes (0x%X) to 0x%08X", bytes, (unsigned)value,
            (unsigned)(SYSMEM_BASE + off));
    flash_error(b, FLASH_SR_WRPERR);
}

void small_reset(struct board *b)
{
    syscfg_reset(b);
    crc_reset(b);
    rng_reset(b);
}

void small_power_on(struct board *b)
{
    b->small.dbg_cr = b->small.dbg_apb1_fz = b->small.dbg_apb2_fz = 0;
}
