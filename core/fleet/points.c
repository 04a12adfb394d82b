#include "core/fleet/points.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "core/boot/name.h"
#include "core/ceph/snap_live.h"
#include "core/fleet/guard.h"
#include "core/fleet/host_input.h"
#include "core/fleet/hosts.h"
#include "core/fleet/internal.h"
#include "core/fleet/meta.h"
#include "core/fleet/record.h"
#include "core/fleet/retention.h"
#include "db/root.h"

#define FORMER_IMAGE "root.former"

/* Two within one second: with a number. */
void point_name_by_time(struct fleet *fleet, const struct host *host, const char *prefix, char out[NAME_SIZE])
{
	const time_t now = (time_t)time_now();
	struct point found;
	struct err ignored;
	char text[32];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d-%H%M%S", &tm);
	snprintf(out, NAME_SIZE, "%s%s", prefix, text);
	for (int i = 2; i < 100 && !point_find(fleet->db, host->id, out, &found, &ignored); i++)
		snprintf(out, NAME_SIZE, "%s%s.%d", prefix, text, i);
}

int point_find_root(struct fleet *fleet, const char *typed, struct host *host, struct root *root, struct err *err)
{
	int status = host_find(fleet, typed, host, err);

	if (!status)
		status = root_by_host(fleet->db, host->id, root, err);
	if (status == ERR_NOT_FOUND && host->id)
		return err_set(err, ERR_REFUSED, "host %s has no root: `berth host provision %s` gives it one", host->name, host->name);
	return status;
}

static json_t *point_args(const struct host *host, const char *name, const char *id)
{
	return json_pack("{ss ss ss}", "host", host->name, "name", name, "id", id);
}

void plan_add_point(struct plan *plan, const struct host *host, const struct root *root, const char *name,
		    const char *note, bool safety)
{
	plan_add(plan, "point-root", point_args(host, name, root->rbd_id), "snapshot the root of %s as %s", host->name, name);
	plan_add(plan, "point-boot", point_args(host, name, root->rbd_id), "snapshot its boot dir as %s", name);
	plan_add(plan, "point-record", json_pack("{ss ss ss ss sb}", "host", host->name, "name", name, "id", root->rbd_id,
						 "note", note, "safety", safety),
		 "note restore point %s in the inventory", name);
}

static int check_note(const char *note, struct err *err)
{
	if (strlen(note) >= sizeof(((struct point *)0)->note))
		return err_field(err, "note", "the note has %zu bytes, the limit is 255: make it shorter", strlen(note));
	if (text_has_control(note))
		return err_field(err, "note", "the note has a control character or a line break: write it in one line");
	return 0;
}

static int parse_name(const char *typed, char out[NAME_SIZE], struct err *err)
{
	struct err ignored;

	if (!name_parse_image(typed, out, &ignored))
		return 0;
	return err_field(err, "name", "'%s' can not be the name of a restore point: use 1 to 63 letters, digits and inner dots, "
			 "hyphens and underscores", typed);
}

int point_parse_new(struct fleet *fleet, const struct host *host, const char *typed, char out[NAME_SIZE], struct err *err)
{
	struct point found;
	struct err ignored;
	const int status = parse_name(typed, out, err);

	if (status || point_find(fleet->db, host->id, out, &found, &ignored))
		return status;
	return err_set(err, ERR_EXISTS, "%s has a restore point %s already: give another name", host->name, out);
}

int plan_snap_create(struct fleet *fleet, const char *typed, const char *name, const char *note,
		     struct plans *out, struct err *err)
{
	char point[NAME_SIZE];
	struct host host = {0};
	struct root root;
	int status = point_find_root(fleet, typed, &host, &root, err);

	if (!status && name)
		status = point_parse_new(fleet, &host, name, point, err);
	else if (!status)
		point_name_by_time(fleet, &host, "", point);
	if (!status && note)
		status = check_note(note, err);
	if (status)
		return status;
	struct plan *plan = plans_add(out, "snap", "host %s", host.name);
	plan_add_point(plan, &host, &root, point, note ? note : "", false);
	plan_add_host_meta(plan, host.name);
	return 0;
}

static void add_in_place(struct plan *plan, const struct host *host, const struct point *point, const char *safety)
{
	plan_add(plan, "root-rollback", json_pack("{ss ss ss ss}", "host", host->name, "name", point->name, "id", point->rbd_id,
						  "safety", safety),
		 "roll the root back to %s", point->name);
}

void plan_add_swap(struct plan *plan, const struct host *host)
{
	plan_add(plan, "root-trash", json_pack("{ss}", "host", host->name), "move the root to the trash");
	plan_add(plan, "root-rename", json_pack("{ss ss ss}", "host", host->name, "from", NEXT_IMAGE, "to", ROOT_IMAGE),
		 "make the clone the root");
}

static void add_swap(struct plan *plan, const struct host *host, const struct point *point, bool former)
{
	const char *from = former ? FORMER_IMAGE : ROOT_IMAGE;

	if (former)
		plan_add(plan, "image-untrash", json_pack("{ss ss ss}", "host", host->name, "id", point->rbd_id, "image", from),
			 "take the former root that has %s out of the trash", point->name);
	plan_add(plan, "point-clone", json_pack("{ss ss ss ss}", "host", host->name, "name", point->name, "from", from,
						"to", NEXT_IMAGE), "clone %s as the next root", point->name);
	if (former)
		plan_add(plan, "root-trash", json_pack("{ss ss}", "host", host->name, "image", from),
			 "move the former root back to the trash");
	plan_add_swap(plan, host);
}

static json_t *host_as_point(const struct host *host, const struct point *point)
{
	return json_pack("{ss s{ss ss ss ss sI}}", "host", host->name, "record", "image", point->image, "release", point->release,
			 "kernel", kernel_word(point->kernel, point->kernel_version), "kernel_args", point->kernel_args,
			 "size", (json_int_t)(host->size ? point->size : 0));
}

static void add_boot(struct plan *plan, const struct host *host, const struct point *point, const char *safety)
{
	plan_add(plan, "boot-restore", json_pack("{ss ss ss}", "host", host->name, "name", point->name, "safety", safety),
		 "put the boot dir back to %s", point->name);
	plan_add(plan, "host-set", host_as_point(host, point), "note that it boots %s@%s with its %s kernel, as then",
		 point->image, point->release, kernel_word(point->kernel, point->kernel_version));
	plan_add(plan, "root-record", json_pack("{ss ss ss}", "host", host->name, "image", point->image,
						"release", point->release), "note the root in the inventory");
	plan_publish_steps(plan, host, NULL);
	plan_add_host_meta(plan, host->name);
}

static int find_point(struct fleet *fleet, const struct host *host, const char *name, struct point *point, struct err *err)
{
	const int status = point_find(fleet->db, host->id, name, point, err);

	return status == ERR_NOT_FOUND ? err_set(err, status, "%s has no restore point %s: `berth snap list %s` shows those it has",
						 host->name, name, host->name) : status;
}

int plan_snap_rollback(struct fleet *fleet, const char *typed, const char *name, enum rollback_way way,
		       struct plans *out, struct err *err)
{
	char safety[NAME_SIZE];
	struct point point;
	struct host host = {0};
	struct root root;
	int status = point_find_root(fleet, typed, &host, &root, err);

	if (!status)
		status = find_point(fleet, &host, name, &point, err);
	if (!status)
		status = guard_check(fleet, host.name, err);
	if (status)
		return status;
	const bool former = strcmp(point.rbd_id, root.rbd_id) != 0;
	point_name_by_time(fleet, &host, "before-rollback-", safety);
	struct plan *plan = plans_add(out, "rollback", "host %s", host.name);
	plan_add_guard(plan, host.name, "its root is being rolled back");
	plan_add_point(plan, &host, &root, safety, "what was there before the rollback", true);
	if (way == ROLLBACK_SWAP || former)
		add_swap(plan, &host, &point, former);
	else
		add_in_place(plan, &host, &point, safety);
	add_boot(plan, &host, &point, safety);
	return 0;
}

static void add_removal(struct plan *plan, const struct host *host, const struct point *point)
{
	plan_add(plan, "point-root-drop", point_args(host, point->name, point->rbd_id), "remove the snapshot %s of the root",
		 point->name);
	plan_add(plan, "point-boot-drop", point_args(host, point->name, point->rbd_id), "remove the snapshot %s of the boot dir",
		 point->name);
	plan_add(plan, "point-forget", point_args(host, point->name, point->rbd_id), "forget %s in the inventory", point->name);
}

/* A draft has no root to keep it with. */
static void add_meta(struct fleet *fleet, struct plan *plan, const struct host *host)
{
	struct root root;
	struct err ignored;

	if (!root_by_host(fleet->db, host->id, &root, &ignored))
		plan_add_host_meta(plan, host->name);
}

int plan_snap_remove(struct fleet *fleet, const char *typed, const char *name, struct plans *out, struct err *err)
{
	struct point point;
	struct host host;
	int status = host_find(fleet, typed, &host, err);

	if (!status)
		status = find_point(fleet, &host, name, &point, err);
	if (!status && point.pinned)
		status = err_set(err, ERR_REFUSED, "restore point %s of %s is pinned: `berth snap unpin %s %s` first",
				 name, host.name, host.name, name);
	if (status)
		return status;
	struct plan *plan = plans_add(out, "snap-rm", "host %s", host.name);
	add_removal(plan, &host, &point);
	add_meta(fleet, plan, &host);
	return 0;
}

int plan_snap_pin(struct fleet *fleet, const char *typed, const char *name, bool pinned, struct plans *out, struct err *err)
{
	struct point point;
	struct host host;
	int status = host_find(fleet, typed, &host, err);

	if (!status)
		status = find_point(fleet, &host, name, &point, err);
	if (status)
		return status;
	struct plan *plan = plans_add(out, pinned ? "pin" : "unpin", "host %s", host.name);
	plan_add(plan, "point-pin",
		 json_pack("{ss ss sb}", "host", host.name, "name", name, "pinned", pinned),
		 pinned ? "pin %s: nothing removes it" : "unpin %s", name);
	add_meta(fleet, plan, &host);
	return 0;
}

static int host_retention(struct fleet *fleet, const struct host *host, struct retention *out, struct err *err)
{
	return retention_parse(host->keep[0] ? host->keep : fleet->site.keep, out, err);
}

static int choose(struct fleet *fleet, const struct host *host, struct point **points, bool **keep, size_t *count, struct err *err)
{
	struct retention retention;
	int status = host_retention(fleet, host, &retention, err);

	*points = NULL;
	*keep = NULL;
	if (!status)
		status = point_list(fleet->db, host->id, points, count, err);
	if (status)
		return status;
	*keep = xcalloc(*count + 1, sizeof(**keep));
	retention_choose(&retention, *points, *count, *keep);
	return 0;
}

int plan_snap_prune(struct fleet *fleet, const char *typed, struct plans *out, struct err *err)
{
	struct plan *plan = NULL;
	struct point *points = NULL;
	bool *keep = NULL;
	size_t count = 0;
	struct host host;
	int status = host_find(fleet, typed, &host, err);

	if (!status)
		status = choose(fleet, &host, &points, &keep, &count, err);
	for (size_t i = 0; i < count && !status; i++) {
		if (keep[i])
			continue;
		if (!plan)
			plan = plans_add(out, "prune", "host %s", host.name);
		add_removal(plan, &host, &points[i]);
	}
	if (plan)
		add_meta(fleet, plan, &host);
	free(points);
	free(keep);
	return status;
}

static bool has_snap(const struct cluster_snap *snaps, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(snaps[i].name, name))
			return true;
	return false;
}

static int fill_row(struct fleet *fleet, const struct host *host, const char *root_id, struct point_row *row, struct err *err)
{
	const struct point *point = &row->point;
	struct cluster_snap *snaps = NULL;
	size_t count = 0;
	struct err ignored;
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = cluster_snap_live_list(cluster, host->name, point->rbd_id, &snaps, &count, err);
	row->there = !status && has_snap(snaps, count, point->name);
	row->former = strcmp(point->rbd_id, root_id) != 0;
	row->used = -1;
	free(snaps);
	if (row->there && cluster_snap_live_used(cluster, host->name, point->rbd_id, point->name, &row->used, &ignored))
		row->used = -1;
	return status == ERR_NOT_FOUND ? 0 : status;
}

int point_rows(struct fleet *fleet, const char *typed, struct point_row **out, size_t *count, struct err *err)
{
	struct point *points = NULL;
	bool *keep = NULL;
	struct root root = {0};
	struct host host;
	int status = host_find(fleet, typed, &host, err);

	*out = NULL;
	*count = 0;
	if (status)
		return status;
	status = root_by_host(fleet->db, host.id, &root, err);
	if (!status || status == ERR_NOT_FOUND) /* a draft may have points of former roots */
		status = choose(fleet, &host, &points, &keep, count, err);
	*out = xcalloc(*count + 1, sizeof(**out));
	for (size_t i = 0; i < *count && !status; i++) {
		(*out)[i].point = points[i];
		(*out)[i].kept = keep[i];
		status = fill_row(fleet, &host, root.rbd_id, &(*out)[i], err);
	}
	free(points);
	free(keep);
	return status;
}
