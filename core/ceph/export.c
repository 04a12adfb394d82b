#include "core/ceph/export.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/text.h"
#include "core/ceph/opened.h"

#define THREADS 4
#define MAX_WRITE (1 << 20)
#define BUFFER (MAX_WRITE + 4096)
#define MINOR 31              /* of the protocol, 7.31 (Linux 5.4): all that is used here */
#define HOUR 3600

struct cluster_export {
	struct cluster_handle *handle;
	int fuse;
	int stop[2];              /* a pipe: closed to end the threads */
	uint64_t size;
	pthread_t threads[THREADS];
	int thread_count;
	atomic_int rc;            /* the first error of a write or flush */
	atomic_bool written;
	_Atomic int64_t beat;     /* clock_ms of the last request */
};

/* One thread's request. */
struct request {
	struct cluster_export *export;
	const struct fuse_in_header *in;
	const char *body;         /* after the header */
	char *answer;             /* MAX_WRITE bytes */
};

static rbd_image_t image_of(const struct request *r)
{
	return r->export->handle->image.handle;
}

static void reply(const struct request *r, int error, const void *bytes, size_t length)
{
	const struct fuse_out_header out = {
		.len = (uint32_t)(sizeof(out) + (error ? 0 : length)), .error = error, .unique = r->in->unique,
	};
	const struct iovec parts[2] = {{(void *)(uintptr_t)&out, sizeof(out)}, {(void *)(uintptr_t)bytes, length}};
	const ssize_t told = writev(r->export->fuse, parts, error || !length ? 1 : 2);

	(void)told; /* whoever asked may be gone */
}

static void answer_init(const struct request *r)
{
	const struct fuse_init_in *in = (const struct fuse_init_in *)r->body;
	const struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION, .minor = MINOR, .max_readahead = in->max_readahead,
		.flags = in->flags & (FUSE_ASYNC_READ | FUSE_BIG_WRITES | FUSE_MAX_PAGES),
		.max_background = 4 * THREADS, .congestion_threshold = 3 * THREADS,
		.max_write = MAX_WRITE, .time_gran = 1, .max_pages = MAX_WRITE / 4096,
	};

	reply(r, 0, &out, sizeof(out));
}

static void answer_attributes(const struct request *r)
{
	const struct fuse_attr_out out = {
		.attr_valid = HOUR,
		.attr = {.ino = FUSE_ROOT_ID, .size = r->export->size, .blocks = r->export->size / 512,
			 .mode = S_IFREG | 0600, .nlink = 1, .blksize = 4096},
	};

	reply(r, 0, &out, sizeof(out));
}

static void answer_read(const struct request *r)
{
	const struct fuse_read_in *in = (const struct fuse_read_in *)r->body;
	const uint64_t end = r->export->size, left = in->offset < end ? end - in->offset : 0;
	size_t size = in->size < MAX_WRITE ? in->size : MAX_WRITE;

	if (size > left)
		size = left;
	const ssize_t n = size ? rbd_read(image_of(r), in->offset, size, r->answer) : 0;
	reply(r, n < 0 ? -EIO : 0, r->answer, n < 0 ? 0 : (size_t)n);
}

static int note_failure(struct cluster_export *export, int rc)
{
	int none = 0;

	if (rc < 0)
		atomic_compare_exchange_strong(&export->rc, &none, rc);
	return rc < 0 ? -EIO : 0;
}

static void answer_write(const struct request *r)
{
	const struct fuse_write_in *in = (const struct fuse_write_in *)r->body;
	struct fuse_write_out out = {0};

	if (in->offset > r->export->size || in->size > r->export->size - in->offset) {
		reply(r, -ENOSPC, NULL, 0);
		return;
	}
	r->export->written = true;
	const ssize_t n = rbd_write(image_of(r), in->offset, in->size, (const char *)(in + 1));
	out.size = n < 0 ? 0 : (uint32_t)n;
	reply(r, note_failure(r->export, (int)n), &out, sizeof(out));
}

static void answer_flush(const struct request *r)
{
	reply(r, note_failure(r->export, rbd_flush(image_of(r))), NULL, 0);
}

static void answer(const struct request *r)
{
	static const struct fuse_open_out opened;
	static const struct fuse_statfs_out nothing;

	switch (r->in->opcode) {
	case FUSE_INIT:    answer_init(r); break;
	case FUSE_GETATTR: answer_attributes(r); break;
	case FUSE_OPEN:    reply(r, 0, &opened, sizeof(opened)); break;
	case FUSE_READ:    answer_read(r); break;
	case FUSE_WRITE:   answer_write(r); break;
	case FUSE_FLUSH:
	case FUSE_FSYNC:   answer_flush(r); break;
	case FUSE_STATFS:  reply(r, 0, &nothing, sizeof(nothing)); break;
	case FUSE_RELEASE:
	case FUSE_DESTROY: reply(r, 0, NULL, 0); break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT: break; /* these have no answer */
	default:           reply(r, -ENOSYS, NULL, 0);
	}
}

/* False when there is nothing more to come. EINTR and the like: the request was taken back. */
static bool serve_one(struct request *r, char *buffer)
{
	struct pollfd fds[2] = {{.fd = r->export->fuse, .events = POLLIN}, {.fd = r->export->stop[0], .events = POLLIN}};

	poll(fds, 2, -1);
	if (fds[1].revents)
		return false;
	const ssize_t n = read(r->export->fuse, buffer, BUFFER);
	if (n < (ssize_t)sizeof(struct fuse_in_header))
		return n < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOENT);
	r->in = (const struct fuse_in_header *)buffer;
	r->body = buffer + sizeof(struct fuse_in_header);
	r->export->beat = clock_ms();
	answer(r);
	return true;
}

static void *serve(void *data)
{
	struct request r = {.export = data};
	char *buffer = xcalloc(1, BUFFER);

	r.answer = xcalloc(1, MAX_WRITE);
	while (serve_one(&r, buffer))
		;
	free(buffer);
	free(r.answer);
	return NULL;
}

/* Signals are for those who wait, not for those who serve. */
static int start_threads(struct cluster_export *export)
{
	sigset_t all, before;
	int failed = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (!failed && export->thread_count < THREADS) {
		failed = pthread_create(&export->threads[export->thread_count], NULL, serve, export);
		export->thread_count += !failed;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return export->thread_count ? 0 : -failed;
}

static int export_error(const struct cluster_export *export, struct err *err, int rc, const char *verb)
{
	return handle_error(export->handle, err, rc, verb, NULL);
}

int cluster_export_start(struct cluster_handle *handle, int fuse, struct cluster_export **out, struct err *err)
{
	struct cluster_export *export = xcalloc(1, sizeof(*export));
	int rc;

	*export = (struct cluster_export){.handle = handle, .fuse = fuse, .beat = clock_ms()};
	rc = rbd_get_size(handle->image.handle, &export->size);
	if (!rc && pipe2(export->stop, O_CLOEXEC))
		rc = -errno;
	if (!rc && (rc = start_threads(export))) {
		close(export->stop[0]);
		close(export->stop[1]);
	}
	if (rc) {
		export_error(export, err, rc, "made a file");
		free(export);
		return err->code;
	}
	*out = export;
	return 0;
}

/* The threads end when it is unmounted. */
static bool wait_for_threads(struct cluster_export *export, int seconds)
{
	bool all = true;

	export->beat = clock_ms();
	for (int i = 0; i < export->thread_count; i++) {
		while (pthread_tryjoin_np(export->threads[i], NULL)) {
			if (all && clock_ms() - export->beat > 1000 * (int64_t)seconds) {
				all = false;
				close(export->stop[1]);
				export->stop[1] = -1;
			}
			poll(NULL, 0, 20);
		}
	}
	return all;
}

int cluster_export_end(struct cluster_export *export, int seconds, bool *written, struct err *err)
{
	const bool unmounted = wait_for_threads(export, seconds);
	int status = 0;

	note_failure(export, rbd_flush(export->handle->image.handle));
	*written = export->written;
	if (export->rc)
		status = export_error(export, err, export->rc, "written in full");
	else if (!unmounted)
		status = err_set(err, ERR_FAILED, "the file system of %s can not be unmounted: something on this machine keeps it, "
				 "see /proc/*/mountinfo", export->handle->name);
	if (export->stop[1] >= 0)
		close(export->stop[1]);
	close(export->stop[0]);
	free(export);
	return status;
}
