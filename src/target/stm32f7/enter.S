/* SPDX-License-Identifier: MIT
 * The last instructions of the loader: VTOR, stack, registers, jump. One block, no stack in
 * between. The entry address is read from a word beside the code (SRAM1 is writable), so that no
 * register needs to hold it. SEV and WFE leave the event register clear. */
    .syntax unified
    .cpu cortex-m7
    .thumb

    .section .text.enter_application, "ax", %progbits
    .balign 4
    .global enter_application
    .type enter_application, %function
    .thumb_func
@ r0 initial stack pointer, r1 entry, r2 vector table
enter_application:
    ldr r3, =0xE000ED08     @ SCB_VTOR
    str r2, [r3]
    adr r3, entry
    str r1, [r3]
    dsb
    isb
    sev
    wfe
    msr msp, r0
    movs r0, #0
    msr control, r0
    isb
    mov r1, r0
    mov r2, r0
    mov r3, r0
    mov r4, r0
    mov r5, r0
    mov r6, r0
    mov r7, r0
    mov r8, r0
    mov r9, r0
    mov r10, r0
    mov r11, r0
    mov r12, r0
    mvn lr, r0
    msr apsr_nzcvqg, r0
    cpsie i
    ldr pc, entry
    .balign 4
entry:
    .word 0
    .ltorg
