#include "core/fleet/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <libnbd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

#define NBD_PIECE ((int64_t)1 << 30) /* of a disk, asked about at once */

struct disk {
	char *path;
	int fd;                 /* raw; -1: qcow2 */
	struct nbd_handle *nbd;
	int64_t size;
};

static int open_raw(struct disk *disk, struct err *err)
{
	struct stat stat;

	disk->fd = open(disk->path, O_RDONLY | O_CLOEXEC);
	if (disk->fd < 0 || fstat(disk->fd, &stat))
		return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_USAGE, "%s can not be read: %s", disk->path,
			       strerror(errno));
	disk->size = stat.st_size;
	return 0;
}

static int nbd_failed(const struct disk *disk, struct err *err)
{
	return err_set(err, ERR_FAILED, "%s can not be read as qcow2: %s", disk->path, nbd_get_error());
}

/* In a session of its own: ^C is for berth to answer. */
static int open_qcow2(struct disk *disk, struct err *err)
{
	const char *const argv[] = {"setsid", "qemu-nbd", "--read-only", "--format=qcow2", disk->path, NULL};

	disk->nbd = nbd_create();
	if (!disk->nbd || nbd_add_meta_context(disk->nbd, LIBNBD_CONTEXT_BASE_ALLOCATION) ||
	    /* It wants char **, and leaves the strings alone. */
	    nbd_connect_systemd_socket_activation(disk->nbd, (char **)(uintptr_t)argv))
		return nbd_failed(disk, err);
	disk->size = nbd_get_size(disk->nbd);
	return disk->size < 0 ? nbd_failed(disk, err) : 0;
}

int disk_open(const char *path, bool qcow2, struct disk **out, struct err *err)
{
	struct disk *disk = xcalloc(1, sizeof(*disk));

	*disk = (struct disk){.path = xstrdup(path), .fd = -1};
	const int status = qcow2 ? open_qcow2(disk, err) : open_raw(disk, err);
	if (status) {
		disk_close(disk);
		disk = NULL;
	}
	*out = disk;
	return status;
}

void disk_close(struct disk *disk)
{
	if (!disk)
		return;
	if (disk->fd >= 0)
		close(disk->fd);
	nbd_close(disk->nbd);
	free(disk->path);
	free(disk);
}

int64_t disk_size(const struct disk *disk)
{
	return disk->size;
}

static int read_raw(const struct disk *disk, int64_t at, char *bytes, size_t length, struct err *err)
{
	while (length > 0) {
		const ssize_t n = pread(disk->fd, bytes, length, at);

		if (n <= 0 && (n == 0 || errno != EINTR))
			return err_set(err, ERR_FAILED, "%s can not be read at %lld: %s", disk->path, (long long)at,
				       n ? strerror(errno) : "it became shorter");
		if (n > 0) {
			at += n;
			bytes += n;
			length -= (size_t)n;
		}
	}
	return 0;
}

int disk_read(struct disk *disk, int64_t at, void *bytes, size_t length, struct err *err)
{
	const int64_t left = at < disk->size ? disk->size - at : 0;
	const size_t there = left < (int64_t)length ? (size_t)left : length;

	memset((char *)bytes + there, 0, length - there);
	if (!there)
		return 0;
	if (disk->fd >= 0)
		return read_raw(disk, at, bytes, there, err);
	return nbd_pread(disk->nbd, bytes, there, (uint64_t)at, 0) ? nbd_failed(disk, err) : 0;
}

/* Moves *context to the first data of the extents, which begin there. */
static int skip_zeros(void *context, const char *meta, uint64_t offset, uint32_t *entries, size_t count, int *error)
{
	int64_t *at = context;

	(void)error;
	if (strcmp(meta, LIBNBD_CONTEXT_BASE_ALLOCATION))
		return 0;
	*at = (int64_t)offset;
	for (size_t i = 0; i + 1 < count && entries[i + 1] & LIBNBD_STATE_ZERO; i += 2)
		*at += entries[i];
	return 0;
}

static int next_in_qcow2(struct disk *disk, int64_t at, int64_t *data, struct err *err)
{
	int64_t asked = -1;

	while (at < disk->size && at != asked) {
		const int64_t left = disk->size - at;

		asked = at;
		if (nbd_block_status(disk->nbd, (uint64_t)(left < NBD_PIECE ? left : NBD_PIECE), (uint64_t)at,
				     (nbd_extent_callback){.callback = skip_zeros, .user_data = &at}, 0))
			return nbd_failed(disk, err);
	}
	*data = at < disk->size ? at : disk->size;
	return 0;
}

int disk_next_data(struct disk *disk, int64_t at, int64_t *data, struct err *err)
{
	if (disk->fd < 0)
		return next_in_qcow2(disk, at, data, err);
	const off_t found = lseek(disk->fd, at, SEEK_DATA);

	/* A file system that knows no holes has data alone. */
	*data = found >= 0 ? found : errno == ENXIO ? disk->size : at;
	return 0;
}
