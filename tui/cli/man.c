#include "tui/cli/man.h"

#include <string.h>

#include "tui/cli/globals.h"

/* man(7): a backslash and a hyphen mean themselves only when escaped, and a
 * leading dot or apostrophe is a request. */
static void put(FILE *to, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", to);
	for (; *text; text++)
		if (*text == '-')
			fputs("\\-", to);
		else if (*text == '\\')
			fputs("\\e", to);
		else
			fputc(*text, to);
}

static void put_option(FILE *to, char letter, const struct command_option *option)
{
	fputs(".TP\n", to);
	if (letter)
		fprintf(to, "\\fB\\-%c\\fR, ", letter);
	fputs("\\fB\\-\\-", to);
	put(to, option->name);
	fputs("\\fR", to);
	if (option->value) {
		fputs(" \\fI", to);
		put(to, option->value);
		fputs("\\fR", to);
	}
	fputc('\n', to);
	put(to, option->help);
	fputs(option->required ? " (needed)\n" : "\n", to);
}

static void put_command(FILE *to, const struct command *command)
{
	struct text usage = {0};

	command_usage(command, &usage);
	fputs(".SS \"", to);
	put(to, usage.data);
	fputs("\"\n", to);
	put(to, command->help);
	fputs(".\n", to);
	if (command->guards & COMMAND_DESTROYS)
		fputs("Asks before it begins; needs \\fB\\-\\-yes\\fR where nobody can be asked.\n", to);
	for (const struct command_option *option = command->options; option && option->name; option++)
		put_option(to, 0, option);
	text_free(&usage);
}

static void put_end(FILE *to)
{
	static const char *const statuses[] = {
		"done", "failed", "wrong usage", "refused: the root is in use, or the host's state forbids it",
		"no such thing", "cluster not reachable",
	};

	fputs(".SH EXIT STATUS\n", to);
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++)
		fprintf(to, ".TP\n%zu\n%s\n", i, statuses[i]);
	fputs(".SH ENVIRONMENT\n"
	      ".TP\n\\fBBERTH_INVENTORY\\fR\nthe inventory, where \\fB\\-\\-inventory\\fR is not given\n"
	      ".TP\n\\fBCEPH_CONF\\fR, \\fBCEPH_ARGS\\fR\nas in Ceph's own tools\n"
	      ".SH SEE ALSO\n\\fBceph\\fR(8), \\fBrbd\\fR(8)\n", to);
}

void man_print(FILE *to)
{
	fputs(".TH BERTH 1 \"\" \"berth " BERTH_VERSION "\"\n"
	      ".SH NAME\nberth \\- a fleet of diskless machines that boot over iPXE, with their roots on Ceph\n"
	      ".SH SYNOPSIS\n\\fBberth\\fR [\\fIoptions\\fR]\n.br\n"
	      "\\fBberth\\fR [\\fIoptions\\fR] \\fInoun\\fR [\\fIverb\\fR] [\\fIargument\\fR]...\n"
	      ".SH DESCRIPTION\nWithout a command berth opens its console.\n"
	      "A \\fIHOST\\fR may name many: ranges and groups (desk[01\\-40],@lab), less those that begin with ! (!lab7), and of these\n"
	      "the ones for which words about a field hold (state:down, image:~^deb1[12], !group:lab).\n"
	      ".SH OPTIONS\nThey may stand before or after the command.\n", to);
	for (const struct global_option *at = global_options; at->option.name; at++)
		put_option(to, at->letter, &at->option);
	fputs(".SH COMMANDS\n", to);
	for (const struct command *const *at = command_table; *at; at++)
		put_command(to, *at);
	put_end(to);
}
