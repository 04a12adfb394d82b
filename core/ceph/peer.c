#include "core/ceph/peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/text.h"
#include "core/ceph/internal.h"

#define PEERS "berth_peers"
#define PAGE 500
#define CLAIM_COOKIE "berth"
#define CLAIM_SECONDS 3600

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

int cluster_peers_version(struct cluster *c, uint64_t *version, struct err *err)
{
	struct pool pool;
	uint64_t size;
	time_t changed;
	int status = pool_open(c, "", &pool, err);

	if (status)
		return status;
	const int rc = rados_stat(pool.io, PEERS, &size, &changed);
	*version = rc ? 0 : rados_get_last_version(pool.io);
	if (rc && rc != -ENOENT)
		status = pool_error(&pool, err, rc, "asked for the berths that are at work", NULL, NULL);
	pool_close(&pool);
	return status;
}

int cluster_peers_stir(struct cluster *c, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, "", &pool, err);

	if (status)
		return status;
	pthread_mutex_lock(&c->lock);
	const char *words = c->words;
	pthread_mutex_unlock(&c->lock);
	const int rc = words ? peer_note_connection(&pool, words) : 0;
	if (rc)
		status = pool_error(&pool, err, rc, "told of the work that is done", NULL, NULL);
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

struct claimant { char client[40], cookie[64], address[80]; };

/* client "" when nobody has it. */
static int read_claimant(const struct pool *pool, const char *what, struct claimant *out)
{
	size_t client_size = sizeof(out->client), cookie_size = sizeof(out->cookie), address_size = sizeof(out->address);
	char tag[64];
	size_t tag_size = sizeof(tag);
	int exclusive;
	const ssize_t n = rados_list_lockers(pool->io, PEERS, what, &exclusive, tag, &tag_size, out->client, &client_size,
					     out->cookie, &cookie_size, out->address, &address_size);

	if (n <= 0)
		*out = (struct claimant){0};
	lock_address_plain(out->address);
	return n < 0 && n != -ENOENT ? (int)n : 0;
}

/* Who has it may let go while we ask who that is. */
static int claim(const struct pool *pool, const char *what, struct claimant *other)
{
	struct timeval hour = {.tv_sec = CLAIM_SECONDS};
	int rc;

	*other = (struct claimant){0};
	do {
		rc = rados_lock_exclusive(pool->io, PEERS, what, CLAIM_COOKIE, "", &hour, 0);
		if (rc != -EBUSY)
			return rc == -EEXIST ? 0 : rc;
		rc = read_claimant(pool, what, other);
	} while (!rc && !*other->client);
	return rc;
}

int cluster_claim(struct cluster *c, const char *what, char holder[80], struct err *err)
{
	struct claimant other;
	struct pool pool;
	int status = pool_open(c, "", &pool, err);

	if (status)
		return status;
	const int rc = claim(&pool, what, &other);
	text_copy(holder, 80, other.address);
	if (rc)
		status = pool_error(&pool, err, rc, "asked who is at work", NULL, NULL);
	else if (*other.client)
		status = err_set(err, ERR_REFUSED, "another berth, at %s, is at work on %s", other.address, what);
	pool_close(&pool);
	return status;
}

int cluster_claim_break(struct cluster *c, const char *what, const char *holder, struct err *err)
{
	struct claimant claimant;
	struct pool pool;
	int status = pool_open(c, "", &pool, err);

	if (status)
		return status;
	int rc = read_claimant(&pool, what, &claimant);
	if (!rc && !strcmp(claimant.address, holder))
		rc = rados_break_lock(pool.io, PEERS, what, claimant.client, claimant.cookie);
	if (rc && rc != -ENOENT)
		status = pool_error(&pool, err, rc, "told that a berth is dead", NULL, NULL);
	pool_close(&pool);
	return status;
}

int cluster_claim_release(struct cluster *c, const char *what, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, "", &pool, err);

	if (status)
		return status;
	const int rc = rados_unlock(pool.io, PEERS, what, CLAIM_COOKIE);
	if (rc && rc != -ENOENT)
		status = pool_error(&pool, err, rc, "told that the work is done", NULL, NULL);
	pool_close(&pool);
	return status;
}
