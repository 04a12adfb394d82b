#include "core/fleet/read.h"

#include <stdlib.h>

#include "base/text.h"

static int compare_host_id(const void *a, const void *b)
{
	const int64_t x = ((const struct root *)a)->host_id, y = ((const struct root *)b)->host_id;

	return (x > y) - (x < y);
}

/* root_list is in the order of host ids, host_list in that of names. */
static struct root *align_roots(const struct host *hosts, size_t count, const struct root *roots, size_t root_count)
{
	struct root *aligned = xcalloc(count, sizeof(*aligned));

	for (size_t i = 0; i < count && root_count; i++) {
		const struct root key = {.host_id = hosts[i].id};
		const struct root *found = bsearch(&key, roots, root_count, sizeof(*roots), compare_host_id);

		if (found)
			aligned[i] = *found;
	}
	return aligned;
}

int fleet_hosts(struct fleet *fleet, struct host **hosts, struct root **roots, size_t *count, struct err *err)
{
	struct root *all = NULL;
	size_t root_count = 0;
	int status = host_list(fleet_db(fleet), hosts, count, err);

	if (status)
		return status;
	status = root_list(fleet_db(fleet), &all, &root_count, err);
	if (status)
		free(*hosts);
	else
		*roots = align_roots(*hosts, *count, all, root_count);
	free(all);
	return status;
}

int fleet_images(struct fleet *fleet, struct image **out, size_t *count, struct err *err)
{
	return image_list(fleet_db(fleet), out, count, err);
}

int fleet_image(struct fleet *fleet, const char *name, struct image *out, struct err *err)
{
	return image_by_name(fleet_db(fleet), name, out, err);
}

int fleet_releases(struct fleet *fleet, const char *image, struct release **out, size_t *count, struct err *err)
{
	return release_list(fleet_db(fleet), image, out, count, err);
}

int fleet_operations(struct fleet *fleet, bool open_only, int limit, struct operation **out, size_t *count, struct err *err)
{
	return operation_list(fleet_db(fleet), open_only, limit, out, count, err);
}

int fleet_operation(struct fleet *fleet, int64_t id, struct operation *out, struct operation_step **steps,
		    int *count, struct err *err)
{
	const int status = operation_by_id(fleet_db(fleet), id, out, err);

	return status ? status : operation_steps(fleet_db(fleet), id, steps, count, err);
}

int fleet_audit(struct fleet *fleet, const char *target, int limit, struct audit **out, size_t *count, struct err *err)
{
	return audit_list(fleet_db(fleet), target, limit, out, count, err);
}

int fleet_rollouts(struct fleet *fleet, struct rollout **out, size_t *count, struct err *err)
{
	return rollout_list(fleet_db(fleet), out, count, err);
}
