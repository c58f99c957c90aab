/* SPDX-License-Identifier: MIT
 * The package that this image carries: PACKAGE_FILE, byte for byte. */
    .syntax unified
    .section .rodata.package, "a"
    .balign 4
    .global carried_package
carried_package:
    .incbin PACKAGE_FILE
carried_package_end:
    .balign 4
    .global carried_package_bytes
carried_package_bytes:
    .word carried_package_end - carried_package
