/* Steps on restore points, and on roots that come from one. */
#include "core/fleet/step.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/tree.h"
#include "core/ceph/image.h"
#include "core/ceph/snap_live.h"
#include "core/ceph/tree.h"
#include "core/fleet/guard.h"
#include "core/fleet/run.h"
#include "db/host.h"
#include "db/point.h"
#include "db/root.h"

static int host_id(struct step *step, int64_t *id, struct err *err)
{
	struct host host;
	const int status = host_by_name(step->fleet->db, step_arg(step, "host"), &host, err);

	*id = host.id;
	return status;
}

/* point-root {host, name, id} */

static int has_root_snap(struct step *step, bool *has, struct err *err)
{
	struct cluster_snap *snaps = NULL;
	struct cluster *cluster;
	size_t count = 0;
	int status = fleet_cluster(step->fleet, &cluster, err);

	*has = false;
	if (!status)
		status = cluster_snap_live_list(cluster, step_arg(step, "host"), step_arg(step, "id"), &snaps, &count, err);
	for (size_t i = 0; i < count && !status; i++)
		*has |= !strcmp(snaps[i].name, step_arg(step, "name"));
	free(snaps);
	return status;
}

/* A snapshot of a former root would be a point of nothing that anybody wants. */
static int check_is_root(struct step *step, struct err *err)
{
	const char *host = step_arg(step, "host");
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_info(cluster, host, ROOT_IMAGE, &info, err);
	if (status || !strcmp(info.id, step_arg(step, "id")))
		return status;
	return err_set(err, ERR_CONFLICT, "the root of %s is another image (%s) than the inventory says (%s), somebody exchanged it past "
		       "this inventory: `berth doctor --repair` notes the one that is there", host, info.id, step_arg(step, "id"));
}

static int point_root_look(struct step *step, bool *kept, struct err *err)
{
	bool has = false;
	int status = check_is_root(step, err);

	*kept = false;
	if (!status)
		status = has_root_snap(step, &has, err);
	if (!status && has)
		return err_set(err, ERR_EXISTS, "the root of %s has a snapshot %s already that is no restore point: give another "
			       "name", step_arg(step, "host"), step_arg(step, "name"));
	return status;
}

static int point_root_run(struct step *step, struct err *err)
{
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_snap_live_create(cluster, step_arg(step, "host"), step_arg(step, "id"), step_arg(step, "name"), err);
	return status == ERR_EXISTS ? 0 : status;
}

static int point_root_drop_run(struct step *step, struct err *err)
{
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_snap_live_remove(cluster, step_arg(step, "host"), step_arg(step, "id"), step_arg(step, "name"), err);
	return status == ERR_NOT_FOUND ? 0 : status;
}

/* What was refused, since the image is not one to snapshot so, did not happen. */
static int point_root_undo(struct step *step, struct err *err)
{
	struct err refusal;
	bool has;
	int status = point_root_drop_run(step, &refusal);

	if (status != ERR_REFUSED) {
		*err = refusal;
		return status;
	}
	status = has_root_snap(step, &has, err);
	if (!status && has) {
		*err = refusal;
		status = ERR_REFUSED;
	}
	return status;
}

/* point-boot {host, name} */

static int point_boot_look(struct step *step, bool *kept, struct err *err)
{
	char path[TREE_PATH];
	char **names = NULL;
	size_t count = 0;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	*kept = false;
	if (!status)
		status = cluster_dirsnap_list(cluster, tree_host_boot(step_arg(step, "host"), path), &names, &count, err);
	for (size_t i = 0; i < count && !status; i++)
		if (!strcmp(names[i], step_arg(step, "name")))
			status = err_set(err, ERR_EXISTS, "the boot dir of %s has a snapshot %s already that is no restore point: "
					 "give another name", step_arg(step, "host"), names[i]);
	cluster_names_free(names, count);
	return status;
}

static int point_boot_run(struct step *step, struct err *err)
{
	char path[TREE_PATH];
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_dirsnap_create(cluster, tree_host_boot(step_arg(step, "host"), path), step_arg(step, "name"), err);
	return status == ERR_EXISTS ? 0 : status;
}

static int point_boot_drop_run(struct step *step, struct err *err)
{
	char path[TREE_PATH];
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_dirsnap_remove(cluster, tree_host_boot(step_arg(step, "host"), path), step_arg(step, "name"), err);
	return status == ERR_NOT_FOUND ? 0 : status;
}

/* point-record {host, name, id, note, safety} */

static int point_record_run(struct step *step, struct err *err)
{
	struct point point = {.safety = json_is_true(json_object_get(step->args, "safety"))};
	char machine[64];
	struct host host;
	struct root root;
	int status = host_by_name(step->fleet->db, step_arg(step, "host"), &host, err);

	if (!status && !point_find(step->fleet->db, host.id, step_arg(step, "name"), &point, err))
		return 0; /* a run before the crash got this far */
	if (!status)
		status = root_by_host(step->fleet->db, host.id, &root, err);
	if (status)
		return status;
	point = (struct point){
		.host_id = host.id, .size = root.size, .kernel = host.kernel,
		.safety = json_is_true(json_object_get(step->args, "safety")),
	};
	text_copy(point.name, sizeof(point.name), step_arg(step, "name"));
	text_copy(point.rbd_id, sizeof(point.rbd_id), step_arg(step, "id"));
	text_copy(point.image, sizeof(point.image), root.image);
	text_copy(point.release, sizeof(point.release), root.release);
	text_copy(point.kernel_version, sizeof(point.kernel_version), host.kernel_version);
	text_copy(point.kernel_args, sizeof(point.kernel_args), host.kernel_args);
	text_copy(point.note, sizeof(point.note), step_arg(step, "note"));
	run_who(point.user, machine);
	return point_insert(step->fleet->db, &point, err);
}

static int point_forget_run(struct step *step, struct err *err)
{
	int64_t id;
	const int status = host_id(step, &id, err);

	return status ? status : point_delete(step->fleet->db, id, step_arg(step, "name"), err);
}

/* point-pin {host, name, pinned} */

static int pin(struct step *step, bool pinned, struct err *err)
{
	int64_t id;
	const int status = host_id(step, &id, err);

	return status ? status : point_pin(step->fleet->db, id, step_arg(step, "name"), pinned, err);
}

static int point_pin_run(struct step *step, struct err *err)
{
	return pin(step, json_is_true(json_object_get(step->args, "pinned")), err);
}

static int point_pin_undo(struct step *step, struct err *err)
{
	return pin(step, !json_is_true(json_object_get(step->args, "pinned")), err);
}

/* point-clone {host, name, from, to, ns}: image FROM@NAME becomes image TO; FROM is in
 * the namespace ns, if that is not the host's own. */

static int point_clone_run(struct step *step, struct err *err)
{
	const char *host = step_arg(step, "host"), *to = step_arg(step, "to");
	const char *ns = *step_arg(step, "ns") ? step_arg(step, "ns") : host;
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_info(cluster, host, to, &info, err);
	if (!status && !strcmp(info.parent_snap, step_arg(step, "name")) && !strcmp(info.parent_ns, ns))
		return 0;
	if (!status)
		return err_set(err, ERR_EXISTS, "%s/%s/%s is there already and is no clone of %s: remove it with `rbd rm` first",
			       step->fleet->site.pool, host, to, step_arg(step, "name"));
	return status != ERR_NOT_FOUND ? status
		: cluster_image_clone(cluster, ns, step_arg(step, "from"), step_arg(step, "name"), host, to, err);
}

/* The name is this step's alone, so all of that name in the trash is its own. */
static int empty_trash_of(struct step *step, struct cluster *cluster, const char *name, struct err *err)
{
	struct cluster_trash *trash = NULL;
	size_t count = 0;
	int status = cluster_trash_list(cluster, step_arg(step, "host"), &trash, &count, err);

	for (size_t i = 0; i < count && !status; i++)
		if (!strcmp(trash[i].name, name))
			status = cluster_trash_remove(cluster, step_arg(step, "host"), trash[i].id, NULL, err);
	free(trash);
	return status;
}

/* A berth that was killed while it wrote there watches it still. */
static int point_clone_undo(struct step *step, struct err *err)
{
	struct guard *guard = NULL;
	struct cluster *cluster;
	char id[64];
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = guard_take_next(step->fleet, step_arg(step, "host"), step_arg(step, "to"), &guard, err);
	guard_release(guard);
	if (!status)
		status = cluster_image_trash(cluster, step_arg(step, "host"), step_arg(step, "to"), id, err);
	if (status == ERR_NOT_FOUND)
		status = 0;
	return status ? status : empty_trash_of(step, cluster, step_arg(step, "to"), err);
}

/* root-rename {host, from, to} */

static int rename_image(struct step *step, const char *from, const char *to, struct err *err)
{
	const char *host = step_arg(step, "host");
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_info(cluster, host, from, &info, err);
	if (status == ERR_NOT_FOUND) /* renamed already */
		return cluster_image_info(cluster, host, to, &info, err);
	return status ? status : cluster_image_rename(cluster, host, from, to, err);
}

static int root_rename_run(struct step *step, struct err *err)
{
	return rename_image(step, step_arg(step, "from"), step_arg(step, "to"), err);
}

static int root_rename_undo(struct step *step, struct err *err)
{
	const int status = guard_check(step->fleet, step_arg(step, "host"), err);

	return status ? status : rename_image(step, step_arg(step, "to"), step_arg(step, "from"), err);
}

/* image-untrash {host, id, image} */

static int image_untrash_run(struct step *step, struct err *err)
{
	const char *host = step_arg(step, "host");
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status && !cluster_image_info(cluster, host, step_arg(step, "image"), &info, err) &&
	    !strcmp(info.id, step_arg(step, "id")))
		return 0;
	return status ? status : cluster_trash_restore(cluster, host, step_arg(step, "id"), step_arg(step, "image"), err);
}

static int image_untrash_undo(struct step *step, struct err *err)
{
	struct cluster *cluster;
	char id[64];
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_trash(cluster, step_arg(step, "host"), step_arg(step, "image"), id, err);
	return status == ERR_NOT_FOUND ? 0 : status;
}

const struct step_kind point_steps[] = {
	{"point-root", point_root_look, point_root_run, point_root_undo},
	{"point-boot", point_boot_look, point_boot_run, point_boot_drop_run},
	{"point-record", NULL, point_record_run, point_forget_run},
	{"point-pin", NULL, point_pin_run, point_pin_undo},
	{"point-root-drop", NULL, point_root_drop_run, NULL},
	{"point-boot-drop", NULL, point_boot_drop_run, NULL},
	{"point-forget", NULL, point_forget_run, NULL},
	{"point-clone", NULL, point_clone_run, point_clone_undo},
	{"root-rename", NULL, root_rename_run, root_rename_undo},
	{"image-untrash", NULL, image_untrash_run, image_untrash_undo},
	{0},
};
