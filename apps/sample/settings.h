/* SPDX-License-Identifier: MIT
 * The sample's settings: what it keeps in the application's own 4 KB of sector 3. */
#ifndef SAMPLE_SETTINGS_H
#define SAMPLE_SETTINGS_H

/* Says on the console what there is. */
void settings_report(void);

/* Writes the settings anew, one change further. */
void settings_renew(void);

#endif
