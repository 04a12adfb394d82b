#include "core/fleet/shell.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/tree.h"
#include "core/ceph/image.h"
#include "core/fleet/guard.h"
#include "core/fleet/hosts.h"
#include "core/fleet/internal.h"
#include "core/fleet/meta.h"
#include "core/fleet/points.h"
#include "core/fleet/room.h"
#include "core/fleet/run.h"
#include "core/fleet/tool.h"
#include "db/image.h"

static int check_command(const char *command, struct err *err)
{
	if (command && !*command)
		return err_field(err, "run", "the command is empty: leave --run away for a shell");
	if (command && text_has_control(command))
		return err_field(err, "run", "the command has a control character or a line break: put what is longer into a script");
	return 0;
}

/* The machine's firmware shows it, out of a script. */
static void make_plain(char *word)
{
	for (; *word; word++)
		if (!isalnum((unsigned char)*word) && !strchr("._-@", *word))
			*word = '-';
}

static void reason_words(const char *before, char out[160])
{
	char user[64], machine[64];

	run_who(user, machine);
	make_plain(user);
	make_plain(machine);
	snprintf(out, 160, "in maintenance by %.30s on %.40s%s%.60s", user, machine, *before ? ", " : "", before);
}

static void add_hold(struct plan *plan, const struct host *host, int64_t version, const char *reason)
{
	plan_add_reason(plan, host, version, reason);
	plan_add(plan, "script", json_pack("{ss}", "host", host->name), "write hosts/%s/boot.ipxe", host->name);
}

static void add_shell(struct plan *plan, json_t *args, const char *what, const char *command)
{
	plan_add(plan, "shell", args, "mount %s under its lock, %s%.120s%s, unmount it", what, command ? "run `" : "open a shell",
		 command ? command : " in it", command ? "` in it" : "");
}

static void add_work(struct plan *plan, const struct host *host, const struct root *root, const char *command,
		     const char *dir, const char *point)
{
	plan_add(plan, "work-dir", json_pack("{ss}", "dir", dir), "make the work directory %s", dir);
	plan_add(plan, "boot-out", json_pack("{ss ss}", "host", host->name, "dir", dir), "copy its boot dir there");
	add_shell(plan, json_pack("{ss ss ss ss ss}", "host", host->name, "id", root->rbd_id, "dir", dir,
				  "command", command ? command : "", "safety", point), "the root", command);
	plan_add(plan, "boot-in", json_pack("{ss ss ss}", "host", host->name, "dir", dir, "safety", point),
		 "put what changed in /boot into the boot dir");
}

int plan_host_shell(struct fleet *fleet, const char *typed, const char *command, struct plans *out, struct err *err)
{
	char dir[512], point[NAME_SIZE], reason[160];
	struct host host = {0};
	struct root root;
	int status = check_command(command, err);

	if (!status)
		status = room_check(err);
	if (!status)
		status = point_find_root(fleet, typed, &host, &root, err);
	if (!status)
		status = guard_check(fleet, host.name, err);
	if (status)
		return status;
	tool_work_dir(dir, host.name);
	point_name_by_time(fleet, &host, "before-shell-", point);
	reason_words(host.hold_reason, reason);
	struct plan *plan = plans_add(out, "shell", "host %s", host.name);
	add_hold(plan, &host, host.version, reason);
	plan_add(plan, "guard", json_pack("{ss}", "host", host.name), "make sure that nobody holds the root of %s, and that "
		 "nobody who held it can come back", host.name);
	plan_add_point(plan, &host, &root, point, "what was there before the shell", true);
	add_work(plan, &host, &root, command, dir, point);
	add_hold(plan, &host, 0, host.hold_reason);
	plan_add_host_meta(plan, host.name);
	plan_add(plan, "work-clean", json_pack("{ss}", "dir", dir), "remove %s", dir);
	return 0;
}

static int find_image(struct fleet *fleet, const char *typed, char name[NAME_SIZE], struct cluster_image_info *info, struct err *err)
{
	struct cluster *cluster;
	struct image image;
	int status = name_parse_image(typed, name, err);

	if (!status)
		status = image_by_name(fleet->db, name, &image, err);
	if (!status)
		status = fleet_cluster(fleet, &cluster, err);
	return status ? status : cluster_image_info(cluster, IMAGES_NAMESPACE, name, info, err);
}

/* Its snapshot can be taken for no release: those do not begin with a dot. */
#define IMAGE_POINT ".before-shell"

static void add_image_work(struct plan *plan, const char *image, const char *id, const char *command, const char *dir)
{
	char next[600], kept[600];

	snprintf(next, sizeof(next), "%s/next", dir);
	snprintf(kept, sizeof(kept), "%s/kept", dir);
	plan_add(plan, "work-dir", json_pack("{ss}", "dir", dir), "make the work directory %s", dir);
	plan_add(plan, "image-point", json_pack("{ss ss}", "image", image, "name", IMAGE_POINT), "snapshot %s for an undo", image);
	add_shell(plan, json_pack("{ss ss ss ss ss}", "image", image, "id", id, "dir", dir,
				  "command", command ? command : "", "safety", IMAGE_POINT), image, command);
	plan_add(plan, "take-kernel", json_pack("{ss ss}", "dir", next, "tree", kept), "take its newest kernel and initrd");
	plan_add(plan, "image-kernel", json_pack("{ss ss ss}", "image", image, "release", TREE_NEXT, "dir", next),
		 "put them into images/%s/%s for its next release", image, TREE_NEXT);
	plan_add(plan, "image-point-drop", json_pack("{ss ss}", "image", image, "name", IMAGE_POINT), "remove that snapshot");
	plan_add(plan, "work-clean", json_pack("{ss}", "dir", dir), "remove %s", dir);
}

int plan_image_shell(struct fleet *fleet, const char *typed, const char *command, struct plans *out, struct err *err)
{
	char dir[512], image[NAME_SIZE];
	struct cluster_image_info info;
	int status = check_command(command, err);

	if (!status)
		status = room_check(err);
	if (!status)
		status = find_image(fleet, typed, image, &info, err);
	if (!status)
		status = guard_check_image(fleet, image, err);
	if (status)
		return status;
	tool_work_dir(dir, image);
	add_image_work(plans_add(out, "shell", "image %s", image), image, info.id, command, dir);
	return 0;
}
