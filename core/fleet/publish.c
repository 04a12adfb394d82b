#include "core/fleet/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/boot/identity.h"
#include "core/boot/script.h"
#include "core/boot/tree.h"
#include "core/ceph/auth.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/fleet/internal.h"
#include "core/fleet/record.h"
#include "db/image.h"
#include "db/pending.h"
#include "db/root.h"

struct kernel_paths {
	char kernel[2 * TREE_PATH];
	char initrd[2 * TREE_PATH];
};

static bool listed(char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* The newest vmlinuz-VERSION that has its initrd.img-VERSION beside it. */
static const char *newest_version(char *const *names, size_t count)
{
	const char *best = NULL;
	char initrd[320];

	for (size_t i = 0; i < count; i++) {
		if (strncmp(names[i], "vmlinuz-", 8))
			continue;
		const char *version = names[i] + 8;
		snprintf(initrd, sizeof(initrd), "initrd.img-%s", version);
		if (listed(names, count, initrd) && (!best || strverscmp(version, best) > 0))
			best = version;
	}
	return best;
}

static int own_kernel(struct fleet *fleet, const char *host, struct kernel_paths *out, struct err *err)
{
	char dir[TREE_PATH];
	struct cluster *cluster;
	char **names = NULL;
	size_t count = 0;
	int status = fleet_cluster(fleet, &cluster, err);

	tree_host_boot(host, dir);
	if (!status)
		status = cluster_dir_list(cluster, dir, &names, &count, err);
	if (status)
		return status;
	const char *version = newest_version(names, count);
	if (listed(names, count, "vmlinuz") && listed(names, count, "initrd.img")) {
		/* Links that the machine's own package manager keeps. */
		snprintf(out->kernel, sizeof(out->kernel), "%s/vmlinuz", dir);
		snprintf(out->initrd, sizeof(out->initrd), "%s/initrd.img", dir);
	} else if (version) {
		snprintf(out->kernel, sizeof(out->kernel), "%s/vmlinuz-%s", dir, version);
		snprintf(out->initrd, sizeof(out->initrd), "%s/initrd.img-%s", dir, version);
	} else {
		status = err_set(err, ERR_NOT_FOUND, "%s is to boot its own kernel, but its boot dir (%s) holds no "
				 "vmlinuz with its initrd.img: install a kernel there, or `berth host set %s --kernel image`",
				 host, dir, host);
	}
	cluster_names_free(names, count);
	return status;
}

static int image_kernel(struct fleet *fleet, const struct root *root, struct kernel_paths *out,
			enum script_way *way, struct err *err)
{
	char path[TREE_PATH];
	struct release release;
	const int status = release_find(fleet->db, root->image, root->release, &release, err);

	if (status)
		return status;
	if (!release.kernel[0])
		*way = SCRIPT_NO_KERNEL;
	text_copy(out->kernel, sizeof(out->kernel), tree_release_kernel(root->image, root->release, path));
	text_copy(out->initrd, sizeof(out->initrd), tree_release_initrd(root->image, root->release, path));
	return 0;
}

static int render_boot(struct fleet *fleet, const struct host *host, const struct root *root,
		       struct text *out, struct err *err)
{
	char identity[TREE_PATH], release[130];
	struct kernel_paths paths = {0};
	enum script_way way = SCRIPT_BOOT;
	const int status = host->kernel == KERNEL_OWN ? own_kernel(fleet, host->name, &paths, err)
						      : image_kernel(fleet, root, &paths, &way, err);

	if (status)
		return status;
	snprintf(release, sizeof(release), "%s@%s", root->image, root->release);
	const struct script_input input = {
		.way = way,
		.url = fleet->site.url,
		.host = host->name,
		.kernel = paths.kernel,
		.initrd = paths.initrd,
		.identity = tree_host_identity(host->name, identity),
		.kernel_args = host->kernel_args,
		.reason = "",
		.release = release,
	};
	script_host(&input, out);
	return 0;
}

static void render_wait(struct fleet *fleet, const struct host *host, enum script_way way, const char *reason, struct text *out)
{
	const struct script_input input = {
		.way = way, .url = fleet->site.url, .host = host->name, .kernel = "", .initrd = "",
		.identity = "", .kernel_args = "", .reason = reason, .release = "",
	};

	script_host(&input, out);
}

int publish_script(struct fleet *fleet, const char *name, struct text *out, struct err *err)
{
	struct pending pending;
	struct host host;
	struct root root;
	int status = host_by_name(fleet->db, name, &host, err);

	if (status)
		return status;
	if (host.hold_reason[0]) {
		render_wait(fleet, &host, SCRIPT_HOLD, host.hold_reason, out);
		return 0;
	}
	status = pending_find(fleet->db, host.id, &pending, err);
	if (!status)
		render_wait(fleet, &host, SCRIPT_HOLD, "berth op run-pending has something to do first", out);
	if (status != ERR_NOT_FOUND)
		return status;
	status = root_by_host(fleet->db, host.id, &root, err);
	if (status == ERR_NOT_FOUND) {
		render_wait(fleet, &host, SCRIPT_NO_ROOT, "", out);
		return 0;
	}
	return status ? status : render_boot(fleet, &host, &root, out, err);
}

int publish_plain_script(struct fleet *fleet, const struct host *host, struct text *out, struct err *err)
{
	struct host plain = *host;
	struct root root;
	const int status = root_by_host(fleet->db, host->id, &root, err);

	if (status == ERR_NOT_FOUND) {
		render_wait(fleet, host, SCRIPT_NO_ROOT, "", out);
		return 0;
	}
	plain.kernel = KERNEL_IMAGE;
	plain.kernel_args[0] = '\0';
	return status ? status : render_boot(fleet, &plain, &root, out, err);
}

void publish_kernel(struct fleet *fleet, const struct host *host, char *kernel, char *initrd)
{
	enum script_way way = SCRIPT_BOOT;
	struct kernel_paths paths = {0};
	struct root root;
	struct err ignored;
	int status = root_by_host(fleet->db, host->id, &root, &ignored);

	if (!status)
		status = host->kernel == KERNEL_OWN ? own_kernel(fleet, host->name, &paths, &ignored)
						    : image_kernel(fleet, &root, &paths, &way, &ignored);
	if (status || way != SCRIPT_BOOT)
		paths = (struct kernel_paths){0};
	text_copy(kernel, sizeof(paths.kernel), paths.kernel);
	text_copy(initrd, sizeof(paths.initrd), paths.initrd);
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
