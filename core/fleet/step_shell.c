/* Steps of a shell in a root. */
#include "core/fleet/step.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/tree.h"
#include "core/ceph/luks.h"
#include "core/ceph/tree.h"
#include "core/fleet/rollback.h"
#include "core/fleet/room.h"
#include "core/fleet/run.h"
#include "core/fleet/tool.h"

#define TRIES 3

static char *boot_copy(const struct step *step, char out[600])
{
	snprintf(out, 600, "%s/boot", step_arg(step, "dir"));
	return out;
}

/* boot-out {host, dir} */

static int boot_out_run(struct step *step, struct err *err)
{
	char local[600], path[TREE_PATH];
	struct cluster *cluster;
	int status = tool_remove_tree(boot_copy(step, local), err);

	if (!status)
		status = fleet_cluster(step->fleet, &cluster, err);
	return status ? status : cluster_dir_copy_out(cluster, tree_host_boot(step_arg(step, "host"), path), local,
						      step->progress, err);
}

/* boot-in {host, dir, safety} */

static int boot_in_run(struct step *step, struct err *err)
{
	char local[600], path[TREE_PATH];
	struct cluster *cluster;
	const int status = fleet_cluster(step->fleet, &cluster, err);

	return status ? status : cluster_dir_copy_in(cluster, boot_copy(step, local), tree_host_boot(step_arg(step, "host"), path),
						     step->progress, err);
}

/* shell {host or image, id, dir, command, safety}: on the guard's own handle, so that from
 * its look at the watchers to the unmounted root nobody else can come in. */

static const char *name_of(const struct step *step)
{
	return *step_arg(step, "host") ? step_arg(step, "host") : step_arg(step, "image");
}

static int unlock(struct step *step, struct cluster_handle *handle, struct err *err)
{
	char question[160], answer[512] = "";
	bool locked;
	int status = cluster_handle_is_luks(handle, &locked, err);

	if (status || !locked)
		return status;
	snprintf(question, sizeof(question), "passphrase of %s: ", name_of(step));
	for (int i = 0; i < TRIES; i++) {
		status = step->listener->terminal->ask(step->listener->context, question, answer, sizeof(answer), err);
		if (!status)
			status = cluster_handle_unlock(handle, answer, err);
		if (status != ERR_REFUSED)
			break;
	}
	explicit_bzero(answer, sizeof(answer));
	return status == ERR_REFUSED ? err->code = ERR_FAILED : status;
}

/* What it changed stays, also when it failed: half an upgrade that has its /boot
 * is better than one without. */
static void judge(struct step *step, const struct room_end *end)
{
	const char *command = step_arg(step, "command"), *host = step_arg(step, "host");
	const char *what = *command ? command : "the shell";
	char back[200] = "";

	if (*host)
		snprintf(back, sizeof(back), ", `berth snap rollback %s %s` takes it back", host, step_arg(step, "safety"));
	if (end->cancelled)
		err_set(step->verdict, ERR_CANCELLED, "`%.300s` was ended; what it had changed stays%s", what, back);
	else if (*command && end->status)
		err_set(step->verdict, ERR_FAILED, "`%.300s` ended with status %d; what it had changed stays%s", what, end->status, back);
}

static int work_in_room(struct step *step, struct guard *guard, bool *written, struct err *err)
{
	const struct room room = {
		.handle = guard_handle(guard), .dir = step_arg(step, "dir"), .name = name_of(step), .has_boot = *step_arg(step, "host"),
		.command = step_arg(step, "command"),
		.output = step->listener->terminal->take(step->listener->context),
	};
	struct room_end end;
	int status = room_run(&room, step->progress, &end, err);

	*written = end.written;
	if (!status)
		judge(step, &end);
	return status ? status : guard_expel(guard, err);
}

static int work(struct step *step, struct guard *guard, struct err *err)
{
	bool written = false;
	struct err ignored;
	int status = rollback_begin(guard, step_arg(step, "safety"), err);

	if (!status)
		status = unlock(step, guard_handle(guard), err);
	if (!status)
		status = work_in_room(step, guard, &written, err);
	/* An undo that has nothing to take back need not take its time. */
	if (!written)
		rollback_begin(guard, "", &ignored);
	return status;
}

static int shell_run(struct step *step, struct err *err)
{
	if (!step->listener || !step->listener->terminal)
		return err_set(err, ERR_FAILED, "a shell needs a terminal: use berth's command line");
	return rollback_work(step, work, err);
}

const struct step_kind shell_steps[] = {
	{"boot-out", NULL, boot_out_run, NULL},
	{"shell", NULL, shell_run, rollback_undo},
	{"boot-in", NULL, boot_in_run, rollback_boot_undo},
	{0},
};
