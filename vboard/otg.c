/* SPDX-License-Identifier: MIT
 * OTG_FS on the bus: which register an access reaches, in which mode, in which width.
 * Next: otg_global.c. */
#include "otg_regs.h"

static uint32_t read_host(struct board *b, uint32_t off)
{
    struct otg *o = &b->otg;

    switch (off) {
    case OTG_HCFG:
        return o->hcfg;
    case OTG_HFIR:
        return o->hfir;
    case OTG_HFNUM:
        return otg_hfnum_read(b);
    case OTG_HPTXSTS:
        return otg_fifo_status_read(b, &o->p);
    case OTG_HAINT:
        return otg_haint(b);
    case OTG_HAINTMSK:
        return o->haintmsk;
    case OTG_HPRT:
        return otg_hprt_read(b);
    default:
        break;
    }
    if (off >= OTG_HC_FIRST && off < OTG_HC_FIRST + 16 * 0x20)
        return otg_channel_read(b, (off - OTG_HC_FIRST) / 0x20, off % 0x20);
    finding(b, RULE_OTG_UNMODELLED, "read of offset 0x%03x", off);
    return 0;
}

static void write_host(struct board *b, uint32_t off, uint32_t v)
{
    struct otg *o = &b->otg;

    switch (off) {
    case OTG_HCFG:
        otg_hcfg_write(b, v);
        return;
    case OTG_HFIR:
        o->hfir = v & (HFIR_FRIVL | HFIR_RLDCTRL);
        o->hfir_written = true; /* until then FSLSPCS alone makes 1 ms frames */
        return;
    case OTG_HAINTMSK:
        o->haintmsk = v & 0xFFFF;
        return;
    case OTG_HPRT:
        otg_hprt_write(b, v);
        return;
    case OTG_HFNUM:
    case OTG_HPTXSTS:
    case OTG_HAINT:
        return;
    default:
        break;
    }
    if (off >= OTG_HC_FIRST && off < OTG_HC_FIRST + 16 * 0x20)
        otg_channel_write(b, (off - OTG_HC_FIRST) / 0x20, off % 0x20, v);
    else
        finding(b, RULE_OTG_UNMODELLED, "0x%08x written to offset 0x%03x", v, off);
}

/* False if the access belongs to the other mode: it is answered, but does nothing and sets MMIS.
 * HPRT can be reached in both. */
static bool mode_matches(struct board *b, uint32_t off, const char *verb)
{
    struct otg *o = &b->otg;
    bool host_reg = off >= OTG_HOST_FIRST && off < OTG_DEVICE_FIRST && off != OTG_HPRT;
    bool device_reg = off >= OTG_DEVICE_FIRST && off < OTG_PCGCCTL;

    if (device_reg && !o->host)
        finding(b, RULE_OTG_DEVICE_MODE, "%s of offset 0x%03x", verb, off);
    if (!(host_reg && !o->host) && !(device_reg && o->host))
        return !device_reg;
    o->gintsts |= GINTSTS_MMIS;
    /* Until HFIR is programmed the core times frames by FSLSPCS: a lost early write harms nobody
     * that programs it after the port is enabled, as it must be. Known stacks do so. */
    finding(b, off == OTG_HFIR ? RULE_OTG_HFIR_EARLY : RULE_OTG_WRONG_MODE,
            "%s of offset 0x%03x in %s mode", verb, off, o->host ? "host" : "device");
    return false;
}

static uint32_t read_word(struct board *b, uint32_t off)
{
    if (off >= OTG_DEBUG_RAM)
        return (off - OTG_DEBUG_RAM) / 4 < OTG_FIFO_WORDS ? b->otg.ram[(off - OTG_DEBUG_RAM) / 4]
                                                          : 0;
    if (off >= OTG_FIFO_FIRST)
        return otg_rx_read(b);
    if (!mode_matches(b, off, "read"))
        return 0;
    if (off >= OTG_HOST_FIRST && off < OTG_DEVICE_FIRST)
        return read_host(b, off);
    return otg_global_read(b, off);
}

uint32_t otg_read(struct board *b, uint32_t off, unsigned bytes)
{
    if (bytes != 4)
        finding(b, RULE_OTG_WIDTH, "%u-byte read of offset 0x%05x", bytes, off);
    otg_settle(b, off);
    uint32_t value = read_word(b, off & ~3u);
    if (off == OTG_GRXSTSP || off >= OTG_FIFO_FIRST)
        otg_update(b);
    return bytes == 4 ? value : value >> 8 * (off & 3) & ((1u << 8 * bytes) - 1);
}

static void write_word(struct board *b, uint32_t off, uint32_t v)
{
    if (off >= OTG_DEBUG_RAM) {
        if ((off - OTG_DEBUG_RAM) / 4 < OTG_FIFO_WORDS)
            b->otg.ram[(off - OTG_DEBUG_RAM) / 4] = v;
    } else if (off >= OTG_FIFO_FIRST) {
        otg_tx_write(b, off / 0x1000 - 1, v);
    } else if (mode_matches(b, off, "write")) {
        if (off >= OTG_HOST_FIRST && off < OTG_DEVICE_FIRST)
            write_host(b, off, v);
        else
            otg_global_write(b, off, v);
    }
}

void otg_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    otg_settle(b, off);
    if (bytes != 4) {
        finding(b, RULE_OTG_WIDTH, "%u-byte write to offset 0x%05x", bytes, off);
        return;
    }
    if (b->otg.resetting || (b->otg.flushing && off != OTG_GRSTCTL)) {
        finding(b, RULE_OTG_IN_RESET, "write to offset 0x%05x during a %s", off,
                b->otg.resetting ? "core reset" : "FIFO flush");
        if (b->otg.resetting)
            return;
    }
    write_word(b, off, value);
    otg_update(b);
}
