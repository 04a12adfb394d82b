/* The doctor on what is in the cluster and not in the inventory: after a lost
 * inventory that is everything, and what carries metadata is taken back. */
#include "core/fleet/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/name.h"
#include "core/boot/tree.h"
#include "core/ceph/auth.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/fleet/meta.h"
#include "db/host.h"
#include "db/image.h"
#include "db/root.h"

static bool host_has_root(struct examination *e, const char *name)
{
	struct err ignored;
	struct host host;
	struct root root;

	return !host_by_name(e->fleet->db, name, &host, &ignored) && !root_by_host(e->fleet->db, host.id, &root, &ignored);
}

static bool host_known(struct examination *e, const char *name)
{
	struct err ignored;
	struct host host;

	return !host_by_name(e->fleet->db, name, &host, &ignored);
}

/* While a host's namespace is there, its root may be: its key and links are no
 * litter, even if the inventory has lost the host. */
static bool has_namespace(struct examination *e, const char *host)
{
	struct err ignored;
	bool exists = true;

	return cluster_namespace_exists(e->cluster, host, &exists, &ignored) || exists;
}

static int image_stranger(struct examination *e, const char *name, struct err *err)
{
	struct image found;
	char target[80], *meta = NULL;
	int status = image_by_name(e->fleet->db, name, &found, err);

	if (status != ERR_NOT_FOUND)
		return status;
	snprintf(target, sizeof(target), "image %s", name);
	struct finding *finding = finding_add(e, FINDING_WARNING, "image-lost", target, "image %s/%s/%s is not in the inventory",
					      e->fleet->site.pool, IMAGES_NAMESPACE, name);
	status = cluster_image_meta_get(e->cluster, IMAGES_NAMESPACE, name, META_KEY, &meta, err);
	if (!status)
		finding_step(finding, "meta-take", json_pack("{ss}", "image", name), "take it and its releases into the inventory");
	else
		finding_repair(finding, "it carries no note of berth's: if nobody needs it, `rbd trash mv %s/%s/%s`", e->fleet->site.pool,
			       IMAGES_NAMESPACE, name);
	free(meta);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int examine_image_strangers(struct examination *e, struct err *err)
{
	char **names = NULL;
	size_t count = 0;
	int status = cluster_image_list(e->cluster, IMAGES_NAMESPACE, &names, &count, err);

	for (size_t i = 0; i < count && !status; i++)
		status = image_stranger(e, names[i], err);
	cluster_names_free(names, count);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int namespace_stranger(struct examination *e, const char *ns, struct err *err)
{
	char target[80], *meta = NULL;
	const int status = cluster_image_meta_get(e->cluster, ns, ROOT_IMAGE, META_KEY, &meta, err);

	snprintf(target, sizeof(target), "host %s", ns);
	if (!status) {
		finding_step(finding_add(e, FINDING_WARNING, "host-lost", target, "namespace %s/%s holds the root of a host that the inventory does not "
					 "know", e->fleet->site.pool, ns),
			     "meta-take", json_pack("{ss}", "host", ns), "take the host, its root and its restore points into the inventory");
	} else if (!host_known(e, ns)) {
		struct finding *finding = finding_add(e, FINDING_WARNING, "orphan-namespace", target, "namespace %s/%s belongs to no host of the "
						      "inventory", e->fleet->site.pool, ns);
		finding_repair(finding, "look with `rbd ls %s/%s`; an empty one goes with `rbd namespace remove`", e->fleet->site.pool, ns);
	}
	free(meta);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int examine_namespaces(struct examination *e, struct err *err)
{
	char **names = NULL;
	size_t count = 0;
	int status = cluster_namespace_list(e->cluster, &names, &count, err);

	for (size_t i = 0; i < count && !status; i++)
		if (strcmp(names[i], IMAGES_NAMESPACE) && !host_has_root(e, names[i]))
			status = namespace_stranger(e, names[i], err);
	cluster_names_free(names, count);
	return status;
}

static int examine_keys(struct examination *e, struct err *err)
{
	static const char prefix[] = "client.berth.";
	char **names = NULL, target[80];
	size_t count = 0;
	const int status = cluster_key_list(e->cluster, prefix, &names, &count, err);

	for (size_t i = 0; i < count && !status; i++) {
		const char *host = names[i] + strlen(prefix);

		if (host_has_root(e, host) || has_namespace(e, host))
			continue;
		snprintf(target, sizeof(target), "host %s", host);
		finding_step(finding_add(e, FINDING_WARNING, "orphan-key", target, "the key %s belongs to no root",
					 names[i]),
			     "key-remove", json_pack("{ss}", "host", host), "delete the key %s", names[i]);
	}
	cluster_names_free(names, count);
	return status;
}

static int examine_dirs(struct examination *e, struct err *err)
{
	char **names = NULL, target[80], path[TREE_PATH];
	size_t count = 0;
	const int status = cluster_dir_list(e->cluster, "hosts", &names, &count, err);

	for (size_t i = 0; i < count && !status; i++) {
		if (host_known(e, names[i]) || has_namespace(e, names[i]))
			continue;
		snprintf(target, sizeof(target), "host %s", names[i]);
		finding_repair(finding_add(e, FINDING_WARNING, "orphan-dir", target, "%s belongs to no host of the inventory",
					   tree_host(names[i], path)),
			       "it may hold a /boot: look into it, then remove it on a mount of the file system");
	}
	cluster_names_free(names, count);
	return status == ERR_NOT_FOUND ? 0 : status;
}

/* A link whose name is no MAC or UUID of the host that it leads to. */
static int link_stranger(struct examination *e, const char *dir, const char *name, struct err *err)
{
	char path[TREE_PATH], to[TREE_PATH];
	struct host host;
	struct err ignored;
	const int status = snprintf(path, sizeof(path), "%s/%s", dir, name) < (int)sizeof(path)
			 ? cluster_link_read(e->cluster, path, to, sizeof(to), err) : ERR_NOT_FOUND;

	if (status)
		return status == ERR_NOT_FOUND ? 0 : status;
	const char *leads = strncmp(to, "../hosts/", 9) ? "" : to + 9;
	char mac[MAC_SIZE] = "";
	const bool by_mac = !strcmp(dir, "by-mac");
	const bool known = by_mac ? !name_parse_mac(name, mac, &ignored) && !host_by_mac(e->fleet->db, mac, &host, &ignored)
				  : !host_by_uuid(e->fleet->db, name, &host, &ignored);
	if (known || has_namespace(e, leads)) /* where it leads wrong, the host's own check says so */
		return 0;
	finding_step(finding_add(e, FINDING_WARNING, "orphan-link", "site", "%s leads to %s, but no host of the inventory has it", path, to),
		     "links", json_pack("{ss s[] s[s]}", "host", leads, "add", "drop", path), "remove %s", path);
	return 0;
}

static int examine_links(struct examination *e, const char *dir, struct err *err)
{
	char **names = NULL;
	size_t count = 0;
	int status = cluster_dir_list(e->cluster, dir, &names, &count, err);

	for (size_t i = 0; i < count && !status; i++)
		status = link_stranger(e, dir, names[i], err);
	cluster_names_free(names, count);
	return status == ERR_NOT_FOUND ? 0 : status;
}

int examine_strangers(struct examination *e, struct err *err)
{
	int status = examine_image_strangers(e, err);

	if (!status)
		status = examine_namespaces(e, err);
	if (!status)
		status = examine_keys(e, err);
	if (!status)
		status = examine_dirs(e, err);
	if (!status)
		status = examine_links(e, "by-mac", err);
	return status ? status : examine_links(e, "by-uuid", err);
}
