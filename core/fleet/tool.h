/*
 * Runs another program (mmdebstrap, mkfs.ext4, qemu-img, debugfs, rm): no shell,
 * no terminal, its own process group, so that a cancel ends all of it; berth's
 * death ends the program itself. What it
 * prints goes to a log file or is thrown away; the last line that it wrote to
 * stderr is part of the error. Blocks; a worker's thread.
 */
#ifndef BERTH_FLEET_TOOL_H
#define BERTH_FLEET_TOOL_H

#include "base/err.h"
#include "base/progress.h"
#include "base/text.h"

/* argv ends with NULL. stdout goes to *out when that is not NULL (at most
 * 1 MiB). log NULL: /dev/null, else appended to. Exit status other than 0:
 * ERR_FAILED; program not there: ERR_FAILED with the Debian package to
 * install; cancelled: ERR_CANCELLED after the group was killed. */
int tool_run(const char *const *argv, const char *log, const struct progress *progress,
	     struct text *out, struct err *err);

/* The same with mounts and processes of its own (needs root): whatever it has
 * mounted or started is gone when it ends, or berth, however that ends. Its lines
 * that begin with "I: " are told as progress. */
int tool_run_contained(const char *const *argv, const char *log, const struct progress *progress, struct err *err);

/* Whether a program is on the PATH: ERR_FAILED names the Debian package to install. */
int tool_check(const char *program, struct err *err);

/* A new name below $TMPDIR or /var/tmp, for the step work-dir. */
void tool_work_dir(char out[512], const char *name);

/* rm -rf, staying on one file system: a forgotten mount below is not emptied. */
int tool_remove_tree(const char *path, struct err *err);

#endif
