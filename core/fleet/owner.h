/*
 * Who runs an operation, so that another berth can tell whether that process
 * still lives: boot id, pid, and the process's start time (proc(5), stat field
 * 22), since pids are used again. Any thread.
 */
#ifndef BERTH_FLEET_OWNER_H
#define BERTH_FLEET_OWNER_H

#include <stdbool.h>

#define OWNER_SIZE 128
void owner_self(char out[OWNER_SIZE]);
bool owner_lives(const char *owner);

#endif
