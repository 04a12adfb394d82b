#include "core/fleet/provision.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/name.h"
#include "core/boot/tree.h"
#include "core/fleet/carry.h"
#include "core/fleet/guard.h"
#include "core/fleet/host_input.h"
#include "core/fleet/hosts.h"
#include "core/fleet/internal.h"
#include "core/fleet/meta.h"
#include "core/fleet/points.h"
#include "db/host.h"
#include "db/image.h"
#include "db/root.h"

struct wanted {
	struct host host;
	struct release release;
	int64_t size;
};

static json_t *host_args(const struct host *host)
{
	return json_pack("{ss}", "host", host->name);
}

static json_t *release_args(const struct wanted *wanted)
{
	return json_pack("{ss ss ss}", "host", wanted->host.name, "image", wanted->release.image,
			 "release", wanted->release.name);
}

static void add_root(struct fleet *fleet, struct plan *plan, const struct wanted *wanted)
{
	const struct release *release = &wanted->release;
	const char *host = wanted->host.name;
	char size[SIZE_TEXT];

	plan_add(plan, "root-clone", release_args(wanted), "clone %s/%s/root from images/%s@%s",
		 fleet->site.pool, host, release->image, release->name);
	plan_add(plan, "root-grow", json_pack("{ss sI}", "host", host, "size", (json_int_t)wanted->size),
		 "make the root %s large", size_format(wanted->size, size));
	plan_add(plan, "root-record", release_args(wanted), "note the root of %s in the inventory", host);
}

static int find_wanted(struct fleet *fleet, struct wanted *wanted, const char *image,
		       const char *release, struct err *err)
{
	const int status = release_find(fleet->db, image, release, &wanted->release, err);

	if (status)
		return status;
	wanted->size = wanted->host.size > wanted->release.size ? wanted->host.size : wanted->release.size;
	if (wanted->host.size && wanted->host.size < wanted->release.size) {
		char have[SIZE_TEXT], need[SIZE_TEXT];

		return err_field(err, "size", "size %s of %s is too small for %s@%s, which needs %s: "
				 "`berth host set %s --size %s`", size_format(wanted->host.size, have),
				 wanted->host.name, wanted->release.image, wanted->release.name,
				 size_format(wanted->release.size, need), wanted->host.name, need);
	}
	return 0;
}

/* A root that is there stays what it is: provision again repairs, and does not
 * move the host to a newer release. */
static int choose_release(struct fleet *fleet, struct wanted *wanted, struct err *err)
{
	const struct host *host = &wanted->host;
	struct root root;
	int status = root_by_host(fleet->db, host->id, &root, err);

	if (!status)
		return find_wanted(fleet, wanted, root.image, root.release, err);
	if (status != ERR_NOT_FOUND)
		return status;
	if (!host->image[0])
		return err_field(err, "image", "host %s has no image yet: `berth host set %s --image IMAGE[@RELEASE]`",
				 host->name, host->name);
	return find_wanted(fleet, wanted, host->image, host->release, err);
}

static int check_cluster(struct fleet *fleet, const struct wanted *wanted, struct err *err)
{
	struct cluster *cluster;
	const int status = fleet_cluster(fleet, &cluster, err);

	return status ? status : host_check_pool(fleet, wanted->size, err);
}

static void add_provision(struct fleet *fleet, struct plan *plan, const struct wanted *wanted)
{
	const struct host *host = &wanted->host;

	plan_add(plan, "namespace", host_args(host), "make the RBD namespace %s/%s", fleet->site.pool, host->name);
	add_root(fleet, plan, wanted);
	plan_add(plan, "key", host_args(host), "make the key client.berth.%s with caps for its own root and boot dir",
		 host->name);
	plan_add(plan, "boot-dir", host_args(host), "make hosts/%s/boot with a RADOS namespace of its own", host->name);
	plan_add(plan, "identity", host_args(host), "write hosts/%s/identity.cpio", host->name);
	plan_publish_steps(plan, host, NULL);
	plan_add_host_meta(plan, host->name);
}

int plan_host_provision(struct fleet *fleet, const char *typed, struct plans *out, struct err *err)
{
	struct wanted wanted;
	int status = host_find(fleet, typed, &wanted.host, err);

	if (!status)
		status = choose_release(fleet, &wanted, err);
	if (!status)
		status = check_cluster(fleet, &wanted, err);
	if (!status)
		add_provision(fleet, plans_add(out, "provision", "host %s", wanted.host.name), &wanted);
	return status;
}

int plan_host_add_provision(struct fleet *fleet, const char *typed, const struct host_input *input,
			    struct plans *out, struct err *err)
{
	struct wanted wanted = {.size = 0};
	int status = plan_host_add(fleet, typed, input, out, err);

	if (!status)
		status = name_parse_host(typed, wanted.host.name, err);
	if (!status)
		status = host_input_apply(fleet, input, &wanted.host, err);
	if (!status && !wanted.host.image[0])
		status = err_field(err, "image", "host %s can not be provisioned without an image: give --image IMAGE[@RELEASE]",
				   wanted.host.name);
	if (!status)
		status = choose_release(fleet, &wanted, err);
	if (!status)
		status = check_cluster(fleet, &wanted, err);
	if (!status)
		add_provision(fleet, &out->items[out->count - 1], &wanted);
	return status;
}

static void add_hold(struct plan *plan, const struct host *host, const char *reason)
{
	plan_add_guard(plan, host->name, reason);
	plan_add(plan, "root-trash", host_args(host), "move its root to the trash");
}

static json_t *image_change(const struct host *host, const char *image, const char *release)
{
	return json_pack("{ss sI s{ss ss}}", "host", host->name, "version", (json_int_t)host->version,
			 "record", "image", image, "release", release);
}

struct assigning {
	struct wanted wanted;
	struct root root;         /* the old one */
	bool draft;
	char keep[CARRY_SIZE];
	char point[NAME_SIZE];    /* "": none */
};

static int find_assigned(struct fleet *fleet, const char *typed, const char *image_release, struct wanted *wanted, struct err *err)
{
	char image[NAME_SIZE], release[NAME_SIZE];
	int status = host_find(fleet, typed, &wanted->host, err);

	if (!status)
		status = name_parse_image_release(image_release, image, release, err);
	return status ? status : find_wanted(fleet, wanted, image, release, err);
}

static int choose_point(struct fleet *fleet, const struct host *host, const char *typed, char out[NAME_SIZE], struct err *err)
{
	if (typed && *typed)
		return point_parse_new(fleet, host, typed, out, err);
	if (typed)
		*out = '\0';
	else
		point_name_by_time(fleet, host, "before-assign-", out);
	return 0;
}

static int check_root(struct fleet *fleet, struct assigning *it, const struct assign *assign, struct err *err)
{
	const struct host *host = &it->wanted.host;
	int status = guard_check(fleet, host->name, err);

	if (!status)
		status = choose_point(fleet, host, assign->point, it->point, err);
	return status || !*it->keep ? status : carry_check(host, err);
}

static int check_assign(struct fleet *fleet, const char *typed, const struct assign *assign, struct assigning *it, struct err *err)
{
	int status = find_assigned(fleet, typed, assign->image, &it->wanted, err);

	if (!status && assign->keep)
		status = carry_parse(assign->keep, it->keep, err);
	if (status)
		return status;
	it->draft = root_by_host(fleet->db, it->wanted.host.id, &it->root, err) == ERR_NOT_FOUND;
	return it->draft ? 0 : check_root(fleet, it, assign, err);
}

/* The old root is the root as long as the new one is not whole. */
static void add_next(struct plan *plan, const struct assigning *it)
{
	const struct host *host = &it->wanted.host;
	const struct release *release = &it->wanted.release;
	char size[SIZE_TEXT];

	plan_add(plan, "point-clone", json_pack("{ss ss ss ss ss}", "host", host->name, "ns", IMAGES_NAMESPACE, "from", release->image,
						"name", release->name, "to", NEXT_IMAGE),
		 "clone images/%s@%s as the next root", release->image, release->name);
	plan_add(plan, "root-grow", json_pack("{ss ss sI}", "host", host->name, "image", NEXT_IMAGE, "size",
					      (json_int_t)it->wanted.size), "make it %s large", size_format(it->wanted.size, size));
	if (*it->keep)
		plan_add_carry(plan, host, &it->root, NEXT_IMAGE, it->keep);
}

static void add_note(struct plan *plan, const struct wanted *wanted)
{
	plan_add(plan, "host-set", image_change(&wanted->host, wanted->release.image, wanted->release.name), "note that %s has %s@%s",
		 wanted->host.name, wanted->release.image, wanted->release.name);
}

static void add_assign(struct plan *plan, const struct assigning *it)
{
	const struct host *host = &it->wanted.host;
	char note[200];

	snprintf(note, sizeof(note), "the root before %s@%s", it->wanted.release.image, it->wanted.release.name);
	plan_add_guard(plan, host->name, "its root is being exchanged");
	if (*it->point)
		plan_add_point(plan, host, &it->root, it->point, note, true);
	add_next(plan, it);
	plan_add_swap(plan, host);
	add_note(plan, &it->wanted);
	plan_add(plan, "root-record", release_args(&it->wanted), "note the root of %s in the inventory", host->name);
	plan_add(plan, "identity", host_args(host), "write hosts/%s/identity.cpio", host->name);
	plan_publish_steps(plan, host, NULL);
	plan_add_host_meta(plan, host->name);
}

int plan_host_assign(struct fleet *fleet, const char *typed, const struct assign *assign, struct plans *out, struct err *err)
{
	struct assigning it = {.draft = false};
	const int status = check_assign(fleet, typed, assign, &it, err);

	if (status)
		return status;
	struct plan *plan = plans_add(out, "assign", "host %s", it.wanted.host.name);
	if (it.draft)
		add_note(plan, &it.wanted);
	else
		add_assign(plan, &it);
	return 0;
}

int assign_line(struct fleet *fleet, const char *typed, const struct assign *assign, char line[512], struct err *err)
{
	char keep[CARRY_SIZE] = "";
	struct wanted wanted = {.size = 0};
	int status = find_assigned(fleet, typed, assign->image, &wanted, err);

	if (!status && assign->keep)
		status = carry_parse(assign->keep, keep, err);
	if (status)
		return status;
	const int length = snprintf(line, 512, "berth host assign %s %s@%s%s%s%s%s%s", wanted.host.name, wanted.release.image,
				    wanted.release.name, *keep ? " --keep '" : "", keep, *keep ? "'" : "",
				    assign->point ? " --point " : "", assign->point ? assign->point : "");
	return length < 512 ? 0 : err_field(err, "keep", "the paths to keep are too long for a host that waits for its boot: name fewer");
}

int plan_host_retire(struct fleet *fleet, const char *typed, struct plans *out, struct err *err)
{
	char to[160], now[TIME_TEXT], boot[TREE_PATH];
	struct host host;
	struct root root;
	int status = host_find(fleet, typed, &host, err);

	if (!status) {
		status = root_by_host(fleet->db, host.id, &root, err);
		if (status == ERR_NOT_FOUND)
			return err_set(err, ERR_REFUSED, "host %s has no root to retire: `berth host rm %s` takes it out "
				       "of the inventory", host.name, host.name);
	}
	if (!status)
		status = guard_check(fleet, host.name, err);
	if (status)
		return status;
	snprintf(to, sizeof(to), "trash/%s-%s", host.name, time_rfc3339(time_now(), now));
	struct plan *plan = plans_add(out, "retire", "host %s", host.name);
	add_hold(plan, &host, "it is being retired");
	plan_add(plan, "identity-remove", host_args(&host), "remove hosts/%s/identity.cpio", host.name);
	plan_add(plan, "root-forget", host_args(&host), "make sure that nobody took it meanwhile, and forget it in the inventory");
	plan_add(plan, "key-remove", host_args(&host), "delete the key client.berth.%s", host.name);
	plan_add(plan, "tree-trash", json_pack("{ss ss}", "path", tree_host_boot(host.name, boot), "to", to),
		 "move its boot dir to %s", to);
	plan_add(plan, "script", host_args(&host), "write hosts/%s/boot.ipxe: it has no root", host.name);
	return 0;
}

int plan_host_rotate(struct fleet *fleet, const char *typed, struct plans *out, struct err *err)
{
	struct host host = {0};
	struct root root;
	int status = host_find(fleet, typed, &host, err);

	if (!status)
		status = root_by_host(fleet->db, host.id, &root, err);
	if (status == ERR_NOT_FOUND && host.id)
		return err_set(err, ERR_REFUSED, "host %s has no root, so no key either: `berth host provision %s` gives it both",
			       host.name, host.name);
	if (status)
		return status;
	struct plan *plan = plans_add(out, "rotate", "host %s", host.name);
	plan_add(plan, "key-rotate", host_args(&host), "make a new key client.berth.%s, the old one opens nothing more", host.name);
	plan_add(plan, "identity", host_args(&host), "write hosts/%s/identity.cpio", host.name);
	return 0;
}
