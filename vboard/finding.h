/* SPDX-License-Identifier: MIT
 * What the board has to say about the firmware. Each rule has a class:
 * violation  the chip would misbehave; ends the run with exit status 3 (unless --no-strict)
 * advice     legal but costly or fragile; counted (a violation under --advice-is-error)
 * unmodelled an access outside the model; exit status 6 (unless --allow-unmodelled)
 * A finding is printed with time, PC, symbol and rule id, and is an event of its own. */
#ifndef VBOARD_FINDING_H
#define VBOARD_FINDING_H

#include <stdint.h>

struct board;

enum rule_class { RULE_VIOLATION, RULE_ADVICE, RULE_UNMODELLED };

/* Rules live beside the models that check them: X(ID, "rule-id", CLASS, "what is wrong with it"). */
enum rule_id {
#define X(id, name, class, text) RULE_##id,
#include "rules_core.def"

#include "rules_chip.def"

#include "rules_usb.def"
#undef X
    RULE_COUNT
};

struct findings {
    uint32_t count[RULE_COUNT];
};

struct rule {
    const char *name;
    enum rule_class class;
    const char *text;
};
extern const struct rule rules[RULE_COUNT];
const char *rule_class_name(enum rule_class class);

/* Reports one finding; the message adds the particulars (addresses, values). A rule is printed in
 * full the first ten times, then only counted. */
void finding(struct board *b, enum rule_id rule, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
