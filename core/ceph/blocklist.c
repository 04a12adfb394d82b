/* The OSD blocklist: clients that are cut off, by exact address and nonce. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "core/ceph/internal.h"
#include "core/ceph/watch.h"

/* An entry without a nonce would block the machine's next boot as well. */
static int check_address(const char *address, struct err *err)
{
	const char *slash = strrchr(address, '/');

	if (slash && slash > address && slash[1] && strspn(slash + 1, "0123456789") == strlen(slash + 1) &&
	    strcmp(slash, "/0"))
		return 0;
	return err_set(err, ERR_USAGE, "%s is no address of one client (IP:PORT/NONCE)", address);
}

static int blocklist_command(struct cluster *c, json_t *command, const char *address, const char *verb, struct err *err)
{
	const int status = cluster_mon_command(c, command, NULL, 0, NULL, err);

	json_decref(command);
	return status ? err_prefix(err, "%s can not be %s", address, verb) : 0;
}

/* The OSDs hear of the entry by the map; ours must be as new, so that what this
 * client does next is done behind it. */
static int wait_for_map(struct cluster *c, struct err *err)
{
	struct connection *connection;
	const int status = connection_get(c, &connection, err);

	if (status)
		return status;
	const int rc = rados_wait_for_latest_osdmap(connection->rados);
	connection_put(c, connection);
	return rc < 0 ? cluster_error(c, err, rc, "mon `allow r`", "the new OSD map can not be read") : 0;
}

/* The monitors take a round of some 50 ms for one command, and as long for many
 * that they get together. */
#define TOGETHER 16
#define SHORTER_SECONDS 60

struct batch {
	struct cluster *c;
	const char *const *addresses;
	size_t count, next;  /* guarded by the cluster's lock, as the rest is */
	int seconds, running, status;
	struct err err;      /* of the first that failed */
};

static bool take_next(struct batch *batch, size_t *next)
{
	pthread_mutex_lock(&batch->c->lock);
	const bool more = batch->next < batch->count && !batch->status;
	if (more)
		*next = batch->next++;
	pthread_mutex_unlock(&batch->c->lock);
	return more;
}

static void note_failure(struct batch *batch, int status, const struct err *err)
{
	pthread_mutex_lock(&batch->c->lock);
	if (!batch->status) {
		batch->status = status;
		batch->err = *err;
	}
	pthread_mutex_unlock(&batch->c->lock);
}

static void add_some(struct batch *batch)
{
	size_t i;

	while (take_next(batch, &i)) {
		struct err err = {0};
		const int status = blocklist_command(batch->c, json_pack("{ss ss ss sf}", "prefix", "osd blocklist", "blocklistop",
									 "add", "addr", batch->addresses[i], "expire",
									 (double)batch->seconds),
						     batch->addresses[i], "fenced", &err);
		if (status)
			note_failure(batch, status, &err);
	}
}

static void *add_thread(void *data)
{
	struct batch *batch = data;
	struct cluster *c = batch->c;

	add_some(batch);
	pthread_mutex_lock(&c->lock);
	batch->running--;
	pthread_mutex_unlock(&c->lock);
	thread_ends(c);
	return NULL;
}

/* A thread that can not be had is one less that helps. */
static void add_together(struct batch *batch)
{
	struct cluster *c = batch->c;

	pthread_mutex_lock(&c->lock);
	for (size_t i = 1; i < batch->count && i < TOGETHER; i++)
		batch->running += !thread_start(c, add_thread, batch);
	pthread_mutex_unlock(&c->lock);
	add_some(batch);
	pthread_mutex_lock(&c->lock);
	while (batch->running)
		threads_wait(c, clock_ms() + 1000);
	pthread_mutex_unlock(&c->lock);
}

/* The monitors say that they extend an entry, and keep the old one (16.2.15). So one
 * that ends too early is taken out first: for one round of theirs that client is
 * let in, which is less than all the time after the old entry's end. */
static int drop_shorter(struct cluster *c, const char *const *addresses, size_t count, int seconds, struct err *err)
{
	const int64_t until = time_now() + seconds - SHORTER_SECONDS;
	struct cluster_blocked *blocked = NULL;
	size_t blocked_count = 0;
	int status = cluster_blocklist_list(c, &blocked, &blocked_count, err);

	for (size_t b = 0; b < blocked_count && !status; b++)
		for (size_t i = 0; i < count && !status; i++)
			if (!strcmp(blocked[b].address, addresses[i]) && blocked[b].until < until)
				status = cluster_blocklist_remove(c, addresses[i], err);
	free(blocked);
	return status;
}

int cluster_blocklist_add(struct cluster *c, const char *const *addresses, size_t count, int seconds, struct err *err)
{
	struct batch batch = {.c = c, .addresses = addresses, .count = count, .seconds = seconds};

	for (size_t i = 0; i < count; i++) {
		const int status = check_address(addresses[i], err);

		if (status)
			return status;
	}
	const int status = count ? drop_shorter(c, addresses, count, seconds, err) : 0;
	if (status || !count)
		return status;
	add_together(&batch);
	if (batch.status)
		*err = batch.err;
	return batch.status ? batch.status : wait_for_map(c, err);
}

int cluster_blocklist_remove(struct cluster *c, const char *address, struct err *err)
{
	int status = check_address(address, err);

	if (!status)
		status = blocklist_command(c, json_pack("{ss ss ss}", "prefix", "osd blocklist", "blocklistop", "rm",
							"addr", address),
					   address, "let in again", err);
	return status == ERR_NOT_FOUND ? 0 : status;
}

/* 2026-11-24T15:42:39.130000+0000 */
static int64_t parse_until(const char *string)
{
	struct tm tm = {0};

	return string && strptime(string, "%Y-%m-%dT%H:%M:%S", &tm) ? (int64_t)timegm(&tm) : 0;
}

int cluster_blocklist_list(struct cluster *c, struct cluster_blocked **out, size_t *count, struct err *err)
{
	json_t *command = json_pack("{ss}", "prefix", "osd blocklist ls"), *reply = NULL, *entry;
	const int status = cluster_mon_command(c, command, NULL, 0, &reply, err);
	size_t i;

	json_decref(command);
	*out = xcalloc(json_array_size(reply) + 1, sizeof(**out));
	*count = json_array_size(reply);
	json_array_foreach(reply, i, entry) {
		const char *address = json_string_value(json_object_get(entry, "addr"));

		text_copy((*out)[i].address, sizeof((*out)[i].address), address ? address : "");
		(*out)[i].until = parse_until(json_string_value(json_object_get(entry, "until")));
	}
	json_decref(reply);
	return status;
}
