/* SPDX-License-Identifier: MIT
 * The one way in which a contract case reports. Whoever runs the cases implements it: the host
 * tests fail the test, the firmware that carries the cases prints and counts. */
#ifndef CONTRACT_CHECK_H
#define CONTRACT_CHECK_H

#include <stdbool.h>

/* what: the rule in a few words; printed when ok is false. Returns ok. */
bool contract_check(bool ok, const char *what);

#endif
