/*
 * Sparse sequential writing. Bytes gather in chunks of one RBD object each; of a
 * full chunk, the runs of blocks that are not all zeros go out. Chunks are
 * written in parallel; CHUNKS of them are all the memory there is.
 */
#include "core/ceph/image.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/opened.h"

#define CHUNK ((int64_t)4 << 20)
#define BLOCK ((int64_t)64 << 10)
#define CHUNKS 8

struct chunk {
	struct cluster_writer *writer;
	struct chunk *next;
	char *bytes;
	int64_t offset, length; /* what of the image it holds */
	int pending;            /* writes in flight, guarded by the writer's lock */
};

struct cluster_writer {
	struct opened image;
	char name[128];
	pthread_mutex_t lock;
	pthread_cond_t freed;
	struct chunk chunks[CHUNKS];
	struct chunk *idle;     /* guarded, as is rc */
	int idle_count;
	int rc;                 /* the first error */
	struct chunk *current;  /* being filled; the caller's thread only */
};

/* Called with the lock held. */
static void chunk_done(struct chunk *chunk, int rc)
{
	struct cluster_writer *w = chunk->writer;

	if (rc < 0 && !w->rc) {
		w->rc = rc;
		pthread_cond_signal(&w->freed);
	}
	if (--chunk->pending)
		return;
	chunk->next = w->idle;
	w->idle = chunk;
	w->idle_count++;
	pthread_cond_signal(&w->freed);
}

/* On a thread of librbd. */
static void written(rbd_completion_t completion, void *context)
{
	struct chunk *chunk = context;
	struct cluster_writer *w = chunk->writer;
	const int rc = (int)rbd_aio_get_return_value(completion);

	rbd_aio_release(completion);
	pthread_mutex_lock(&w->lock);
	chunk_done(chunk, rc);
	pthread_mutex_unlock(&w->lock);
}

static void write_run(struct chunk *chunk, int64_t start, int64_t length)
{
	struct cluster_writer *w = chunk->writer;
	rbd_completion_t completion;
	int rc = rbd_aio_create_completion(chunk, written, &completion);

	pthread_mutex_lock(&w->lock);
	chunk->pending++;
	pthread_mutex_unlock(&w->lock);
	if (!rc) {
		rc = rbd_aio_write(w->image.handle, (uint64_t)(chunk->offset + start), (size_t)length,
				   chunk->bytes + start, completion);
		if (rc < 0)
			rbd_aio_release(completion);
	}
	if (rc < 0) {
		pthread_mutex_lock(&w->lock);
		chunk_done(chunk, rc);
		pthread_mutex_unlock(&w->lock);
	}
}

static bool all_zero(const char *bytes, int64_t length)
{
	return !*bytes && !memcmp(bytes, bytes + 1, (size_t)length - 1);
}

static int64_t block_length(const struct chunk *chunk, int64_t at)
{
	/* Blocks are aligned in the image, not in what came first. */
	const int64_t to_boundary = BLOCK - (chunk->offset + at) % BLOCK;
	const int64_t left = chunk->length - at;

	return left < to_boundary ? left : to_boundary;
}

static void chunk_submit(struct chunk *chunk)
{
	struct cluster_writer *w = chunk->writer;
	int64_t run = 0, at = 0;

	chunk->pending = 1; /* nobody else sees it before the first write */
	while (at < chunk->length) {
		const int64_t length = block_length(chunk, at);

		if (all_zero(chunk->bytes + at, length)) {
			if (at > run)
				write_run(chunk, run, at - run);
			run = at + length;
		}
		at += length;
	}
	if (at > run)
		write_run(chunk, run, at - run);
	pthread_mutex_lock(&w->lock);
	chunk_done(chunk, 0);
	pthread_mutex_unlock(&w->lock);
}

static struct chunk *chunk_take(struct cluster_writer *w, int64_t offset)
{
	pthread_mutex_lock(&w->lock);
	while (!w->idle)
		pthread_cond_wait(&w->freed, &w->lock);
	struct chunk *chunk = w->idle;
	w->idle = chunk->next;
	w->idle_count--;
	pthread_mutex_unlock(&w->lock);
	chunk->offset = offset;
	chunk->length = 0;
	return chunk;
}

int cluster_writer_open(struct cluster *c, const char *ns, const char *name, struct cluster_writer **out, struct err *err)
{
	struct cluster_writer *w = xcalloc(1, sizeof(*w));
	const int status = image_open(c, ns, name, IMAGE_WRITE, &w->image, err);

	if (status) {
		free(w);
		return status;
	}
	text_copy(w->name, sizeof(w->name), name);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->freed, NULL);
	for (int i = 0; i < CHUNKS; i++) {
		w->chunks[i] = (struct chunk){.writer = w, .next = w->idle, .bytes = xcalloc(1, (size_t)CHUNK)};
		w->idle = &w->chunks[i];
	}
	w->idle_count = CHUNKS;
	*out = w;
	return 0;
}

static int failed(struct cluster_writer *w)
{
	pthread_mutex_lock(&w->lock);
	const int rc = w->rc;
	pthread_mutex_unlock(&w->lock);
	return rc;
}

static int first_error(struct cluster_writer *w, struct err *err)
{
	const int rc = failed(w);

	return rc ? pool_error(&w->image.pool, err, rc, "written", w->name, NULL) : 0;
}

/* How much of `length` bytes at `offset` the current chunk can still take. */
static int64_t chunk_room(struct cluster_writer *w, int64_t offset, int64_t length)
{
	const struct chunk *chunk = w->current;

	if (chunk && offset == chunk->offset + chunk->length) {
		const int64_t room = CHUNK - offset % CHUNK;

		if (chunk->length == 0 || offset % CHUNK)
			return room < length ? room : length;
	}
	return 0;
}

int cluster_writer_put(struct cluster_writer *w, int64_t offset, const void *bytes, size_t length, struct err *err)
{
	const char *from = bytes;
	int64_t left = (int64_t)length;

	while (left > 0 && !failed(w)) {
		int64_t part = chunk_room(w, offset, left);

		if (!part) {
			if (w->current)
				chunk_submit(w->current);
			w->current = chunk_take(w, offset);
			part = chunk_room(w, offset, left);
		}
		memcpy(w->current->bytes + w->current->length, from, (size_t)part);
		w->current->length += part;
		from += part;
		offset += part;
		left -= part;
	}
	return first_error(w, err);
}

static void writer_free(struct cluster_writer *w)
{
	for (int i = 0; i < CHUNKS; i++)
		free(w->chunks[i].bytes);
	pthread_cond_destroy(&w->freed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

/* Until everything is written, or the first write fails. */
static int wait_for_writes(struct cluster_writer *w)
{
	pthread_mutex_lock(&w->lock);
	while (w->idle_count < CHUNKS && !w->rc)
		pthread_cond_wait(&w->freed, &w->lock);
	const int rc = w->rc;
	pthread_mutex_unlock(&w->lock);
	return rc ? rc : rbd_flush(w->image.handle);
}

/* The buffers are librbd's until it has said something of each write. */
static void wait_for_chunks(struct cluster_writer *w)
{
	pthread_mutex_lock(&w->lock);
	while (w->idle_count < CHUNKS)
		pthread_cond_wait(&w->freed, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

static void *end_thread(void *data)
{
	struct cluster_writer *w = data;
	struct cluster *c = w->image.pool.cluster;

	wait_for_chunks(w);
	image_close(&w->image, 0);
	writer_free(w);
	thread_ends_lost(c);
	return NULL;
}

int cluster_writer_close(struct cluster_writer *w, struct err *err)
{
	if (w->current) {
		if (failed(w))
			w->current->length = 0;
		chunk_submit(w->current);
	}
	const int rc = wait_for_writes(w);
	const int status = rc < 0 ? pool_error(&w->image.pool, err, rc, "written", w->name, NULL) : 0;
	if (status == ERR_UNREACHABLE && image_leave(&w->image, end_thread, w))
		return status;
	wait_for_chunks(w);
	image_close(&w->image, status);
	writer_free(w);
	return status;
}
