/* SPDX-License-Identifier: MIT
 * install/chain.c: where pieces lie, and what a copy makes known. */
#include <string.h>

#include "install/chain.h"
#include "support/cmocka_all.h"

static struct record_image image(uint32_t pieces, uint8_t fill)
{
    struct record_image out = {.kind = RECORD_MCUBOOT, .bytes = pieces * SLOT_SECTOR_BYTES - 100};

    memset(out.sha256, fill, sizeof out.sha256);
    return out;
}

static void places(void **state)
{
    (void)state;
    assert_int_equal(line_addr(0), BACKUP_ADDR);
    for (uint32_t i = 0; i < SLOT_SECTORS; i++) {
        assert_int_equal(line_addr(LINE_RUN(i)), RUN_ADDR + i * SLOT_SECTOR_BYTES);
        assert_int_equal(line_addr(LINE_UPDATE(i)), UPDATE_ADDR + i * SLOT_SECTOR_BYTES);
    }
    assert_int_equal(line_update_set(2), 1u << LINE_UPDATE(0) | 1u << LINE_UPDATE(1));
    struct slot_map kept = chain_map(CHAIN_KEPT(2));
    struct slot_map put = chain_map(CHAIN_PUT(1));

    assert_int_equal(kept.addr[0], BACKUP_ADDR);
    assert_int_equal(kept.addr[1], UPDATE_ADDR);
    assert_int_equal(kept.addr[2], RUN_ADDR + 2 * SLOT_SECTOR_BYTES);
    assert_int_equal(put.addr[0], RUN_ADDR);
    assert_int_equal(put.addr[1], UPDATE_ADDR + SLOT_SECTOR_BYTES);
    assert_int_equal(put.addr[2], UPDATE_ADDR + 2 * SLOT_SECTOR_BYTES);
}

static void pieces(void **state)
{
    struct record_image plain = {.kind = RECORD_PLAIN, .bytes = SLOT_SECTOR_BYTES - FOOTER_BYTES};

    (void)state;
    assert_int_equal(chain_pieces(&plain), 1);
    plain.bytes++; /* no room for the footer */
    assert_int_equal(chain_pieces(&plain), 2);
    plain.kind = RECORD_MCUBOOT;
    assert_int_equal(chain_pieces(&plain), 1);
    plain.kind = RECORD_NO_IMAGE;
    assert_int_equal(chain_pieces(&plain), 0);
    plain = (struct record_image){.kind = 77, .bytes = 0xFFFFFFFF}; /* whatever a record may hold */
    assert_in_range(chain_pieces(&plain), 0, SLOT_SECTORS);
}

static void soundness(void **state)
{
    struct record_image two = image(2, 7);
    struct record_image other = image(2, 8);
    struct chains chains = {.known = 0};

    (void)state;
    chains.found[CHAIN_PUT(1)] = two; /* R0 U1 */
    assert_false(chain_sound(&chains, CHAIN_PUT(1), 0));
    chains.known = CHAINS_ALL;
    assert_true(chain_holds(&chains, CHAIN_PUT(1), &two, 0));
    assert_false(chain_holds(&chains, CHAIN_PUT(1), &other, 0));
    for (uint32_t sector = 0; sector < RECORD_SECTORS; sector++)
        assert_int_equal(chain_sound(&chains, CHAIN_PUT(1), 1u << sector),
                         sector != LINE_RUN(0) && sector != LINE_UPDATE(1));
}

static void copy(struct chains *chains, uint32_t dst, uint32_t src)
{
    chain_written(chains, dst);
    chain_equal(chains, dst, src);
}

/* All sizes: after each keep and put both images are found where they must be. */
static void install(uint32_t old_pieces, uint32_t new_pieces)
{
    struct record_image old = image(old_pieces, 1);
    struct record_image new = image(new_pieces, 2);
    struct chains chains = {.known = CHAINS_ALL};

    chains.found[CHAIN_RUN] = old;
    chains.found[CHAIN_UPDATE] = new;
    for (uint32_t i = 0; i < new_pieces; i++) {
        if (i < old_pieces) {
            copy(&chains, LINE_KEPT(i), LINE_RUN(i));
            assert_true(chain_holds(&chains, CHAIN_KEPT(i + 1), &old, 0));
            assert_true(chain_holds(&chains, CHAIN_PUT(i), &new, 0));
        }
        copy(&chains, LINE_RUN(i), LINE_UPDATE(i));
        assert_true(i + 1 == new_pieces || chain_holds(&chains, CHAIN_PUT(i + 1), &new, 0));
        assert_true(
            chain_holds(&chains, CHAIN_KEPT(i + 1 < old_pieces ? i + 1 : old_pieces), &old, 0));
        /* What is started is looked at, never concluded. */
        assert_false(chain_sound(&chains, CHAIN_RUN, 0));
        assert_int_equal((chains.known >> CHAIN_RUN & 1) == 0, i + 1 == new_pieces);
    }
    uint32_t kept = old_pieces < new_pieces ? old_pieces : new_pieces;

    chains.known |= 1u << CHAIN_RUN;
    for (uint32_t k = kept; k > 0; k--) {
        copy(&chains, LINE_RUN(k - 1), LINE_KEPT(k - 1));
        assert_true(k == 1 || chain_holds(&chains, CHAIN_KEPT(k - 1), &old, 0));
        assert_int_equal((chains.known >> CHAIN_RUN & 1) == 0, k == 1);
    }
}

static void installs(void **state)
{
    (void)state;
    for (uint32_t old_pieces = 1; old_pieces <= SLOT_SECTORS; old_pieces++)
        for (uint32_t new_pieces = 1; new_pieces <= SLOT_SECTORS; new_pieces++)
            install(old_pieces, new_pieces);
}

static void forgetting(void **state)
{
    struct chains chains = {.known = CHAINS_ALL};

    (void)state;
    chains.found[CHAIN_RUN] = image(3, 1);
    chains.found[CHAIN_KEPT(1)] = image(1, 2);
    chain_forget(&chains, line_update_set(SLOT_SECTORS));
    assert_int_equal(chains.known, 1u << CHAIN_RUN | 1u << CHAIN_KEPT(1));
    assert_true(chain_sound(&chains, CHAIN_RUN, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places),   cmocka_unit_test(pieces),     cmocka_unit_test(soundness),
        cmocka_unit_test(installs), cmocka_unit_test(forgetting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
