/* The doctor on what each host with a root should have. */
#include "core/fleet/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/identity.h"
#include "core/boot/tree.h"
#include "core/ceph/image.h"
#include "core/ceph/snap_live.h"
#include "core/ceph/tree.h"
#include "core/ceph/watch.h"
#include "core/fleet/caps.h"
#include "core/fleet/fence.h"
#include "core/fleet/meta.h"
#include "core/fleet/peers.h"
#include "core/fleet/publish.h"
#include "core/fleet/state.h"
#include "db/host.h"
#include "db/point.h"
#include "db/root.h"

/* RBD_FEATURE_LAYERING | EXCLUSIVE_LOCK | DEEP_FLATTEN (Ceph, src/include/rbd/features.h) */
#define ROOT_FEATURES ((uint64_t)(1 | 4 | 32))
#define FEATURE_EXCLUSIVE_LOCK ((uint64_t)4)

struct patient {
	struct examination *e;
	const struct host *host;
	struct root root;
	char target[80];
};

static json_t *host_args(const struct patient *p)
{
	return json_pack("{ss}", "host", p->host->name);
}

/* A berth with another inventory has left with the root what it knows of it. */
static void note_changed(struct patient *p, const struct cluster_image_info *info)
{
	const char *host = p->host->name;
	struct finding *finding = finding_add(p->e, FINDING_WARNING, "root-changed", p->target, "%s/%s/root is not the image or size that "
					      "the inventory knows: somebody changed it past this inventory",
					      p->e->fleet->site.pool, host);

	if (strcmp(info->id, p->root.rbd_id) && meta_knows_root(p->e->fleet, host, info->id)) {
		finding_step(finding, "meta-take", host_args(p), "take over what is noted with the root");
		return;
	}
	finding_step(finding, "root-record", json_pack("{ss ss ss}", "host", host, "image", p->root.image, "release", p->root.release),
		     "note it as it is");
	finding_step(finding, "host-meta", host_args(p), "keep that with the root");
}

static int examine_image(struct patient *p, bool *there, struct err *err)
{
	const char *pool = p->e->fleet->site.pool, *host = p->host->name;
	struct cluster_image_info info;
	const int status = cluster_image_info(p->e->cluster, host, ROOT_IMAGE, &info, err);

	*there = !status;
	if (status == ERR_NOT_FOUND) {
		struct finding *finding = finding_add(p->e, FINDING_ERROR, "root-missing", p->target, "%s/%s/root is not in the cluster: %s can "
						      "not boot", pool, host, host);
		finding_repair(finding, "look for it with `rbd trash ls %s/%s` and bring it back with `rbd trash restore`", pool, host);
		return 0;
	}
	if (status)
		return status;
	if (strcmp(info.id, p->root.rbd_id) || info.size != p->root.size)
		note_changed(p, &info);
	if (!(info.features & FEATURE_EXCLUSIVE_LOCK))
		finding_repair(finding_add(p->e, FINDING_ERROR, "features", p->target, "%s/%s/root has no exclusive lock: nothing keeps two "
					   "machines from writing to it", pool, host),
			       "shut %s down, then `rbd feature enable %s/%s/root exclusive-lock`", host, pool, host);
	else if (info.features != ROOT_FEATURES)
		finding_repair(finding_add(p->e, FINDING_WARNING, "features", p->target, "%s/%s/root has other features than layering, "
					   "exclusive-lock, deep-flatten: no restore point while it runs", pool, host),
			       "`rbd feature disable %s/%s/root object-map fast-diff journaling`, those it has", pool, host);
	if (strcmp(info.parent_ns, IMAGES_NAMESPACE) == 0 &&
	    (strcmp(info.parent, p->root.image) || strcmp(info.parent_snap, p->root.release))) {
		struct finding *finding = finding_add(p->e, FINDING_WARNING, "root-parent", p->target, "the root of %s is a clone of %s@%s, the "
						      "inventory says %s@%s", host, info.parent, info.parent_snap, p->root.image,
						      p->root.release);
		finding_repair(finding, "if that release is lost, `berth doctor --repair` brings it back first");
	}
	return 0;
}

static void note_missing(void *context, const char *service, const char *clause, const char *effect)
{
	struct patient *p = context;
	struct finding *finding = finding_add(p->e, FINDING_ERROR, "caps", p->target, "the key of %s lacks %s `%s`: %s", p->host->name,
					      service, clause, effect);

	finding_step(finding, "key", host_args(p), "give client.berth.%s exactly the caps it needs", p->host->name);
}

static void note_excess(void *context, const char *service, const char *clause)
{
	struct patient *p = context;
	struct finding *finding = finding_add(p->e, FINDING_WARNING, "caps", p->target, "the key of %s has %s `%s` beyond what it needs: "
					      "it could reach what is not its own", p->host->name, service, clause);

	finding_step(finding, "key", host_args(p), "give client.berth.%s exactly the caps it needs", p->host->name);
}

static int examine_key(struct patient *p, struct err *err)
{
	struct cluster_caps wanted, found = {0};
	char entity[ENTITY_SIZE];
	int status = host_caps(p->e->fleet, p->host->name, &wanted, err);

	if (!status)
		status = cluster_key_get(p->e->cluster, fleet_host_entity(p->host->name, entity), NULL, &found, err);
	if (status == ERR_NOT_FOUND) {
		struct finding *finding = finding_add(p->e, FINDING_ERROR, "key-missing", p->target, "%s has no key: it can not boot", p->host->name);

		finding_step(finding, "key", host_args(p), "make the key client.berth.%s", p->host->name);
		finding_step(finding, "identity", host_args(p), "write hosts/%s/identity.cpio", p->host->name);
		return 0;
	}
	if (!status)
		caps_compare(&wanted, &found, &(struct caps_listener){note_missing, note_excess, p});
	return status;
}

static int examine_boot_dir(struct patient *p, struct err *err)
{
	char path[TREE_PATH], ns[64] = "";
	const int status = cluster_dir_namespace(p->e->cluster, tree_host_boot(p->host->name, path), ns, sizeof(ns), err);

	if (status == ERR_NOT_FOUND) {
		struct finding *finding = finding_add(p->e, FINDING_ERROR, "boot-dir", p->target, "%s is missing: %s has no /boot", path, p->host->name);

		finding_step(finding, "boot-dir", host_args(p), "make %s with a RADOS namespace of its own", path);
		return 0;
	}
	if (!status && strcmp(ns, p->host->name))
		finding_repair(finding_add(p->e, FINDING_ERROR, "boot-dir-layout", p->target, "the files in %s lie in the RADOS namespace '%s', not "
					   "in '%s': another host could read them, and this one can not", path, ns, p->host->name),
			       "move its files aside, remove %s, then `berth host provision %s` and move them back", path, p->host->name);
	return status;
}

/* Which lines of the identity differ, in words; "" none. Keys are compared, never shown. */
static void identity_difference(const char *is, size_t is_length, const unsigned char *wanted, size_t wanted_length, char out[160])
{
	static const struct { const char *key, *words; } lines[] = {
		{"key", "an old key"}, {"monitors_v2", "other monitors"}, {"monitors_v1", "other monitors"}, {"lock", "another lock policy"},
		{"fsid", "another cluster"}, {"pool", "another pool"}, {"boot", "another boot dir"}, {"client", "another client"},
	};
	struct text words = {0};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		char a[600] = "", b[600] = "";

		identity_value(is, is_length, lines[i].key, a, sizeof(a));
		identity_value(wanted, wanted_length, lines[i].key, b, sizeof(b));
		if (strcmp(a, b) && !(words.length && strstr(words.data, lines[i].words)))
			text_printf(&words, "%s%s", words.length ? ", " : "", lines[i].words);
		explicit_bzero(a, sizeof(a));
		explicit_bzero(b, sizeof(b));
	}
	text_copy(out, 160, words.length ? words.data : "another form");
	text_free(&words);
}

static int examine_identity(struct patient *p, struct err *err)
{
	char path[TREE_PATH], what[160];
	unsigned char *wanted = NULL;
	char *is = NULL;
	size_t wanted_length = 0, is_length = 0;
	int status = publish_identity(p->e->fleet, p->host->name, &wanted, &wanted_length, err);

	if (status == ERR_NOT_FOUND)
		return 0; /* no key: said already */
	if (!status)
		status = cluster_file_read(p->e->cluster, tree_host_identity(p->host->name, path), &is, &is_length, err);
	if (status == ERR_NOT_FOUND || (!status && (is_length != wanted_length || memcmp(is, wanted, is_length)))) {
		struct finding *finding;

		if (is)
			identity_difference(is, is_length, wanted, wanted_length, what);
		finding = is ? finding_add(p->e, FINDING_ERROR, "identity", p->target, "the identity of %s has %s: its next boot fails or is not as "
					   "the inventory says", p->host->name, what)
			     : finding_add(p->e, FINDING_ERROR, "identity", p->target, "%s is missing: %s can not boot", path, p->host->name);
		finding_step(finding, "identity", host_args(p), "write hosts/%s/identity.cpio", p->host->name);
		status = 0;
	}
	identity_free(wanted, wanted_length);
	identity_free((unsigned char *)is, is_length);
	return status;
}

static int examine_script(struct patient *p, struct err *err)
{
	return examine_host_script(p->e, p->host, p->target, err);
}

static int examine_links(struct patient *p, struct err *err)
{
	char target[TREE_PATH], found[TREE_PATH];
	json_t *links = publish_links(p->host), *path;
	struct finding *finding = NULL;
	int status = 0;
	size_t i;

	tree_link_target(p->host->name, target);
	json_array_foreach(links, i, path) {
		if (!status)
			status = cluster_link_read(p->e->cluster, json_string_value(path), found, sizeof(found), err);
		if (status == ERR_NOT_FOUND || (!status && strcmp(found, target))) {
			finding = finding_add(p->e, FINDING_ERROR, "link", p->target, "%s does not lead to %s: the machine would get another "
					      "script", json_string_value(path), target);
			status = 0;
		}
	}
	if (finding)
		finding_step(finding, "links", json_pack("{ss sO s[]}", "host", p->host->name, "add", links, "drop"), "link it again");
	json_decref(links);
	return status;
}

static int note_stale_lock(struct patient *p, const struct cluster_watcher *owner, struct err *err)
{
	bool fenced;
	const int status = fence_is_active(p->e->fleet, owner->address, &fenced, err);

	if (!status && fenced)
		finding_add(p->e, FINDING_NOTE, "stale-lock", p->target, "%s at %s left its lock on the root of %s and is cut off: the next boot takes "
			    "the lock over", owner->client, owner->address, p->host->name);
	else if (!status)
		finding_repair(finding_add(p->e, FINDING_WARNING, "stale-lock", p->target, "%s at %s left its lock on the root of %s: it did not shut "
					   "down cleanly and may still have unwritten data", owner->client, owner->address, p->host->name),
			       "boot it, or `berth host fence %s`", p->host->name);
	return status;
}

static int examine_holders(struct patient *p, struct err *err)
{
	struct cluster_holders holders = {0};
	char ip[64];

	text_copy(holders.ns, sizeof(holders.ns), p->host->name);
	text_copy(holders.name, sizeof(holders.name), ROOT_IMAGE);
	text_copy(holders.id, sizeof(holders.id), p->root.rbd_id);
	int status = cluster_holders_read(p->e->cluster, &holders, 1, err);
	if (!status && !holders.status)
		status = peers_leave_out(p->e->fleet, &holders, 1, err);
	if (status || holders.status)
		return status;
	if (holders.watcher_count > 1)
		finding_repair(finding_add(p->e, FINDING_ERROR, "double", p->target, "%d clients have the root of %s open for writing: two machines "
					   "on one root destroy it", holders.watcher_count, p->host->name),
			       "`berth host fence %s` cuts all of them off", p->host->name);
	else if (holders.watcher_count == 1 && p->host->address[0] &&
		 strcmp(state_address_ip(holders.watchers[0].address, ip), p->host->address))
		finding_repair(finding_add(p->e, FINDING_ERROR, "foreign", p->target, "the root of %s is watched from %s, which is not its address %s",
					   p->host->name, ip, p->host->address),
			       "`berth host fence %s`, or `berth host set %s --address %s`", p->host->name, p->host->name, ip);
	else if (!holders.watcher_count && holders.lock_owner.client[0])
		return note_stale_lock(p, &holders.lock_owner, err);
	return 0;
}

static int examine_points(struct patient *p, struct err *err)
{
	struct point *points = NULL;
	struct cluster_snap *snaps = NULL;
	size_t count = 0, snap_count = 0;
	int status = point_list(p->e->fleet->db, p->host->id, &points, &count, err);

	for (size_t i = 0; i < count && !status; i++) {
		bool there = false;

		status = cluster_snap_live_list(p->e->cluster, p->host->name, points[i].rbd_id, &snaps, &snap_count, err);
		for (size_t s = 0; s < snap_count && !status; s++)
			there |= !strcmp(snaps[s].name, points[i].name);
		free(snaps);
		snaps = NULL;
		if (status && status != ERR_NOT_FOUND)
			break;
		status = 0;
		if (!there)
			finding_repair(finding_add(p->e, FINDING_WARNING, "point-missing", p->target, "restore point %s of %s has no snapshot in the "
						   "cluster any more", points[i].name, p->host->name),
				       "`berth snap rm %s %s` forgets it", p->host->name, points[i].name);
	}
	free(points);
	return status;
}

static int examine_meta(struct patient *p, struct err *err)
{
	char *found = NULL;
	json_t *wanted = meta_of_host(p->e->fleet, p->host->name, err);
	int status = wanted ? cluster_image_meta_get(p->e->cluster, p->host->name, ROOT_IMAGE, META_KEY, &found, err) : err->code;
	json_t *is = found ? json_loads(found, 0, NULL) : NULL;

	if (!status || status == ERR_NOT_FOUND) {
		if (!json_equal(is, wanted))
			finding_step(finding_add(p->e, FINDING_NOTE, "meta", p->target, "what the inventory knows of %s is not kept with its root: it "
						 "could not be made again from the cluster", p->host->name),
				     "host-meta", host_args(p), "keep it with the root");
		status = 0;
	}
	json_decref(wanted);
	json_decref(is);
	free(found);
	return status;
}

static int examine_host(struct examination *e, const struct host *host, struct err *err)
{
	int (*const checks[])(struct patient *, struct err *) = {
		examine_key, examine_boot_dir, examine_identity, examine_script, examine_links, examine_points,
	};
	struct patient p = {.e = e, .host = host};
	bool there;
	int status = root_by_host(e->fleet->db, host->id, &p.root, err);

	if (status)
		return status == ERR_NOT_FOUND ? 0 : status;
	snprintf(p.target, sizeof(p.target), "host %s", host->name);
	status = examine_image(&p, &there, err);
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks) && !status; i++)
		status = checks[i](&p, err);
	if (!status && there)
		status = examine_holders(&p, err);
	return !status && there ? examine_meta(&p, err) : status;
}

int examine_hosts(struct examination *e, struct err *err)
{
	struct host *hosts = NULL;
	size_t count = 0;
	int status = host_list(e->fleet->db, &hosts, &count, err);

	for (size_t i = 0; i < count && !status; i++) {
		progress_report(e->progress, (int64_t)i, (int64_t)count);
		if (progress_cancelled(e->progress))
			status = err_set(err, ERR_CANCELLED, "cancelled after %zu of %zu hosts", i, count);
		else
			status = examine_host(e, &hosts[i], err);
	}
	e->diagnosis->hosts = count;
	free(hosts);
	return status;
}
