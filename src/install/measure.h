/* SPDX-License-Identifier: MIT
 * The facts that the rule decides by: what the logs say, and what is found in the areas. A chain of
 * sectors is hashed only when the rule needs it. Uses flash_read: only between flash operations. */
#ifndef INSTALL_MEASURE_H
#define INSTALL_MEASURE_H

#include <stdint.h>

#include "install/install.h"

/* Begins the run area's check; one that is known already is not whole: it is being written. */
void measure_begin(struct install *in);

/* One step of the run area's check: BL_PENDING, or BL_OK when it is known. */
BL_MUST enum bl_rc measure_run_poll(struct install *in);

/* Looks at the chains of this set (a bit each) that are not known yet; up to 0.6 s each, two checks
 * of a signature and three digests of a whole area at the most. */
void measure_chains(struct install *in, uint32_t needs);

/* The flash's part of the facts. */
void measure_facts(const struct install *in, struct install_facts *out);

/* What a check has found to be whole, as the records say it. */
struct record_image measure_image(const struct slot_check *check);

/* Of a run area without a matching footer: the digest of all of it, which is on record from then on.
 * RECORD_NO_IMAGE when it cannot be started. */
struct record_image measure_bare_run(struct install *in);

/* Sector dst is being erased. */
void measure_written(struct install *in, uint32_t dst);

/* Sector dst has the content of its neighbour src. */
void measure_equal(struct install *in, uint32_t dst, uint32_t src);

/* The update area was, or will be, written from outside. */
void measure_forget_update(struct install *in);

#endif
