/* SPDX-License-Identifier: MIT
 * The choice; choose.h. What is chosen is decoded and judged once more like any file, and counts for
 * nothing before the flash holds it. */
#include "boot/choose.h"

#include <string.h>

#include "config/limits.h"
#include "install/trust.h"
#include "sys/led.h"
#include "sys/log.h"

/* One choice; kept off the stack. */
static struct choice {
    struct folder walk;
    struct folder_entry entry;
    struct offer best;      /* of those with a version; path empty = none yet */
    struct offer plain;     /* the first plain one */
    struct offer not_taken; /* the first that may not be installed */
    uint32_t plain_count;
} choice;

static bool is_none(const struct offer *offer)
{
    return offer->path[0] == '\0';
}

/* Both have versions, and may be installed. */
static bool is_better(const struct boot *boot, const struct offer *offer, const struct offer *best)
{
    if (is_none(best))
        return true;
    int order = mcuboot_version_compare(&offer->image.version, &best->image.version);

    if (order != 0)
        return order > 0;
    if (offer_installed(best, &boot->install.run))
        return false;
    return offer_installed(offer, &boot->install.run) ||
           memcmp(offer->id, best->id, sizeof offer->id) < 0;
}

static enum bl_rc not_taken(const struct offer *offer, enum bl_rc rc)
{
    log_line("%s refused: %s", offer->path, err_text(rc));
    if (is_none(&choice.not_taken))
        choice.not_taken = *offer;
    return BL_OK;
}

/* What is installed already is not judged again, as in look.c. */
static enum bl_rc look_versioned(struct boot *boot)
{
    struct offer *offer = &boot->offer;
    const struct mcuboot_version *v = &offer->image.version;
    bool better = is_better(boot, offer, &choice.best);

    if (better && !offer_installed(offer, &boot->install.run)) {
        enum bl_rc rc = trust_judge_offer(&boot->install, &offer->image);

        if (rc != BL_OK)
            return not_taken(offer, rc);
    }
    if (better)
        choice.best = *offer;
    log_line("%s: version %u.%u.%u+%u, %s", offer->path, v->major, v->minor, v->revision,
             (unsigned)v->build, better ? "the best so far" : "another is better");
    return BL_OK;
}

static enum bl_rc look_plain(struct boot *boot)
{
    enum bl_rc rc = trust_judge_offer(&boot->install, NULL);

    if (rc != BL_OK)
        return not_taken(&boot->offer, rc);
    log_line("%s: plain image, no version", boot->offer.path);
    if (choice.plain_count++ == 0)
        choice.plain = boot->offer;
    return BL_OK;
}

/* What the file itself is to blame for, its chain, its name or its content; all else ends the
 * choice. */
static bool is_files_fault(enum bl_rc rc)
{
    return rc == BL_E_FS_CHAIN || rc == BL_E_FILE_NAME ||
           err_blink(rc) == err_blink(BL_E_IMG_EMPTY);
}

static enum bl_rc look_entry(struct boot *boot, const char *folder)
{
    struct offer *offer = &boot->offer;
    enum bl_rc rc = offer_open_entry(offer, &boot->stick, folder, &choice.entry);

    if (rc == BL_OK)
        rc = offer_decode(offer, &boot->stick);
    if (rc == BL_OK)
        return offer->is_mcuboot ? look_versioned(boot) : look_plain(boot);
    if (!is_files_fault(rc))
        return log_error(rc, choice.entry.name);
    if (offer->is_mcuboot)
        return not_taken(offer, rc);
    log_line("%s%s: no image, %s", folder, choice.entry.name, err_text(rc));
    return BL_OK;
}

static bool counts(const struct folder_entry *entry)
{
    return !entry->is_folder && !entry->is_hidden && entry->name[0] != '.';
}

static enum bl_rc look_all(struct boot *boot, const char *folder)
{
    uint32_t files = 0;

    for (;;) {
        enum bl_rc rc = volume_next_entry(&boot->stick.volume, &choice.walk, &choice.entry);

        if (rc != BL_OK)
            return log_error(rc, folder);
        if (choice.entry.name[0] == '\0')
            return BL_OK;
        if (!counts(&choice.entry))
            continue;
        if (++files > CHOOSE_FILES_MAX) {
            log_line("stick: more than %u files in %s, the others are not looked at",
                     (unsigned)CHOOSE_FILES_MAX, folder);
            return BL_OK;
        }
        rc = look_entry(boot, folder);
        if (rc != BL_OK)
            return rc;
        led_tick();
    }
}

/* The order of what choose.h says. */
static enum bl_rc decide(struct offer *out, const char *folder)
{
    if (!is_none(&choice.best))
        *out = choice.best;
    else if (choice.plain_count > 1)
        return log_error(BL_E_IMG_AMBIGUOUS, folder);
    else if (choice.plain_count == 1)
        *out = choice.plain;
    else if (!is_none(&choice.not_taken))
        *out = choice.not_taken;
    else {
        log_line("stick: no image in %s", folder);
        return BL_E_FILE_NONE;
    }
    log_line("stick: %s chosen, %u bytes", out->path, (unsigned)out->file_bytes);
    return BL_OK;
}

enum bl_rc choose_open(struct boot *boot, const char *folder)
{
    choice.best.path[0] = choice.plain.path[0] = choice.not_taken.path[0] = '\0';
    choice.plain_count = 0;
    enum bl_rc rc = volume_open_folder(&boot->stick.volume, folder, &choice.walk);

    if (rc == BL_E_FILE_NONE)
        log_line("stick: %s, no %s", volume_describe(&boot->stick.volume), folder);
    else if (rc != BL_OK)
        return log_error(rc, folder);
    if (rc == BL_OK)
        rc = look_all(boot, folder);
    return rc == BL_OK ? decide(&boot->offer, folder) : rc;
}
