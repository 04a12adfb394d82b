/*
 * A look into an ext4 (or ext3, ext2) file system within a disk, by libext2fs: no
 * mount, nothing is written. Links are followed within that file system alone.
 * Blocks; one thread.
 */
#ifndef BERTH_FLEET_EXT4_H
#define BERTH_FLEET_EXT4_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"
#include "base/text.h"
#include "core/fleet/disk.h"

struct ext4;

/* At `start` in the disk, which stays the caller's. */
int ext4_open(struct disk *disk, int64_t start, struct ext4 **out, struct err *err);
void ext4_close(struct ext4 *ext4); /* NULL is allowed */

bool ext4_has_directory(struct ext4 *ext4, const char *path);
/* Each name in a directory with "\n" behind it; nothing when there is none. */
void ext4_names(struct ext4 *ext4, const char *path, struct text *names);
/* A regular file, to a new file on this machine. */
int ext4_copy_out(struct ext4 *ext4, const char *path, const char *to, const struct progress *progress, struct err *err);

#endif
