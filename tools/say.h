/* SPDX-License-Identifier: MIT
 * What the packager says on stderr, and what its exit status means. A message is one line for a
 * build server's log: "stickboot sign: app.elf: what is wrong; what to do". */
#ifndef TOOLS_SAY_H
#define TOOLS_SAY_H

/* Exit statuses; documented in docs/packager.md, so never renumber. */
enum status {
    STATUS_OK = 0,
    STATUS_REFUSED = 1, /* a check said no: digest, signature, what was read back */
    STATUS_USAGE = 2,   /* the command line */
    STATUS_FILE = 3,    /* a file or folder cannot be read or written */
    STATUS_INPUT = 4,   /* a file's content cannot be used: format, size, link address */
    STATUS_KEY = 5,     /* a key cannot be loaded, is of the wrong kind, or does not sign */
    STATUS_TOOL = 6,    /* mtools is missing or failed */
};

/* The command that messages are headed with; "" before one is known. */
void say_command(const char *name);

/* Prints one line and returns the status, for `return say_error(...)`. */
enum status say_error(enum status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for what does not end the command. */
void say_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
