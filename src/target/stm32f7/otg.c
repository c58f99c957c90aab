/* SPDX-License-Identifier: MIT
 * OTG_FS as a USB host: core and port (RM0410 37.15 and 37.16.2). Slave mode, polled.
 *
 * HPRT holds bits that act when they are written back as read, PENA above all: every write goes
 * through port_write. After each core reset GUSBCFG is written in full and no host register is
 * touched before CMOD reads 1, because whether FHMOD outlives CSRST differs between manuals. */
#include "target/stm32f7/otg.h"

#include "port/clock.h"
#include "port/hc.h"
#include "target/stm32f7/gpio.h"
#include "target/stm32f7/rcc.h"
#include "target/stm32f7/regs_otg.h"
#include "target/stm32f7/regs_rcc.h"
#include "target/stm32f7/wait.h"
#include "target/stm32f7/wiring.h"

#define CORE_LIMIT_MS      10u  /* AHB idle, CSRST, FIFO flush: a few clocks each */
#define HOST_MODE_MIN_MS   25u  /* FHMOD takes effect after this (RM0410 37.15.4) */
#define HOST_MODE_LIMIT_MS 200u /* what vendors' code grants it */

/* FIFO RAM in words, 320 in all. Receive: three 64-byte packets with room for status words;
 * no periodic packets are sent, 16 is the smallest depth. */
#define RX_WORDS  192u
#define NP_WORDS  112u
#define PER_WORDS 16u
_Static_assert(RX_WORDS + NP_WORDS + PER_WORDS == 320u, "FIFO RAM of OTG_FS");

#define FRAME_CLOCKS 48000u /* 1 ms of the 48 MHz PHY clock */

static struct {
    enum { CORE_OFF, CORE_UP, CORE_LOST } state;
    bool attached;     /* as seen last */
    bool disconnected; /* since hc_was_disconnected was asked */
} core;

static bool core_reset(void)
{
    if (!wait_reg(&OTG->GRSTCTL, GRSTCTL_AHBIDL, GRSTCTL_AHBIDL, CORE_LIMIT_MS))
        return false;
    OTG->GRSTCTL = GRSTCTL_CSRST;
    /* CSRST never clears without the 48 MHz clock. Three PHY clocks later the core can be used;
     * the register accesses that follow take longer. */
    return wait_reg(&OTG->GRSTCTL, GRSTCTL_CSRST, 0, CORE_LIMIT_MS) &&
           wait_reg(&OTG->GRSTCTL, GRSTCTL_AHBIDL, GRSTCTL_AHBIDL, CORE_LIMIT_MS);
}

static bool host_mode(void)
{
    OTG->GCCFG = GCCFG_PWRDWN;
    OTG->GUSBCFG = GUSBCFG_PHYSEL | GUSBCFG_TRDT(6) | GUSBCFG_TOCAL(7) | GUSBCFG_FHMOD;
    uint32_t start_ms = clock_ms();
    uint32_t passed_ms = 0;
    while (passed_ms <= HOST_MODE_LIMIT_MS) {
        if (passed_ms > HOST_MODE_MIN_MS && (OTG->GINTSTS & GINTSTS_CMOD) != 0)
            return true;
        clock_idle();
        passed_ms = clock_ms() - start_ms;
    }
    return false;
}

static bool set_up_fifos(void)
{
    OTG->GRXFSIZ = RX_WORDS;
    OTG->HNPTXFSIZ = NP_WORDS << 16 | RX_WORDS;
    OTG->HPTXFSIZ = PER_WORDS << 16 | (RX_WORDS + NP_WORDS);
    OTG->GRSTCTL = GRSTCTL_TXFNUM_ALL | GRSTCTL_TXFFLSH;
    if (!wait_reg(&OTG->GRSTCTL, GRSTCTL_TXFFLSH, 0, CORE_LIMIT_MS))
        return false;
    OTG->GRSTCTL = GRSTCTL_RXFFLSH;
    return wait_reg(&OTG->GRSTCTL, GRSTCTL_RXFFLSH, 0, CORE_LIMIT_MS);
}

/* Read-modify-write of HPRT without its traps. */
static void port_write(uint32_t clear, uint32_t set)
{
    OTG->HPRT = (OTG->HPRT & ~(HPRT_WRITE_TRAPS | clear)) | set;
}

static void set_up_host(void)
{
    OTG->PCGCCTL = 0;
    OTG->HCFG = HCFG_FSLSPCS_48MHZ;
    OTG->HFIR = HFIR_RLDCTRL | FRAME_CLOCKS; /* FRIVL again once the port is enabled */
    for (uint32_t n = 0; n < OTG_CHANNELS; n++) {
        OTG->HC[n].HCINTMSK = 0;
        OTG->HC[n].HCINT = HCINT_ALL;
    }
    OTG->HAINTMSK = 0;
    OTG->GINTMSK = 0;
    OTG->GOTGINT = 0xFFFFFFFFu;
    OTG->GINTSTS = 0xFFFFFFFFu;
    OTG->GAHBCFG = GAHBCFG_GINT;
    port_write(0, HPRT_PPWR);
}

enum bl_rc hc_init(void)
{
    otg_channel_forget();
    core.state = CORE_OFF;
    core.attached = false;
    if (!rcc_usb_clock_ok())
        return BL_E_USB_CORE;
    gpio_make_alternate(wiring.usb_dm, wiring.usb_af, true);
    gpio_make_alternate(wiring.usb_dp, wiring.usb_af, true);
    RCC->AHB2ENR |= RCC_AHB2_OTGFS;
    (void)RCC->AHB2ENR;
    RCC->AHB2RSTR |= RCC_AHB2_OTGFS;
    RCC->AHB2RSTR &= ~RCC_AHB2_OTGFS;
    OTG->GAHBCFG = 0;
    OTG->GUSBCFG |= GUSBCFG_PHYSEL;
    if (!core_reset() || !host_mode() || !set_up_fifos())
        return BL_E_USB_CORE;
    set_up_host();
    core.state = CORE_UP;
    return BL_OK;
}

void hc_deinit(void)
{
    hc_vbus(false);
    otg_channel_forget();
    core.state = CORE_OFF;
    RCC->AHB2RSTR |= RCC_AHB2_OTGFS;
    RCC->AHB2RSTR &= ~RCC_AHB2_OTGFS;
    RCC->AHB2ENR &= ~RCC_AHB2_OTGFS;
}

void hc_vbus(bool on)
{
    gpio_set(wiring.vbus_switch, on);
}

bool hc_overcurrent(void)
{
    return !gpio_get(wiring.vbus_fault);
}

/* DISCINT may come without a disconnect (the port is enabled still), and a short disconnect may
 * show only as a second PCDET. */
static void port_poll(void)
{
    uint32_t hprt = OTG->HPRT;
    bool attached = (hprt & HPRT_PCSTS) != 0;
    bool interrupted = (OTG->GINTSTS & GINTSTS_DISCINT) != 0 && (hprt & HPRT_PENA) == 0;
    if (core.attached && (!attached || interrupted || (hprt & HPRT_PCDET) != 0))
        core.disconnected = true;
    core.attached = attached;
    OTG->GINTSTS = GINTSTS_DISCINT;
    uint32_t changes = hprt & (HPRT_PCDET | HPRT_PENCHNG | HPRT_POCCHNG);
    if (changes != 0)
        OTG->HPRT = (hprt & ~HPRT_WRITE_TRAPS) | changes;
}

bool hc_connected(void)
{
    if (core.state == CORE_LOST && hc_init() != BL_OK)
        return false;
    if (core.state != CORE_UP)
        return false;
    port_poll();
    return core.attached;
}

bool hc_was_disconnected(void)
{
    if (core.state == CORE_UP)
        port_poll();
    bool was = core.disconnected;
    core.disconnected = false;
    return was;
}

void hc_reset_signal(bool asserted)
{
    if (core.state == CORE_UP)
        port_write(HPRT_PRST, asserted ? HPRT_PRST : 0);
}

enum hc_speed hc_port_speed(void)
{
    if (core.state != CORE_UP)
        return HC_SPEED_NONE;
    uint32_t hprt = OTG->HPRT;
    if ((hprt & HPRT_PENA) == 0)
        return HC_SPEED_NONE;
    if (OTG->HFIR != (HFIR_RLDCTRL | FRAME_CLOCKS))
        OTG->HFIR = HFIR_RLDCTRL | FRAME_CLOCKS;
    return HPRT_PSPD(hprt) == HPRT_PSPD_LS ? HC_SPEED_LOW : HC_SPEED_FULL;
}

enum bl_rc otg_port_check(void)
{
    if (core.state != CORE_UP)
        return BL_E_USB_CORE;
    uint32_t hprt = OTG->HPRT;
    if ((hprt & HPRT_PENA) != 0)
        return BL_OK;
    port_poll();
    if (!core.attached || core.disconnected)
        return BL_E_USB_GONE;
    return BL_E_USB_CORE; /* port babble: the core sends nothing more until it is reset */
}

void otg_core_give_up(void)
{
    OTG->GAHBCFG = 0;
    core.state = CORE_LOST;
    core.disconnected = true;
}
