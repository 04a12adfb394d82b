#include "tui/cli/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/fleet/read.h"
#include "tui/cli/cli.h"

static const char *code_word(int code)
{
	switch (code) {
	case ERR_USAGE:       return "usage";
	case ERR_REFUSED:     return "refused";
	case ERR_NOT_FOUND:   return "not_found";
	case ERR_UNREACHABLE: return "unreachable";
	case ERR_CONFLICT:    return "conflict";
	case ERR_CANCELLED:   return "cancelled";
	case ERR_EXISTS:      return "exists";
	default:              return "failed";
	}
}

void report_error(struct out *out, const struct err *err)
{
	out_string(out, "error", err ? err->text : NULL);
	out_string(out, "code", err ? code_word(err->code) : NULL);
	out_string(out, "field", err ? err->field : NULL);
}

int cli_fail(const struct globals *globals, const struct err *err)
{
	const int status = err_exit_status(err->code);

	if (!globals->json) {
		fprintf(stderr, "berth: %s\n", err->text);
		return status;
	}
	struct out *out = out_new(true);
	out_record(out, NULL);
	report_error(out, err);
	out_end(out);
	char *document = out_finish(out);
	fputs(document, stdout);
	free(document);
	return status;
}

static void put_plan_json(const struct plan *plan, struct out *out)
{
	out_record(out, NULL);
	out_string(out, "target", plan->target);
	out_string(out, "verb", plan->verb);
	out_string(out, "command", plan->command);
	out_list(out, "steps");
	for (int i = 0; i < plan->count; i++) {
		out_record(out, NULL);
		out_string(out, "kind", plan->steps[i].kind);
		out_string(out, "words", plan->steps[i].words);
		out_end(out);
	}
	out_end(out);
	out_end(out);
}

static void put_plan_text(const struct plan *plan, struct out *out)
{
	out_line(out, "%s: %s", plan->target, plan->verb);
	for (int i = 0; i < plan->count; i++)
		out_line(out, "  %d/%d %s", i + 1, plan->count, plan->steps[i].words);
}

void cli_put_plans(const struct plans *plans, struct out *out)
{
	if (out_is_json(out))
		out_list(out, NULL);
	for (size_t i = 0; i < plans->count; i++)
		if (out_is_json(out))
			put_plan_json(&plans->items[i], out);
		else
			put_plan_text(&plans->items[i], out);
	if (out_is_json(out))
		out_end(out);
}

void cli_name_unfinished(struct cli *cli)
{
	struct operation *operations = NULL;
	size_t count = 0, unfinished = 0;
	struct err ignored;

	if (cli->globals->quiet || cli->globals->json ||
	    fleet_operations(cli->fleet, true, 0, &operations, &count, &ignored))
		return;
	for (size_t i = 0; i < count; i++)
		unfinished += operation_is_abandoned(&operations[i]);
	for (size_t i = 0; i < count && unfinished; i++)
		if (operation_is_abandoned(&operations[i])) {
			const long long id = (long long)operations[i].id;

			if (unfinished == 1)
				fprintf(stderr, "berth: operation %lld (%s) did not finish: `berth op resume %lld` or "
					"`berth op undo %lld`\n", id, operations[i].command, id, id);
			else
				fprintf(stderr, "berth: %zu operations did not finish, the last is %lld (%s): `berth op list` "
					"shows them\n", unfinished, id, operations[i].command);
			break;
		}
	free(operations);
}
