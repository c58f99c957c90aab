/* SPDX-License-Identifier: MIT
 * The clock tree as a reset leaves it: HSI, no divider (RM0410 5.2.2). */
#include "hclk.h"

struct hclk hclk_init(void)
{
    return (struct hclk){.hclk_hz = 16000000, .pclk1_hz = 16000000};
}
