#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tui/cli/cli.h"
#include "tui/console/console.h"

/* No arguments: the console. */
static int open_console(const struct globals *globals)
{
	struct err err = {0};
	struct fleet *fleet = NULL;
	int status = 0;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		status = err_set(&err, ERR_USAGE, "berth alone opens the console, which needs a terminal: give a command, "
				 "`berth help` lists them");
	if (!status)
		status = fleet_open(&globals->options, &fleet, &err);
	if (!status)
		status = console_run(fleet, &(struct console_options){.ascii = globals->ascii}, &err);
	fleet_close(fleet);
	return status ? cli_fail(globals, &err) : 0;
}

static int run(const struct globals *globals)
{
	struct err err = {0};

	if (globals->version) {
		puts("berth " BERTH_VERSION);
		return 0;
	}
	if (globals->help)
		return cli_help(globals->word_count, globals->words, &err) ? cli_fail(globals, &err) : 0;
	return globals->word_count ? cli_run(globals) : open_console(globals);
}

/* Ceph's libraries start two dozen threads, and glibc would give each a heap of
 * its own to fill. What is large goes back to the system as soon as it is freed. */
static void keep_memory_small(void)
{
	mallopt(M_ARENA_MAX, 2);
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
}

int main(int argc, char **argv)
{
	struct globals globals;
	struct err err = {0};
	int status;

	keep_memory_small();
	setlocale(LC_CTYPE, "");
	if (argc > 1 && !strcmp(argv[1], "complete"))
		return cli_complete();
	status = globals_parse(argc, argv, &globals, &err);
	status = status ? cli_fail(&globals, &err) : run(&globals);
	globals_free(&globals);
	return status;
}
