#include "core/fleet/rollout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/fleet/carry.h"
#include "core/fleet/host_input.h"
#include "core/fleet/internal.h"
#include "core/fleet/points.h"
#include "db/image.h"

#define BATCH 10
#define BATCH_MAX 10000
#define WAIT_MAX (7 * 86400)

static int parse_batch(const char *typed, int *out, struct err *err)
{
	char *end;
	const long value = typed ? strtol(typed, &end, 10) : BATCH;

	if (typed && (end == typed || *end || value < 1 || value > BATCH_MAX))
		return err_field(err, "batch", "'%s' is no number of hosts: give 1 to %d", typed, BATCH_MAX);
	*out = (int)value;
	return 0;
}

static int64_t unit_seconds(const char *unit)
{
	return !strcmp(unit, "s") ? 1 : !strcmp(unit, "m") ? 60 : !strcmp(unit, "h") ? 3600 : 0;
}

static int parse_wait(const char *typed, int64_t *out, struct err *err)
{
	char *end = NULL;
	const long value = typed ? strtol(typed, &end, 10) : 10;
	const int64_t unit = typed ? unit_seconds(end) : 60;

	if (value < 1 || value > WAIT_MAX || !unit || value * unit > WAIT_MAX)
		return err_field(err, "wait", "'%s' is no time to wait: give it as 90s, 10m or 2h, at most 168h", typed);
	*out = value * unit;
	return 0;
}

static int parse(struct fleet *fleet, const struct rollout_input *input, struct rollout *out, struct err *err)
{
	char image[NAME_SIZE], name[NAME_SIZE];
	struct release release;
	int status = name_parse_image_release(input->image, image, name, err);

	if (!status)
		status = release_find(fleet->db, image, name, &release, err);
	if (!status)
		status = parse_batch(input->batch, &out->batch, err);
	if (!status)
		status = parse_wait(input->wait, &out->wait, err);
	if (!status && input->keep)
		status = carry_parse(input->keep, out->keep, err);
	if (status)
		return status;
	text_copy(out->image, sizeof(out->image), release.image);
	text_copy(out->release, sizeof(out->release), release.name);
	return rollout_next_id(fleet->db, &out->id, err);
}

/* By its root, also when that was put back since anybody noted it. */
static int still_in(struct fleet *fleet, int64_t host_id, int64_t *id, struct err *err)
{
	struct rollout_host *hosts = NULL;
	struct rollout rollout;
	size_t count = 0;
	bool open = false;
	int status = rollout_of_host(fleet->db, host_id, id, err);

	if (!status && *id)
		status = rollout_read(fleet, *id, &rollout, &hosts, &count, err);
	for (size_t i = 0; i < count; i++)
		open |= hosts[i].host_id == host_id && rollout_host_is_open(hosts[i].state);
	free(hosts);
	*id = open ? *id : 0;
	return status;
}

struct chosen {
	json_t *names;      /* of the hosts, in order */
	int had;            /* have it already */
};

static int choose(struct fleet *fleet, const char *name, const struct rollout *rollout, struct chosen *chosen, struct err *err)
{
	struct host host = {0};
	struct root root;
	int64_t other;
	int status = point_find_root(fleet, name, &host, &root, err);

	if (!status)
		status = still_in(fleet, host.id, &other, err);
	if (status)
		return status;
	if (!strcmp(root.image, rollout->image) && !strcmp(root.release, rollout->release)) {
		chosen->had++;
		return 0;
	}
	if (other)
		return err_set(err, ERR_REFUSED, "%s is in roll-out %lld, which has still to do with it: `berth rollout resume %lld` goes "
			       "on with it, `berth rollout back %lld` takes it back", host.name, (long long)other, (long long)other,
			       (long long)other);
	json_array_append_new(chosen->names, json_string(host.name));
	return rollout->keep[0] && json_array_size(chosen->names) == 1 ? carry_check(&host, err) : 0;
}

static int choose_hosts(struct fleet *fleet, const char *range, const struct rollout *rollout, struct chosen *chosen, struct err *err)
{
	char **names;
	size_t count;
	int status = host_expand(fleet, range, &names, &count, err);

	if (status)
		return status;
	for (size_t i = 0; i < count && !status; i++)
		status = choose(fleet, names[i], rollout, chosen, err);
	host_expand_free(names, count);
	if (status || json_array_size(chosen->names))
		return status;
	return err_set(err, ERR_REFUSED, "all of these hosts have %s@%s already: nothing is to be rolled out", rollout->image,
		       rollout->release);
}

static const char *name_at(const json_t *names, int i)
{
	return json_string_value(json_array_get(names, (size_t)i));
}

static void add_batch(struct plan *plan, int64_t id, int batch, bool once, const char *words)
{
	plan_add(plan, "rollout-batch", json_pack("{sI si sb}", "rollout", (json_int_t)id, "batch", batch, "once", once), "%s", words);
}

static void add_begin(struct plan *plan, const struct rollout *rollout, const struct chosen *chosen)
{
	char had[60] = "";

	if (chosen->had)
		snprintf(had, sizeof(had), "; %d have it already", chosen->had);
	plan_add(plan, "rollout-begin",
		 json_pack("{sI ss ss si sI ss sO}", "rollout", (json_int_t)rollout->id, "image", rollout->image, "release",
			   rollout->release, "batch", rollout->batch, "wait", (json_int_t)rollout->wait, "keep", rollout->keep,
			   "hosts", chosen->names),
		 "begin roll-out %lld of %s@%s: %d hosts, %d at a time%s", (long long)rollout->id, rollout->image, rollout->release,
		 rollout->hosts, rollout->batch, had);
}

static void add_batches(struct plan *plan, const struct rollout *rollout, const json_t *names)
{
	char words[256], keep[100] = "", ago[TIME_TEXT];
	const int batches = rollout_batch_count(rollout);

	if (rollout->keep[0])
		snprintf(keep, sizeof(keep), " with its %.60s", rollout->keep);
	for (int i = 0; i < batches; i++) {
		const int first = i * rollout->batch;
		const int last = first + rollout->batch < rollout->hosts ? first + rollout->batch - 1 : rollout->hosts - 1;

		snprintf(words, sizeof(words), "batch %d of %d, %s%s%s: each a fresh root%s%s; stop unless all are up within %s", i + 1, batches,
			 name_at(names, first), first == last ? "" : " to ", first == last ? "" : name_at(names, last), keep,
			 i ? "" : " at its next boot, the old one a restore point", time_ago(rollout->wait, ago));
		add_batch(plan, rollout->id, i, false, words);
	}
}

int plan_rollout(struct fleet *fleet, const struct rollout_input *input, struct plans *out, struct err *err)
{
	struct rollout rollout = {0};
	struct chosen chosen = {json_array(), 0};
	char target[80];
	int status = parse(fleet, input, &rollout, err);

	if (!status)
		status = choose_hosts(fleet, input->hosts, &rollout, &chosen, err);
	if (!status) {
		rollout.hosts = (int)json_array_size(chosen.names);
		rollout_target(rollout.id, target);
		struct plan *plan = plans_add(out, "rollout", "%s", target);
		add_begin(plan, &rollout, &chosen);
		add_batches(plan, &rollout, chosen.names);
	}
	json_decref(chosen.names);
	return status;
}

static void add_rest(struct plan *plan, const struct rollout *rollout, bool once)
{
	char words[256];
	const int batches = rollout_batch_count(rollout);

	for (int i = 0; i < batches; i++) {
		snprintf(words, sizeof(words), "batch %d of %d: go on with it", i + 1, batches);
		add_batch(plan, rollout->id, i, once, words);
	}
}

static int find_open(struct fleet *fleet, const char *target, struct operation *out, bool *found, struct err *err)
{
	struct operation *operations = NULL;
	size_t count = 0;
	const int status = operation_list(fleet->db, true, 0, &operations, &count, err);

	*found = false;
	for (size_t i = 0; i < count && !status; i++) {
		if (strcmp(operations[i].target, target))
			continue;
		*out = operations[i];
		*found = true;
	}
	free(operations);
	return status;
}

static int resume_anew(struct fleet *fleet, const struct rollout *rollout, const char *target, const struct run_listener *listener,
		       struct err *err)
{
	struct plans plans = {0};
	struct plan *plan = plans_add(&plans, "rollout", "%s", target);

	snprintf(plan->command, sizeof(plan->command), "berth rollout resume %lld", (long long)rollout->id);
	plan_add(plan, "rollout-go", json_pack("{sI}", "rollout", (json_int_t)rollout->id), "go on with roll-out %lld of %s@%s",
		 (long long)rollout->id, rollout->image, rollout->release);
	add_rest(plan, rollout, false);
	const int status = plan_run(fleet, plan, listener, NULL, err);
	plans_free(&plans);
	return status;
}

int rollout_resume(struct fleet *fleet, int64_t id, const struct run_listener *listener, struct err *err)
{
	struct operation operation;
	struct rollout rollout;
	char target[80];
	bool open;
	int status = rollout_by_id(fleet->db, id, &rollout, err);

	rollout_target(id, target);
	if (!status && rollout.state != ROLLOUT_RUNNING && rollout.state != ROLLOUT_STOPPED)
		return err_set(err, ERR_REFUSED, "roll-out %lld is %s: there is nothing to go on with", (long long)id,
			       rollout_state_word(rollout.state));
	if (!status)
		status = find_open(fleet, target, &operation, &open, err);
	if (status)
		return status;
	return open ? plan_resume(fleet, operation.id, listener, err) : resume_anew(fleet, &rollout, target, listener, err);
}

int plan_rollouts_due(struct fleet *fleet, struct plans *out, struct err *err)
{
	struct rollout *rollouts = NULL;
	size_t count = 0;
	struct operation operation;
	char target[80];
	bool open;
	int status = rollout_list(fleet->db, &rollouts, &count, err);

	for (size_t i = 0; i < count && !status; i++) {
		if (rollouts[i].state != ROLLOUT_RUNNING)
			continue;
		rollout_target(rollouts[i].id, target);
		status = find_open(fleet, target, &operation, &open, err);
		if (!status && !open)
			add_rest(plans_add(out, "rollout", "%s", target), &rollouts[i], true);
	}
	free(rollouts);
	return status;
}
