/* SPDX-License-Identifier: MIT
 * Recipes; scenario.h. */
#include "power/scenario.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scenario scenario;

struct field {
    const char *name;
    size_t off;
    size_t bytes; /* of one number */
    unsigned count;
};

#define ONE(name)                                                                                  \
    {                                                                                              \
#name, offsetof(struct scenario, name), sizeof((struct scenario){0}.name), 1               \
    }
#define MANY(name)                                                                                 \
    {                                                                                              \
#name, offsetof(struct scenario, name), sizeof((struct scenario){0}.name[0]),              \
            SCENARIO_CUTS_MAX                                                                      \
    }

static const struct field fields[] = {
    ONE(old_kind),  ONE(old_sectors), ONE(new_kind), ONE(new_sectors), ONE(asks), ONE(confirms),
    ONE(by_app),    ONE(erases),      ONE(writes),   ONE(share),       ONE(brim), ONE(dense),
    ONE(release),   ONE(counter),     ONE(fill_p),   ONE(fill_f),      ONE(loss), ONE(damage),
    ONE(cut_count), MANY(then),       MANY(kind),    MANY(hold),       MANY(op),  ONE(seed),
};

static uint32_t get(const struct scenario *s, const struct field *field, unsigned i)
{
    const uint8_t *at = (const uint8_t *)s + field->off + i * field->bytes;
    uint32_t value = 0;

    memcpy(&value, at, field->bytes); /* tests run on little-endian machines */
    return value;
}

void scenario_print(const struct scenario *s, char out[SCENARIO_RECIPE_MAX])
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++) {
        for (unsigned i = 0; i < fields[f].count && used < SCENARIO_RECIPE_MAX; i++) {
            uint32_t value = get(s, &fields[f], i);
            char index[2] = {(char)(fields[f].count > 1 ? '0' + i : '\0'), '\0'};

            if (value != 0)
                used += (size_t)snprintf(out + used, SCENARIO_RECIPE_MAX - used, "%s%s%s=%u",
                                         used == 0 ? "" : " ", fields[f].name, index, value);
        }
    }
}

static const struct field *find(const char *name, unsigned *index)
{
    for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++) {
        size_t len = strlen(fields[f].name);
        char digit = strncmp(name, fields[f].name, len) == 0 ? name[len] : 'x';

        *index = (unsigned)(digit - '0');
        if (fields[f].count == 1 ? digit == '=' : *index < fields[f].count && name[len + 1] == '=')
            return &fields[f];
    }
    return NULL;
}

bool scenario_parse(const char *recipe, struct scenario *out)
{
    *out = (struct scenario){0};
    while (*recipe != '\0') {
        unsigned index;
        const struct field *field = find(recipe, &index);
        char *end;

        if (field == NULL)
            return false;
        uint64_t value = strtoull(strchr(recipe, '=') + 1, &end, 10);

        if (value >> 8 * field->bytes != 0 || (*end != ' ' && *end != '\0'))
            return false;
        if (field->count == 1)
            index = 0;
        memcpy((uint8_t *)out + field->off + index * field->bytes, &value, field->bytes);
        recipe = end + (*end == ' ');
    }
    return true;
}
