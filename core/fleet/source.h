/*
 * What is in a file or directory that an admin wants to import: looked at
 * before anything is written. Blocks (reads a few sectors of a disk, all of a tar
 * file, may run qemu-img).
 */
#ifndef BERTH_FLEET_SOURCE_H
#define BERTH_FLEET_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "core/fleet/content.h"

enum source_kind {
	SOURCE_DIRECTORY,  /* the files of a root */
	SOURCE_DISK,       /* a file system, or a whole disk with one; raw or qcow2 */
	SOURCE_TAR,        /* the files of a root */
	SOURCE_OCI,        /* layout (a directory) or archive (a tar file) */
};

struct source {
	enum source_kind kind;
	bool qcow2;
	enum content content;        /* of a disk */
	int64_t start;               /* of a disk: where that begins, in bytes */
	int partition;               /* 0: it is the whole disk */
	int64_t size;                /* bytes; of a disk: of its part; else of the files; OCI: packed */
};

/* ERR_USAGE: not there, empty, truncated, no root file system or more than one,
 * nothing that we know. */
int source_inspect(const char *path, struct source *out, struct err *err);

#endif
