#include "core/ceph/mirror.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/internal.h"

/* A daemon's number is never given again: an old list names nobody wrongly. */
static void remember(struct cluster *c, uint64_t *numbers, size_t count)
{
	pthread_mutex_lock(&c->lock);
	free(c->mirrors.numbers);
	c->mirrors = (struct mirrors){numbers, count, clock_ms()};
	pthread_mutex_unlock(&c->lock);
}

static void ask(struct cluster *c)
{
	json_t *command = json_pack("{ss}", "prefix", "service dump"), *reply = NULL, *daemon;
	struct err ignored;
	size_t count = 0;
	const char *key;

	if (!cluster_mon_command(c, command, NULL, 0, &reply, &ignored)) {
		json_t *daemons = json_object_get(json_object_get(json_object_get(reply, "services"), "rbd-mirror"), "daemons");
		uint64_t *numbers = xcalloc(json_object_size(daemons) + 1, sizeof(*numbers));

		json_object_foreach(daemons, key, daemon) /* one entry is a summary */
			if (json_is_integer(json_object_get(daemon, "gid")))
				numbers[count++] = (uint64_t)json_integer_value(json_object_get(daemon, "gid"));
		remember(c, numbers, count);
	}
	json_decref(command);
	json_decref(reply);
}

static bool is_daemon(const struct mirrors *mirrors, const char *client)
{
	char known[40];

	for (size_t i = 0; i < mirrors->count; i++) {
		snprintf(known, sizeof(known), "client.%" PRIu64, mirrors->numbers[i]);
		if (!strcmp(known, client))
			return true;
	}
	return false;
}

static void subtract(const struct mirrors *mirrors, struct cluster_holders *holders)
{
	const int listed = holders->watcher_count < WATCHERS_MAX ? holders->watcher_count : WATCHERS_MAX;
	int kept = 0;

	for (int i = 0; i < listed; i++)
		if (!is_daemon(mirrors, holders->watchers[i].client))
			holders->watchers[kept++] = holders->watchers[i];
	holders->watcher_count -= listed - kept;
}

void mirror_subtract(struct cluster *c, struct cluster_holders *holders, size_t count, int age_ms)
{
	size_t watched = 0;

	while (watched < count && !holders[watched].watcher_count)
		watched++;
	if (watched == count)
		return;
	pthread_mutex_lock(&c->lock);
	const bool old = !c->mirrors.read_at || clock_ms() - c->mirrors.read_at >= age_ms;
	pthread_mutex_unlock(&c->lock);
	if (old)
		ask(c);
	pthread_mutex_lock(&c->lock);
	for (size_t i = watched; i < count && c->mirrors.count; i++)
		subtract(&c->mirrors, &holders[i]);
	pthread_mutex_unlock(&c->lock);
}
