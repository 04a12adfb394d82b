#include "core/fleet/site.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/name.h"
#include "core/boot/script.h"
#include "core/boot/tree.h"
#include "core/ceph/cluster.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/fleet/retention.h"
#include "core/fleet/step.h"
#include "db/host.h"
#include "db/root.h"

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

static int check_word(const char *value, const char *field, struct err *err)
{
	if (!*value || strlen(value) >= 64 || value[strspn(value, NAME_CHARACTERS)])
		return err_field(err, field, "%s '%s' is no name that Ceph would have: give letters, digits, . _ and -",
				 field, value);
	return 0;
}

static int check_gid(const char *value, int *gid, struct err *err)
{
	char *end;
	const long number = strtol(value, &end, 10);

	if (!*value || *end || number < 0 || number > INT_MAX)
		return err_field(err, "web-gid", "web-gid '%s' is no group number: give the web server's, such as 33", value);
	*gid = (int)number;
	return 0;
}

static void remember_path(const char *typed, char *out, size_t size)
{
	char absolute[PATH_MAX];

	if (typed)
		text_copy(out, size, realpath(typed, absolute) ? absolute : typed);
}

static int fill_keep(const struct site *before, const char *typed, struct site *site, struct err *err)
{
	char text[RETENTION_TEXT];
	struct retention retention;
	const int status = retention_parse(typed ? typed : before->keep, &retention, err);

	if (!status)
		text_copy(site->keep, sizeof(site->keep), retention_format(&retention, text));
	return status;
}

static int fill_site(const struct site_input *input, struct site *site, struct err *err)
{
	int status = check_word(input->pool, "pool", err);

	if (!status)
		status = check_word(input->fs, "fs", err);
	if (!status)
		status = name_parse_url(input->url, site->url, err);
	if (!status)
		status = name_parse_boot_root(input->boot_root ? input->boot_root : "/berth", site->boot_root, err);
	if (!status)
		status = check_gid(input->web_gid ? input->web_gid : "33", &site->web_gid, err);
	if (status)
		return status;
	text_copy(site->pool, sizeof(site->pool), input->pool);
	text_copy(site->fs, sizeof(site->fs), input->fs);
	text_copy(site->name, sizeof(site->name), input->name ? input->name : "");
	remember_path(input->conf, site->conf, sizeof(site->conf));
	remember_path(input->keyring, site->keyring, sizeof(site->keyring));
	return 0;
}

/* Roots that are there belong to the pool and cluster that they were made in. */
static int check_move(struct fleet *fleet, const struct site *site, struct err *err)
{
	const struct site *old = &fleet->site;
	struct root *roots = NULL;
	size_t count = 0;
	int status;

	if (!old->present || (!strcmp(old->pool, site->pool) && !strcmp(old->fs, site->fs) &&
			      !strcmp(old->boot_root, site->boot_root)))
		return 0;
	status = root_list(fleet->db, &roots, &count, err);
	free(roots);
	if (status || !count)
		return status;
	return err_set(err, ERR_REFUSED, "%zu host%s ha%s a root in pool %s with boot dirs in %s:%s: retire them first, or use "
		       "another inventory (-i) for the other place", count, count == 1 ? "" : "s", count == 1 ? "s" : "ve",
		       old->pool, old->fs, old->boot_root);
}

static json_t *site_json(const struct site *site)
{
	return json_pack("{ss ss ss ss ss ss ss ss ss si}", "pool", site->pool, "fs", site->fs, "url", site->url,
			 "boot_root", site->boot_root, "fsid", site->fsid, "conf", site->conf, "name", site->name,
			 "keyring", site->keyring, "keep", site->keep, "web_gid", site->web_gid);
}

static void site_of_json(const json_t *json, struct site *site)
{
	static const struct { const char *key; size_t offset, size; } fields[] = {
#define FIELD(name) {#name, offsetof(struct site, name), sizeof(((struct site *)0)->name)}
		FIELD(pool), FIELD(fs), FIELD(url), FIELD(boot_root), FIELD(fsid), FIELD(conf), FIELD(name), FIELD(keyring), FIELD(keep),
#undef FIELD
	};

	*site = (struct site){.present = true};
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		const char *value = json_string_value(json_object_get(json, fields[i].key));

		text_copy((char *)site + fields[i].offset, fields[i].size, value ? value : "");
	}
	site->web_gid = (int)json_integer_value(json_object_get(json, "web_gid"));
}

static void add_scripts_of_hosts(struct fleet *fleet, struct plan *plan)
{
	struct host *hosts = NULL;
	struct err ignored;
	size_t count = 0;

	/* Scripts hold the URL: a new one means new scripts. */
	if (!host_list(fleet->db, &hosts, &count, &ignored))
		for (size_t i = 0; i < count; i++)
			plan_add(plan, "script", json_pack("{ss}", "host", hosts[i].name), "write hosts/%s/boot.ipxe", hosts[i].name);
	free(hosts);
}

int plan_init(struct fleet *fleet, const struct site_input *input, struct plans *out, struct err *err)
{
	struct site site = {.present = true};
	struct cluster *cluster;
	int status = fill_site(input, &site, err);

	if (!status)
		status = fill_keep(&fleet->site, input->keep, &site, err);
	if (!status)
		status = check_move(fleet, &site, err);
	if (!status)
		status = fleet_connect(fleet, &cluster, err);
	if (!status)
		status = cluster_fsid(cluster, site.fsid, err);
	if (!status)
		status = cluster_use(cluster, site.pool, site.fs, site.boot_root, err);
	if (status)
		return status;
	struct plan *plan = plans_add(out, "init", "site");
	plan_add(plan, "site-set", site_json(&site), "note cluster %.8s, pool %s, %s:%s and %s in the inventory",
		 site.fsid, site.pool, site.fs, site.boot_root, site.url);
	plan_add(plan, "site-namespace", json_object(), "make the RBD namespace %s/images", site.pool);
	plan_add(plan, "site-tree", json_object(), "make %s with hosts, by-mac, by-uuid and images", site.boot_root);
	plan_add(plan, "site-scripts", json_object(), "write boot.ipxe and unknown.ipxe");
	if (fleet->site.present && strcmp(fleet->site.url, site.url))
		add_scripts_of_hosts(fleet, plan);
	return 0;
}

/* site-set {all of struct site} */

static int site_set_look(struct step *step, bool *kept, struct err *err)
{
	(void)err;
	*kept = false;
	if (step->fleet->site.present)
		step_note(step, "site", site_json(&step->fleet->site));
	return 0;
}

static int store(struct step *step, const json_t *json, struct err *err)
{
	const struct site *site = &step->fleet->site;
	struct cluster *cluster;
	struct site stored;
	int status;

	site_of_json(json, &stored);
	status = site_store(step->fleet->db, &stored, err);
	if (!status)
		status = fleet_reload_site(step->fleet, err);
	if (!status)
		status = fleet_connect(step->fleet, &cluster, err);
	return status ? status : cluster_use(cluster, site->pool, site->fs, site->boot_root, err);
}

static int site_set_run(struct step *step, struct err *err)
{
	return store(step, step->args, err);
}

static int site_set_undo(struct step *step, struct err *err)
{
	const json_t *old = json_object_get(step->before, "site");
	const struct site none = {0};

	if (old)
		return store(step, old, err);
	const int status = site_store(step->fleet->db, &none, err);
	return status ? status : fleet_reload_site(step->fleet, err);
}

/* The rest of init makes what every site has and takes nothing away: no undo. */

static int site_namespace_run(struct step *step, struct err *err)
{
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_namespace_create(cluster, IMAGES_NAMESPACE, err);
	return status == ERR_EXISTS ? 0 : status;
}

static int site_tree_run(struct step *step, struct err *err)
{
	static const char *const dirs[] = {"hosts", "by-mac", "by-uuid", "images"};
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_tree_init(cluster, err);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs) && !status; i++)
		status = cluster_dir_make(cluster, dirs[i], 0755, err);
	return status;
}

static int site_scripts_run(struct step *step, struct err *err)
{
	struct text first = {0}, unknown = {0};
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	script_first(step->fleet->site.url, &first);
	script_unknown(step->fleet->site.url, &unknown);
	if (!status)
		status = cluster_file_write(cluster, TREE_FIRST_SCRIPT, text_string(&first), first.length, 0644, 0, err);
	if (!status)
		status = cluster_file_write(cluster, TREE_UNKNOWN_SCRIPT, text_string(&unknown), unknown.length, 0644, 0, err);
	text_free(&first);
	text_free(&unknown);
	return status;
}

const struct step_kind site_steps[] = {
	{"site-set", site_set_look, site_set_run, site_set_undo},
	{"site-namespace", NULL, site_namespace_run, NULL},
	{"site-tree", NULL, site_tree_run, NULL},
	{"site-scripts", NULL, site_scripts_run, NULL},
	{0},
};
