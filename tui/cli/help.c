/* Help on everything, from the command table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/cli/cli.h"
#include "tui/cli/man.h"

static void print_option(char letter, const struct command_option *option)
{
	char head[64];

	snprintf(head, sizeof(head), "%s%.1s%s--%s%s%s", letter ? "-" : "    ", letter ? (char[]){letter, 0} : "",
		 letter ? ", " : "", option->name, option->value ? " " : "", option->value ? option->value : "");
	printf("  %-28s %s%s\n", head, option->help, option->required ? " (needed)" : "");
}

static void print_globals(void)
{
	puts("\nOptions before or after any command:");
	for (const struct global_option *at = global_options; at->option.name; at++)
		print_option(at->letter, &at->option);
}

static void print_command_line(const struct command *command)
{
	char head[96];

	snprintf(head, sizeof(head), "%s%s%s%s%s", command->noun, command->verb ? " " : "",
		 command->verb ? command->verb : "", *command->args ? " " : "", command->args);
	printf("  %-36s %s\n", head, command->help);
}

/* Nouns with verbs stand apart, one-word commands together. */
static bool begins_group(const struct command *command, const struct command *before)
{
	return !before || (strcmp(before->noun, command->noun) && (before->verb || command->verb));
}

static void print_all(void)
{
	const struct command *before = NULL;

	puts("berth: a fleet of diskless machines that boot over iPXE, with their roots on Ceph.\n\n"
	     "  berth                                Open the console");
	for (const struct command *const *at = command_table; *at; at++) {
		if (begins_group(*at, before))
			putchar('\n');
		before = *at;
		print_command_line(*at);
	}
	print_globals();
	puts("\n`berth help NOUN VERB` tells more about one. HOST may name many: 'desk[01-40],@lab,!lab7,state:down'.\n"
	     "Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused (root in use, host's state), 4 no such thing,\n"
	     "5 cluster not reachable.");
}

static void print_noun(const char *noun)
{
	for (const struct command *const *at = command_table; *at; at++)
		if (!strcmp((*at)->noun, noun))
			print_command_line(*at);
	printf("\n`berth help %s VERB` tells more about one.\n", noun);
}

static void print_guards(const struct command *command)
{
	if (command->guards & COMMAND_TYPED)
		puts("\nCan not be undone: asks for the name to be typed; needs --yes where nobody can be asked.");
	else if (command->guards & COMMAND_DESTROYS)
		puts("\nAsks before it begins; needs --yes where nobody can be asked.");
	if (command->key)
		printf("\nIn the console: %s\n", command->key);
}

static void print_command(const struct command *command)
{
	struct text usage = {0};

	command_usage(command, &usage);
	printf("%s\n\n%s.\n", usage.data, command->help);
	text_free(&usage);
	if (command->options)
		puts("\nOptions:");
	for (const struct command_option *option = command->options; option && option->name; option++)
		print_option(0, option);
	print_guards(command);
	print_globals();
}

int cli_help(int count, char *const *words, struct err *err)
{
	const struct command *command = count ? command_find(words[0], NULL) : NULL;
	struct call ignored;

	if (count == 1 && !strcmp(words[0], "man")) {
		man_print(stdout);
		return 0;
	}
	if (!command && count > 1)
		command = command_find(words[0], words[1]);
	if (command)
		print_command(command);
	else if (count == 0)
		print_all();
	else if (count == 1 && command_is_noun(words[0]))
		print_noun(words[0]);
	else
		return command_parse(count, words, &ignored, err); /* says what is wrong */
	return 0;
}
