/* SPDX-License-Identifier: MIT
 * Restarts and their causes (RM0410 5.1 and RCC_CSR 5.3.21). The cause flags are left as they are:
 * they add up until the application clears them (RMVF) or the power goes, and it may want them. */
#include "port/reset.h"

#include "port/log_sink.h"
#include "target/stm32f7/regs_core.h"
#include "target/stm32f7/regs_rcc.h"

#define NOTE_MAGIC 0x4E4F5445u

/* In DTCM, never cached; RAM keeps its content over a system reset. */
static struct {
    uint32_t magic, inverse;
} note __attribute__((section(".noinit")));

void reset_system(bool leave_note)
{
    log_sink_flush();
    note.magic = leave_note ? NOTE_MAGIC : 0;
    note.inverse = ~note.magic;
    core_dsb();
    SCB_AIRCR = SCB_AIRCR_VECTKEY | SCB_AIRCR_SYSRESET;
    core_dsb();
    for (;;) /* the reset comes some cycles later */
        ;
}

bool reset_note_take(void)
{
    bool left = note.magic == NOTE_MAGIC && note.inverse == ~NOTE_MAGIC &&
                (RCC->CSR & RCC_CSR_SFTRSTF) != 0;
    note.magic = 0;
    note.inverse = 0;
    return left;
}

/* Every internal reset sets PINRSTF too, and a power-on sets BOR and POR: the rarer flag tells. */
const char *reset_cause(void)
{
    static const struct {
        uint32_t flag;
        const char *name;
    } causes[] = {
        {RCC_CSR_LPWRRSTF, "low-power"},
        {RCC_CSR_WWDGRSTF, "window watchdog"},
        {RCC_CSR_IWDGRSTF, "independent watchdog"},
        {RCC_CSR_SFTRSTF, "software"},
        {RCC_CSR_PORRSTF, "power-on"},
        {RCC_CSR_BORRSTF, "brown-out"},
        {RCC_CSR_PINRSTF, "pin"},
    };
    uint32_t csr = RCC->CSR;
    for (uint32_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if ((csr & causes[i].flag) != 0)
            return causes[i].name;
    return "unknown";
}
