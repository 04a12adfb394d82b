/*
 * A root file system in a tar file, also a compressed one (gzip, bzip2, xz, lzma,
 * zstd): by libarchive, in this process. What names a place outside the directory
 * that it is unpacked into is refused before anything is written. Blocks.
 */
#ifndef BERTH_FLEET_TARBALL_H
#define BERTH_FLEET_TARBALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"

struct tarball {
	int64_t size;       /* bytes of its files, rounded up to blocks */
	bool is_root;       /* it has /etc and /usr */
	bool is_oci;        /* it is an OCI archive: it has /oci-layout */
};

bool tarball_is(const char *path); /* by its first bytes */

/* Reads all of it. ERR_USAGE: damaged, truncated, or with a member that leads outside. */
int tarball_inspect(const char *path, struct tarball *out, struct err *err);

/* Into a directory that is there. Device nodes are left out: a machine's kernel
 * makes its own. Without root the owner stays who unpacks. */
int tarball_unpack(const char *path, const char *dir, const struct progress *progress, struct err *err);

/* Why a member may not be taken, as the end of a sentence about it, or NULL. Pure.
 * target: what a hard or symbolic link points to, else NULL. */
const char *tarball_refuses(const char *name, bool is_symlink, const char *target);

#endif
