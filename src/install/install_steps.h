/* SPDX-License-Identifier: MIT
 * What the rule is put together from (install_rule.c): questions about the chains, and what the
 * newest state becomes by a decision. Pure. `out` holds the newest state in `after`, and is made the
 * step that records the new one. */
#ifndef INSTALL_INSTALL_STEPS_H
#define INSTALL_INSTALL_STEPS_H

#include <stdbool.h>

#include "install/install_rule.h"

/* The highest k with k pieces of the old image kept (0 = all of it in the run area) and the others
 * in the run area; -1 = it is not whole. The lowest k from 1 on, or -1. */
int steps_kept_most(const struct install_facts *facts, const struct record_image *image);
int steps_kept_least(const struct install_facts *facts, const struct record_image *image);

/* The highest k with k pieces of the new image put and the others, at least one, in the update
 * area; -1 = it is not whole. */
int steps_put_most(const struct install_facts *facts, const struct record_image *image);

/* Whatever whole image has pieces kept; NULL = none. */
const struct record_image *steps_any_kept(const struct install_facts *facts);

/* The run area, known and not whole, may have been: what the chains hold is to be asked. */
bool steps_damaged(const struct install_facts *facts);

/* Copy src over dst; nothing is recorded. */
void steps_write(struct install_decision *out, uint32_t dst, uint32_t src);

/* Begins an install of `image` over `run` (NULL = nothing whole). */
void steps_install(struct install_decision *out, const struct record_image *run,
                   const struct record_image *image);

/* `new` is in the run area; backup: the old image is kept. */
void steps_end_install(struct install_decision *out, bool backup);

/* The install cannot go on: back to the old image. */
void steps_give_up(struct install_decision *out, enum bl_rc rc);

/* Begins a rollback from `bad` (NULL = nothing whole) to `old`. */
void steps_roll_back(struct install_decision *out, const struct record_image *bad,
                     const struct record_image *old, enum bl_rc rc, const char *why);

/* `old` is in the run area. */
void steps_end_rollback(struct install_decision *out);

/* Notes an image as rolled back. */
void steps_reject(struct install_decision *out, const struct record_image *image);

/* What is in the run area is what there is. */
void steps_settle(struct install_decision *out, const char *why);

/* Nothing whole is left: the run area is suspect as a whole, however plausible it looks. */
void steps_lost(struct install_decision *out, const char *why);

/* Clears the flag. rc: why a request is refused; BL_OK: nothing was asked for. */
void steps_refuse(struct install_decision *out, const struct install_facts *facts, enum bl_rc rc);

/* The run area is not whole: what do the chains hold that could take its place? False = nothing. */
bool steps_infer(const struct install_facts *facts, const struct record *state,
                 struct install_decision *out);

#endif
