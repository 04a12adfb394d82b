#include "tui/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_plans(const struct cli *cli, const struct plans *plans)
{
	struct out *out = out_new(cli->globals->json);

	cli_put_plans(plans, out);
	char *document = out_finish(out);
	fputs(document, stdout);
	free(document);
}

static int run_plan_command(struct cli *cli)
{
	const struct globals *globals = cli->globals;
	struct plans plans = {0};
	struct err err = {0};
	int status = command_plan(&cli->call, cli->fleet, &plans, &err);

	if (status) {
		if (!globals->dry_run)
			command_note_refusal(&cli->call, cli->fleet, &err);
		return cli_fail(globals, &err);
	}
	if (globals->dry_run)
		print_plans(cli, &plans);
	else if (cli_confirm(cli, &plans, &err) || cli_open_for_good(cli, &err))
		status = cli_fail(globals, &err);
	else
		status = cli_run_plans(cli, &plans);
	plans_free(&plans);
	return status;
}

static int run_show_command(struct cli *cli)
{
	struct out *out = out_new(cli->globals->json);
	struct err err = {0};
	const int status = cli->call.command->show(cli->fleet, &cli->call, out, &err);
	char *document = out_finish(out);
	const bool empty = !*document;

	fputs(document, stdout);
	free(document);
	if (!status)
		return 0;
	if (empty)
		return cli_fail(cli->globals, &err);
	/* stdout has its document already. */
	fflush(stdout);
	fprintf(stderr, "berth: %s\n", err.text);
	return err_exit_status(status);
}

static int run_opened(struct cli *cli)
{
	const struct command *command = cli->call.command;
	struct command allowed = *command;
	struct err err = {0};

	if (cli->globals->dry_run)
		allowed.guards &= ~(unsigned)COMMAND_WRITES;
	if (command_allowed(&allowed, cli->fleet, &err))
		return cli_fail(cli->globals, &err);
	if (strcmp(command->noun, "op"))
		cli_name_unfinished(cli);
	if (command->plan)
		return run_plan_command(cli);
	return command->carry && !cli->globals->dry_run ? cli_carry(cli) : run_show_command(cli);
}

static int run_face_command(const struct cli *cli, struct err *err)
{
	const struct call *call = &cli->call;
	char *words[2] = {NULL, NULL};
	int status;

	if (!strcmp(call->command->noun, "complete"))
		return cli_complete();
	if (!strcmp(call->command->noun, "demo"))
		return cli_demo(call->words[0], err);
	for (int i = 0; i < call->word_count; i++)
		words[i] = xstrdup(call->words[i]);
	status = cli_help(call->word_count, words, err);
	free(words[0]);
	free(words[1]);
	return status;
}

int cli_run(const struct globals *globals)
{
	struct cli cli = {.globals = globals};
	struct err err = {0};
	int status = command_parse(globals->word_count, globals->words, &cli.call, &err);

	if (status)
		return cli_fail(globals, &err);
	if (cli.call.command->guards & COMMAND_FACE) {
		status = run_face_command(&cli, &err);
		return err.code ? cli_fail(globals, &err) : status;
	}
	status = cli_open(&cli, &err) ? cli_fail(globals, &err) : run_opened(&cli);
	cli_close(&cli);
	return status;
}
