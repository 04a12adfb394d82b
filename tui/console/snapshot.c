#include "tui/console/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/run.h"

#define OPERATIONS_SHOWN 200

static uint64_t mix(uint64_t sum, int64_t number)
{
	return (sum ^ (uint64_t)number) * 0x100000001b3;
}

static int read_operations(struct fleet *fleet, struct snapshot *snapshot, struct err *err)
{
	struct operation *operations = NULL;
	const int status = fleet_operations(fleet, false, OPERATIONS_SHOWN, &operations,
					    &snapshot->operation_count, err);

	if (status)
		return status;
	snapshot->operations = xcalloc(snapshot->operation_count + 1, sizeof(*snapshot->operations));
	for (size_t i = 0; i < snapshot->operation_count; i++) {
		snapshot->operations[i].operation = operations[i];
		snapshot->operations[i].abandoned = operation_is_abandoned(&operations[i]);
		snapshot->journal = mix(mix(snapshot->journal, operations[i].id), operations[i].state);
	}
	free(operations);
	return 0;
}

static int read_releases(struct fleet *fleet, struct snapshot *snapshot, struct err *err)
{
	struct release *releases = NULL;
	int status = fleet_images(fleet, &snapshot->images, &snapshot->image_count, err);

	if (!status)
		status = fleet_releases(fleet, NULL, &releases, &snapshot->release_count, err);
	if (status)
		return status;
	snapshot->releases = xcalloc(snapshot->release_count + 1, sizeof(*snapshot->releases));
	for (size_t i = 0; i < snapshot->release_count; i++)
		snprintf(snapshot->releases[i], sizeof(*snapshot->releases), "%s@%s", releases[i].image, releases[i].name);
	snapshot->release_rows = releases;
	return 0;
}

static int compare_groups(const void *a, const void *b)
{
	return strverscmp(a, b);
}

static void collect_groups(struct snapshot *snapshot)
{
	const struct fleet_view *fleet = snapshot->fleet;
	const size_t width = sizeof(*snapshot->groups);
	size_t count = 0;

	snapshot->groups = xcalloc(fleet->count + 1, width);
	for (size_t i = 0; i < fleet->count; i++)
		if (fleet->rows[i].group[0])
			text_copy(snapshot->groups[count++], width, fleet->rows[i].group);
	qsort(snapshot->groups, count, width, compare_groups);
	for (size_t i = 0; i < count; i++)
		if (!snapshot->group_count || strcmp(snapshot->groups[snapshot->group_count - 1], snapshot->groups[i]))
			memmove(snapshot->groups[snapshot->group_count++], snapshot->groups[i], width);
	snapshot->groups = xrealloc(snapshot->groups, (snapshot->group_count + 1) * width);
}

static int finish(struct fleet *fleet, int status, struct snapshot *snapshot, struct snapshot **out, struct err *err)
{
	if (!status)
		status = read_operations(fleet, snapshot, err);
	if (!status)
		status = read_releases(fleet, snapshot, err);
	if (!status)
		collect_groups(snapshot);
	if (status)
		snapshot_free(snapshot);
	else
		*out = snapshot;
	return status;
}

int snapshot_read_inventory(struct fleet *fleet, struct snapshot **out, struct err *err)
{
	struct snapshot *snapshot = xcalloc(1, sizeof(*snapshot));

	return finish(fleet, fleet_view_inventory(fleet, &snapshot->fleet, err), snapshot, out, err);
}

int snapshot_read(struct fleet *fleet, const struct snapshot *previous, struct snapshot **out, struct err *err)
{
	struct snapshot *snapshot = xcalloc(1, sizeof(*snapshot));
	const int status = fleet_view_full(fleet, previous ? previous->fleet : NULL, &snapshot->fleet, err);

	fleet_probe(fleet);
	return finish(fleet, status, snapshot, out, err);
}

void snapshot_free(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	fleet_view_free(snapshot->fleet);
	free(snapshot->operations);
	free(snapshot->releases);
	free(snapshot->release_rows);
	free(snapshot->images);
	free(snapshot->groups);
	free(snapshot);
}

const struct fleet_row *snapshot_host(const struct snapshot *snapshot, const char *name)
{
	for (size_t i = 0; i < snapshot->fleet->count; i++)
		if (!strcmp(snapshot->fleet->rows[i].name, name))
			return &snapshot->fleet->rows[i];
	return NULL;
}
