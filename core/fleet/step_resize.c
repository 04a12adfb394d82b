/* Steps that give a root another size. */
#include <unistd.h>

#include "core/ceph/handle.h"
#include "core/ceph/image.h"
#include "core/fleet/resize.h"
#include "core/fleet/rollback.h"
#include "core/fleet/room.h"

static const char *image_name(const struct step *step)
{
	return *step_arg(step, "image") ? step_arg(step, "image") : ROOT_IMAGE;
}

static int read_size(struct step *step, int64_t *size, struct err *err)
{
	struct cluster_image_info info = {0};
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_info(cluster, step_arg(step, "host"), image_name(step), &info, err);
	*size = info.size;
	return status;
}

/* root-grow {host, size, image}: nothing to undo, since a larger root loses nothing. */

static int root_grow_look(struct step *step, bool *kept, struct err *err)
{
	int64_t size;
	const int status = read_size(step, &size, err);

	*kept = !status && size >= step_arg_int(step, "size");
	return status;
}

static int root_grow_run(struct step *step, struct err *err)
{
	struct cluster *cluster;
	const int status = fleet_cluster(step->fleet, &cluster, err);

	return status ? status : cluster_image_grow(cluster, step_arg(step, "host"), image_name(step),
						    step_arg_int(step, "size"), err);
}

/* root-shrink {host, id, size, safety}: an undo is a rollback to the safety point. */

static int root_shrink_look(struct step *step, bool *kept, struct err *err)
{
	int64_t size;
	const int status = read_size(step, &size, err);

	*kept = !status && size <= step_arg_int(step, "size");
	return status;
}

/* What the root holds may have changed since the plan. */
static int shrink(struct step *step, struct guard *guard, struct err *err)
{
	const int64_t size = step_arg_int(step, "size");
	int status = resize_check_content(step->fleet, step_arg(step, "host"), size, err);

	if (!status)
		status = rollback_begin(guard, step_arg(step, "safety"), err);
	if (!status)
		status = cluster_handle_shrink(guard_handle(guard), size, step->progress, err);
	return status ? status : guard_expel(guard, err);
}

static int root_shrink_run(struct step *step, struct err *err)
{
	return rollback_work(step, shrink, err);
}

/* content-shrink {host, id, dir, size, safety}: the file system first, on the guard's
 * handle, which nobody else can get at. */

static int shrink_content(struct step *step, struct guard *guard, struct err *err)
{
	const struct room room = {
		.handle = guard_handle(guard), .dir = step_arg(step, "dir"), .name = step_arg(step, "host"), .command = "",
		.shrink = step_arg_int(step, "size"), .output = STDOUT_FILENO,
	};
	struct room_end end;
	int status = rollback_begin(guard, step_arg(step, "safety"), err);

	if (!status)
		status = room_run(&room, step->progress, &end, err);
	if (!status && end.status)
		status = err_set(err, end.cancelled ? ERR_CANCELLED : ERR_FAILED, "the file system of %s was not made smaller: %s",
				 step_arg(step, "host"), end.cancelled ? "cancelled" : "its tool was killed");
	return status ? status : guard_expel(guard, err);
}

static int content_shrink_run(struct step *step, struct err *err)
{
	return rollback_work(step, shrink_content, err);
}

const struct step_kind resize_steps[] = {
	{"root-grow", root_grow_look, root_grow_run, NULL},
	{"content-shrink", NULL, content_shrink_run, rollback_undo},
	{"root-shrink", root_shrink_look, root_shrink_run, rollback_undo},
	{0},
};
