/* Boot scripts: show, diff, publish. */
#include <stdlib.h>
#include <string.h>

#include "core/fleet/boot_diff.h"
#include "core/fleet/hosts.h"
#include "core/fleet/read.h"
#include "core/fleet/view.h"
#include "tui/commands/commands.h"

/* Text is the script and nothing else: it may be compared with what was served. */
static void show_script(const struct host_detail *detail, struct out *out)
{
	const char *script = detail->script ? detail->script : detail->script_wanted;

	out_record(out, NULL);
	if (out_is_json(out)) {
		out_string(out, "host", detail->host.name);
		out_bool(out, "published", detail->script != NULL);
	}
	out_block(out, "script", script);
	out_end(out);
}

static int show(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct host_detail *detail = NULL;
	int status = host_detail_read(fleet, call->words[0], &detail, err);

	if (status)
		return status;
	if (detail->link_words[0])
		status = err_set(err, ERR_UNREACHABLE, "%s", detail->link_words);
	else
		show_script(detail, out);
	host_detail_free(detail);
	return status;
}

const struct command command_boot_show = {
	.noun = "boot",
	.verb = "show",
	.args = "HOST",
	.words_min = 1,
	.words_max = 1,
	.help = "Print the script that a machine gets, or would get if none is written yet",
	.guards = COMMAND_CLUSTER,
	.show = show,
};

static int plan_one(struct fleet *fleet, const struct call *call, const char *host, struct plans *out, struct err *err)
{
	(void)call;
	return plan_host_publish(fleet, host, out, err);
}

static int plan_all(struct fleet *fleet, struct plans *out, struct err *err)
{
	struct host *hosts = NULL;
	struct root *roots = NULL;
	size_t count = 0;
	int status = fleet_hosts(fleet, &hosts, &roots, &count, err);

	for (size_t i = 0; i < count && !status; i++)
		if (roots[i].host_id)
			status = plan_host_publish(fleet, hosts[i].name, out, err);
	free(hosts);
	free(roots);
	return status;
}

static int plan(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	if (call_flag(call, "all") == (call->word_count > 0))
		return err_field(err, "host", "name the hosts whose scripts are to be written, or give --all for all of them");
	return call_flag(call, "all") ? plan_all(fleet, out, err)
				      : plan_each_host(fleet, call, call->word_count, plan_one, out, err);
}

const struct command command_boot_publish = {
	.noun = "boot",
	.verb = "publish",
	.args = "[HOST...]",
	.words_max = CALL_WORDS,
	.help = "Write the boot scripts, links and identities of hosts again",
	.options = (const struct command_option[]){
		{"all", NULL, "of every host that has a root", false},
		{0},
	},
	.key = "W",
	.places = PLACE_HOST,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan,
};

#define NAMES_SHOWN 10

static const char *change_lines(const struct boot_change *change)
{
	return change->host_count > 1 ? change->general : change->lines;
}

static void show_json(const struct boot_diff *diff, struct out *out)
{
	out_list(out, NULL);
	for (size_t i = 0; i < diff->count; i++) {
		out_record(out, NULL);
		out_strings(out, "hosts", diff->items[i].hosts, diff->items[i].host_count);
		out_string(out, "change", change_lines(&diff->items[i]));
		out_end(out);
	}
	out_end(out);
}

static void show_change(const struct boot_change *change, struct out *out)
{
	char *copy = xstrdup(change_lines(change)), *rest = copy, *line;
	struct text names = {0};

	for (size_t i = 0; i < change->host_count && i < NAMES_SHOWN; i++)
		text_printf(&names, "%s%s", i ? ", " : "", change->hosts[i]);
	if (change->host_count > NAMES_SHOWN)
		text_printf(&names, " and %zu more", change->host_count - NAMES_SHOWN);
	out_line(out, "%s%s", text_string(&names), change->host_count > 1 ? ", each called HOST here:" : ":");
	while ((line = strsep(&rest, "\n")))
		out_line(out, "%s", line); /* the last is empty */
	text_free(&names);
	free(copy);
}

static int show_changes(const struct boot_diff *diff, struct out *out, struct err *err)
{
	size_t hosts = 0;

	if (out_is_json(out))
		show_json(diff, out);
	for (size_t i = 0; i < diff->count; i++) {
		hosts += diff->items[i].host_count;
		if (!out_is_json(out))
			show_change(&diff->items[i], out);
	}
	if (hosts)
		return err_set(err, ERR_FAILED, "%zu of %zu boot scripts would change: `berth boot publish` writes those of the hosts named",
			       hosts, diff->looked_at);
	out_line(out, "%zu boot script%s looked at: as %s should be", diff->looked_at, diff->looked_at == 1 ? "" : "s",
		 diff->looked_at == 1 ? "it" : "they");
	return 0;
}

static int read_trial(struct fleet *fleet, const struct call *call, struct template_trial *trial, struct err *err)
{
	const char *path = call_option(call, "template"), *scope = call_option(call, "for");

	if (scope && !path)
		return err_field(err, "for", "--for says whose template a file would be: give --template FILE with it");
	if (!path)
		return 0;
	const int status = template_scope_parse(fleet, scope, trial->scope, err);
	return status ? status : template_read_file(path, &trial->text, err);
}

static int show_diff(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct template_trial trial = {0};
	struct boot_diff diff = {0};
	char **names = NULL;
	size_t count = 0;
	int status = read_trial(fleet, call, &trial, err);

	if (!status && call->word_count)
		status = call_hosts(fleet, call, call->word_count, &names, &count, err);
	if (!status)
		status = boot_diff_read(fleet, names, count, &trial, &diff, err);
	if (!status)
		status = show_changes(&diff, out, err);
	boot_diff_free(&diff);
	host_expand_free(names, count);
	free(trial.text);
	return status;
}

const struct command command_boot_diff = {
	.noun = "boot",
	.verb = "diff",
	.args = "[HOST...]",
	.words_max = CALL_WORDS,
	.help = "Show what `boot publish` would change, for whom (default: all); exit status 1 when anything",
	.options = (const struct command_option[]){
		{"template", "FILE", "as if this template were set", false},
		{"for", "@GROUP|HOST", "and whose it would be; default the site's", false},
		{0},
	},
	.guards = COMMAND_CLUSTER,
	.show = show_diff,
};
