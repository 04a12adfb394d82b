#include "core/ceph/mirror.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/internal.h"

static bool is_daemon(json_t *daemons, const char *client)
{
	char known[40];
	const char *key;
	json_t *daemon;

	json_object_foreach(daemons, key, daemon) {
		const json_t *number = json_object_get(daemon, "gid");

		snprintf(known, sizeof(known), "client.%" JSON_INTEGER_FORMAT, json_integer_value(number));
		if (json_is_integer(number) && !strcmp(known, client))
			return true;
	}
	return false;
}

static void subtract(json_t *daemons, struct cluster_holders *holders)
{
	const int listed = holders->watcher_count < WATCHERS_MAX ? holders->watcher_count : WATCHERS_MAX;
	int kept = 0;

	for (int i = 0; i < listed; i++)
		if (!is_daemon(daemons, holders->watchers[i].client))
			holders->watchers[kept++] = holders->watchers[i];
	holders->watcher_count -= listed - kept;
}

void mirror_subtract(struct cluster *c, struct cluster_holders *holders)
{
	json_t *command, *reply = NULL;
	struct err ignored;

	if (!holders->watcher_count)
		return;
	command = json_pack("{ss}", "prefix", "service dump");
	if (!cluster_mon_command(c, command, NULL, 0, &reply, &ignored))
		subtract(json_object_get(json_object_get(json_object_get(reply, "services"), "rbd-mirror"), "daemons"), holders);
	json_decref(command);
	json_decref(reply);
}
