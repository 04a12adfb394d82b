/* Carries a roll-out forward, a batch at a time. */
#include "core/fleet/rollout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/fleet/guard.h"
#include "core/fleet/internal.h"
#include "core/fleet/pending.h"
#include "core/fleet/provision.h"
#include "core/fleet/step.h"
#include "db/host.h"

struct carrying {
	struct step *step;
	struct fleet *fleet;
	struct rollout rollout;
	struct rollout_host *hosts;
	size_t count;
};

static bool in_batch(const struct carrying *c, size_t i, int batch)
{
	return c->hosts[i].position / c->rollout.batch == batch;
}

/* Hosts of the batch, or of all before it too, that something is still to happen to. */
static int count_open(const struct carrying *c, int batch, bool before)
{
	int open = 0;

	for (size_t i = 0; i < c->count; i++)
		if ((before ? c->hosts[i].position / c->rollout.batch < batch : in_batch(c, i, batch)))
			open += rollout_host_is_open(c->hosts[i].state);
	return open;
}

/* The first that failed, with how many more; "" none. */
static void batch_verdict(const struct carrying *c, int batch, char out[256])
{
	const struct rollout_host *first = NULL;
	int bad = 0;

	*out = '\0';
	for (size_t i = 0; i < c->count; i++) {
		const struct rollout_host *host = &c->hosts[i];

		if (!in_batch(c, i, batch) || (host->state != ROLLOUT_NOT_UP && host->state != ROLLOUT_FAILED))
			continue;
		first = first ? first : host;
		bad++;
	}
	if (first)
		snprintf(out, 256, "%s: %.100s%s", first->host, first->state == ROLLOUT_FAILED ? "could not be changed" : "did not come up",
			 bad > 1 ? ", and others" : "");
}

/* With a batch's last host its verdict, so that none is lost. */
static int put(struct carrying *c, struct rollout_host *host, struct err *err)
{
	const int batch = host->position / c->rollout.batch;
	char why[256] = "";

	if (!count_open(c, batch, false))
		batch_verdict(c, batch, why);
	const int status = rollout_host_put(c->fleet->db, c->rollout.id, host, *why ? why : NULL, err);
	if (!status)
		step_remark(c->step, "%s: %s%s%s", host->host, rollout_host_state_word(host->state), *host->detail ? ", " : "",
			    host->detail);
	return status;
}

static int look(struct carrying *c, struct rollout_host *host, struct err *err)
{
	const struct rollout_host before = *host;
	const int status = rollout_look(c->fleet, &c->rollout, host, true, err);

	if (status || (before.state == host->state && before.since == host->since))
		return status;
	return before.state == host->state ? rollout_host_put(c->fleet->db, c->rollout.id, host, NULL, err) : put(c, host, err);
}

/* One that a killed berth left in the middle: the same command, of nobody any more. */
static int64_t abandoned(struct fleet *fleet, const char *target, const char *command)
{
	struct operation *operations = NULL;
	size_t count = 0;
	int64_t id = 0;
	struct err ignored;

	if (operation_list(fleet->db, true, 0, &operations, &count, &ignored))
		return 0;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(operations[i].target, target) && !strcmp(operations[i].command, command) &&
		    operation_is_abandoned(&operations[i]))
			id = operations[i].id;
	free(operations);
	return id;
}

static struct assign wish_of(const struct rollout *rollout, char image[130], char point[64])
{
	snprintf(image, 130, "%s@%s", rollout->image, rollout->release);
	rollout_point_name(rollout->id, point);
	return (struct assign){.image = image, .keep = rollout->keep[0] ? rollout->keep : NULL, .point = point};
}

static int plan_change(struct carrying *c, const char *host, const struct assign *wish, struct plans *plans, struct err *err)
{
	const int status = plan_host_assign(c->fleet, host, wish, plans, err);

	if (!status)
		plan_add_pending_done(&plans->items[0], host);
	return status;
}

/* Now, or noted for its next boot. */
static int carry_out(struct carrying *c, const char *host, const struct assign *wish, const char *line, bool now, struct err *err)
{
	const struct run_listener listener = {.progress = c->step->progress ? *c->step->progress : (struct progress){0}};
	struct plans plans = {0};
	char target[80];
	int status;

	snprintf(target, sizeof(target), "host %s", host);
	const int64_t id = abandoned(c->fleet, target, line);
	if (id)
		return plan_resume(c->fleet, id, &listener, err);
	status = now ? plan_change(c, host, wish, &plans, err) : plan_pending(c->fleet, host, line, &plans, err);
	if (!status) {
		text_copy(plans.items[0].command, sizeof(plans.items[0].command), line);
		status = plan_run(c->fleet, &plans.items[0], &listener, NULL, err);
	}
	plans_free(&plans);
	return status;
}

static bool is_busy(struct fleet *fleet, const char *host)
{
	struct operation *operations = NULL;
	size_t count = 0;
	bool busy = false;
	struct err ignored;

	if (operation_list(fleet->db, true, 0, &operations, &count, &ignored))
		return true;
	for (size_t i = 0; i < count; i++)
		busy |= !strncmp(operations[i].target, "host ", 5) && !strcmp(operations[i].target + 5, host) &&
			!operation_is_abandoned(&operations[i]);
	free(operations);
	return busy;
}

/* The host's own failure: the others go on. Another berth at work on it, or a machine
 * that has just started, is none: that is for the next look. */
static int judge(struct carrying *c, struct rollout_host *host, int status, struct err *err)
{
	const struct err why = *err;
	bool due = true;

	if (!status || status == ERR_CANCELLED || status == ERR_UNREACHABLE)
		return status;
	if (status == ERR_REFUSED && (is_busy(c->fleet, host->host) || (!pending_is_due(c->fleet, host->host, &due, err) && !due)))
		return 0;
	host->state = ROLLOUT_FAILED;
	host->since = time_now();
	text_copy(host->detail, sizeof(host->detail), why.text);
	return put(c, host, err);
}

static int note_held(struct carrying *c, struct rollout_host *host, struct err *err)
{
	host->state = ROLLOUT_HELD;
	host->since = time_now();
	return put(c, host, err);
}

static int change(struct carrying *c, struct rollout_host *host, struct err *err)
{
	char image[130], point[64], line[512];
	const struct assign wish = wish_of(&c->rollout, image, point);
	bool due = false;
	int status = assign_line(c->fleet, host->host, &wish, line, err);

	if (!status)
		status = pending_is_due(c->fleet, host->host, &due, err);
	if (!status && !due && host->state == ROLLOUT_HELD)
		return 0;
	if (!status)
		status = carry_out(c, host->host, &wish, line, due, err);
	if (status)
		return judge(c, host, status, err);
	return due ? look(c, host, err) : note_held(c, host, err);
}

static int carry_host(struct carrying *c, struct rollout_host *host, struct err *err)
{
	const int status = look(c, host, err);

	if (status || host->state > ROLLOUT_HELD || progress_cancelled(c->step->progress))
		return status;
	return change(c, host, err);
}

static int finish(struct carrying *c, struct err *err)
{
	for (size_t i = 0; i < c->count; i++)
		if (rollout_host_is_open(c->hosts[i].state))
			return 0;
	const int status = rollout_by_id(c->fleet->db, c->rollout.id, &c->rollout, err);
	return status || c->rollout.state != ROLLOUT_RUNNING ? status
		: rollout_put(c->fleet->db, c->rollout.id, ROLLOUT_DONE, "", err);
}

static int carry_batch(struct carrying *c, int batch, bool *open, struct err *err)
{
	int status = 0;

	*open = count_open(c, batch, true) > 0;
	for (size_t i = 0; i < c->count && !status && !*open; i++)
		if (in_batch(c, i, batch))
			status = carry_host(c, &c->hosts[i], err);
	*open |= count_open(c, batch, false) > 0;
	return status || *open ? status : finish(c, err);
}

int rollout_advance(struct step *step, int64_t id, int batch, bool *open, struct err *err)
{
	struct carrying c = {.step = step, .fleet = step->fleet};
	int status = rollout_by_id(c.fleet->db, id, &c.rollout, err);

	*open = false;
	if (!status && c.rollout.state == ROLLOUT_RUNNING)
		status = rollout_hosts(c.fleet->db, id, &c.hosts, &c.count, err);
	if (!status && c.count)
		status = carry_batch(&c, batch, open, err);
	free(c.hosts);
	return status;
}
