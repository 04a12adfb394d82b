#include <jansson.h>
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

/* As a log collector wants it: one document a line, the newest last. */
static void show_lines(const struct audit *lines, size_t count, struct out *out)
{
	while (count--) {
		struct out *one = out_new(true);

		show_line(&lines[count], one);
		char *pretty = out_finish(one);
		json_t *document = json_loads(pretty, 0, NULL);
		char *line = json_dumps(document, JSON_COMPACT);
		out_line(out, "%s", line);
		json_decref(document);
		free(line);
		free(pretty);
	}
}

static int show(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct audit *lines = NULL;
	char target[80] = "";
	size_t count = 0;
	int status = call_target(fleet, call, target, err);

	if (!status && call_flag(call, "lines") && out_is_json(out))
		status = err_field(err, "lines", "--json is one document, --lines are many: give one of them");
	if (!status)
		status = fleet_audit(fleet, *target ? target : NULL, 0, &lines, &count, err);
	if (status)
		return status;
	if (call_flag(call, "lines")) {
		show_lines(lines, count, out);
		free(lines);
		return 0;
	}
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
	.options = (const struct command_option[]){
		{"lines", NULL, "for a log collector: a JSON document a line, the newest last", false},
		{0},
	},
	.show = show,
};
