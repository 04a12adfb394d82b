/* Templates of boot scripts: list, show, set, rm. */
#include <stdlib.h>
#include <string.h>

#include "core/fleet/read.h"
#include "core/fleet/templates.h"
#include "tui/commands/commands.h"

static int64_t count_users(const struct template *template, const struct template *all, size_t count, const struct host *hosts, size_t host_count)
{
	int64_t users = 0;

	for (size_t h = 0; h < host_count; h++) {
		bool is_nearest = template_is_for(template->scope, &hosts[h]);

		/* They are listed from the widest to the nearest. */
		for (const struct template *other = template + 1; other < all + count; other++)
			is_nearest &= !template_is_for(other->scope, &hosts[h]);
		users += is_nearest;
	}
	return users;
}

static int show_list(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct template *list = NULL;
	struct host *hosts = NULL;
	struct root *roots = NULL;
	size_t count = 0, host_count = 0;
	int status = templates_read(fleet, &list, &count, err);

	(void)call;
	if (!status)
		status = fleet_hosts(fleet, &hosts, &roots, &host_count, err);
	out_list(out, NULL);
	for (size_t i = 0; i < count && !status; i++) {
		out_record(out, NULL);
		out_string(out, "of", template_scope_words(list[i].scope));
		out_int(out, "hosts", count_users(&list[i], list, count, hosts, host_count));
		out_size(out, "size", list[i].size);
		out_time(out, "changed", list[i].changed);
		out_end(out);
	}
	out_end(out);
	if (!status && !count)
		out_line(out, "none: every boot script is made from berth's own template, which `berth template show` prints");
	free(list);
	free(hosts);
	free(roots);
	return status;
}

const struct command command_template_list = {
	.noun = "template",
	.verb = "list",
	.args = "",
	.help = "List the templates of boot scripts, and how many hosts have theirs from each",
	.show = show_list,
};

/* As a host of that scope would have it: text is the template and nothing else. */
static int show_one(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	char of[TEMPLATE_WORDS], *text = NULL;
	const int status = template_in_use(fleet, call->word_count ? call->words[0] : NULL, &text, of, err);

	if (status)
		return status;
	out_record(out, NULL);
	if (out_is_json(out))
		out_string(out, "of", of);
	out_block(out, "template", text);
	out_end(out);
	free(text);
	return 0;
}

const struct command command_template_show = {
	.noun = "template",
	.verb = "show",
	.args = "[@GROUP|HOST]",
	.words_max = 1,
	.help = "Print the template that boot scripts are made from; by default the site's",
	.show = show_one,
};

static int plan_set(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_template_set(fleet, call->word_count > 1 ? call->words[1] : NULL, call->words[0], out, err);
}

const struct command command_template_set = {
	.noun = "template",
	.verb = "set",
	.args = "FILE [@GROUP|HOST]",
	.words_min = 1,
	.words_max = 2,
	.help = "Have the boot scripts of the site, a group or a host made from this file; `boot diff --template` first",
	.guards = COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan_set,
};

static int plan_rm(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_template_remove(fleet, call->word_count ? call->words[0] : NULL, out, err);
}

const struct command command_template_rm = {
	.noun = "template",
	.verb = "rm",
	.args = "[@GROUP|HOST]",
	.words_max = 1,
	.help = "Forget a template: its hosts have the next wider one, at last berth's own",
	.guards = COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan_rm,
};
