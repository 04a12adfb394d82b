#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/cli/cli.h"

static void print_plans(const struct plans *plans)
{
	struct out *out = out_new(false);

	cli_put_plans(plans, out);
	char *text = out_finish(out);
	fputs(text, stderr);
	free(text);
}

/* The answer without its newline; "" at the end of input. */
static void ask(const char *question, char *answer, int size)
{
	fputs(question, stderr);
	fflush(stderr);
	if (!fgets(answer, size, stdin))
		answer[0] = '\0';
	answer[strcspn(answer, "\n")] = '\0';
}

static bool is_agreed(const struct cli *cli)
{
	char question[256], answer[256];

	if (!(cli->call.command->guards & COMMAND_TYPED)) {
		ask("Go on? [y/N] ", answer, sizeof(answer));
		return !strcmp(answer, "y") || !strcmp(answer, "Y") || !strcmp(answer, "yes");
	}
	snprintf(question, sizeof(question), "This can not be undone. Type %s to go on: ", cli->call.words[0]);
	ask(question, answer, sizeof(answer));
	return !strcmp(answer, cli->call.words[0]);
}

int cli_confirm(const struct cli *cli, const struct plans *plans, struct err *err)
{
	if (!(cli->call.command->guards & COMMAND_DESTROYS) || cli->globals->yes)
		return 0;
	if (!isatty(STDIN_FILENO) || cli->globals->json)
		return err_field(err, "yes", "`%.200s` takes something away and there is nobody to ask: give --yes if that is "
				 "meant; nothing was changed", cli->call.line);
	print_plans(plans);
	return is_agreed(cli) ? 0 : err_set(err, ERR_CANCELLED, "not confirmed: nothing was changed");
}
