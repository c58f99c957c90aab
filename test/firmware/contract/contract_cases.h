/* SPDX-License-Identifier: MIT
 * The cases that one contract firmware runs; cases_<name>.c defines it. */
#ifndef CONTRACT_CASES_H
#define CONTRACT_CASES_H

void contract_cases(void);

#endif
