/* Steps on the boot tree: a host's boot dir, identity, script and links. */
#include "core/fleet/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/script.h"
#include "core/boot/tree.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/fleet/publish.h"

static int path_exists(struct step *step, const char *path, bool *exists, struct err *err)
{
	struct cluster_stat stat;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_path_stat(cluster, path, &stat, err);
	*exists = !status;
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int note_existed(struct step *step, const char *path, struct err *err)
{
	bool exists;
	const int status = path_exists(step, path, &exists, err);

	step_note(step, "existed", json_boolean(exists));
	return status;
}

/* As if we had never been there: a host's directory goes with its last file. */
static int drop_empty_host_dir(struct step *step, struct cluster *cluster, struct err *err)
{
	char path[TREE_PATH];
	char **names = NULL;
	size_t count = 0;
	const int status = cluster_dir_list(cluster, tree_host(step_arg(step, "host"), path), &names, &count, err);

	if (status)
		return status == ERR_NOT_FOUND ? 0 : status;
	cluster_names_free(names, count);
	return count ? 0 : cluster_dir_remove(cluster, path, err);
}

/* boot-dir {host} */

static int boot_dir_look(struct step *step, bool *kept, struct err *err)
{
	char path[TREE_PATH];
	const int status = note_existed(step, tree_host_boot(step_arg(step, "host"), path), err);

	*kept = step_noted_true(step, "existed");
	return status;
}

static int boot_dir_run(struct step *step, struct err *err)
{
	const char *host = step_arg(step, "host");
	char path[TREE_PATH];
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_dir_make(cluster, tree_host(host, path), 0755, err);
	return status ? status : cluster_dir_make_isolated(cluster, tree_host_boot(host, path), 0755, host, err);
}

static int boot_dir_undo(struct step *step, struct err *err)
{
	char path[TREE_PATH];
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_dir_remove(cluster, tree_host_boot(step_arg(step, "host"), path), err);
	return status ? status : drop_empty_host_dir(step, cluster, err);
}

/* tree-trash {path, to}: a directory of the boot tree, moved aside, since it may
 * hold what the machine made itself. What has that name in the trash already, from
 * the same second, is another one: neither may be taken for the other. */

#define TRASH_NAMES 100

static int tree_trash_look(struct step *step, bool *kept, struct err *err)
{
	char to[2 * TREE_PATH];
	bool taken = true;
	int status = 0;

	*kept = false;
	snprintf(to, sizeof(to), "%s", step_arg(step, "to"));
	for (int i = 2; i < TRASH_NAMES && taken && !status; i++) {
		status = path_exists(step, to, &taken, err);
		if (!status && taken)
			snprintf(to, sizeof(to), "%s.%d", step_arg(step, "to"), i);
	}
	step_note(step, "to", json_string(to));
	return status;
}

static int tree_move(struct step *step, const char *from, const char *to, struct err *err)
{
	struct cluster_stat stat;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_path_stat(cluster, from, &stat, err);
	if (status)
		return status == ERR_NOT_FOUND ? 0 : status;
	status = cluster_dir_make(cluster, "trash", 0700, err);
	return status ? status : cluster_path_move(cluster, from, to, err);
}

static int tree_trash_run(struct step *step, struct err *err)
{
	return tree_move(step, step_arg(step, "path"), step_noted(step, "to"), err);
}

static int tree_trash_undo(struct step *step, struct err *err)
{
	return tree_move(step, step_noted(step, "to"), step_arg(step, "path"), err);
}

/* host-dir-remove {host}: script, identity and the directory, of a host without
 * a boot dir. Undo makes what the inventory asks for. */

static int host_dir_remove_run(struct step *step, struct err *err)
{
	char path[TREE_PATH];
	struct cluster *cluster;
	const int status = fleet_cluster(step->fleet, &cluster, err);

	return status ? status : cluster_dir_remove(cluster, tree_host(step_arg(step, "host"), path), err);
}

/* identity {host} */

static int identity_look(struct step *step, bool *kept, struct err *err)
{
	char path[TREE_PATH];

	*kept = false;
	return note_existed(step, tree_host_identity(step_arg(step, "host"), path), err);
}

static int identity_run(struct step *step, struct err *err)
{
	return publish_write_identity(step->fleet, step_arg(step, "host"), err);
}

static int identity_remove_run(struct step *step, struct err *err)
{
	char path[TREE_PATH];
	struct cluster *cluster;
	const int status = fleet_cluster(step->fleet, &cluster, err);

	return status ? status : cluster_file_remove(cluster, tree_host_identity(step_arg(step, "host"), path), err);
}

static int identity_undo(struct step *step, struct err *err)
{
	return step_noted_true(step, "existed") ? 0 : identity_remove_run(step, err);
}

static int identity_remove_undo(struct step *step, struct err *err)
{
	return step_noted_true(step, "existed") ? identity_run(step, err) : 0;
}

/* script {host} and hold-script {host, reason}: both keep the text that was
 * there, which is no secret. */

static int script_look(struct step *step, bool *kept, struct err *err)
{
	char path[TREE_PATH];
	char *text = NULL;
	size_t length;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	*kept = false;
	if (!status)
		status = cluster_file_read(cluster, tree_host_script(step_arg(step, "host"), path), &text, &length, err);
	if (status)
		return status == ERR_NOT_FOUND ? 0 : status;
	json_t *string = json_string(text);
	step_note(step, "script", string ? string : json_string(""));
	free(text);
	return 0;
}

static int script_write(struct step *step, const char *text, struct err *err)
{
	const char *host = step_arg(step, "host");
	char path[TREE_PATH];
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_dir_make(cluster, tree_host(host, path), 0755, err);
	return status ? status : cluster_file_write(cluster, tree_host_script(host, path), text,
						    strlen(text), 0644, 0, err);
}

static int script_run(struct step *step, struct err *err)
{
	struct text text = {0};
	int status = publish_script(step->fleet, step_arg(step, "host"), &text, err);

	if (!status)
		status = script_write(step, text_string(&text), err);
	text_free(&text);
	return status;
}

static int hold_script_run(struct step *step, struct err *err)
{
	struct text text = {0};
	const struct script_input input = {
		.way = SCRIPT_HOLD, .url = step->fleet->site.url, .host = step_arg(step, "host"),
		.identity = "", .kernel_args = "", .reason = step_arg(step, "reason"), .release = "",
	};
	int status = script_host(&input, &text, err);

	if (!status)
		status = script_write(step, text_string(&text), err);
	text_free(&text);
	return status;
}

static int script_undo(struct step *step, struct err *err)
{
	const char *text = json_string_value(json_object_get(step->before, "script"));
	char path[TREE_PATH];
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (status)
		return status;
	if (text)
		return script_write(step, text, err);
	status = cluster_file_remove(cluster, tree_host_script(step_arg(step, "host"), path), err);
	return status ? status : drop_empty_host_dir(step, cluster, err);
}

/* links {host, add: [path], drop: [path]} */

static bool link_is_ours(struct cluster *cluster, const char *path, const char *target, struct err *err, int *status)
{
	char found[TREE_PATH];

	*status = cluster_link_read(cluster, path, found, sizeof(found), err);
	return !*status && !strcmp(found, target);
}

/* The paths of `key` whose link is (or is not) ours, as a new array. */
static int links_filter(struct step *step, const char *key, bool ours, json_t **out, struct err *err)
{
	char target[TREE_PATH];
	struct cluster *cluster;
	size_t i;
	json_t *path;
	int status = fleet_cluster(step->fleet, &cluster, err);

	*out = json_array();
	if (status)
		return status;
	tree_link_target(step_arg(step, "host"), target);
	json_array_foreach(json_object_get(step->args, key), i, path) {
		if (link_is_ours(cluster, json_string_value(path), target, err, &status) == ours)
			json_array_append(*out, path);
		if (status && status != ERR_NOT_FOUND)
			return status;
	}
	return 0;
}

static int links_look(struct step *step, bool *kept, struct err *err)
{
	json_t *missing, *present = NULL;
	int status = links_filter(step, "add", false, &missing, err);

	if (!status)
		status = links_filter(step, "drop", true, &present, err);
	*kept = !status && !json_array_size(missing) && !json_array_size(present);
	step_note(step, "missing", missing);
	step_note(step, "present", present ? present : json_array());
	return status;
}

static int links_set(struct step *step, const json_t *paths, struct err *err)
{
	char target[TREE_PATH];
	struct cluster *cluster;
	size_t i;
	json_t *path;
	int status = fleet_cluster(step->fleet, &cluster, err);

	tree_link_target(step_arg(step, "host"), target);
	json_array_foreach(paths, i, path) {
		if (!status)
			status = cluster_link_set(cluster, json_string_value(path), target, err);
	}
	return status;
}

/* Only links that lead to this host: a MAC may have moved to another since. */
static int links_remove(struct step *step, const json_t *paths, struct err *err)
{
	char target[TREE_PATH];
	struct cluster *cluster;
	size_t i;
	json_t *path;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (status)
		return status;
	tree_link_target(step_arg(step, "host"), target);
	json_array_foreach(paths, i, path) {
		if (link_is_ours(cluster, json_string_value(path), target, err, &status))
			status = cluster_file_remove(cluster, json_string_value(path), err);
		if (status && status != ERR_NOT_FOUND)
			return status;
	}
	return 0;
}

static int links_run(struct step *step, struct err *err)
{
	const int status = links_set(step, json_object_get(step->args, "add"), err);

	return status ? status : links_remove(step, json_object_get(step->args, "drop"), err);
}

static int links_undo(struct step *step, struct err *err)
{
	const int status = links_remove(step, json_object_get(step->before, "missing"), err);

	return status ? status : links_set(step, json_object_get(step->before, "present"), err);
}

const struct step_kind tree_steps[] = {
	{"boot-dir", boot_dir_look, boot_dir_run, boot_dir_undo},
	{"host-dir-remove", script_look, host_dir_remove_run, script_undo},
	{"tree-trash", tree_trash_look, tree_trash_run, tree_trash_undo},
	{"identity", identity_look, identity_run, identity_undo},
	{"identity-remove", identity_look, identity_remove_run, identity_remove_undo},
	{"script", script_look, script_run, script_undo},
	{"hold-script", script_look, hold_script_run, script_undo},
	{"links", links_look, links_run, links_undo},
	{0},
};
