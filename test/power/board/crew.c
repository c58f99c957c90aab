/* SPDX-License-Identifier: MIT
 * Children; crew.h. A fork shares the pages of the board and of the engine's translated code. */
#include "crew.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Seconds of a child's life; a recovery takes one or two. */
#define CHILD_LIMIT_S 900

static void wait_for_one(struct crew *crew)
{
    int status = 0;

    if (wait(&status) < 0) {
        perror("sweep: wait");
        exit(2);
    }
    crew->running--;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        crew->crashed++;
    crew->done++;
    if (crew->ended != NULL)
        crew->ended(crew->ctx);
}

bool crew_fork(struct crew *crew)
{
    while (crew->running >= crew->size)
        wait_for_one(crew);
    fflush(NULL); /* what is in a buffer is written once, not twice */
    pid_t child = fork();

    if (child < 0) {
        perror("sweep: fork");
        exit(2);
    }
    if (child != 0) {
        crew->running++;
        return false;
    }
    (void)alarm(CHILD_LIMIT_S);
    return true;
}

_Noreturn void crew_leave(bool reported)
{
    fflush(NULL);
    _exit(reported ? 0 : 1);
}

void crew_finish(struct crew *crew)
{
    while (crew->running > 0)
        wait_for_one(crew);
}
