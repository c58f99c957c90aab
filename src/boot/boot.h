/* SPDX-License-Identifier: MIT
 * The state of one start of the loader, shared by the files of this folder. */
#ifndef BOOT_BOOT_H
#define BOOT_BOOT_H

#include <stdbool.h>

#include "boot/offer.h"
#include "boot/stick.h"
#include "install/install.h"
#include "install/install_rule.h"
#include "util/err.h"

struct boot {
    struct install install;
    struct install_facts facts;
    struct install_decision decision;
    struct stick stick;
    struct offer offer; /* the file on it that is looked at */
    bool clock_ok;      /* the crystal's clock runs: USB is possible */
    bool button;        /* held at power-up */
    bool waiting;       /* there is nothing to start: a stick is waited for */
    enum bl_rc error;   /* the latest, for the LED */
};

#endif
