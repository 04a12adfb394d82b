/*
 * Steps that change what a root holds: under the guard, on its handle. The
 * safety point's name is written on the root before its content is touched: an
 * undo after a refusal has nothing to take back, and the root is in use.
 */
#include <stdlib.h>
#include <string.h>

#include "core/ceph/image.h"
#include "core/fleet/guard.h"
#include "core/fleet/resize.h"
#include "core/fleet/step.h"

#define BEGUN_KEY "berth.rollback"

static int check_root(struct step *step, struct guard *guard, struct err *err)
{
	if (!strcmp(cluster_handle_id(guard_handle(guard)), step_arg(step, "id")))
		return guard_confirm(guard, err);
	return err_set(err, ERR_CONFLICT, "the root of %s is another image now than when this operation was planned: undo the "
		       "operation, then look at what happened", step_arg(step, "host"));
}

/* root-rollback {host, name, id, safety} */

static int roll_back(struct step *step, const char *name, const char *begun, struct err *err)
{
	struct guard *guard;
	int status = guard_take(step->fleet, step_arg(step, "host"), &guard, err);

	if (status)
		return status;
	status = check_root(step, guard, err);
	if (!status && *begun)
		status = cluster_handle_mark(guard_handle(guard), BEGUN_KEY, begun, err);
	if (!status)
		status = cluster_handle_rollback(guard_handle(guard), name, step->progress, err);
	if (!status)
		status = guard_expel(guard, err);
	if (!status && !*begun)
		status = cluster_handle_mark(guard_handle(guard), BEGUN_KEY, "", err);
	guard_release(guard);
	return status;
}

static int root_rollback_run(struct step *step, struct err *err)
{
	return roll_back(step, step_arg(step, "name"), step_arg(step, "safety"), err);
}

static int root_rollback_undo(struct step *step, struct err *err)
{
	struct cluster *cluster;
	char *begun = NULL;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_meta_get(cluster, step_arg(step, "host"), ROOT_IMAGE, BEGUN_KEY, &begun, err);
	const bool other = !status && strcmp(begun, step_arg(step, "safety"));
	free(begun);
	if (status == ERR_NOT_FOUND || other)
		return 0;
	return status ? status : roll_back(step, step_arg(step, "safety"), "", err);
}

/* root-shrink {host, id, size, safety}: an undo is a rollback to the safety point. */

static int root_shrink_look(struct step *step, bool *kept, struct err *err)
{
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_info(cluster, step_arg(step, "host"), ROOT_IMAGE, &info, err);
	*kept = !status && info.size <= step_arg_int(step, "size");
	return status;
}

/* What the root holds may have changed since the plan. */
static int shrink(struct step *step, struct cluster_handle *handle, struct err *err)
{
	const int64_t size = step_arg_int(step, "size");
	int status = resize_check_content(step->fleet, step_arg(step, "host"), size, err);

	if (!status)
		status = cluster_handle_mark(handle, BEGUN_KEY, step_arg(step, "safety"), err);
	return status ? status : cluster_handle_shrink(handle, size, step->progress, err);
}

static int root_shrink_run(struct step *step, struct err *err)
{
	struct guard *guard;
	int status = guard_take(step->fleet, step_arg(step, "host"), &guard, err);

	if (status)
		return status;
	status = check_root(step, guard, err);
	if (!status)
		status = shrink(step, guard_handle(guard), err);
	if (!status)
		status = guard_expel(guard, err);
	guard_release(guard);
	return status;
}

const struct step_kind content_steps[] = {
	{"root-rollback", NULL, root_rollback_run, root_rollback_undo},
	{"root-shrink", root_shrink_look, root_shrink_run, root_rollback_undo},
	{0},
};
