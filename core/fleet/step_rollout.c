/* Steps of a roll-out. What happens to a host is an operation of its own, by core/fleet/rollout_carry.c. */
#include "core/fleet/step.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/fleet/rollout.h"
#include "core/fleet/run.h"
#include "db/host.h"
#include "db/root.h"

#define LOOK_MS 1000
#define CANCEL_MS 100

static int64_t rollout_of(const struct step *step)
{
	return step_arg_int(step, "rollout");
}

/* rollout-begin {rollout, image, release, batch, wait, keep, hosts} */

/* Who was taken back by now is free for this one. */
static int settle_returning(struct fleet *fleet, const struct rollout *rollout, struct err *err)
{
	struct rollout_host *hosts = NULL;
	size_t count = 0;
	int status = rollout_hosts(fleet->db, rollout->id, &hosts, &count, err);

	for (size_t i = 0; i < count && !status; i++) {
		if (hosts[i].state != ROLLOUT_RETURNING)
			continue;
		status = rollout_look(fleet, rollout, &hosts[i], false, err);
		if (!status)
			status = rollout_host_put(fleet->db, rollout->id, &hosts[i], NULL, err);
	}
	free(hosts);
	return status;
}

int rollout_settle(struct fleet *fleet, struct err *err)
{
	struct rollout *rollouts = NULL;
	size_t count = 0;
	int status = rollout_list(fleet->db, &rollouts, &count, err);

	for (size_t i = 0; i < count && !status; i++)
		if (rollouts[i].counts[ROLLOUT_RETURNING])
			status = settle_returning(fleet, &rollouts[i], err);
	free(rollouts);
	return status;
}

static int read_host(struct fleet *fleet, const char *name, int position, struct rollout_host *out, struct err *err)
{
	struct host host;
	struct root root;
	int status = host_by_name(fleet->db, name, &host, err);

	if (!status)
		status = root_by_host(fleet->db, host.id, &root, err);
	if (status)
		return status;
	*out = (struct rollout_host){.host_id = host.id, .position = position, .state = ROLLOUT_WAITING};
	text_copy(out->host, sizeof(out->host), name);
	text_copy(out->root, sizeof(out->root), root.rbd_id);
	return 0;
}

static struct rollout rollout_from(const struct step *step)
{
	struct rollout rollout = {
		.id = rollout_of(step), .batch = (int)step_arg_int(step, "batch"), .wait = step_arg_int(step, "wait"),
	};

	text_copy(rollout.image, sizeof(rollout.image), step_arg(step, "image"));
	text_copy(rollout.release, sizeof(rollout.release), step_arg(step, "release"));
	text_copy(rollout.keep, sizeof(rollout.keep), step_arg(step, "keep"));
	run_who(rollout.user, rollout.machine);
	return rollout;
}

static int insert(struct step *step, struct err *err)
{
	const json_t *names = json_object_get(step->args, "hosts");
	const size_t count = json_array_size(names);
	struct rollout_host *hosts = xcalloc(count + 1, sizeof(*hosts));
	const struct rollout rollout = rollout_from(step);
	int status = 0;

	for (size_t i = 0; i < count && !status; i++)
		status = read_host(step->fleet, json_string_value(json_array_get(names, i)), (int)i, &hosts[i], err);
	if (!status)
		status = rollout_insert(step->fleet->db, &rollout, hosts, count, err);
	free(hosts);
	return status;
}

static int begin_look(struct step *step, bool *kept, struct err *err)
{
	struct rollout found;
	const int status = rollout_by_id(step->fleet->db, rollout_of(step), &found, err);

	*kept = false;
	if (status == ERR_NOT_FOUND)
		return 0;
	return status ? status : err_set(err, ERR_CONFLICT, "another berth began roll-out %lld meanwhile: try again",
					 (long long)found.id);
}

static int begin_run(struct step *step, struct err *err)
{
	struct rollout found;
	struct err ignored;

	if (!rollout_by_id(step->fleet->db, rollout_of(step), &found, &ignored))
		return 0; /* a run before the crash got this far */
	const int status = rollout_settle(step->fleet, err);
	return status ? status : insert(step, err);
}

/* What hosts have got by then is kept, with the way back. */
static int begin_undo(struct step *step, struct err *err)
{
	struct rollout rollout;
	const int status = rollout_by_id(step->fleet->db, rollout_of(step), &rollout, err);

	if (status)
		return status == ERR_NOT_FOUND ? 0 : status;
	if (rollout.counts[ROLLOUT_WAITING] == rollout.hosts)
		return rollout_delete(step->fleet->db, rollout.id, err);
	return rollout_put(step->fleet->db, rollout.id, ROLLOUT_STOPPED, "its operation was undone", err);
}

/* rollout-go {rollout} */

static int go_run(struct step *step, struct err *err)
{
	return rollout_put(step->fleet->db, rollout_of(step), ROLLOUT_RUNNING, "", err);
}

/* rollout-batch {rollout, batch, once}: until all of it are up, or it is known that they will not be. */

static void wait_a_little(const struct step *step)
{
	for (int ms = 0; ms < LOOK_MS && !progress_cancelled(step->progress); ms += CANCEL_MS)
		poll(NULL, 0, CANCEL_MS);
}

static int tell_end(struct step *step, bool open, struct err *err)
{
	struct rollout rollout;
	const int status = rollout_by_id(step->fleet->db, rollout_of(step), &rollout, err);
	const long long id = (long long)rollout.id;

	if (status)
		return status;
	if (rollout.state == ROLLOUT_STOPPED)
		err_set(step->verdict, ERR_FAILED, "roll-out %lld stopped: %s; `berth rollout show %lld` has all of them, `berth rollout "
			"resume %lld` goes on without them, `berth rollout back %lld` takes it back", id, rollout.why, id, id, id);
	else if (open && progress_cancelled(step->progress))
		err_set(step->verdict, ERR_CANCELLED, "roll-out %lld was left as it is: `berth rollout resume %lld` goes on with it, "
			"`berth rollout back %lld` takes it back", id, id, id);
	return 0;
}

static int batch_run(struct step *step, struct err *err)
{
	const bool once = json_is_true(json_object_get(step->args, "once"));
	bool open = true;
	int status = 0;

	if (step->verdict->code)
		return 0;
	do {
		status = rollout_advance(step, rollout_of(step), (int)step_arg_int(step, "batch"), &open, err);
		if (!status && open && !once)
			wait_a_little(step);
	} while (!status && open && !once && !progress_cancelled(step->progress));
	if (status && status != ERR_CANCELLED)
		return status;
	return tell_end(step, open, err);
}

/* rollout-end {rollout} */

static int end_run(struct step *step, struct err *err)
{
	struct rollout_host *hosts = NULL;
	size_t count = 0;
	int status = rollout_hosts(step->fleet->db, rollout_of(step), &hosts, &count, err);

	for (size_t i = 0; i < count && !status; i++) {
		if (hosts[i].state != ROLLOUT_WAITING && hosts[i].state != ROLLOUT_FAILED)
			continue;
		hosts[i].state = ROLLOUT_RETURNED;
		hosts[i].since = time_now();
		text_copy(hosts[i].detail, sizeof(hosts[i].detail), "it was not changed");
		status = rollout_host_put(step->fleet->db, rollout_of(step), &hosts[i], NULL, err);
	}
	free(hosts);
	return status ? status : rollout_put(step->fleet->db, rollout_of(step), ROLLOUT_BACK, "", err);
}

/* rollout-host {rollout, host, state} */

static int host_put(struct step *step, const char *word, struct err *err)
{
	struct rollout_host *hosts = NULL;
	size_t count = 0;
	int status = rollout_hosts(step->fleet->db, rollout_of(step), &hosts, &count, err);

	for (size_t i = 0; i < count && !status; i++) {
		if (strcmp(hosts[i].host, step_arg(step, "host")))
			continue;
		hosts[i].state = rollout_host_state_of(word);
		hosts[i].since = time_now();
		hosts[i].detail[0] = '\0';
		status = rollout_host_put(step->fleet->db, rollout_of(step), &hosts[i], NULL, err);
	}
	free(hosts);
	return status;
}

static int host_run(struct step *step, struct err *err)
{
	return host_put(step, step_arg(step, "state"), err);
}

const struct step_kind rollout_steps[] = {
	{"rollout-begin", begin_look, begin_run, begin_undo},
	{"rollout-go", NULL, go_run, NULL},
	{"rollout-batch", NULL, batch_run, NULL},
	{"rollout-end", NULL, end_run, NULL},
	{"rollout-host", NULL, host_run, NULL},
	{0},
};
