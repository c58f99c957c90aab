/* SPDX-License-Identifier: MIT
 * The models of OTG_FS and stick alone, without a CPU: the services of the board are played here,
 * time is moved by hand, findings are counted instead of ending anything. On top of it a small
 * polled host driver and a device that answers by script. */
#ifndef TEST_OTG_BENCH_H
#define TEST_OTG_BENCH_H

#include "otg_regs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

extern struct board bench; /* the only one */

struct bench_outside { /* what the rest of the board would say */
    bool usb48, pins;
    bool irq_line, overcurrent;
    unsigned findings; /* in all */
    uint64_t param[PARAM_COUNT];
    uint64_t now_ps;
};
extern struct bench_outside outside;

#define HC(n, reg) (OTG_HC_FIRST + 0x20u * (n) + (reg))
enum { HCCHAR = 0x00, HCINT = 0x08, HCINTMSK = 0x0C, HCTSIZ = 0x10 };
#define FIFO(n) (OTG_FIFO_FIRST + 0x1000u * (n))

/* A fresh board at time 0 with default parameters; stick_path may be NULL. */
void bench_start(const char *stick_path);
uint32_t rd(uint32_t off);
void wr(uint32_t off, uint32_t value);
void run_us(uint64_t us); /* time passes; alarms fire */
unsigned found(enum rule_id rule);
/* No finding but those asked for since the last call. */
void assert_findings(enum rule_id rule, unsigned count);

/* The device of the script: one entry per transaction, NAK when it is at its end. */
struct script {
    enum usb_answer answer;
    uint16_t bytes;
};
extern struct usb_transaction script_log[64]; /* what it was asked */
extern unsigned script_asked, script_acked;
extern uint64_t script_at_ps[64];
void script_play(const struct script *script, unsigned count);
extern const struct usb_device script_full, script_low;

/* Driver: core in host mode with FIFOs set; port powered; then attached and enabled. */
void host_init(void);
void host_port_up(const struct usb_device *device); /* NULL = the stick, after its attach time */
void host_reset_port(void);
#define DRIVER_PENDING 0x80000000u
/* Channel n is set up and enabled; OUT data is pushed. */
void channel_start(unsigned n, uint32_t hcchar, uint32_t pid, const void *data, uint32_t bytes);
/* Runs until HCINT of channel n has one of these bits, draining the receive FIFO into buffer, at
 * the most 60 ms. Returns HCINT. */
uint32_t channel_wait(unsigned n, uint32_t bits);
void channel_halt(unsigned n);
extern uint8_t received[65536 + 64];
extern unsigned received_bytes;

/* A whole transfer with NAK retries up to a second: 0, or the HCINT flag that ended it. */
uint32_t transfer(uint32_t hcchar, uint32_t *pid, const void *out, uint32_t bytes);
/* A control transfer to address, MPS 64; data stage IN when bmRequestType says so. */
uint32_t control(unsigned address, const uint8_t setup[8]);

#endif
