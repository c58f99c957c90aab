/* SPDX-License-Identifier: MIT
 * What the loader and the product's parameters say, on the console. */
#ifndef SAMPLE_ABOUT_H
#define SAMPLE_ABOUT_H

void about_report(void);

#endif
