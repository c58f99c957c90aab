/* SPDX-License-Identifier: MIT
 * Restarts, and the one-shot note over one of them. */
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
