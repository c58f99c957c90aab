/* SPDX-License-Identifier: MIT
 * install/pump.c with two ends of scripted latency: order, content, overlap, errors. */
#include <stdbool.h>
#include <string.h>

#include "install/pump.h"
#include "support/cmocka_all.h"

#define DISK_BYTES (7 * PUMP_CHUNK_BYTES + 100)

struct end {
    uint8_t *disk;
    bool writes;
    uint32_t latency;
    uint32_t fail_at; /* number of the start, from 1; 0 = never */
    uint32_t starts;
    bool busy;
    uint32_t left;
    uint32_t off;
    uint32_t len;
    uint32_t next_off; /* offsets must follow each other */
    uint8_t *mem;
};

static uint8_t from[DISK_BYTES];
static uint8_t to[DISK_BYTES];
static struct end source;
static struct end sink;

static enum bl_rc end_start(void *ctx, uint32_t off, uint8_t *mem, uint32_t len)
{
    struct end *end = ctx;

    assert_false(end->busy);
    assert_int_equal(off, end->next_off);
    assert_true(len > 0 && len <= PUMP_CHUNK_BYTES);
    end->next_off = off + len;
    end->busy = true;
    end->left = end->latency;
    end->off = off;
    end->len = len;
    end->mem = mem;
    return ++end->starts == end->fail_at ? BL_E_TIMEOUT : BL_OK;
}

static enum bl_rc end_poll(void *ctx)
{
    struct end *end = ctx;

    assert_true(end->busy);
    if (end->left-- > 0)
        return BL_PENDING;
    end->busy = false;
    if (end->writes)
        memcpy(end->disk + end->off, end->mem, end->len);
    else
        memcpy(end->mem, end->disk + end->off, end->len);
    return BL_OK;
}

static enum bl_rc run(uint32_t source_latency, uint32_t sink_latency, uint32_t total,
                      uint32_t *ticks)
{
    struct pump pump;
    enum bl_rc rc = BL_PENDING;

    source.disk = from;
    sink.disk = to;
    sink.writes = true;
    source.latency = source_latency;
    sink.latency = sink_latency;
    pump_begin(&pump, (struct pump_end){&source, end_start, end_poll},
               (struct pump_end){&sink, end_start, end_poll}, total);
    for (*ticks = 0; rc == BL_PENDING; ++*ticks) {
        assert_true(*ticks < 10000);
        rc = pump_poll(&pump);
    }
    return rc;
}

static int begin(void **state)
{
    (void)state;
    memset(&source, 0, sizeof source);
    memset(&sink, 0, sizeof sink);
    memset(to, 0, sizeof to);
    for (uint32_t i = 0; i < sizeof from; i++)
        from[i] = (uint8_t)(i * 7 + i / 256);
    return 0;
}

static void copies_and_overlaps(void **state)
{
    static const uint32_t totals[] = {1, PUMP_CHUNK_BYTES, PUMP_CHUNK_BYTES + 1, DISK_BYTES};

    for (uint32_t i = 0; i < 4; i++) {
        for (uint32_t k = 0; k < 49; k++) {
            uint32_t slow = k / 7 > k % 7 ? k / 7 : k % 7;
            uint32_t chunks = (totals[i] + PUMP_CHUNK_BYTES - 1) / PUMP_CHUNK_BYTES;
            uint32_t ticks;

            (void)begin(state);
            assert_int_equal(run(k / 7, k % 7, totals[i], &ticks), BL_OK);
            assert_memory_equal(from, to, totals[i]);
            /* The slower end is never kept waiting by the faster one. */
            assert_true(ticks <= chunks * (slow + 1) + k / 7 + k % 7 + 3);
        }
    }
}

static void nothing_to_do(void **state)
{
    uint32_t ticks;

    (void)state;
    assert_int_equal(run(1, 1, 0, &ticks), BL_OK);
    assert_int_equal(source.starts + sink.starts, 0);
}

static void errors_come_through(void **state)
{
    uint32_t ticks;

    for (uint32_t at = 1; at <= 8; at++) {
        (void)begin(state);
        source.fail_at = at;
        assert_int_equal(run(2, 3, DISK_BYTES, &ticks), BL_E_TIMEOUT);
        (void)begin(state);
        sink.fail_at = at;
        assert_int_equal(run(2, 3, DISK_BYTES, &ticks), BL_E_TIMEOUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(copies_and_overlaps, begin),
        cmocka_unit_test_setup(nothing_to_do, begin),
        cmocka_unit_test_setup(errors_come_through, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
