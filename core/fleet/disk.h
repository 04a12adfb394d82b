/*
 * A file on this machine that holds a disk: raw, or qcow2, which qemu-nbd reads
 * for us (libnbd starts it; it ends with its only client). Nothing is unpacked on
 * the way. Blocks; one thread a disk.
 */
#ifndef BERTH_FLEET_DISK_H
#define BERTH_FLEET_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct disk;

int disk_open(const char *path, bool qcow2, struct disk **out, struct err *err);
void disk_close(struct disk *disk); /* NULL is allowed */
int64_t disk_size(const struct disk *disk);
/* All of it, or an error; what lies behind the end is zero. */
int disk_read(struct disk *disk, int64_t at, void *bytes, size_t length, struct err *err);
/* Where the next data begins, at `at` or behind; the disk's size when only holes
 * are left. What is said to be data may still be zeros. */
int disk_next_data(struct disk *disk, int64_t at, int64_t *data, struct err *err);

#endif
