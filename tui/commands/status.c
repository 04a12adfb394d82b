#include <stdlib.h>
#include <string.h>

#include "core/fleet/host_input.h"
#include "core/fleet/view.h"
#include "tui/commands/commands.h"
#include "tui/explain.h"

static void show_row(const struct fleet_row *row, struct out *out)
{
	out_record(out, NULL);
	out_string(out, "host", row->name);
	if (out_is_json(out))
		out_string(out, "group", row->group);
	out_string(out, "state", host_state_word(row->state));
	out_string(out, "image", row->image);
	out_string(out, "holder", row->holder);
	out_string(out, "client", row->client);
	out_time(out, "since", row->since);
	out_string(out, "lock", row->lock);
	out_time(out, "last_seen", row->last_seen);
	out_string(out, "held", row->hold_reason);
	out_end(out);
}

/* The rows of the hosts that were named, or all; caller frees *out. */
static int choose(struct fleet *fleet, const struct fleet_view *view, const struct call *call, const struct fleet_row ***out, size_t *count,
		  struct err *err)
{
	const struct fleet_row **index = fleet_view_index(view);
	char **names = NULL;
	int status = call->word_count ? call_hosts(fleet, call, call->word_count, &names, count, err) : 0;

	if (!names)
		*count = view->count;
	*out = xcalloc(*count + 1, sizeof(**out));
	for (size_t i = 0; i < *count && !status; i++) {
		(*out)[i] = names ? fleet_view_find(view, index, names[i]) : &view->rows[i];
		if (!(*out)[i])
			status = err_set(err, ERR_NOT_FOUND, "host %s is not in the inventory: `berth host list` lists those "
					 "that are", names[i]);
	}
	if (names)
		host_expand_free(names, *count);
	free(index);
	return status;
}

/* In words: of whom it was asked, and of whom it must be said unasked. */
static bool needs_words(const struct fleet_row *row, const struct call *call)
{
	return call->word_count || row->state == HOST_STALE || row->state == HOST_FOREIGN || row->state == HOST_DOUBLE ||
	       row->state == HOST_MISSING;
}

static void explain(const struct fleet_view *view, const struct fleet_row *row, struct out *out)
{
	char words[512];

	explain_state(row, view, time_now(), words, sizeof(words));
	out_line(out, "%s %s", row->name, words);
}

static void show_cluster(const struct fleet_view *view, struct out *out)
{
	static const char *const words[] = {[LINK_OFF] = "off", [LINK_UP] = "up", [LINK_LOST] = "lost"};

	out_record(out, "cluster");
	out_string(out, "link", words[view->link]);
	out_string(out, "health", view->health);
	out_int(out, "mons", view->mons);
	out_int(out, "osds", view->osds);
	out_int(out, "mdss", view->mdss);
	out_size(out, "pool_used", view->pool_used);
	out_size(out, "pool_free", view->pool_free);
	out_time(out, "taken", view->taken);
	out_end(out);
}

static void show_view(const struct fleet_view *view, const struct fleet_row *const *rows, size_t count, const struct call *call,
		      struct out *out)
{
	if (out_is_json(out)) {
		out_record(out, NULL);
		show_cluster(view, out);
	}
	out_list(out, out_is_json(out) ? "hosts" : NULL);
	for (size_t i = 0; i < count; i++)
		show_row(rows[i], out);
	out_end(out);
	if (out_is_json(out))
		out_end(out);
	for (size_t i = 0; i < count; i++)
		if (needs_words(rows[i], call))
			explain(view, rows[i], out);
	if (!view->count)
		out_line(out, "no hosts yet: `berth host add NAME --mac MAC` adds one");
}

static int show(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	const struct fleet_row **rows = NULL;
	struct fleet_view *view = NULL;
	size_t count = 0;
	int status = fleet_view_full(fleet, NULL, &view, err);

	if (!status)
		status = choose(fleet, view, call, &rows, &count, err);
	if (!status)
		show_view(view, rows, count, call, out);
	if (!status && view->link != LINK_UP)
		status = err_set(err, view->link == LINK_LOST ? ERR_UNREACHABLE : ERR_USAGE, "%s", view->link_words);
	free(rows);
	fleet_view_free(view);
	return status;
}

const struct command command_status = {
	.noun = "status",
	.args = "[HOST...]",
	.words_max = CALL_WORDS,
	.help = "Who watches and locks each root, now",
	.show = show,
};
