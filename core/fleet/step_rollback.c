/*
 * Steps that put root and boot dir back to a restore point, or can be undone so.
 * The point is noted on the root before its content is touched: an undo after a
 * refusal has nothing to take back, and the root is in use.
 */
#include "core/fleet/rollback.h"

#include <stdlib.h>
#include <string.h>

#include "core/boot/tree.h"
#include "core/ceph/handle.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"

#define BEGUN_KEY "berth.rollback"

static int take_guard(const struct step *step, struct guard **out, struct err *err)
{
	return *step_arg(step, "image") ? guard_take_image(step->fleet, step_arg(step, "image"), out, err)
					: guard_take(step->fleet, step_arg(step, "host"), out, err);
}

int rollback_begin(struct guard *guard, const char *safety, struct err *err)
{
	return cluster_handle_mark(guard_handle(guard), BEGUN_KEY, safety, err);
}

static int check_root(const struct step *step, struct guard *guard, struct err *err)
{
	if (!strcmp(cluster_handle_id(guard_handle(guard)), step_arg(step, "id")))
		return guard_confirm(guard, err);
	return err_set(err, ERR_CONFLICT, "%s%s is another image now than when this operation was planned: undo the operation, "
		       "then look at what happened", *step_arg(step, "host") ? "the root of " : "", *step_arg(step, "host")
		       ? step_arg(step, "host") : step_arg(step, "image"));
}

int rollback_work(struct step *step, int (*work)(struct step *step, struct guard *guard, struct err *err), struct err *err)
{
	struct guard *guard;
	int status = take_guard(step, &guard, err);

	if (status)
		return status;
	status = check_root(step, guard, err);
	if (!status)
		status = work(step, guard, err);
	guard_release(guard);
	return status;
}

/* root-rollback {host, name, id, safety}: under the guard, on its handle. */

static int roll_back(struct step *step, const char *name, const char *begun, struct err *err)
{
	struct guard *guard;
	int status = take_guard(step, &guard, err);

	if (status)
		return status;
	status = check_root(step, guard, err);
	if (!status && *begun)
		status = rollback_begin(guard, begun, err);
	if (!status)
		status = cluster_handle_rollback(guard_handle(guard), name, step->progress, err);
	if (!status)
		status = guard_expel(guard, err);
	if (!status && !*begun)
		status = rollback_begin(guard, "", err);
	guard_release(guard);
	return status;
}

static int root_rollback_run(struct step *step, struct err *err)
{
	return roll_back(step, step_arg(step, "name"), step_arg(step, "safety"), err);
}

int rollback_undo(struct step *step, struct err *err)
{
	const char *image = step_arg(step, "image");
	struct cluster *cluster;
	char *begun = NULL;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_meta_get(cluster, *image ? IMAGES_NAMESPACE : step_arg(step, "host"),
						*image ? image : ROOT_IMAGE, BEGUN_KEY, &begun, err);
	const bool other = !status && strcmp(begun, step_arg(step, "safety"));
	free(begun);
	if (status == ERR_NOT_FOUND || other)
		return 0;
	return status ? status : roll_back(step, step_arg(step, "safety"), "", err);
}

/* boot-restore {host, name, safety} */

static int boot_restore(struct step *step, const char *name, struct err *err)
{
	char path[TREE_PATH];
	struct cluster *cluster;
	const int status = fleet_cluster(step->fleet, &cluster, err);

	return status ? status : cluster_dirsnap_restore(cluster, tree_host_boot(step_arg(step, "host"), path), name,
							 step->progress, err);
}

static int boot_restore_run(struct step *step, struct err *err)
{
	return boot_restore(step, step_arg(step, "name"), err);
}

int rollback_boot_undo(struct step *step, struct err *err)
{
	return boot_restore(step, step_arg(step, "safety"), err);
}

const struct step_kind rollback_steps[] = {
	{"root-rollback", NULL, root_rollback_run, rollback_undo},
	{"boot-restore", NULL, boot_restore_run, rollback_boot_undo},
	{0},
};
