#include "core/fleet/hosts.h"
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

static int plan(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_each_host(fleet, call, call->word_count, plan_one, out, err);
}

const struct command command_boot_publish = {
	.noun = "boot",
	.verb = "publish",
	.args = "HOST...",
	.words_min = 1,
	.words_max = CALL_WORDS,
	.help = "Write the boot scripts, links and identities of hosts again",
	.key = "W",
	.places = PLACE_HOST,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan,
};
