/* Steps on a host's namespace, root image and key. */
#include "core/fleet/step.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/image.h"
#include "core/ceph/watch.h"
#include "core/fleet/caps.h"
#include "core/fleet/guard.h"
#include "core/fleet/publish.h"

/* namespace {host} */

static int namespace_look(struct step *step, bool *kept, struct err *err)
{
	struct cluster *cluster;
	const int status = fleet_cluster(step->fleet, &cluster, err);

	return status ? status : cluster_namespace_exists(cluster, step_arg(step, "host"), kept, err);
}

static int namespace_run(struct step *step, struct err *err)
{
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_namespace_create(cluster, step_arg(step, "host"), err);
	return status == ERR_EXISTS ? 0 : status;
}

static int namespace_undo(struct step *step, struct err *err)
{
	struct cluster *cluster;
	const int status = fleet_cluster(step->fleet, &cluster, err);

	return status ? status : cluster_namespace_remove(cluster, step_arg(step, "host"), err);
}

/* root-clone {host, image, release} */

static bool is_clone_of(const struct cluster_image_info *info, const struct step *step)
{
	return !strcmp(info->parent_ns, IMAGES_NAMESPACE) &&
	       !strcmp(info->parent, step_arg(step, "image")) &&
	       !strcmp(info->parent_snap, step_arg(step, "release"));
}

static int root_clone_look(struct step *step, bool *kept, struct err *err)
{
	const char *host = step_arg(step, "host");
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	*kept = false;
	if (status)
		return status;
	status = cluster_image_info(cluster, host, ROOT_IMAGE, &info, err);
	if (status == ERR_NOT_FOUND)
		return 0;
	if (status)
		return status;
	*kept = is_clone_of(&info, step);
	return *kept ? 0 : err_set(err, ERR_REFUSED, "%s/%s/root is there already and is no clone of %s@%s: "
				   "`berth host assign %s %s@%s` gives the host another root and keeps the old one in the trash",
				   step->fleet->site.pool, host, step_arg(step, "image"), step_arg(step, "release"),
				   host, step_arg(step, "image"), step_arg(step, "release"));
}

static int root_clone_run(struct step *step, struct err *err)
{
	const char *host = step_arg(step, "host");
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (status)
		return status;
	status = cluster_image_info(cluster, host, ROOT_IMAGE, &info, err);
	if (!status && is_clone_of(&info, step))
		return 0;
	return cluster_image_clone(cluster, IMAGES_NAMESPACE, step_arg(step, "image"),
				   step_arg(step, "release"), host, ROOT_IMAGE, err);
}

/* A clone that this operation made: gone for good, unless a machine has it. The
 * berth that was killed while it grew it watches it still. */
static int root_clone_undo(struct step *step, struct err *err)
{
	const char *host = step_arg(step, "host");
	struct guard *guard = NULL;
	struct cluster *cluster;
	char id[64];
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = guard_take(step->fleet, host, &guard, err);
	guard_release(guard);
	if (!status)
		status = cluster_image_trash(cluster, host, ROOT_IMAGE, id, err);
	if (status == ERR_NOT_FOUND)
		return 0;
	return status ? status : cluster_trash_remove(cluster, host, id, NULL, err);
}

/* guard {host}: nobody has the root, and who had it can not come back. */

static int guard_run(struct step *step, struct err *err)
{
	struct guard *guard;
	const int status = guard_take(step->fleet, step_arg(step, "host"), &guard, err);

	if (status)
		return status == ERR_NOT_FOUND ? 0 : status;
	guard_release(guard);
	return 0;
}

/* root-trash {host, image}: image is "root" when not given. The trash can not
 * be filled through a handle that holds the lock; so the guard makes sure before,
 * and a machine that slipped in between is found after: its root is then put
 * back, and nothing of it was touched. */

static const char *root_name(const struct step *step)
{
	const char *image = step_arg(step, "image");

	return *image ? image : ROOT_IMAGE;
}

static int root_trash_look(struct step *step, bool *kept, struct err *err)
{
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_info(cluster, step_arg(step, "host"), root_name(step), &info, err);
	*kept = status == ERR_NOT_FOUND;
	if (!status)
		step_note(step, "id", json_string(info.id));
	return *kept ? 0 : status;
}

static int check_nobody_came(struct step *step, struct cluster *cluster, const char *id, struct err *err)
{
	struct cluster_holders holders = {0};
	struct err ignored;

	text_copy(holders.ns, sizeof(holders.ns), step_arg(step, "host"));
	text_copy(holders.id, sizeof(holders.id), id);
	int status = cluster_holders_read(cluster, &holders, 1, err);
	if (!status && holders.status)
		status = err_set(err, holders.status, "who holds the trashed root of %s could not be read", step_arg(step, "host"));
	if (!status && holders.watcher_count)
		status = err_set(err, ERR_REFUSED, "%s at %s took the root of %s in the very moment: nothing was changed",
				 holders.watchers[0].client, holders.watchers[0].address, step_arg(step, "host"));
	if (status)
		cluster_trash_restore(cluster, step_arg(step, "host"), id, root_name(step), &ignored);
	return status;
}

static int root_trash_run(struct step *step, struct err *err)
{
	const char *host = step_arg(step, "host");
	struct cluster_image_info info;
	struct guard *guard = NULL;
	struct cluster *cluster;
	char id[64];
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_info(cluster, host, root_name(step), &info, err);
	if (status == ERR_NOT_FOUND)
		return cluster_trash_finish(cluster, host, step_noted(step, "id"), err);
	if (!status && strcmp(info.id, step_noted(step, "id")))
		return err_set(err, ERR_CONFLICT, "%s/%s/%s is another image now (%s) than when this "
			       "operation began (%s): undo the operation, then look at what happened",
			       step->fleet->site.pool, host, root_name(step), info.id, step_noted(step, "id"));
	if (!status && !*step_arg(step, "image"))
		status = guard_take(step->fleet, host, &guard, err);
	guard_release(guard);
	if (!status)
		status = cluster_image_trash(cluster, host, root_name(step), id, err);
	return status ? status : check_nobody_came(step, cluster, id, err);
}

/* It may be in the trash and have its name still; in neither way it is lost. */
static int root_trash_undo(struct step *step, struct err *err)
{
	const char *host = step_arg(step, "host"), *id = step_noted(step, "id");
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_trash_restore(cluster, host, id, root_name(step), err);
	if (status == ERR_NOT_FOUND && !cluster_image_info(cluster, host, root_name(step), &info, err) && !strcmp(info.id, id))
		return 0;
	return status;
}

/* key {host} */

static int key_look(struct step *step, bool *kept, struct err *err)
{
	struct cluster_caps wanted, found = {0};
	struct cluster *cluster;
	char entity[ENTITY_SIZE];
	int status = host_caps(step->fleet, step_arg(step, "host"), &wanted, err);

	*kept = false;
	if (!status)
		status = fleet_cluster(step->fleet, &cluster, err);
	if (status)
		return status;
	fleet_host_entity(step_arg(step, "host"), entity);
	status = cluster_key_get(cluster, entity, NULL, &found, err);
	if (status == ERR_NOT_FOUND)
		return 0;
	*kept = !status && caps_equal(&wanted, &found);
	step_note(step, "existed", json_true());
	return status;
}

static int key_run(struct step *step, struct err *err)
{
	struct cluster_caps caps;
	struct cluster *cluster;
	char entity[ENTITY_SIZE];
	int status = host_caps(step->fleet, step_arg(step, "host"), &caps, err);

	if (!status)
		status = fleet_cluster(step->fleet, &cluster, err);
	return status ? status : cluster_key_put(cluster, fleet_host_entity(step_arg(step, "host"), entity), &caps, err);
}

static int key_remove_run(struct step *step, struct err *err)
{
	struct cluster *cluster;
	char entity[ENTITY_SIZE];
	const int status = fleet_cluster(step->fleet, &cluster, err);

	return status ? status : cluster_key_delete(cluster, fleet_host_entity(step_arg(step, "host"), entity), err);
}

static int key_undo(struct step *step, struct err *err)
{
	return step_noted_true(step, "existed") ? 0 : key_remove_run(step, err);
}

/* key-rotate {host}: an old key is kept nowhere, so undo can only see to it that
 * the host boots: with the key there is, or with a new one when it stopped between
 * the two commands. */

static int key_rotate_run(struct step *step, struct err *err)
{
	const int status = key_remove_run(step, err);

	return status ? status : key_run(step, err);
}

static int key_rotate_undo(struct step *step, struct err *err)
{
	const int status = key_run(step, err);

	return status ? status : publish_write_identity(step->fleet, step_arg(step, "host"), err);
}

const struct step_kind root_steps[] = {
	{"namespace", namespace_look, namespace_run, namespace_undo},
	{"root-clone", root_clone_look, root_clone_run, root_clone_undo},
	{"root-trash", root_trash_look, root_trash_run, root_trash_undo},
	{"guard", NULL, guard_run, NULL},
	{"key", key_look, key_run, key_undo},
	{"key-rotate", NULL, key_rotate_run, key_rotate_undo},
	{"key-remove", NULL, key_remove_run, key_run},
	{0},
};
