/* SPDX-License-Identifier: MIT
 * Child processes; program.h. */
#include "tools/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_NOT_FOUND 127

/* In the child. pipe_end (-1 = none) takes the place of standard input or output, /dev/null that of
 * the rest. */
static void child(const char *const argv[], int pipe_end, int replaces, bool quiet)
{
    int null = open("/dev/null", O_RDWR);
    int other = replaces == STDIN_FILENO ? STDOUT_FILENO : STDIN_FILENO;

    if (null < 0 || dup2(pipe_end >= 0 ? pipe_end : null, replaces) < 0 || dup2(null, other) < 0 ||
        (quiet && dup2(null, STDERR_FILENO) < 0))
        _exit(EXIT_NOT_FOUND);
    (void)execvp(argv[0], (char *const *)argv); /* returns only if it failed */
    _exit(EXIT_NOT_FOUND);
}

static bool feed(int fd, const struct file_bytes *in)
{
    for (uint32_t done = 0; done < in->len;) {
        ssize_t put = write(fd, in->at + done, in->len - done);

        if (put <= 0)
            return false;
        done += (uint32_t)put;
    }
    return true;
}

/* One byte more than allowed is asked for, so that too much is seen. */
static bool collect(int fd, struct file_bytes *out, uint32_t max_bytes)
{
    ssize_t got = 1;

    *out = (struct file_bytes){file_alloc(max_bytes + 1), 0};
    while (got > 0 && out->len <= max_bytes) {
        got = read(fd, out->at + out->len, max_bytes + 1 - out->len);
        out->len += got > 0 ? (uint32_t)got : 0;
    }
    return got == 0 && out->len <= max_bytes;
}

static enum status child_status(const char *name, pid_t pid, bool moved, bool quiet)
{
    int status = 0;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && moved)
        return STATUS_OK;
    if (quiet)
        return STATUS_TOOL;
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NOT_FOUND) {
        return say_error(STATUS_TOOL, "%s: cannot be run; install it (Debian package mtools)",
                         name);
    }
    return say_error(STATUS_TOOL, "%s: failed; its own message stands above", name);
}

enum status program_run(const char *const argv[], const struct file_bytes *in,
                        struct file_bytes *out, uint32_t max_bytes, bool quiet)
{
    int ends[2];
    int ours = in != NULL ? 1 : 0; /* a pipe is written at 1 and read at 0 */
    bool moved = true;

    (void)signal(SIGPIPE, SIG_IGN); /* a child that ends early is seen by its status */
    if (pipe(ends) != 0 || fcntl(ends[ours], F_SETFD, FD_CLOEXEC) != 0)
        return say_error(STATUS_TOOL, "%s: no pipe: %s", argv[0], strerror(errno));
    pid_t pid = fork();

    if (pid == 0) {
        child(argv, in != NULL || out != NULL ? ends[1 - ours] : -1,
              in != NULL ? STDIN_FILENO : STDOUT_FILENO, quiet);
    }
    (void)close(ends[1 - ours]); /* the child's end */
    if (in != NULL)
        moved = pid > 0 && feed(ends[1], in);
    else if (out != NULL)
        moved = pid > 0 && collect(ends[0], out, max_bytes);
    (void)close(ends[ours]); /* tells the child that there is no more */
    if (pid < 0)
        return say_error(STATUS_TOOL, "%s: cannot be run: %s", argv[0], strerror(errno));
    return child_status(argv[0], pid, moved, quiet);
}
