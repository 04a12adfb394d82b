#include "core/fleet/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/boot/identity.h"
#include "core/boot/script.h"
#include "core/boot/tree.h"
#include "core/ceph/auth.h"
#include "core/ceph/tree.h"
#include "core/fleet/internal.h"
#include "core/fleet/record.h"
#include "db/pending.h"
#include "db/root.h"

/* What is given beside the inventory. */
struct rendering {
	struct fleet *fleet;
	const struct host *host;
	const struct template_trial *trial; /* NULL: none */
};

static struct script_kernel script_kernel(const struct kernel_files *files)
{
	if (!files->kernel[0])
		return (struct script_kernel){0};
	return (struct script_kernel){files->kernel, files->initrd, files->words};
}

static int render_boot(const struct rendering *this, const struct root *root, struct text *out, struct err *err)
{
	char identity[TREE_PATH], release[130], scope[TEMPLATE_SCOPE], *template = NULL;
	const struct host *host = this->host;
	struct kernels kernels;
	int status = kernels_find(this->fleet, host, root, &kernels, err);

	if (!status)
		status = template_of_host(this->fleet, host, this->trial, &template, scope, err);
	snprintf(release, sizeof(release), "%s@%s", root->image, root->release);
	const struct script_input input = {
		.way = kernels.first.kernel[0] ? SCRIPT_BOOT : SCRIPT_NO_KERNEL,
		.url = this->fleet->site.url,
		.host = host->name,
		.group = host->group,
		.first = script_kernel(&kernels.first),
		.other = script_kernel(&kernels.other),
		.identity = tree_host_identity(host->name, identity),
		.kernel_args = host->kernel_args,
		.reason = "",
		.release = release,
		.template = template,
	};
	if (!status)
		status = script_host(&input, out, err);
	free(template);
	return status;
}

static int render_wait(const struct rendering *this, enum script_way way, const char *reason, struct text *out, struct err *err)
{
	const struct script_input input = {
		.way = way, .url = this->fleet->site.url, .host = this->host->name, .identity = "", .kernel_args = "",
		.reason = reason, .release = "",
	};

	return script_host(&input, out, err);
}

/* Held hosts first: nothing else may make a script for them. */
static int render(const struct rendering *this, struct text *out, struct err *err)
{
	const struct host *host = this->host;
	struct pending pending;
	struct root root;
	int status;

	if (host->hold_reason[0])
		return render_wait(this, SCRIPT_HOLD, host->hold_reason, out, err);
	status = pending_find(this->fleet->db, host->id, &pending, err);
	if (!status)
		return render_wait(this, SCRIPT_HOLD, "berth op run-pending has something to do first", out, err);
	if (status != ERR_NOT_FOUND)
		return status;
	status = root_by_host(this->fleet->db, host->id, &root, err);
	if (status == ERR_NOT_FOUND)
		return render_wait(this, SCRIPT_NO_ROOT, "", out, err);
	return status ? status : render_boot(this, &root, out, err);
}

int publish_script_trial(struct fleet *fleet, const struct host *host, const struct template_trial *trial, struct text *out, struct err *err)
{
	return render(&(struct rendering){fleet, host, trial}, out, err);
}

int publish_script(struct fleet *fleet, const char *name, struct text *out, struct err *err)
{
	struct host host;
	const int status = host_by_name(fleet->db, name, &host, err);

	return status ? status : publish_script_trial(fleet, &host, NULL, out, err);
}

int publish_plain_script(struct fleet *fleet, const struct host *host, struct text *out, struct err *err)
{
	struct template_trial trial = {.text = xstrdup(SCRIPT_TEMPLATE)};
	struct host plain = *host;
	const struct rendering rendering = {fleet, &plain, &trial};
	struct root root;
	int status = root_by_host(fleet->db, host->id, &root, err);

	plain.kernel = KERNEL_IMAGE;
	plain.kernel_args[0] = '\0';
	text_copy(trial.scope, sizeof(trial.scope), host->name);
	if (status == ERR_NOT_FOUND)
		status = render_wait(&rendering, SCRIPT_NO_ROOT, "", out, err);
	else if (!status)
		status = render_boot(&rendering, &root, out, err);
	free(trial.text);
	return status;
}

int publish_kernels(struct fleet *fleet, const struct host *host, struct kernels *out, struct err *err)
{
	struct root root;
	int status = root_by_host(fleet->db, host->id, &root, err);

	*out = (struct kernels){0};
	if (!status)
		return kernels_find(fleet, host, &root, out, err);
	if (status == ERR_NOT_FOUND)
		text_copy(out->why, sizeof(out->why), "none: it has no root yet");
	return status == ERR_NOT_FOUND ? 0 : status;
}

void publish_explain(struct fleet *fleet, const struct host *host, char why[512], char template[TEMPLATE_WORDS])
{
	struct kernels kernels;
	struct err problem = {0};
	const int status = publish_kernels(fleet, host, &kernels, &problem);

	text_copy(why, 512, status ? problem.text : kernels.why);
	template_describe(fleet, host, template);
}

static int render_identity(struct fleet *fleet, struct cluster *cluster, const struct host *host,
			   const char *key, unsigned char **out, size_t *length, struct err *err)
{
	char boot[TREE_PATH], path[2 * TREE_PATH], entity[ENTITY_SIZE];
	struct cluster_monitors monitors;
	const int status = cluster_monitors(cluster, &monitors, err);

	if (status)
		return status;
	snprintf(path, sizeof(path), "%s/%s", fleet->site.boot_root, tree_host_boot(host->name, boot));
	const struct identity identity = {
		.host = host->name,
		.pool = fleet->site.pool,
		.namespace = host->name,
		.image = ROOT_IMAGE,
		.client = fleet_host_entity(host->name, entity) + strlen("client."),
		.key = key,
		.lock = lock_policy_word(host->lock),
		.monitors_v2 = monitors.v2,
		.monitors_v1 = monitors.v1,
		.fsid = fleet->site.fsid,
		.fs = fleet->site.fs,
		.boot = path,
	};
	return identity_make(&identity, out, length, err);
}

int publish_identity(struct fleet *fleet, const char *name, unsigned char **out, size_t *length, struct err *err)
{
	char key[CLUSTER_KEY], entity[ENTITY_SIZE];
	struct cluster *cluster;
	struct host host;
	int status = host_by_name(fleet->db, name, &host, err);

	if (!status)
		status = fleet_cluster(fleet, &cluster, err);
	if (!status)
		status = cluster_key_get(cluster, fleet_host_entity(name, entity), key, NULL, err);
	if (!status)
		status = render_identity(fleet, cluster, &host, key, out, length, err);
	explicit_bzero(key, sizeof(key));
	return status;
}

int publish_write_identity(struct fleet *fleet, const char *host, struct err *err)
{
	unsigned char *bytes = NULL;
	size_t length = 0;
	char path[TREE_PATH];
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = publish_identity(fleet, host, &bytes, &length, err);
	if (!status)
		status = cluster_file_write(cluster, tree_host_identity(host, path), bytes, length, 0640, fleet->site.web_gid, err);
	identity_free(bytes, length);
	return status;
}

json_t *publish_links(const struct host *host)
{
	json_t *paths = json_array();
	char path[TREE_PATH];

	for (int i = 0; i < host->mac_count; i++)
		json_array_append_new(paths, json_string(tree_by_mac(host->macs[i], path)));
	if (host->uuid[0])
		json_array_append_new(paths, json_string(tree_by_uuid(host->uuid, path)));
	return paths;
}
