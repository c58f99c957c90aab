/* SPDX-License-Identifier: MIT
 * The release's name, as the console shows it. */
#ifndef CONFIG_VERSION_H
#define CONFIG_VERSION_H

#define STICKBOOT_VERSION "0.1"

#endif
