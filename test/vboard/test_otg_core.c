/* SPDX-License-Identifier: MIT
 * OTG_FS: resets, modes, port, frames. */
#include "otg_bench.h"

static void test_reset_values(void **state)
{
    static const struct {
        uint32_t off, value;
    } table[] = {
        {OTG_GOTGCTL, 0x00010000},  {OTG_GOTGINT, 0},
        {OTG_GAHBCFG, 0},           {OTG_GUSBCFG, 0x1440},
        {OTG_GRSTCTL, 0x80000000},  {OTG_GINTSTS, 0x04000020},
        {OTG_GINTMSK, 0},           {OTG_GRXSTSR, 0},
        {OTG_GRXFSIZ, 0x200},       {OTG_HNPTXFSIZ, 0x02000200},
        {OTG_HNPTXSTS, 0x00080200}, {OTG_GCCFG, 0},
        {OTG_CID, 0x2000},          {OTG_GSNPSID, 0x4F54320A},
        {OTG_GHWCFG2, 0x229ED520},  {OTG_HPTXFSIZ, 0x02000400},
        {OTG_DIEPTXF1, 0x02000400}, {OTG_HPRT, 0},
        {OTG_PCGCCTL, 0},
    };
    static const struct {
        uint32_t off, value;
    } host[] = {{OTG_HCFG, 0},      {OTG_HFIR, 0xEA60},        {OTG_HFNUM, 0x3FFF},
                {OTG_HAINT, 0},     {OTG_HPTXSTS, 0x00080100}, {HC(0, HCCHAR), 0},
                {HC(11, HCTSIZ), 0}};

    (void)state;
    bench_start(NULL);
    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_int_equal(rd(table[i].off), table[i].value);
    wr(OTG_GUSBCFG, 0x1440 | GUSBCFG_FHMOD);
    run_us(26000);
    for (unsigned i = 0; i < sizeof host / sizeof host[0]; i++)
        assert_int_equal(rd(host[i].off), host[i].value);
    assert_findings(RULE_OTG_WIDTH, 0);
}

static void test_core_reset(void **state)
{
    (void)state;
    bench_start(NULL);
    host_init();
    wr(OTG_HFIR, 48000);
    wr(OTG_GRSTCTL, GRSTCTL_CSRST);
    assert_int_equal(rd(OTG_GRSTCTL) & (GRSTCTL_CSRST | GRSTCTL_AHBIDL), GRSTCTL_CSRST);
    wr(OTG_GAHBCFG, 1); /* too early: lost */
    assert_findings(RULE_OTG_IN_RESET, 1);
    run_us(2);
    assert_int_equal(rd(OTG_GRSTCTL), GRSTCTL_AHBIDL);
    assert_int_equal(rd(OTG_GAHBCFG), 0);
    assert_int_equal(rd(OTG_GCCFG), GCCFG_PWRDWN); /* outlives it */
    assert_int_equal(rd(OTG_GUSBCFG), 0x1440);
    assert_false(rd(OTG_GINTSTS) & GINTSTS_CMOD);
    run_us(200000);
    assert_false(rd(OTG_GINTSTS) & GINTSTS_CMOD);
    outside.param[PARAM_OTG_FHMOD_KEPT] = 1;
    host_init();
    wr(OTG_GRSTCTL, GRSTCTL_CSRST);
    run_us(10);
    assert_false(rd(OTG_GINTSTS) & GINTSTS_CMOD); /* kept, but it takes effect anew */
    run_us(26000);
    assert_true(rd(OTG_GINTSTS) & GINTSTS_CMOD);
    assert_int_equal(rd(OTG_HCFG), 1); /* FSLSPCS outlives it */
    assert_int_equal(rd(OTG_HFIR), 60000);
}

static void test_no_phy_clock(void **state)
{
    (void)state;
    bench_start(NULL);
    outside.usb48 = false;
    wr(OTG_GRSTCTL, GRSTCTL_CSRST);
    run_us(1000000);
    assert_true(rd(OTG_GRSTCTL) & GRSTCTL_CSRST);
    outside.usb48 = true;
    assert_false(rd(OTG_GRSTCTL) & GRSTCTL_CSRST);
}

static void test_mode(void **state)
{
    (void)state;
    bench_start(NULL);
    wr(OTG_HFIR, 48000); /* host register in device mode: lost */
    assert_findings(RULE_OTG_HFIR_EARLY, 1);
    wr(OTG_HCFG, 1); /* and this one is missed later */
    assert_findings(RULE_OTG_WRONG_MODE, 1);
    assert_true(rd(OTG_GINTSTS) & GINTSTS_MMIS);
    wr(OTG_GINTSTS, GINTSTS_MMIS);
    assert_false(rd(OTG_GINTSTS) & GINTSTS_MMIS);
    wr(OTG_GUSBCFG, 0x1440 | GUSBCFG_FHMOD);
    run_us(24000);
    wr(OTG_GUSBCFG, 0x1440 | GUSBCFG_FHMOD); /* again: the delay does not start anew */
    assert_false(rd(OTG_GINTSTS) & GINTSTS_CMOD);
    run_us(1100);
    assert_true(rd(OTG_GINTSTS) & GINTSTS_CMOD);
    assert_int_equal(rd(OTG_HFIR), 60000);
    assert_int_equal(rd(0x804), 0); /* device register in host mode */
    assert_findings(RULE_OTG_WRONG_MODE, 1);
    wr(OTG_GUSBCFG, 0x1440 | GUSBCFG_FDMOD);
    run_us(26000);
    assert_false(rd(OTG_GINTSTS) & GINTSTS_CMOD);
    assert_int_equal(rd(0x804), 0);
    assert_findings(RULE_OTG_DEVICE_MODE, 1);
    wr(OTG_GUSBCFG, 0x1440 | GUSBCFG_FDMOD | GUSBCFG_FHMOD);
    assert_findings(RULE_OTG_FORCE_BOTH, 1);
    outside.param[PARAM_OTG_FHMOD_MS] = PARAM_NEVER;
    wr(OTG_GUSBCFG, 0x1440 | GUSBCFG_FHMOD);
    run_us(10000000);
    assert_false(rd(OTG_GINTSTS) & GINTSTS_CMOD);
}

static void test_id_pin(void **state)
{
    (void)state;
    bench_start(NULL);
    outside.param[PARAM_OTG_ID_GROUNDED] = 1;
    wr(OTG_GUSBCFG, 0x1440);
    run_us(26000);
    assert_true(rd(OTG_GINTSTS) & GINTSTS_CMOD);
    assert_int_equal(rd(OTG_GOTGCTL), 0);
}

/* Each of the conditions for seeing a device, taken away in turn. */
static void test_connect(void **state)
{
    (void)state;
    bench_start(NULL);
    host_init();
    wr(OTG_GINTMSK, GINTSTS_HPRTINT);
    wr(OTG_GAHBCFG, GAHBCFG_GINT);
    outside.pins = false;
    otg_attach(&bench, &script_full);
    assert_int_equal(rd(OTG_HPRT), HPRT_PPWR);
    outside.pins = true;
    wr(OTG_GCCFG, 0);
    assert_int_equal(rd(OTG_HPRT) & HPRT_PCSTS, 0);
    wr(OTG_HPRT, HPRT_PCDET);
    wr(OTG_GCCFG, GCCFG_PWRDWN);
    assert_int_equal(rd(OTG_HPRT), 0); /* PPWR was cleared just now */
    assert_false(outside.irq_line);
    wr(OTG_HPRT, HPRT_PPWR);
    assert_int_equal(rd(OTG_HPRT), HPRT_PPWR | HPRT_PCSTS | HPRT_PCDET | HPRT_PLSTS_DP);
    assert_true(outside.irq_line);
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PCDET);
    assert_int_equal(rd(OTG_HPRT), HPRT_PPWR | HPRT_PCSTS | HPRT_PLSTS_DP);
    assert_false(outside.irq_line);
}

static void test_port_reset(void **state)
{
    (void)state;
    bench_start(NULL);
    host_init();
    otg_attach(&bench, &script_full);
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PCDET | HPRT_PRST);
    run_us(60000);
    assert_int_equal(rd(OTG_HPRT), HPRT_PPWR | HPRT_PCSTS | HPRT_PRST); /* no hardware end */
    wr(OTG_HPRT, HPRT_PPWR);
    run_us(990);
    assert_false(rd(OTG_HPRT) & HPRT_PENA);
    run_us(20);
    assert_int_equal(rd(OTG_HPRT), HPRT_PPWR | HPRT_PCSTS | HPRT_PENA | HPRT_PENCHNG |
                                       HPRT_PSPD_FS | HPRT_PLSTS_DP);
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PENCHNG);
    assert_findings(RULE_OTG_SHORT_RESET, 0);
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PRST);
    assert_false(rd(OTG_HPRT) & HPRT_PENA);
    run_us(20000);
    wr(OTG_HPRT, HPRT_PPWR);
    assert_findings(RULE_OTG_ROOT_RESET, 1);
    run_us(2000);
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PRST);
    run_us(5000);
    wr(OTG_HPRT, HPRT_PPWR);
    assert_findings(RULE_OTG_SHORT_RESET, 1);
    outside.param[PARAM_OTG_PENA_US] = PARAM_NEVER;
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PRST);
    run_us(60000);
    wr(OTG_HPRT, HPRT_PPWR);
    run_us(1000000);
    assert_false(rd(OTG_HPRT) & HPRT_PENA);
}

static void test_pena_trap(void **state)
{
    (void)state;
    bench_start(NULL);
    host_init();
    wr(OTG_HPRT, 0xAE); /* a way to clear all flags while nothing is enabled */
    wr(OTG_HPRT, HPRT_PPWR);
    host_port_up(&script_full);
    assert_findings(RULE_OTG_PENA, 0);
    wr(OTG_HPRT, rd(OTG_HPRT) | HPRT_PSUSP); /* read-modify-write */
    assert_findings(RULE_OTG_PENA, 1);
    assert_int_equal(rd(OTG_HPRT) & (HPRT_PENA | HPRT_PENCHNG | HPRT_PSUSP), 0);
    host_reset_port();
    outside.param[PARAM_OTG_PENA_OFF_PENCHNG] = 1;
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PENA); /* on purpose */
    assert_findings(RULE_OTG_PENA, 0);
    assert_int_equal(rd(OTG_HPRT) & (HPRT_PENA | HPRT_PENCHNG), HPRT_PENCHNG);
}

static void test_frames(void **state)
{
    (void)state;
    bench_start(NULL);
    host_init();
    host_port_up(&script_full);
    uint32_t first = rd(OTG_HFNUM);
    run_us(100000);
    uint32_t last = rd(OTG_HFNUM);
    assert_int_equal(((last & 0x3FFF) - (first & 0x3FFF)) & 0x3FFF, 100);
    assert_in_range((first >> 16) - (last >> 16), 0, 5); /* 50 ns later in its frame */
    assert_int_equal(bench.alarms.at_ps[ALARM_OTG_FRAME], ALARM_NEVER); /* nobody waits */
    run_us(17000000); /* wraps after 16384 frames */
    assert_int_equal(((rd(OTG_HFNUM) & 0x3FFF) - (last & 0x3FFF)) & 0x3FFF, 17000 & 0x3FFF);
    wr(OTG_GAHBCFG, GAHBCFG_GINT);
    wr(OTG_GINTMSK, GINTSTS_SOF);
    for (unsigned i = 0; i < 5; i++) {
        wr(OTG_GINTSTS, GINTSTS_SOF);
        assert_false(outside.irq_line);
        run_us(1000);
        assert_true(outside.irq_line);
    }
    wr(OTG_GRSTCTL, GRSTCTL_FCRST);
    run_us(1000);
    assert_int_equal(rd(OTG_HFNUM) & 0x3FFF, 0);
    wr(OTG_HFIR, 24000); /* shorter frames from the next on */
    run_us(1000);
    last = rd(OTG_HFNUM) & 0x3FFF;
    run_us(10000);
    assert_int_equal((rd(OTG_HFNUM) & 0x3FFF) - last, 20);
    outside.usb48 = false;
    assert_false(rd(OTG_HPRT) & HPRT_PENA); /* without its clock the PHY sees nothing */
    last = rd(OTG_HFNUM) & 0x3FFF;
    run_us(10000);
    assert_int_equal(rd(OTG_HFNUM) & 0x3FFF, last);
}

static void test_suspend(void **state)
{
    (void)state;
    bench_start(NULL);
    host_init();
    host_port_up(&script_full);
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PSUSP);
    uint32_t number = rd(OTG_HFNUM) & 0x3FFF;
    run_us(5000);
    assert_int_equal(rd(OTG_HFNUM) & 0x3FFF, number);
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PRES);
    run_us(20000);
    assert_true(rd(OTG_HPRT) & HPRT_PSUSP);
    wr(OTG_HPRT, HPRT_PPWR);
    assert_int_equal(rd(OTG_HPRT) & (HPRT_PSUSP | HPRT_PENA), HPRT_PENA);
    run_us(1000);
    assert_int_equal(rd(OTG_HFNUM) & 0x3FFF, number + 2);
}

static void test_disconnect(void **state)
{
    (void)state;
    for (unsigned bounce = 0; bounce < 2; bounce++) {
        bench_start(NULL);
        outside.param[PARAM_OTG_DISC_PCDET] = bounce;
        host_init();
        host_port_up(&script_full);
        wr(OTG_GINTMSK, GINTSTS_DISCINT);
        wr(OTG_GAHBCFG, GAHBCFG_GINT);
        otg_detach(&bench);
        assert_true(outside.irq_line);
        assert_int_equal(rd(OTG_HPRT), HPRT_PPWR | HPRT_PENCHNG | (bounce ? HPRT_PCDET : 0u));
        wr(OTG_GINTSTS, GINTSTS_DISCINT);
        assert_false(outside.irq_line);
        otg_attach(&bench, &script_full);
        assert_true(rd(OTG_HPRT) & HPRT_PCDET);
    }
}

static void test_widths(void **state)
{
    (void)state;
    bench_start(NULL);
    assert_int_equal(otg_read(&bench, OTG_GUSBCFG + 1, 1), 0x14);
    otg_write(&bench, OTG_GAHBCFG, 2, 1);
    assert_findings(RULE_OTG_WIDTH, 2);
    assert_int_equal(rd(OTG_GAHBCFG), 0);
    rd(0x0C8);
    wr(0x0C8, 1);
    assert_findings(RULE_OTG_UNMODELLED, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reset_values), cmocka_unit_test(test_core_reset),
        cmocka_unit_test(test_no_phy_clock), cmocka_unit_test(test_mode),
        cmocka_unit_test(test_id_pin),       cmocka_unit_test(test_connect),
        cmocka_unit_test(test_port_reset),   cmocka_unit_test(test_pena_trap),
        cmocka_unit_test(test_frames),       cmocka_unit_test(test_suspend),
        cmocka_unit_test(test_disconnect),   cmocka_unit_test(test_widths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
