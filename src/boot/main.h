/* SPDX-License-Identifier: MIT
 * Entry of the loader's core. */
#ifndef BOOT_MAIN_H
#define BOOT_MAIN_H

/* Called once by the start-up code with .data and .bss ready, the watchdog fed and nothing else
 * set up. Ends in reset_start_application or reset_system; it never returns. */
_Noreturn void boot_main(void);

#endif
