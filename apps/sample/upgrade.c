/* SPDX-License-Identifier: MIT
 * The sample with a package on board (package.S). */
#include "upgrade.h"

#include <string.h>

#include "applib/package.h"
#include "applib/request.h"
#include "applib/staging.h"
#include "console.h"
#include "startup.h"

extern const uint8_t carried_package[];
extern const uint32_t carried_package_bytes;

#define PIECE_BYTES  1024u /* as if it came in over a network */
#define REPORT_BYTES 0x10000u

static struct package package;
static uint32_t piece[PIECE_BYTES / 4u];

static void report_progress(uint32_t done_bytes, uint32_t total_bytes)
{
    if (done_bytes % REPORT_BYTES != 0 && done_bytes != total_bytes)
        return;
    console_text("upgrade: ");
    console_number(done_bytes);
    console_text(" of ");
    console_number(total_bytes);
    console_text(" bytes\r\n");
}

static uint32_t piece_bytes(uint32_t off, uint32_t total_bytes)
{
    return total_bytes - off < PIECE_BYTES ? total_bytes - off : PIECE_BYTES;
}

static void package_sha256(uint8_t out[DIGEST_SHA256_BYTES], uint32_t bytes)
{
    struct digest_run run;
    struct digest digest;
    digest_begin(&run);
    digest_bytes(&run, carried_package, bytes);
    digest_end(&run, &digest);
    memcpy(out, digest.sha256, DIGEST_SHA256_BYTES);
}

/* Goes on where an earlier run was interrupted, if there was one. */
static enum bl_rc begin_package(uint32_t bytes, uint32_t *have_bytes)
{
    uint8_t sha256[DIGEST_SHA256_BYTES];
    package_sha256(sha256, bytes);
    enum bl_rc rc = package_resume(&package, bytes, sha256, have_bytes);
    if (rc == BL_OK && *have_bytes != 0) {
        console_text("upgrade: going on behind ");
        console_number(*have_bytes);
        console_text(" bytes\r\n");
    }
    return rc;
}

static enum bl_rc write_from(uint32_t off, uint32_t bytes)
{
    enum bl_rc rc = BL_OK;
    while (rc == BL_OK && off < bytes) {
        uint32_t len = piece_bytes(off, bytes);
        rc = package_bytes(&package, carried_package + off, len);
        off += len;
        report_progress(off, bytes);
    }
    return rc == BL_OK ? package_end(&package) : rc;
}

/* Through the library: footer, digests, everything checked. What was there may be another package. */
static enum bl_rc write_package(uint32_t bytes)
{
    uint32_t have_bytes;
    enum bl_rc rc = begin_package(bytes, &have_bytes);
    if (rc == BL_OK)
        rc = write_from(have_bytes, bytes);
    if (rc == BL_E_IMG_DIGEST && have_bytes != 0) {
        rc = package_begin(&package, bytes);
        if (rc == BL_OK)
            rc = write_from(0, bytes);
    }
    return rc;
}

/* The bare bytes and nothing else: the loader can only check that they look like an application. */
static enum bl_rc write_bare(uint32_t bytes)
{
    enum bl_rc rc = staging_erase(0, bytes);
    for (uint32_t off = 0; rc == BL_OK && off < bytes;) {
        uint32_t len = piece_bytes(off, bytes);
        memset(piece, 0xFF, sizeof piece);
        memcpy(piece, carried_package + off, len);
        rc = staging_program(off, piece, (len + 3u) & ~3u);
        off += len;
        report_progress(off, bytes);
    }
    return rc;
}

void upgrade_run(bool bare)
{
    uint32_t bytes = carried_package_bytes;
    startup_vectors_to_ram();
    console_text(bare ? "upgrade: writing the package bare\r\n"
                      : "upgrade: writing the package\r\n");
    enum bl_rc rc = bare ? write_bare(bytes) : write_package(bytes);
    if (rc == BL_OK) {
        console_text("upgrade: package written, restarting\r\n");
        console_flush();
        rc = request_upgrade_and_reset();
    }
    console_text("upgrade: ");
    console_text(err_text(rc));
    console_text("\r\n");
}
