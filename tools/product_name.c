/* SPDX-License-Identifier: MIT
 * "vendor/class" to UUIDs; product_name.h. */
#include "tools/product_name.h"

#include <string.h>

#include "tools/pem.h"

enum status product_name(const char *option, const char *text, uint8_t vendor[MCUBOOT_UUID_BYTES],
                         uint8_t class_id[MCUBOOT_UUID_BYTES])
{
    const char *slash = strchr(text, '/');

    if (slash == NULL || slash == text || slash[1] == '\0' || strchr(slash + 1, '/') != NULL) {
        return say_error(STATUS_USAGE, "%s: '%s' is not VENDOR/CLASS, such as example.com/pump-2",
                         option, text);
    }
    pem_uuid(NULL, text, (uint32_t)(slash - text), vendor);
    pem_uuid(vendor, slash + 1, (uint32_t)strlen(slash + 1), class_id);
    return STATUS_OK;
}
