/* carry {host, id, to, dir, keep}: with both roots locked. What is half copied goes
 * with the new root, in an undo, or is copied again. */
#include "core/fleet/rollback.h"

#include <unistd.h>

#include "core/fleet/room.h"

static int copy(struct step *step, struct guard *old, struct guard *next, struct err *err)
{
	const struct room room = {
		.handle = guard_handle(next), .old = guard_handle(old), .dir = step_arg(step, "dir"),
		.name = step_arg(step, "host"), .command = step_arg(step, "keep"), .output = STDOUT_FILENO,
	};
	struct room_end end;
	int status = room_run(&room, step->progress, &end, err);

	if (!status && *end.missing)
		step_remark(step, "%s had no %s to keep", step_arg(step, "host"), end.missing);
	if (!status)
		status = guard_expel(next, err);
	return status ? status : guard_expel(old, err);
}

static int carry(struct step *step, struct guard *old, struct err *err)
{
	struct guard *next;
	int status = guard_take_next(step->fleet, step_arg(step, "host"), step_arg(step, "to"), &next, err);

	if (status)
		return status;
	status = copy(step, old, next, err);
	guard_release(next);
	return status;
}

static int carry_run(struct step *step, struct err *err)
{
	return rollback_work(step, carry, err);
}

const struct step_kind carry_steps[] = {
	{"carry", NULL, carry_run, NULL},
	{0},
};
