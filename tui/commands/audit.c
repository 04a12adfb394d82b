#include <stdio.h>
#include <stdlib.h>

#include "core/fleet/host_input.h"
#include "core/fleet/read.h"
#include "tui/commands/commands.h"

static void show_line(const struct audit *audit, struct out *out)
{
	out_record(out, NULL);
	out_time(out, "at", audit->at);
	out_string(out, "user", audit->user);
	out_string(out, "target", audit->target);
	out_string(out, "result", audit->result);
	out_string(out, "command", audit->command);
	out_string(out, "detail", audit->detail);
	if (out_is_json(out)) {
		out_string(out, "machine", audit->machine);
		out_int(out, "operation", audit->operation_id);
	}
	out_end(out);
}

/* A host's name to the target that plans give it; one that was removed has a
 * history as well. */
static int call_target(struct fleet *fleet, const struct call *call, char out[80], struct err *err)
{
	char **names;
	size_t count;
	const int status = call->word_count ? call_hosts(fleet, call, 1, &names, &count, err) : 0;

	if (status || !call->word_count)
		return status;
	snprintf(out, 80, "host %s", names[0]);
	host_expand_free(names, count);
	return count == 1 ? 0 : err_field(err, "host", "'%s' is more than one host: give one", call->words[0]);
}

static int show(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct audit *lines = NULL;
	char target[80] = "";
	size_t count = 0;
	int status = call_target(fleet, call, target, err);

	if (!status)
		status = fleet_audit(fleet, *target ? target : NULL, 0, &lines, &count, err);
	if (status)
		return status;
	out_list(out, NULL);
	for (size_t i = 0; i < count; i++)
		show_line(&lines[i], out);
	out_end(out);
	if (!count)
		out_line(out, "nothing was done yet%s%s", *target ? " to " : "", target);
	free(lines);
	return 0;
}

const struct command command_audit = {
	.noun = "audit",
	.args = "[HOST]",
	.words_max = 1,
	.help = "Who did what, when, with what result; newest first",
	.show = show,
};
