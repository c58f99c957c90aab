/* SPDX-License-Identifier: MIT
 * The real limits, but for the buffers that hang on the sector size. */
#ifndef POWER_SMALL_LIMITS_H
#define POWER_SMALL_LIMITS_H

#include "../../../../config/limits.h"

#undef PUMP_CHUNK_BYTES
#undef COPY_CHUNK_BYTES
#undef KEEP_CHUNK_BYTES
#undef MD5FILE_BYTES_MAX

#define PUMP_CHUNK_BYTES  512u
#define COPY_CHUNK_BYTES  256u
#define KEEP_CHUNK_BYTES  64u
#define MD5FILE_BYTES_MAX 512u

#endif
