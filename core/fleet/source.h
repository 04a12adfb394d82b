/*
 * What is in a file or directory that an admin wants to import: looked at
 * before anything is written. Blocks (reads a few sectors, may run qemu-img).
 */
#ifndef BERTH_FLEET_SOURCE_H
#define BERTH_FLEET_SOURCE_H

#include <stdint.h>

#include "base/err.h"
#include "core/fleet/content.h"

enum source_kind { SOURCE_DIRECTORY, SOURCE_RAW, SOURCE_QCOW2 };

struct source {
	enum source_kind kind;
	enum content content;        /* of a raw file; a qcow2 file's is known once it is converted */
	int64_t size;                /* bytes of the image that it makes; a directory: of its files */
};

/* ERR_USAGE: not there, empty, truncated, a whole disk, nothing that we know. */
int source_inspect(const char *path, struct source *out, struct err *err);

/* A raw image alone; `shown` is how errors call it. */
int source_inspect_raw(const char *path, const char *shown, struct source *out, struct err *err);

#endif
