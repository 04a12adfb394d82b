/*
 * Who runs an operation, so that another berth can tell whether that process
 * still lives: boot id, pid, the process's start time (proc(5), stat field 22),
 * since pids are used again, and its pid namespace. Any thread.
 */
#ifndef BERTH_FLEET_OWNER_H
#define BERTH_FLEET_OWNER_H

#include <stdbool.h>

#define OWNER_SIZE 128
void owner_self(char out[OWNER_SIZE]);
bool owner_lives(const char *owner); /* of this machine */
/* Surely: it was of this machine since it booted, of this pid namespace, and is gone. */
bool owner_is_dead(const char *owner);

#endif
