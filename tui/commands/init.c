#include <stdlib.h>

#include "core/fleet/site.h"
#include "tui/commands/commands.h"

static const char *or_null(const char *string)
{
	return string && *string ? string : NULL;
}

/* How to find the cluster is remembered, as it was typed; a second init that
 * does not say it means the same cluster. */
static int plan_call(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	const struct fleet_options given = fleet_given(fleet);
	const struct site *site = fleet_site(fleet);
	const bool typed = given.conf || given.name || given.keyring || !site->present;
	const struct site_input input = {
		.pool = call_option(call, "pool"),
		.fs = call_option(call, "fs"),
		.url = call_option(call, "url"),
		.boot_root = call_option(call, "boot-root"),
		.web_gid = call_option(call, "web-gid"),
		.keep = call_option(call, "keep"),
		.conf = !typed ? or_null(site->conf) : given.conf ? given.conf : or_null(getenv("CEPH_CONF")),
		.name = typed ? given.name : or_null(site->name),
		.keyring = typed ? given.keyring : or_null(site->keyring),
	};

	return plan_init(fleet, &input, out, err);
}

const struct command command_init = {
	.noun = "init",
	.args = "",
	.help = "Set up this inventory: which cluster, pool, file system and web server",
	.options = (const struct command_option[]){
		{"pool", "POOL", "RBD pool that holds images and roots", true},
		{"fs", "FS", "CephFS file system that holds the boot tree", true},
		{"url", "URL", "where machines fetch the boot tree from: http://HOST:PORT", true},
		{"boot-root", "PATH", "the boot tree's place in the file system; default /berth", false},
		{"keep", "WHICH", "restore points that `snap prune` keeps: 'last 5, daily 7, weekly 4'; default everything", false},
		{"web-gid", "GID", "the web server's group, which may read identities; default 33", false},
		{0},
	},
	.guards = COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan_call,
};
