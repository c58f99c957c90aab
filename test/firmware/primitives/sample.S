/* SPDX-License-Identifier: MIT
 * A signed image, byte for byte. */
    .syntax unified
    .section .rodata.sample, "a"
    .balign 4
    .global sample
sample:
    .incbin SAMPLE_FILE
sample_end:
    .balign 4
    .global sample_bytes
sample_bytes:
    .word sample_end - sample
