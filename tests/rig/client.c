/*
 * client CONF NAME NAMESPACE/IMAGE COUNTERS: another RBD client, as real as a
 * machine's kernel, that obeys lines on stdin and answers each with "ok WORDS"
 * or "err ERRNO" on stdout: for tests that hold, lock, write, stop and kill it.
 *
 *   connect          prints client.N and its address
 *   open, close      read-write: that is a watch
 *   open ID          the same by RBD's internal id, also in the trash
 *   lock             exclusive and never given up
 *   put BLOCK N      writes record N at a block, and flushes
 *   get BLOCK        prints the record of a block
 *   run              goes on writing records 1, 2, 3 ... at block N % 4096, each flushed
 *   stop             ends run
 *   mirror           says to the cluster that it is an rbd-mirror daemon
 *   loop ROUNDS      opens, locks and writes in turn, as fast as it gets
 *
 * COUNTERS is a file of four 64-bit numbers that it keeps up to date while it
 * runs: records issued, records acknowledged, errors, rounds of loop.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <rados/librados.h>
#include <rbd/librbd.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define BLOCK 4096
#define BLOCKS 4096

struct counters { _Atomic uint64_t issued, acknowledged, errors, rounds; };

struct client {
	const char *conf, *name, *ns;
	char *image_name;
	rados_t rados;
	rados_ioctx_t io;
	rbd_image_t image;
	struct counters *counters;
	pthread_t writer;
	atomic_bool stop;
};

static int connect_cluster(struct client *c)
{
	int rc = rados_create2(&c->rados, "ceph", c->name, 0);

	if (!rc)
		rc = rados_conf_read_file(c->rados, c->conf);
	if (!rc)
		rc = rados_conf_set(c->rados, "rbd_cache", "false");
	if (!rc)
		rc = rados_connect(c->rados);
	if (!rc)
		rc = rados_ioctx_create(c->rados, "rbd", &c->io);
	if (!rc)
		rados_ioctx_set_namespace(c->io, c->ns);
	return rc;
}

static int open_image(struct client *c)
{
	return c->image ? 0 : rbd_open(c->io, c->image_name, &c->image, NULL);
}

static int close_image(struct client *c)
{
	const int rc = c->image ? rbd_close(c->image) : 0;

	c->image = NULL;
	return rc;
}

static int put(struct client *c, uint64_t block, uint64_t number)
{
	uint64_t record[BLOCK / sizeof(uint64_t)];

	for (size_t i = 0; i < BLOCK / sizeof(uint64_t); i++)
		record[i] = number;
	if (!c->image)
		return -EBADF;
	const ssize_t n = rbd_write(c->image, block * BLOCK, BLOCK, (const char *)record);
	return n < 0 ? (int)n : rbd_flush(c->image);
}

static int get(struct client *c, uint64_t block, char *words, size_t size)
{
	uint64_t number;
	const ssize_t n = c->image ? rbd_read(c->image, block * BLOCK, sizeof(number), (char *)&number) : -EBADF;

	if (n < 0)
		return (int)n;
	snprintf(words, size, "%" PRIu64, number);
	return 0;
}

static void *write_on(void *data)
{
	struct client *c = data;

	for (uint64_t number = 1; !c->stop; number++) {
		c->counters->issued = number;
		if (put(c, number % BLOCKS, number)) {
			c->counters->errors++;
			break;
		}
		c->counters->acknowledged = number;
	}
	return NULL;
}

static int run(struct client *c)
{
	c->stop = false;
	return -pthread_create(&c->writer, NULL, write_on, c);
}

static int stop(struct client *c)
{
	c->stop = true;
	return -pthread_join(c->writer, NULL);
}

/* As a machine that was fenced: its next boot is another client. */
static void connect_again(struct client *c)
{
	rados_ioctx_destroy(c->io);
	rados_shutdown(c->rados);
	connect_cluster(c);
}

/* Each acknowledged record says that the image was this client's at that moment. */
static int loop(struct client *c, uint64_t rounds)
{
	for (uint64_t i = 1; i <= rounds; i++) {
		c->counters->rounds = i;
		int rc = open_image(c);

		if (!rc)
			rc = rbd_lock_acquire(c->image, RBD_LOCK_MODE_EXCLUSIVE);
		if (!rc) {
			c->counters->issued = i;
			rc = put(c, 0, i);
		}
		if (rc)
			c->counters->errors++;
		else
			c->counters->acknowledged = i;
		close_image(c);
		if (rc == -ESHUTDOWN)
			connect_again(c);
	}
	return 0;
}

static int introduce(struct client *c, char *words, size_t size)
{
	char *address = NULL;
	int rc = connect_cluster(c);

	if (!rc)
		rc = rados_getaddrs(c->rados, &address);
	if (!rc)
		snprintf(words, size, "client.%" PRIu64 " %s", rados_get_instance_id(c->rados), address);
	return rc;
}

static int obey(struct client *c, const char *line, char *words, size_t size)
{
	uint64_t a, b;

	if (!strcmp(line, "connect"))
		return introduce(c, words, size);
	if (!strcmp(line, "open"))
		return open_image(c);
	if (!strncmp(line, "open ", 5))
		return rbd_open_by_id(c->io, line + 5, &c->image, NULL);
	if (!strcmp(line, "close"))
		return close_image(c);
	if (!strcmp(line, "lock"))
		return c->image ? rbd_lock_acquire(c->image, RBD_LOCK_MODE_EXCLUSIVE) : -EBADF;
	if (sscanf(line, "put %" SCNu64 " %" SCNu64, &a, &b) == 2)
		return put(c, a, b);
	if (sscanf(line, "get %" SCNu64, &a) == 1)
		return get(c, a, words, size);
	if (!strcmp(line, "run"))
		return run(c);
	if (!strcmp(line, "stop"))
		return stop(c);
	if (!strcmp(line, "mirror"))
		return rados_service_register(c->rados, "rbd-mirror", "t", "a\0b\0\0");
	if (sscanf(line, "loop %" SCNu64, &a) == 1)
		return loop(c, a);
	return -EINVAL;
}

static struct counters *map_counters(const char *path)
{
	const int fd = open(path, O_RDWR);
	void *at = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(struct counters), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd >= 0)
		close(fd);
	return at == MAP_FAILED ? NULL : at;
}

int main(int argc, char **argv)
{
	char line[256], words[256];
	char *slash = argc == 5 ? strchr(argv[3], '/') : NULL;
	struct client c = {0};

	/* A test that dies takes its clients with it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || !slash || !(c.counters = map_counters(argv[4])))
		return 2;
	*slash = '\0';
	c.conf = argv[1];
	c.name = argv[2];
	c.ns = argv[3];
	c.image_name = slash + 1;
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		words[0] = '\0';
		const int rc = obey(&c, line, words, sizeof(words));

		if (rc)
			printf("err %d\n", -rc);
		else
			printf("ok %s\n", words);
		fflush(stdout);
	}
	close_image(&c);
	if (c.io)
		rados_ioctx_destroy(c.io);
	if (c.rados)
		rados_shutdown(c.rados);
	return 0;
}
