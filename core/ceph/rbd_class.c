#include "core/ceph/rbd_class.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/internal.h"

#define OBJECT_NAME 96
#define NO_SNAP ((uint64_t)-2)
#define NOTIFY_HEADER_UPDATE 3
#define NOTIFY_ROUND_MS 10000
#define DIRECTORY_READY 0
#define TRASH_NORMAL 0
#define TRASH_MOVING 1
#define META_MAX (256 * 1024)

static void put_integer(struct text *out, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		const char byte = (char)(value >> 8 * i);

		text_append(out, &byte, 1);
	}
}

static void put_string(struct text *out, const char *string)
{
	put_integer(out, strlen(string), 4);
	text_append(out, string, strlen(string));
}

/* A struct that holds one number of 32 bits, as Ceph frames it. */
static void put_framed_word(struct text *out, unsigned version, uint32_t word)
{
	put_integer(out, version, 1);
	put_integer(out, 1, 1); /* the oldest version that reads it */
	put_integer(out, 4, 4);
	put_integer(out, word, 4);
}

static uint64_t get_integer(const char *bytes, size_t count)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++)
		value |= (uint64_t)(unsigned char)bytes[i] << 8 * i;
	return value;
}

static const char *header_of(const char *id, char out[OBJECT_NAME])
{
	snprintf(out, OBJECT_NAME, "rbd_header.%s", id);
	return out;
}

int rbd_class_features(rados_ioctx_t io, const char *id, uint64_t *features)
{
	char header[OBJECT_NAME], answer[16];
	struct text request = {0};

	put_integer(&request, NO_SNAP, 8);
	put_integer(&request, 1, 1); /* read only */
	const int rc = rados_exec(io, header_of(id, header), "rbd", "get_features", request.data, request.length,
				  answer, sizeof(answer));
	text_free(&request);
	if (rc < 0)
		return rc;
	if (rc < 8)
		return -EBADMSG;
	*features = get_integer(answer, 8);
	return 0;
}

/* One atomic operation on the header: each `key` of its omap is `value`, then the method. */
struct condition { const char *key, *value; size_t length; };
struct guarded { struct condition is[2]; const char *method; const struct text *request; };

static int operate(rados_ioctx_t io, const char *id, const struct guarded *g)
{
	char header[OBJECT_NAME];
	rados_write_op_t op = rados_create_write_op();

	rados_write_op_assert_exists(op);
	for (int i = 0; i < 2 && g->is[i].key; i++)
		rados_write_op_omap_cmp(op, g->is[i].key, LIBRADOS_CMPXATTR_OP_EQ, g->is[i].value, g->is[i].length, NULL);
	rados_write_op_exec(op, "rbd", g->method, g->request->data, g->request->length, NULL);
	const int rc = rados_write_op_operate(op, io, header_of(id, header), NULL, 0);
	rados_release_write_op(op);
	return rc;
}

int rbd_class_snap_add(rados_ioctx_t io, const char *id, uint64_t features, const char *snap, uint64_t snap_id)
{
	struct text request = {0}, seen = {0};

	put_integer(&seen, features, 8);
	put_string(&request, snap);
	put_integer(&request, snap_id, 8);
	put_framed_word(&request, 1, 0); /* namespace: a user's */
	const struct guarded add = {{{"features", seen.data, seen.length}}, "snapshot_add", &request};
	const int rc = operate(io, id, &add);
	text_free(&request);
	text_free(&seen);
	return rc;
}

int rbd_class_size(rados_ioctx_t io, const char *id, uint64_t *size)
{
	char header[OBJECT_NAME], answer[16];
	struct text request = {0};

	put_integer(&request, NO_SNAP, 8);
	const int rc = rados_exec(io, header_of(id, header), "rbd", "get_size", request.data, request.length,
				  answer, sizeof(answer));
	text_free(&request);
	if (rc < 0)
		return rc;
	if (rc < 9)
		return -EBADMSG;
	*size = get_integer(answer + 1, 8); /* behind the order of its objects */
	return 0;
}

int rbd_class_size_set(rados_ioctx_t io, const char *id, uint64_t features, uint64_t from, uint64_t to)
{
	struct text request = {0}, seen = {0}, is = {0};

	put_integer(&request, to, 8);
	put_integer(&seen, features, 8);
	put_integer(&is, from, 8);
	const struct guarded set = {{{"features", seen.data, seen.length}, {"size", is.data, is.length}}, "set_size", &request};
	const int rc = operate(io, id, &set);
	text_free(&request);
	text_free(&seen);
	text_free(&is);
	return rc;
}

static const char *children_key(uint64_t snap_id, char out[64])
{
	snprintf(out, 64, "snap_children_%016" PRIx64, snap_id);
	return out;
}

static int on_snap(rados_ioctx_t io, const char *id, const char *method, uint64_t snap_id)
{
	struct text request = {0};
	char key[64];

	put_integer(&request, snap_id, 8);
	/* A key that is not there compares as empty. */
	const struct guarded act = {{{children_key(snap_id, key), "", 0}}, method, &request};
	const int rc = operate(io, id, &act);
	text_free(&request);
	return rc;
}

int rbd_class_snap_hide(rados_ioctx_t io, const char *id, uint64_t snap_id)
{
	return on_snap(io, id, "snapshot_trash_add", snap_id);
}

int rbd_class_snap_remove(rados_ioctx_t io, const char *id, uint64_t snap_id)
{
	const int rc = on_snap(io, id, "snapshot_remove", snap_id);

	return rc == -ECANCELED ? -EBUSY : rc;
}

int rbd_class_snap_cloned(rados_ioctx_t io, const char *id, uint64_t snap_id, bool *cloned)
{
	char header[OBJECT_NAME], key[64];
	const char *keys[] = {children_key(snap_id, key)};
	rados_omap_iter_t found;
	int answered = 0;
	rados_read_op_t op = rados_create_read_op();

	rados_read_op_omap_get_vals_by_keys(op, keys, 1, &found, &answered);
	const int rc = rados_read_op_operate(op, io, header_of(id, header), 0);
	rados_release_read_op(op);
	if (rc < 0)
		return rc;
	*cloned = rados_omap_iter_size(found) > 0;
	rados_omap_get_end(found);
	return answered;
}

/* A notify has no time-out of its own when its OSD is gone: then it is left to
 * end by itself, with all that it needs, and its connection stays. */
struct notice { struct pool pool; rados_completion_t done; char *reply; size_t length; };

static int notice_wait(const struct notice *notice, int64_t ms)
{
	const int64_t end = clock_ms() + ms;

	while (!rados_aio_is_complete(notice->done)) {
		if (clock_ms() > end)
			return -EINPROGRESS;
		poll(NULL, 0, 2);
	}
	return rados_aio_get_return_value(notice->done);
}

static void notice_free(struct notice *notice)
{
	if (notice->reply)
		rados_buffer_free(notice->reply);
	rados_aio_release(notice->done);
	pool_close(&notice->pool);
	free(notice);
}

static int notify_once(struct cluster *c, const char *ns, const char *id)
{
	struct notice *notice = xcalloc(1, sizeof(*notice));
	char header[OBJECT_NAME];
	struct text payload = {0};
	struct err ignored;

	if (pool_open(c, ns, &notice->pool, &ignored)) {
		free(notice);
		return -ENOTCONN;
	}
	rados_aio_create_completion2(NULL, NULL, &notice->done);
	put_framed_word(&payload, 2, NOTIFY_HEADER_UPDATE);
	int rc = rados_aio_notify(notice->pool.io, header_of(id, header), notice->done, payload.data, (int)payload.length,
				  NOTIFY_ROUND_MS, &notice->reply, &notice->length);
	text_free(&payload);
	if (!rc)
		rc = notice_wait(notice, NOTIFY_ROUND_MS + 1000 * c->timeout);
	if (rc == -EINPROGRESS)
		return -EHOSTDOWN;
	notice_free(notice);
	return rc;
}

int rbd_class_header_changed(struct cluster *c, const char *ns, const char *id, int rounds)
{
	int rc = notify_once(c, ns, id);

	for (int i = 1; i < rounds && rc == -ETIMEDOUT; i++)
		rc = notify_once(c, ns, id);
	return rc;
}

/* A string with its length in front. */
static int get_string(const char *bytes, int length, char *out, size_t size)
{
	const uint64_t wanted = length >= 4 ? get_integer(bytes, 4) : UINT64_MAX;

	if (length < 4 || wanted > (uint64_t)length - 4 || wanted >= size)
		return -EBADMSG;
	memcpy(out, bytes + 4, wanted);
	out[wanted] = '\0';
	return 0;
}

int rbd_class_id_of(rados_ioctx_t io, const char *name, char id[64])
{
	char object[160], bytes[128];

	snprintf(object, sizeof(object), "rbd_id.%s", name);
	const int n = rados_read(io, object, bytes, sizeof(bytes), 0);
	return n < 0 ? n : get_string(bytes, n, id, 64);
}

int rbd_class_name_of(rados_ioctx_t io, const char *id, char name[128])
{
	struct text request = {0};
	char bytes[256];

	put_string(&request, id);
	const int n = rados_exec(io, "rbd_directory", "rbd", "dir_get_name", request.data, request.length, bytes, sizeof(bytes));
	text_free(&request);
	return n < 0 ? n : get_string(bytes, n, name, 128);
}

static int change(rados_ioctx_t io, const char *object, const char *method, const struct text *request)
{
	rados_write_op_t op = rados_create_write_op();

	rados_write_op_exec(op, "rbd", method, request->data, request->length, NULL);
	const int rc = rados_write_op_operate(op, io, object, NULL, 0);
	rados_release_write_op(op);
	return rc;
}

int rbd_class_dir_ready(rados_ioctx_t io)
{
	struct text request = {0};

	put_integer(&request, DIRECTORY_READY, 1);
	const int rc = change(io, "rbd_directory", "dir_state_set", &request);
	text_free(&request);
	return rc;
}

int rbd_class_dir_remove(rados_ioctx_t io, const char *name, const char *id)
{
	struct text request = {0};

	put_string(&request, name);
	put_string(&request, id);
	const int rc = change(io, "rbd_directory", "dir_remove_image", &request);
	text_free(&request);
	return rc;
}

int rbd_class_trash_arrived(rados_ioctx_t io, const char *id)
{
	struct text request = {0};

	put_string(&request, id);
	put_integer(&request, TRASH_NORMAL, 1);
	put_integer(&request, TRASH_MOVING, 1); /* what it must be now */
	const int rc = change(io, "rbd_trash", "trash_state_set", &request);
	text_free(&request);
	return rc;
}

int rbd_class_meta_set(rados_ioctx_t io, const char *id, const char *key, const char *value)
{
	struct text request = {0};

	put_integer(&request, 1, 4); /* a map of one */
	put_string(&request, key);
	put_string(&request, value);
	const struct guarded set = {.method = "metadata_set", .request = &request};
	const int rc = operate(io, id, &set);
	text_free(&request);
	return rc;
}

int rbd_class_meta_get(rados_ioctx_t io, const char *id, const char *key, char **value)
{
	char header[OBJECT_NAME], *answer = xcalloc(1, META_MAX);
	struct text request = {0};

	*value = NULL;
	put_string(&request, key);
	int rc = rados_exec(io, header_of(id, header), "rbd", "metadata_get", request.data, request.length, answer, META_MAX);
	text_free(&request);
	if (rc >= 0) {
		*value = xcalloc(1, (size_t)rc + 1);
		rc = get_string(answer, rc, *value, (size_t)rc + 1);
	}
	free(answer);
	if (rc < 0) {
		free(*value);
		*value = NULL;
	}
	return rc;
}
