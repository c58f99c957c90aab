/* SPDX-License-Identifier: MIT
 * MPU registers (ARMv7-M B3.5): 8 regions, stored and read back, not enforced. */
#include <string.h>

#include "board.h"

#define REGIONS    8u
#define RBAR_VALID 0x10u

uint32_t mpu_read(struct board *b, uint32_t off)
{
    unsigned region = b->scb.mpu.rnr;

    switch (off) {
    case 0x0:
        return REGIONS << 8;
    case 0x4:
        return b->scb.mpu.ctrl;
    case 0x8:
        return region;
    case 0xC:
    case 0x14:
    case 0x1C:
    case 0x24:
        return b->scb.mpu.rbar[region] | region;
    default:
        return b->scb.mpu.rasr[region];
    }
}

static void check_enable(struct board *b, uint32_t value)
{
    /* HFNMIENA without ENABLE is unpredictable (ARMv7-M B3.5.5). */
    if ((value & 3) == 2)
        finding(b, RULE_MPU_CTRL, "MPU_CTRL = 0x%08x", value);
}

void mpu_write(struct board *b, uint32_t off, uint32_t value)
{
    switch (off) {
    case 0x0:
        return;
    case 0x4:
        check_enable(b, value);
        b->scb.mpu.ctrl = value & 7;
        return;
    case 0x8:
        b->scb.mpu.rnr = value % REGIONS;
        return;
    case 0xC:
    case 0x14:
    case 0x1C:
    case 0x24:
        if (value & RBAR_VALID)
            b->scb.mpu.rnr = value % REGIONS;
        b->scb.mpu.rbar[b->scb.mpu.rnr] = value & ~0x1Fu;
        return;
    default:
        b->scb.mpu.rasr[b->scb.mpu.rnr] = value & 0x173FFF3F;
        return;
    }
}

void mpu_reset(struct board *b)
{
    memset(&b->scb.mpu, 0, sizeof b->scb.mpu);
}
