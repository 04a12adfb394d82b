/*
 * What the views show: the fleet, the journal, the releases, as they were at
 * one moment. Read on a worker, then handed to the UI thread, which swaps the
 * pointer; nobody changes it after that.
 */
#ifndef BERTH_TUI_CONSOLE_SNAPSHOT_H
#define BERTH_TUI_CONSOLE_SNAPSHOT_H

#include "core/fleet/fleet.h"
#include "core/fleet/read.h"
#include "core/fleet/view.h"

struct snapshot_operation {
	struct operation operation;
	bool abandoned;        /* open, and nobody works on it */
};

struct snapshot {
	struct fleet_view *fleet;
	struct snapshot_operation *operations; /* newest first, the last 200 */
	size_t operation_count;
	uint64_t journal;                      /* another number when anything happened in it */
	char (*releases)[130];                 /* "deb12@2026-11-23", newest first */
	struct release *release_rows;          /* the same, whole */
	size_t release_count;
	struct image *images;                  /* by name */
	size_t image_count;
	char (*groups)[130];                   /* of hosts, in natural order */
	size_t group_count;
};

/* The inventory alone: quick, for the first paint. */
int snapshot_read_inventory(struct fleet *fleet, struct snapshot **out, struct err *err);
/* previous (may be NULL) is only read. */
int snapshot_read(struct fleet *fleet, const struct snapshot *previous, struct snapshot **out, struct err *err);
void snapshot_free(struct snapshot *snapshot);

const struct fleet_row *snapshot_host(const struct snapshot *snapshot, const char *name); /* NULL none */

#endif
