/* Which inventory a command works on. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "tui/cli/cli.h"

/* Plans need an inventory, and until they are agreed to nothing may be left
 * behind on a machine that has none. */
static int open_scratch(struct cli *cli, struct err *err)
{
	struct fleet_options options = cli->globals->options;
	const char *tmp = getenv("TMPDIR");
	struct text path = {0};
	int status;

	text_printf(&path, "%s/berth-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(path.data)) {
		status = err_set(err, ERR_FAILED, "can not make the directory %s: %s", path.data, strerror(errno));
		text_free(&path);
		return status;
	}
	cli->scratch = xstrdup(path.data);
	text_add(&path, "/inventory.db");
	options.inventory = path.data;
	options.read_only = false;
	status = fleet_open(&options, &cli->fleet, err);
	text_free(&path);
	return status;
}

static void remove_scratch(const char *directory)
{
	static const char *const names[] = {"inventory.db", "inventory.db-wal", "inventory.db-shm"};
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
	}
	rmdir(directory);
}

int cli_open(struct cli *cli, struct err *err)
{
	const struct fleet_options *options = &cli->globals->options;
	const unsigned guards = cli->call.command->guards;
	const bool begins = (guards & COMMAND_WRITES) && !(guards & COMMAND_CLUSTER); /* needs no site yet */
	char *path = fleet_inventory_path(options->inventory);
	const bool missing = access(path, F_OK) && errno == ENOENT;
	int status;

	if (missing && begins && (!options->read_only || cli->globals->dry_run))
		status = open_scratch(cli, err);
	else if (missing)
		status = err_set(err, ERR_NOT_FOUND, "there is no inventory %s yet: `berth init` makes it, or name another "
				 "with --inventory", path);
	else
		status = fleet_open(options, &cli->fleet, err);
	free(path);
	return status;
}

int cli_open_for_good(struct cli *cli, struct err *err)
{
	if (!cli->scratch)
		return 0;
	cli_close(cli);
	return fleet_open(&cli->globals->options, &cli->fleet, err);
}

void cli_close(struct cli *cli)
{
	fleet_close(cli->fleet);
	cli->fleet = NULL;
	if (cli->scratch)
		remove_scratch(cli->scratch);
	free(cli->scratch);
	cli->scratch = NULL;
}
