/* Steps that change inventory rows of hosts and their roots. */
#include "core/fleet/step.h"

#include <string.h>

#include "base/text.h"
#include "core/ceph/image.h"
#include "core/ceph/watch.h"
#include "core/fleet/peers.h"
#include "core/fleet/record.h"
#include "db/host.h"
#include "db/root.h"

static int load_host(struct step *step, struct host *host, struct err *err)
{
	return host_by_name(step->fleet->db, step_arg(step, "host"), host, err);
}

/* host-add {host, record} */

static int host_add_look(struct step *step, bool *kept, struct err *err)
{
	struct host host;
	const int status = load_host(step, &host, err);

	*kept = false;
	if (status == ERR_NOT_FOUND)
		return 0;
	return status ? status : err_set(err, ERR_EXISTS, "host %s is in the inventory already: "
					 "`berth host set %s` changes it", host.name, host.name);
}

static int host_add_run(struct step *step, struct err *err)
{
	struct host host = {0};

	if (!load_host(step, &host, err)) /* a run before the crash got this far */
		return 0;
	host = (struct host){0};
	record_apply_host(json_object_get(step->args, "record"), &host);
	return host_insert(step->fleet->db, &host, err);
}

static int host_remove_run(struct step *step, struct err *err)
{
	struct host host;
	const int status = load_host(step, &host, err);

	if (status == ERR_NOT_FOUND)
		return 0;
	return status ? status : host_delete(step->fleet->db, &host, err);
}

/* hosts-add {records}: all of a file, or none. */

static int hosts_each(struct step *step, int (*one)(struct db *db, const json_t *record, struct err *err), struct err *err)
{
	struct db *db = step->fleet->db;
	size_t i;
	json_t *record;
	int status = db_begin(db, err);

	json_array_foreach(json_object_get(step->args, "records"), i, record) {
		if (!status)
			status = one(db, record, err);
	}
	if (!status)
		status = db_commit(db, err);
	if (status)
		db_rollback(db);
	return status;
}

static int insert_record(struct db *db, const json_t *record, struct err *err)
{
	struct host host = {0}, found;

	record_apply_host(record, &host);
	if (!host_by_name(db, host.name, &found, err)) /* a run before the crash got this far */
		return 0;
	return host_insert(db, &host, err);
}

static int delete_record(struct db *db, const json_t *record, struct err *err)
{
	struct host host = {0}, found;

	record_apply_host(record, &host);
	const int status = host_by_name(db, host.name, &found, err);
	if (status == ERR_NOT_FOUND)
		return 0;
	return status ? status : host_delete(db, &found, err);
}

static int refuse_record(struct db *db, const json_t *record, struct err *err)
{
	const char *name = json_string_value(json_object_get(record, "name"));
	struct host found;
	const int status = host_by_name(db, name, &found, err);

	if (status == ERR_NOT_FOUND)
		return 0;
	return status ? status : err_set(err, ERR_EXISTS, "host %s came into the inventory meanwhile: look at the file again", name);
}

static int hosts_add_look(struct step *step, bool *kept, struct err *err)
{
	*kept = false;
	return hosts_each(step, refuse_record, err);
}

static int hosts_add_run(struct step *step, struct err *err)
{
	return hosts_each(step, insert_record, err);
}

static int hosts_add_undo(struct step *step, struct err *err)
{
	return hosts_each(step, delete_record, err);
}

/* host-remove {host} */

static int host_note_look(struct step *step, bool *kept, struct err *err)
{
	struct host host;
	const int status = load_host(step, &host, err);

	*kept = false;
	if (!status)
		step_note(step, "record", record_of_host(&host));
	return status;
}

static int host_remove_undo(struct step *step, struct err *err)
{
	struct host host = {0};

	if (!load_host(step, &host, err))
		return 0;
	host = (struct host){0};
	record_apply_host(json_object_get(step->before, "record"), &host);
	return host_insert(step->fleet->db, &host, err);
}

/* host-set {host, version, record}: the members of record alone. A version that
 * moved between plan and run means that somebody else edited the host; one that
 * moved since this step ran, that it was undone: an open operation has its host alone. */

static int host_set_look(struct step *step, bool *kept, struct err *err)
{
	const int64_t version = step_arg_int(step, "version");
	struct host host;
	const int status = load_host(step, &host, err);

	*kept = false;
	if (status)
		return status;
	if (version && host.version != version && !json_object_get(step->before, "record"))
		return err_set(err, ERR_CONFLICT, "host %s was changed by somebody else meanwhile: "
			       "look at it again (`berth host show %s`), then repeat your change",
			       host.name, host.name);
	step_note(step, "record", record_of_host(&host));
	return 0;
}

static int host_apply(struct step *step, const json_t *record, struct err *err)
{
	struct host host;
	const int status = load_host(step, &host, err);

	if (status)
		return status;
	record_apply_host(record, &host);
	return host_update(step->fleet->db, &host, err);
}

static int host_set_run(struct step *step, struct err *err)
{
	return host_apply(step, json_object_get(step->args, "record"), err);
}

/* Only what this step changed goes back: another berth may have changed the rest. */
static int host_set_undo(struct step *step, struct err *err)
{
	const json_t *old = json_object_get(step->before, "record");
	json_t *back = json_object();
	const char *key;
	json_t *value;

	json_object_foreach(json_object_get(step->args, "record"), key, value)
		json_object_set(back, key, json_object_get(old, key));
	const int status = host_apply(step, back, err);
	json_decref(back);
	return status;
}

/* root-record {host, image, release} */

/* Who had looked its name up before a root went to the trash may have opened it
 * after: that machine keeps it, and what was done is taken back. */
static int check_left(struct step *step, const struct root *root, struct err *err)
{
	struct cluster_holders holders = {0};
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status && !cluster_image_info(cluster, step_arg(step, "host"), ROOT_IMAGE, &info, err) && !strcmp(info.id, root->rbd_id))
		return 0;
	text_copy(holders.ns, sizeof(holders.ns), step_arg(step, "host"));
	text_copy(holders.id, sizeof(holders.id), root->rbd_id);
	if (!status)
		status = cluster_holders_read(cluster, &holders, 1, err);
	if (!status)
		status = peers_leave_out(step->fleet, &holders, 1, err);
	if (status || !holders.watcher_count)
		return status;
	return err_set(err, ERR_REFUSED, "%s at %s took the former root of %s in the very moment that it was exchanged: shut that "
		       "machine down first", holders.watchers[0].client, holders.watchers[0].address, step_arg(step, "host"));
}

static int root_note_look(struct step *step, bool *kept, struct err *err)
{
	struct host host;
	struct root root;
	int status = load_host(step, &host, err);

	*kept = false;
	if (status)
		return status;
	status = root_by_host(step->fleet->db, host.id, &root, err);
	if (!status)
		step_note(step, "root", record_of_root(&root));
	if (!status)
		status = check_left(step, &root, err);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int root_record_look(struct step *step, bool *kept, struct err *err)
{
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = root_note_look(step, kept, err);
	const json_t *old = json_object_get(step->before, "root");

	if (status || !old)
		return status;
	struct root root = {0};
	record_apply_root(old, &root);
	status = fleet_cluster(step->fleet, &cluster, err);
	if (!status)
		status = cluster_image_info(cluster, step_arg(step, "host"), ROOT_IMAGE, &info, err);
	*kept = !status && !strcmp(root.rbd_id, info.id) && root.size == info.size &&
		!strcmp(root.image, step_arg(step, "image")) &&
		!strcmp(root.release, step_arg(step, "release"));
	return status;
}

static int root_record_run(struct step *step, struct err *err)
{
	struct cluster_image_info info;
	struct cluster *cluster;
	struct host host;
	int status = load_host(step, &host, err);

	if (!status)
		status = fleet_cluster(step->fleet, &cluster, err);
	if (!status)
		status = cluster_image_info(cluster, host.name, ROOT_IMAGE, &info, err);
	if (status)
		return status;
	struct root root = {.host_id = host.id, .size = info.size, .created = info.created};
	text_copy(root.image, sizeof(root.image), step_arg(step, "image"));
	text_copy(root.release, sizeof(root.release), step_arg(step, "release"));
	text_copy(root.rbd_id, sizeof(root.rbd_id), info.id);
	return root_put(step->fleet->db, &root, err);
}

static int root_forget_run(struct step *step, struct err *err)
{
	struct host host;
	const int status = load_host(step, &host, err);

	return status ? status : root_delete(step->fleet->db, host.id, err);
}

static int root_record_undo(struct step *step, struct err *err)
{
	const json_t *old = json_object_get(step->before, "root");
	struct root root = {0};

	if (!old)
		return root_forget_run(step, err);
	record_apply_root(old, &root);
	return root_put(step->fleet->db, &root, err);
}

const struct step_kind inventory_steps[] = {
	{"host-add", host_add_look, host_add_run, host_remove_run},
	{"hosts-add", hosts_add_look, hosts_add_run, hosts_add_undo},
	{"host-set", host_set_look, host_set_run, host_set_undo},
	{"host-remove", host_note_look, host_remove_run, host_remove_undo},
	{"root-record", root_record_look, root_record_run, root_record_undo},
	{"root-forget", root_note_look, root_forget_run, root_record_undo},
	{0},
};
