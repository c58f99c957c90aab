/* SPDX-License-Identifier: MIT
 * Descriptors as bytes, and the text form of them. */
#define _POSIX_C_SOURCE 200809L
#include "usb_identity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool usb_config_add(struct usb_config *c, const uint8_t *bytes, unsigned count)
{
    if (c->bytes + count > sizeof c->data)
        return false;
    memcpy(c->data + c->bytes, bytes, count);
    c->bytes = (uint16_t)(c->bytes + count);
    return true;
}

void usb_config_close(struct usb_config *c)
{
    c->data[2] = (uint8_t)c->bytes;
    c->data[3] = (uint8_t)(c->bytes >> 8);
}

void usb_string(uint8_t out[256], const char *text)
{
    unsigned length = (unsigned)strnlen(text, 126);

    out[0] = (uint8_t)(2 + 2 * length);
    out[1] = DESCRIPTOR_STRING;
    for (unsigned i = 0; i < length; i++) {
        out[2 + 2 * i] = (uint8_t)text[i];
        out[3 + 2 * i] = 0;
    }
}

unsigned usb_identity_descriptor(const struct usb_identity *id, unsigned type, unsigned index,
                                 uint8_t *out)
{
    const uint8_t *from = NULL;
    unsigned bytes = 0;

    if (type == DESCRIPTOR_DEVICE && index == 0) {
        from = id->device;
        bytes = sizeof id->device;
    } else if (type == DESCRIPTOR_CONFIG && index < id->configs) {
        from = id->config[index].data;
        bytes = id->config[index].bytes;
    } else if (type == DESCRIPTOR_STRING && index < USB_STRINGS_MAX) {
        from = id->string[index];
        bytes = id->string[index][0];
    }
    if (bytes)
        memcpy(out, from, bytes);
    return bytes;
}

const struct usb_config *usb_identity_config(const struct usb_identity *id, unsigned value)
{
    for (unsigned i = 0; i < id->configs; i++)
        if (id->config[i].data[5] == value)
            return &id->config[i];
    return NULL;
}

const uint8_t *usb_config_next(const struct usb_config *c, const uint8_t *at)
{
    const uint8_t *end = c->data + c->bytes;
    const uint8_t *next = at ? at + at[0] : c->data;

    if ((at && at[0] < 2) || end - next < 2 || end - next < next[0])
        return NULL;
    return next;
}

/* Bytes of hexadecimal text; -1 = something else is in it. */
static int hex(const char *text, uint8_t *out, unsigned room)
{
    unsigned count = 0;

    for (;;) {
        text += strspn(text, " \t\r\n");
        if (*text == 0)
            return (int)count;
        char digits[3] = {text[0], text[1], 0};
        if (count == room || strspn(digits, "0123456789abcdefABCDEF") != 2)
            return -1;
        out[count++] = (uint8_t)strtoul(digits, NULL, 16);
        text += 2;
    }
}

struct reader {
    struct usb_identity *id;
    unsigned device_bytes;
    enum { NO_BYTES, DEVICE_BYTES, CONFIG_BYTES } section;
};

static bool take_bytes(struct reader *r, const char *text)
{
    struct usb_identity *id = r->id;
    uint8_t bytes[128];
    int count = hex(text, bytes, sizeof bytes);

    if (count < 0)
        return false;
    if (r->section == CONFIG_BYTES)
        return usb_config_add(&id->config[id->configs - 1], bytes, (unsigned)count);
    if (r->section != DEVICE_BYTES || r->device_bytes + (unsigned)count > sizeof id->device)
        return false;
    memcpy(id->device + r->device_bytes, bytes, (unsigned)count);
    r->device_bytes += (unsigned)count;
    return true;
}

static bool take_string(struct reader *r, const char *text)
{
    char *end;
    unsigned long index = strtoul(text, &end, 10);

    r->section = NO_BYTES;
    if (end == text || *end != ' ' || index == 0 || index >= USB_STRINGS_MAX)
        return false;
    usb_string(r->id->string[index], end + 1);
    memcpy(r->id->string[0], (const uint8_t[]){4, DESCRIPTOR_STRING, 0x09, 0x04}, 4);
    return true;
}

static bool take_line(struct reader *r, char *line)
{
    line[strcspn(line, "#\r\n")] = 0;
    if (line[strspn(line, " \t")] == 0)
        return true;
    if (line[0] == ' ' || line[0] == '\t')
        return take_bytes(r, line);
    if (strncmp(line, "string ", 7) == 0)
        return take_string(r, line + 7);
    if (strncmp(line, "speed ", 6) == 0) {
        r->id->speed = strcmp(line + 6, "low") == 0 ? USB_SPEED_LOW : USB_SPEED_FULL;
        return strcmp(line + 6, "low") == 0 || strcmp(line + 6, "full") == 0;
    }
    if (strncmp(line, "device ", 7) == 0) {
        r->section = DEVICE_BYTES;
        return take_bytes(r, line + 7);
    }
    if (strncmp(line, "config ", 7) != 0 || r->id->configs == USB_CONFIGS_MAX)
        return false;
    r->section = CONFIG_BYTES;
    r->id->configs++;
    return take_bytes(r, line + 7);
}

bool usb_identity_read(struct usb_identity *id, const char *path)
{
    FILE *file = fopen(path, "r");
    struct reader r = {.id = id};
    char line[512];
    unsigned number = 0;
    bool right = true;

    if (!file) {
        fprintf(stderr, "vboard: cannot read the descriptors %s: %s\n", path, strerror(errno));
        return false;
    }
    memset(id, 0, sizeof *id);
    id->speed = USB_SPEED_FULL;
    while (right && fgets(line, sizeof line, file)) {
        number++;
        right = take_line(&r, line);
    }
    fclose(file);
    if (!right)
        fprintf(stderr, "vboard: %s:%u: not a line of descriptors\n", path, number);
    else if (r.device_bytes != sizeof id->device || !id->configs)
        fprintf(stderr, "vboard: %s: no device or no config descriptor\n", path);
    return right && r.device_bytes == sizeof id->device && id->configs;
}
