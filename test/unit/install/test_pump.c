/* SPDX-License-Identifier: MIT
 * install/pump.c with two ends of scripted latency: order, content, overlap, errors, and that
 * nothing is overwritten in the ring before it is done. */
#include <stdbool.h>
#include <string.h>

#include "install/pump.h"
#include "support/cmocka_all.h"

#define DISK_BYTES (2 * PUMP_CHUNKS * PUMP_CHUNK_BYTES + 100)

struct end {
    uint8_t *disk;
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

static enum bl_rc source_start(void *ctx, uint32_t off, uint8_t *mem, uint32_t len)
{
    struct end *end = ctx;

    assert_false(end->busy);
    assert_int_equal(off, end->next_off);
    assert_true(len > 0 && len <= PUMP_CHUNK_BYTES);
    assert_ptr_equal(mem, pump_at(off));
    memset(mem, 0xEE, len); /* what is on its way is not to be relied on */
    end->next_off = off + len;
    end->busy = true;
    end->left = end->latency;
    end->off = off;
    end->len = len;
    end->mem = mem;
    return ++end->starts == end->fail_at ? BL_E_TIMEOUT : BL_OK;
}

static enum bl_rc source_poll(void *ctx)
{
    struct end *end = ctx;

    assert_true(end->busy);
    if (end->left-- > 0)
        return BL_PENDING;
    end->busy = false;
    memcpy(end->mem, end->disk + end->off, end->len);
    return BL_OK;
}

/* Takes a chunk, or what has come of it, and is done with it latency polls later. */
static enum bl_rc sink_poll(void *ctx, struct pump_view *view)
{
    struct end *end = ctx;

    assert_true(view->done_bytes <= view->arrived_bytes);
    if (end->busy && end->left-- > 0)
        return BL_OK;
    if (end->busy) {
        memcpy(end->disk + end->off, end->mem, end->len);
        view->done_bytes = end->off + end->len;
        end->busy = false;
    }
    if (view->done_bytes == view->arrived_bytes)
        return BL_OK;
    end->off = view->done_bytes;
    end->mem = pump_at(end->off);
    end->len = PUMP_CHUNK_BYTES - end->off % PUMP_CHUNK_BYTES;
    if (end->len > view->arrived_bytes - end->off)
        end->len = view->arrived_bytes - end->off;
    end->left = end->latency;
    end->busy = true;
    return ++end->starts == end->fail_at ? BL_E_TIMEOUT : BL_OK;
}

static enum bl_rc run(uint32_t source_latency, uint32_t sink_latency, uint32_t total,
                      uint32_t *ticks)
{
    struct pump pump;
    enum bl_rc rc = BL_PENDING;

    source.disk = from;
    sink.disk = to;
    source.latency = source_latency;
    sink.latency = sink_latency;
    pump_begin(&pump, (struct pump_source){&source, source_start, source_poll},
               (struct pump_sink){&sink, sink_poll}, total);
    for (*ticks = 0; rc == BL_PENDING; ++*ticks) {
        assert_true(*ticks < 10000);
        rc = pump_poll(&pump);
        assert_int_equal(pump.view.reading, source.busy);
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

    for (uint32_t at = 1; at <= 2 * PUMP_CHUNKS + 1; at++) {
        (void)begin(state);
        source.fail_at = at;
        assert_int_equal(run(2, 3, DISK_BYTES, &ticks), BL_E_TIMEOUT);
        (void)begin(state);
        sink.fail_at = at;
        assert_int_equal(run(2, 3, DISK_BYTES, &ticks), BL_E_TIMEOUT);
    }
}

/* A sink that stands still is not overrun: the source fills the ring and waits. */
static void a_full_ring_waits(void **state)
{
    struct pump pump;

    (void)state;
    source.disk = from;
    sink.disk = to;
    sink.latency = 1000;
    pump_begin(&pump, (struct pump_source){&source, source_start, source_poll},
               (struct pump_sink){&sink, sink_poll}, DISK_BYTES);
    for (uint32_t i = 0; i < 900; i++)
        assert_int_equal(pump_poll(&pump), BL_PENDING);
    assert_int_equal(source.starts, PUMP_CHUNKS);
    assert_false(pump.view.reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(copies_and_overlaps, begin),
        cmocka_unit_test_setup(nothing_to_do, begin),
        cmocka_unit_test_setup(a_full_ring_waits, begin),
        cmocka_unit_test_setup(errors_come_through, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
