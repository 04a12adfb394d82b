/*
 * The list of a root's packages (core/fleet/packages.h), made from what lies on
 * this machine, and put into a file; a root without dpkg has none, and then there
 * is no file. Blocks; a worker's thread.
 */
#ifndef BERTH_FLEET_PACKAGES_TAKE_H
#define BERTH_FLEET_PACKAGES_TAKE_H

#include "base/err.h"
#include "base/progress.h"

/* tree: a directory with the root's files; links do not lead out of it. */
int packages_take_tree(const char *tree, const char *to, struct err *err);
/* raw: a file with an ext4, which debugfs reads without a mount. */
int packages_take_raw(const char *raw, const char *to, const struct progress *progress, struct err *err);

#endif
