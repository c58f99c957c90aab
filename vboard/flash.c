/* SPDX-License-Identifier: MIT
 * The flash controller's registers: keys, locks, status, wait states (RM0410 3.7). */
#include "board.h"

#define ACR_WRITABLE 0x00000B0Fu
#define CR_WRITABLE  0x830183FFu
#define SR_CLEARABLE 0x000000F3u

static const uint32_t cr_keys[2] = {0x45670123, 0xCDEF89AB};
static const uint32_t option_keys[2] = {0x08192A3B, 0x4C5D6E7F};

bool flash_busy(const struct board *b)
{
    return b->flash.op.kind != FLASH_IDLE;
}

uint32_t flash_size_bytes(const struct board *b)
{
    uint32_t bytes = b->options.flash_size_kb * 1024;

    return bytes == 0 || bytes > FLASH_ARRAY_BYTES ? FLASH_ARRAY_BYTES : bytes;
}

uint32_t flash_options(const struct board *b)
{
    return b->flash.loaded_optcr;
}

/* Highest HCLK in MHz per wait state, by supply (RM0410 3.3.2, table 7). */
void flash_check_latency(struct board *b)
{
    static const struct {
        uint16_t from_mv, step_mhz;
    } ranges[] = {{2700, 30}, {2400, 24}, {2100, 22}, {0, 20}};
    uint32_t latency = b->flash.acr & 0xF, hclk = rcc_hclk_hz(b), limit_mhz;
    unsigned i = 0;

    while (b->pwr.supply_mv < ranges[i].from_mv)
        i++;
    limit_mhz = (latency + 1) * ranges[i].step_mhz;
    if (hclk - hclk / 64 > limit_mhz * 1000000u)
        finding(b, RULE_FLASH_LATENCY, "%u wait states at HCLK %u Hz and %u mV: at most %u MHz",
                (unsigned)latency, (unsigned)hclk, (unsigned)b->pwr.supply_mv, (unsigned)limit_mhz);
}

void flash_update_irq(struct board *b)
{
    const struct flash *f = &b->flash;

    nvic_line(b, IRQ_FLASH,
              (f->sr & FLASH_SR_EOP && f->cr & FLASH_CR_EOPIE) ||
                  (f->sr & FLASH_SR_OPERR && f->cr & FLASH_CR_ERRIE));
}

void flash_error(struct board *b, uint32_t bits)
{
    b->flash.sr |= bits;
    if (b->flash.cr & FLASH_CR_ERRIE)
        b->flash.sr |= FLASH_SR_OPERR;
    flash_update_irq(b);
}

bool flash_check_posted(struct board *b, const char *what)
{
    struct flash *f = &b->flash;

    if (f->posted && f->posted_dsb == cpu_dsb_count(b)) {
        f->posted = false;
        finding(b, RULE_FLASH_NO_DSB, "%s after a flash store without a DSB between", what);
        return true;
    }
    f->posted = false;
    return false;
}

void flash_write_key(struct board *b, enum flash_key *state, const uint32_t keys[2], uint32_t value)
{
    if (*state == KEY_LOCKED && value == keys[0]) {
        *state = KEY_FIRST_SEEN;
    } else if (*state == KEY_FIRST_SEEN && value == keys[1]) {
        *state = KEY_OPEN;
    } else {
        finding(b, RULE_FLASH_KEY, "0x%08X is not the key expected: locked until the next reset",
                (unsigned)value);
        *state = KEY_BLOCKED;
        cpu_bus_fault_imprecise(b);
    }
}

static void write_keyr(struct board *b, uint32_t value)
{
    struct flash *f = &b->flash;

    flash_write_key(b, &f->key, cr_keys, value);
    if (f->key == KEY_OPEN)
        f->cr &= ~FLASH_CR_LOCK;
    else
        f->cr |= FLASH_CR_LOCK;
}

static void write_optkeyr(struct board *b, uint32_t value)
{
    struct flash *f = &b->flash;

    flash_write_key(b, &f->option_key, option_keys, value);
    if (f->option_key == KEY_OPEN)
        f->optcr &= ~FLASH_OPTLOCK;
    else
        f->optcr |= FLASH_OPTLOCK;
}

/* A write that must wait for the end of the operation holds the bus up (RM0410 3.7.5). */
static void wait_idle(struct board *b, const char *name)
{
    if (!flash_busy(b))
        return;
    finding(b, RULE_FLASH_REG_BUSY, "%s written while BSY is 1", name);
    board_stall_until(b, b->flash.busy_until_ps);
}

static void write_cr(struct board *b, uint32_t value)
{
    struct flash *f = &b->flash;

    flash_check_posted(b, "FLASH_CR written");
    if (f->cr & FLASH_CR_LOCK) {
        if (value != f->cr)
            finding(b, RULE_FLASH_LOCKED, "FLASH_CR = 0x%08X while LOCK is 1: ignored",
                    (unsigned)value);
        return;
    }
    wait_idle(b, "FLASH_CR");
    f->cr = value & CR_WRITABLE & ~FLASH_CR_STRT;
    if (f->cr & FLASH_CR_LOCK)
        f->key = KEY_LOCKED;
    flash_update_irq(b);
    if ((value & FLASH_CR_STRT) && (f->cr & FLASH_CR_LOCK) == 0)
        flash_start_erase(b);
}

static void write_acr(struct board *b, uint32_t value)
{
    uint32_t old = b->flash.acr;

    value &= ACR_WRITABLE;
    if ((value & 1u << 11) && (old & 1u << 9) && (value & 1u << 9)) {
        finding(b, RULE_FLASH_ART, "ARTRST set while ARTEN is 1: no effect");
        value &= ~(1u << 11);
    }
    b->flash.acr = value;
    if ((old ^ value) & 0xF)
        flash_check_latency(b);
}

uint32_t flash_reg_read(struct board *b, uint32_t off, unsigned bytes)
{
    const struct flash *f = &b->flash;
    uint32_t value = 0;

    switch (off & ~3u) {
    case 0x00:
        value = f->acr;
        break;
    case 0x04: /* KEYR and OPTKEYR read 0 */
    case 0x08:
        break;
    case 0x0C: /* a store that has not arrived yet has not set BSY either */
        value = f->sr;
        if (flash_check_posted(b, "FLASH_SR read"))
            value &= ~FLASH_SR_BSY;
        break;
    case 0x10:
        value = f->cr;
        break;
    case 0x14:
        value = f->optcr;
        break;
    case 0x18:
        value = f->optcr1;
        break;
    default:
        finding(b, RULE_RESERVED_REGISTER, "FLASH offset 0x%02X", (unsigned)off);
    }
    return reg_part(value, off, bytes);
}

void flash_reg_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    struct flash *f = &b->flash;

    if ((off == 0x04 || off == 0x08) && bytes != 4)
        finding(b, RULE_FLASH_KEY, "key register written with %u bytes", bytes);
    switch (off & ~3u) {
    case 0x00:
        write_acr(b, reg_merge(f->acr, off, bytes, value));
        break;
    case 0x04:
        write_keyr(b, value);
        break;
    case 0x08:
        write_optkeyr(b, value);
        break;
    case 0x0C:
        f->sr &= ~(reg_merge(0, off, bytes, value) & SR_CLEARABLE);
        flash_update_irq(b);
        break;
    case 0x10:
        write_cr(b, reg_merge(f->cr, off, bytes, value));
        break;
    case 0x14:
        wait_idle(b, "FLASH_OPTCR");
        flash_write_optcr(b, reg_merge(f->optcr, off, bytes, value));
        break;
    case 0x18:
        wait_idle(b, "FLASH_OPTCR1");
        flash_write_optcr1(b, reg_merge(f->optcr1, off, bytes, value));
        break;
    default:
        finding(b, RULE_RESERVED_REGISTER, "FLASH offset 0x%02X", (unsigned)off);
    }
}

void flash_start(struct board *b)
{
    b->flash.stored_optcr = b->options.optcr & ~(FLASH_OPTLOCK | FLASH_OPTSTRT);
    b->flash.stored_optcr1 = b->options.optcr1;
}

void flash_power_off(struct board *b)
{
    if (flash_busy(b))
        flash_tear(b);
    flash_run_flush(b);
}

void flash_power_on(struct board *b)
{
    flash_draw_weak(b);
}

/* Everything but the array and the option bytes; an operation that was running is torn. */
void flash_reset(struct board *b)
{
    struct flash *f = &b->flash;

    if (flash_busy(b))
        flash_tear(b);
    flash_run_flush(b);
    alarm_cancel(b, ALARM_FLASH_DONE);
    cpu_guard_flash(b, false);
    f->op.kind = FLASH_IDLE;
    f->acr = f->sr = 0;
    f->cr = FLASH_CR_LOCK;
    f->key = f->option_key = KEY_LOCKED;
    f->posted = false;
    f->loaded_optcr = f->stored_optcr;
    f->loaded_optcr1 = f->stored_optcr1;
    f->optcr = f->stored_optcr | FLASH_OPTLOCK;
    f->optcr1 = f->stored_optcr1;
    flash_update_irq(b);
}
