/* Hosts: list and show. */
#include <stdlib.h>
#include <string.h>

#include "core/fleet/host_input.h"
#include "core/fleet/read.h"
#include "core/fleet/record.h"
#include "core/fleet/view.h"
#include "tui/commands/commands.h"
#include "tui/explain.h"

static void show_macs(const struct host *host, struct out *out)
{
	const char *macs[HOST_MACS_MAX];

	for (int i = 0; i < host->mac_count; i++)
		macs[i] = host->macs[i];
	out_strings(out, "macs", macs, (size_t)host->mac_count);
}

/* What the inventory wants of a host, and the root that it has. */
static void show_host(const struct host *host, const struct root *root, bool brief, struct out *out)
{
	char image[IMAGE_RELEASE], of[IMAGE_RELEASE];

	out_string(out, "host", host->name);
	out_string(out, "group", host->group);
	show_macs(host, out);
	if (!brief)
		out_string(out, "uuid", host->uuid);
	out_string(out, "image", image_release_words(host->image, host->release, image));
	out_string(out, "root", root ? image_release_words(root->image, root->release, of) : NULL);
	out_size(out, "size", root ? root->size : host->size ? host->size : -1);
	out_string(out, "lock", lock_policy_word(host->lock));
	out_string(out, "kernel", kernel_word(host->kernel, host->kernel_version));
	out_string(out, "address", host->address);
	if (!brief)
		out_string(out, "kernel_args", host->kernel_args);
	out_string(out, "held", host->hold_reason);
	if (!brief) {
		out_time(out, "created", host->created);
		out_time(out, "changed", host->changed);
	}
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Those that were named; or, of no name, all. */
struct chosen { char **names; size_t count; };

static int choose(struct fleet *fleet, const struct call *call, struct chosen *out, struct err *err)
{
	int status = call->word_count ? call_hosts(fleet, call, call->word_count, &out->names, &out->count, err) : 0;
	struct host host;

	if (status)
		out->names = NULL;
	for (size_t i = 0; i < out->count && !status; i++)
		status = host_find(fleet, out->names[i], &host, err);
	if (out->names)
		qsort(out->names, out->count, sizeof(*out->names), compare_names);
	return status;
}

static bool is_chosen(const struct chosen *chosen, const char *name)
{
	return !chosen->names || bsearch(&name, chosen->names, chosen->count, sizeof(*chosen->names), compare_names);
}

static void show_chosen(const struct chosen *chosen, const struct host *hosts, const struct root *roots, size_t count, struct out *out)
{
	out_list(out, NULL);
	for (size_t i = 0; i < count; i++) {
		if (!is_chosen(chosen, hosts[i].name))
			continue;
		out_record(out, NULL);
		show_host(&hosts[i], roots[i].host_id ? &roots[i] : NULL, !out_is_json(out), out);
		out_end(out);
	}
	out_end(out);
	if (!count)
		out_line(out, "no hosts yet: `berth host add NAME --mac MAC` adds one");
}

static int show_list(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct chosen chosen = {0};
	struct host *hosts = NULL;
	struct root *roots = NULL;
	size_t count = 0;
	int status = choose(fleet, call, &chosen, err);

	if (!status)
		status = fleet_hosts(fleet, &hosts, &roots, &count, err);
	if (!status)
		show_chosen(&chosen, hosts, roots, count, out);
	if (chosen.names)
		host_expand_free(chosen.names, chosen.count);
	free(hosts);
	free(roots);
	return status;
}

const struct command command_host_list = {
	.noun = "host",
	.verb = "list",
	.args = "[HOST...]",
	.words_max = CALL_WORDS,
	.help = "List hosts as the inventory has them; `berth status` asks the cluster",
	.show = show_list,
};

static void show_holders(const struct host_detail *detail, struct out *out)
{
	const char *watchers[8];
	const int count = detail->watcher_count < 8 ? detail->watcher_count : 8;

	for (int i = 0; i < count; i++)
		watchers[i] = detail->watchers[i];
	out_string(out, "state", host_state_word(detail->row.state));
	out_strings(out, "watchers", watchers, (size_t)count);
	out_string(out, "lock_owner", detail->lock_owner);
	out_time(out, "last_seen", detail->row.last_seen);
}

static void explain(const struct host_detail *detail, struct out *out)
{
	struct fleet_view view = {.link = detail->link_words[0] ? LINK_LOST : LINK_UP};
	char words[512];

	text_copy(view.link_words, sizeof(view.link_words), detail->link_words);
	explain_state(&detail->row, &view, time_now(), words, sizeof(words));
	out_line(out, "%s %s", detail->host.name, words);
}

static void show_history(const struct host_detail *detail, struct out *out)
{
	out_list(out, "seen");
	for (size_t i = 0; i < detail->seen_count; i++) {
		out_record(out, NULL);
		out_string(out, "client", detail->seen[i].client);
		out_string(out, "address", detail->seen[i].address);
		out_time(out, "first_seen", detail->seen[i].first_seen);
		out_time(out, "last_seen", detail->seen[i].last_seen);
		out_time(out, "fenced_until", detail->seen[i].fenced_until);
		out_end(out);
	}
	out_end(out);
	out_list(out, "snapshots");
	for (size_t i = 0; i < detail->point_count; i++) {
		out_record(out, NULL);
		out_string(out, "name", detail->points[i].name);
		out_size(out, "size", detail->points[i].size);
		out_time(out, "created", detail->points[i].created);
		out_bool(out, "protected", detail->points[i].protected);
		out_end(out);
	}
	out_end(out);
}

static const char *script_state(const struct host_detail *detail)
{
	if (detail->link_words[0])
		return NULL;
	if (!detail->script)
		return "missing";
	return !strcmp(detail->script, detail->script_wanted) ? "current" : "differs";
}

static int show_one(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct host_detail *detail = NULL;
	int status = host_detail_read(fleet, call->words[0], &detail, err);

	if (status)
		return status;
	out_record(out, NULL);
	show_host(&detail->host, detail->has_root ? &detail->root : NULL, false, out);
	show_holders(detail, out);
	out_string(out, "boots", detail->kernel_why);
	out_string(out, "template", detail->template);
	out_string(out, "script", script_state(detail));
	show_history(detail, out);
	out_end(out);
	explain(detail, out);
	if (detail->link_words[0] && fleet_site(fleet)->present)
		status = err_set(err, ERR_UNREACHABLE, "%s", detail->link_words);
	host_detail_free(detail);
	return status;
}

const struct command command_host_show = {
	.noun = "host",
	.verb = "show",
	.args = "HOST",
	.words_min = 1,
	.words_max = 1,
	.help = "Show all about a host: inventory, holders, watchers seen, snapshots",
	.show = show_one,
};
