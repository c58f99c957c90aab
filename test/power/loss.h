/* SPDX-License-Identifier: MIT
 * What a scenario loses or damages beyond the operation that was cut. */
#ifndef POWER_LOSS_H
#define POWER_LOSS_H

/* scenario.loss and scenario.damage, and what the judge has to know about them. */
void loss_apply(void);

/* An application has erased a sector with records: that may have been the last ones. */
void loss_of_records(void);

#endif
