#include "core/ceph/peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/internal.h"

#define PEERS "berth_peers"
#define PAGE 500

static int write_entries(rados_ioctx_t io, const struct cluster_peer *peers, size_t count)
{
	rados_write_op_t op = rados_create_write_op();

	for (size_t i = 0; i < count; i++) {
		const char *key = peers[i].address, *words = peers[i].words;
		const size_t key_length = strlen(key), length = strlen(words);

		if (length)
			rados_write_op_omap_set2(op, &key, &words, &key_length, &length, 1);
		else
			rados_write_op_omap_rm_keys2(op, &key, &key_length, 1);
	}
	const int rc = rados_write_op_operate(op, io, PEERS, NULL, 0);
	rados_release_write_op(op);
	return rc;
}

int peer_note_connection(struct pool *pool, const char *words)
{
	struct cluster_peer self;
	char *address = NULL;
	int rc = rados_getaddrs(pool->connection->rados, &address);

	text_copy(self.address, sizeof(self.address), address ? address : "");
	text_copy(self.words, sizeof(self.words), words);
	if (address)
		rados_buffer_free(address);
	if (rc >= 0)
		rc = write_entries(pool->io, &self, 1);
	return rc < 0 ? rc : 0;
}

/* Before `berth init` there is no pool: then the first one that is opened is meant. */
int cluster_peer_note(struct cluster *c, const char *words, struct err *err)
{
	struct pool pool;

	pthread_mutex_lock(&c->lock);
	if (!c->words)
		c->words = xstrdup(words);
	const bool has_pool = *c->pool;
	pthread_mutex_unlock(&c->lock);
	const int status = has_pool ? pool_open(c, "", &pool, err) : 0;
	if (has_pool && !status)
		pool_close(&pool);
	return status;
}

/* Adds up to PAGE entries after the last one. */
static int read_page(rados_ioctx_t io, struct cluster_peer **list, size_t *count, unsigned char *more)
{
	rados_read_op_t op = rados_create_read_op();
	rados_omap_iter_t iterator = NULL;
	char *key, *words;
	size_t key_length, length;
	int page_rc = 0;

	*more = 0;
	rados_read_op_omap_get_vals2(op, *count ? (*list)[*count - 1].address : "", "", PAGE, &iterator, more, &page_rc);
	int rc = rados_read_op_operate(op, io, PEERS, 0);
	*list = xrealloc(*list, (*count + PAGE) * sizeof(**list));
	while (!rc && !(rc = rados_omap_get_next2(iterator, &key, &words, &key_length, &length)) && key) {
		struct cluster_peer *peer = &(*list)[(*count)++];

		*peer = (struct cluster_peer){0};
		memcpy(peer->address, key, key_length < sizeof(peer->address) ? key_length : sizeof(peer->address) - 1);
		memcpy(peer->words, words, length < sizeof(peer->words) ? length : sizeof(peer->words) - 1);
	}
	if (iterator)
		rados_omap_get_end(iterator);
	rados_release_read_op(op);
	return rc;
}

int cluster_peers_read(struct cluster *c, struct cluster_peer **out, size_t *count, struct err *err)
{
	unsigned char more = 1;
	struct pool pool;
	int rc = 0, status = pool_open(c, "", &pool, err);

	*out = NULL;
	*count = 0;
	if (status)
		return status;
	while (!rc && more)
		rc = read_page(pool.io, out, count, &more);
	if (rc && rc != -ENOENT)
		status = pool_error(&pool, err, rc, "asked for the berths that are at work", NULL, NULL);
	pool_close(&pool);
	return status;
}

int cluster_peers_change(struct cluster *c, const struct cluster_peer *peers, size_t count, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, "", &pool, err);

	if (status)
		return status;
	const int rc = write_entries(pool.io, peers, count);
	if (rc)
		status = pool_error(&pool, err, rc, "told of the berths that are at work", NULL, NULL);
	pool_close(&pool);
	return status;
}
