/* SPDX-License-Identifier: MIT
 * Rules, keys and facts, put together; trust.h. */
#include "install/trust.h"

#include <stddef.h>
#include <string.h>

#include "image/keys.h"
#include "image/signature.h"
#include "sys/log.h"

_Static_assert(RECORD_REVOKED_MAX == KEYS_MAX,
               "every key of the loader has a place in the records");

static struct policy_product product_facts(const struct product *product)
{
    struct policy_product out = {.known = product->state == PRODUCT_VALID};

    memcpy(out.vendor, product->vendor, sizeof out.vendor);
    memcpy(out.class_id, product->class_id, sizeof out.class_id);
    out.hw_revision = product->hw_revision;
    out.must_be_named = (product->flags & PRODUCT_FLAG_MUST_BE_NAMED) != 0;
    out.older = (product->flags & PRODUCT_FLAG_OLDER) != 0;
    out.same_version = (product->flags & PRODUCT_FLAG_SAME_VERSION) != 0;
    return out;
}

void trust_load(struct install *in, bool button)
{
    const struct record *state = &in->journal.state;

    product_read(&in->product);
    if (in->product.state == PRODUCT_DAMAGED)
        log_line("product parameters: damaged, nothing in them counts");
    in->trust = (struct slot_trust){.rules = policy_builtin, .keys = &keys_builtin};
    in->trust.facts.product = product_facts(&in->product);
    in->trust.facts.counter_floor = state->counter_floor;
    in->trust.facts.button = button;
    memcpy(in->trust.revoked.ids, state->revoked_ids, sizeof in->trust.revoked.ids);
}

static void accept_run(struct install *in)
{
    const struct mcuboot_image *image = &in->run.header;

    if (in->run.kind != SLOT_WHOLE || !in->run.mcuboot)
        return;
    if (image->counter > in->trust.facts.counter_floor)
        in->trust.facts.counter_floor = image->counter;
    if ((image->has & MCUBOOT_HAS_REVOKE) != 0 &&
        key_revoke(&in->trust.revoked, in->trust.keys, image->revoke))
        log_line("key %08x: revoked", (unsigned)key_id(image->revoke));
}

/* Unless it is on trial or on its way, the image in the run area is accepted. */
static void raise_floor(struct install *in)
{
    uint8_t phase = in->journal.state.phase;

    if (phase == RECORD_SETTLED || phase == RECORD_STAGING)
        accept_run(in);
}

void trust_run_known(struct install *in)
{
    in->trust.facts.installed = NULL;
    if (in->run.kind == SLOT_NONE && in->run.reason != BL_E_IMG_VECTORS)
        (void)log_error(in->run.reason, "run area");
    if (in->run.kind == SLOT_WHOLE && in->run.mcuboot)
        in->trust.facts.installed = &in->run.header;
    raise_floor(in);
}

void trust_use_record(struct install *in, bool use)
{
    const struct record *state = &in->journal.state;
    const struct record_summary *known = &state->last.new_image;
    struct mcuboot_image *recorded = &in->recorded;

    /* Without records nobody knows whether the run area was on trial. */
    if (!in->journal.found)
        in->trust.facts.counter_floor = 0;
    if (!use)
        raise_floor(in);
    if (in->run.kind == SLOT_WHOLE || state->run.kind != RECORD_MCUBOOT)
        return;
    in->trust.facts.installed = NULL;
    if (memcmp(known->id, state->run.sha256, sizeof known->id) != 0)
        known = &state->last.old_image;
    if (!use || memcmp(known->id, state->run.sha256, sizeof known->id) != 0)
        return;
    recorded->version = (struct mcuboot_version){known->version.major, known->version.minor,
                                                 known->version.revision, known->version.build};
    memcpy(recorded->sha256, state->run.sha256, sizeof recorded->sha256);
    in->trust.facts.installed = recorded;
}

void trust_accept(struct install *in, struct record *next)
{
    accept_run(in);
    next->counter_floor = in->trust.facts.counter_floor;
    memcpy(next->revoked_ids, in->trust.revoked.ids, sizeof next->revoked_ids);
}

enum bl_rc trust_judge_offer(const struct install *in, const struct mcuboot_image *image)
{
    const struct slot_trust *trust = &in->trust;
    uint32_t seal = 0;

    if (image == NULL)
        return policy_judge(trust->rules, &trust->facts, POLICY_INSTALL, NULL);
    enum bl_rc rc = slot_judge_claims(trust, POLICY_INSTALL, image, &seal);

    return rc == BL_OK && mcuboot_is_signed(image) && seal != SIGNATURE_SEAL ? BL_E_SIGNATURE : rc;
}

void trust_describe(const char *where, const struct mcuboot_image *image)
{
    const struct mcuboot_version *v = &image->version;

    log_line("%s: version %u.%u.%u+%u, security counter %u", where, v->major, v->minor, v->revision,
             (unsigned)v->build, (unsigned)image->counter);
    if (mcuboot_is_signed(image))
        log_line("%s: signed with key %08x", where, (unsigned)key_id(image->key_hash));
    else
        log_line("%s: not signed", where);
}
