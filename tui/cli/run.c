/* Runs plans and prints what became of each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/cli/cli.h"
#include "tui/cli/progress.h"
#include "tui/cli/report.h"

static const char *result_word(int status)
{
	switch (status) {
	case 0:             return "done";
	case ERR_REFUSED:   return "refused";
	case ERR_CANCELLED: return "cancelled";
	default:            return "failed";
	}
}

/* Those that follow could only fail as well, or were not wanted any more. */
static bool ends_all(int status)
{
	return status == ERR_CANCELLED || status == ERR_UNREACHABLE;
}

static void put_result(struct cli *cli, struct out *out, const struct plan *plan, int64_t id, const char *word,
		       const struct err *err)
{
	if (!out_is_json(out)) {
		if (!cli->globals->quiet)
			printf("%s: %s %s\n", plan->target, plan->verb, word);
		fflush(stdout);
		if (err)
			fprintf(stderr, "berth: %s\n", err->text);
		return;
	}
	out_record(out, NULL);
	out_string(out, "target", plan->target);
	out_string(out, "verb", plan->verb);
	out_string(out, "command", plan->command);
	out_string(out, "result", word);
	out_int(out, "operation", id);
	report_error(out, err);
	out_end(out);
}

static int run_one(struct cli *cli, const struct plan *plan, struct progress_line *line, struct out *out)
{
	const struct run_listener listener = progress_line_listener(line);
	struct err err = {0};
	int64_t id = 0;

	snprintf(line->title, sizeof(line->title), "%s: %s", plan->target, plan->verb);
	const int status = plan_run(cli->fleet, plan, &listener, &id, &err);
	if (status && !id)
		run_note_refusal(cli->fleet, plan->command, plan->target, &err);
	put_result(cli, out, plan, id, result_word(status), status ? &err : NULL);
	return status;
}

static void finish(struct out *out)
{
	char *document = out_finish(out);

	fputs(document, stdout);
	free(document);
}

int cli_run_plans(struct cli *cli, const struct plans *plans)
{
	struct out *out = out_new(cli->globals->json);
	struct progress_line line;
	int first = 0, last = 0;

	progress_line_open(&line, cli->globals);
	interrupt_begin();
	out_list(out, NULL);
	for (size_t i = 0; i < plans->count; i++) {
		if (!ends_all(last))
			last = run_one(cli, &plans->items[i], &line, out);
		else
			put_result(cli, out, &plans->items[i], 0, "not begun", NULL);
		first = first ? first : last;
	}
	out_end(out);
	interrupt_end();
	finish(out);
	return err_exit_status(first);
}

static void put_carried(struct cli *cli, const struct err *err)
{
	struct out *out = out_new(cli->globals->json);
	const char *word = result_word(err ? err->code : 0), *noun = cli->call.command->noun;

	out_record(out, NULL);
	if (out_is_json(out)) {
		out_int(out, strcmp(noun, "op") ? noun : "operation", strtoll(cli->call.words[0], NULL, 10));
		out_string(out, "verb", cli->call.command->verb);
		out_string(out, "result", word);
		report_error(out, err);
	} else if (!cli->globals->quiet) {
		out_line(out, "%s %s: %s %s", strcmp(noun, "op") ? noun : "operation", cli->call.words[0], cli->call.command->verb, word);
	}
	out_end(out);
	finish(out);
	fflush(stdout);
	if (err && !cli->globals->json)
		fprintf(stderr, "berth: %s\n", err->text);
}

int cli_carry(struct cli *cli)
{
	struct progress_line line;
	struct err err = {0};

	progress_line_open(&line, cli->globals);
	const struct run_listener listener = progress_line_listener(&line);
	interrupt_begin();
	const int status = cli->call.command->carry(cli->fleet, &cli->call, &listener, &err);
	interrupt_end();
	put_carried(cli, status ? &err : NULL);
	return err_exit_status(status);
}
