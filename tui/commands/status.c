#include <stdlib.h>
#include <string.h>

#include "core/fleet/host_input.h"
#include "core/fleet/view.h"
#include "tui/commands/commands.h"

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

static const struct fleet_row *find_row(const struct fleet_view *view, const char *name)
{
	for (size_t i = 0; i < view->count; i++)
		if (!strcmp(view->rows[i].name, name))
			return &view->rows[i];
	return NULL;
}

static void show_all(const struct fleet_view *view, struct out *out)
{
	for (size_t i = 0; i < view->count; i++)
		show_row(&view->rows[i], out);
}

static int show_named(struct fleet *fleet, const struct fleet_view *view, const struct call *call, struct out *out, struct err *err)
{
	char **names;
	size_t count;
	int status = call_hosts(fleet, call, call->word_count, &names, &count, err);

	if (status)
		return status;
	for (size_t i = 0; i < count && !status; i++) {
		const struct fleet_row *row = find_row(view, names[i]);

		if (row)
			show_row(row, out);
		else
			status = err_set(err, ERR_NOT_FOUND, "host %s is not in the inventory: `berth host list` lists those "
					 "that are", names[i]);
	}
	host_expand_free(names, count);
	return status;
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

static int show_view(struct fleet *fleet, const struct fleet_view *view, const struct call *call, struct out *out, struct err *err)
{
	int status = 0;

	if (out_is_json(out)) {
		out_record(out, NULL);
		show_cluster(view, out);
	}
	out_list(out, out_is_json(out) ? "hosts" : NULL);
	if (call->word_count)
		status = show_named(fleet, view, call, out, err);
	else
		show_all(view, out);
	out_end(out);
	if (out_is_json(out))
		out_end(out);
	if (!status && !view->count)
		out_line(out, "no hosts yet: `berth host add NAME --mac MAC` adds one");
	if (!status && view->link != LINK_UP)
		status = err_set(err, view->link == LINK_LOST ? ERR_UNREACHABLE : ERR_USAGE, "%s", view->link_words);
	return status;
}

static int show(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct fleet_view *view = NULL;
	int status = fleet_view_full(fleet, NULL, &view, err);

	if (!status)
		status = show_view(fleet, view, call, out, err);
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
