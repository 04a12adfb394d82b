/* image-write {image, file, qcow2, start, size}: what a disk holds, into an image. */
#include <stdlib.h>

#include "base/text.h"
#include "core/ceph/image.h"
#include "core/fleet/disk.h"
#include "core/fleet/step.h"

#define PIECE ((int64_t)4 << 20)

/* As far as the next piece of the image goes. */
static int64_t piece_at(int64_t at, int64_t size)
{
	const int64_t piece = PIECE - at % PIECE;

	return size - at < piece ? size - at : piece;
}

/* Holes are skipped without being read; `start` is where the image begins on the disk. */
static int copy_data(struct cluster_writer *writer, struct disk *disk, int64_t start, int64_t size,
		     const struct progress *progress, struct err *err)
{
	char *buffer = xcalloc(1, (size_t)PIECE);
	int64_t at = 0, data;
	int status = 0;

	while (!status && at < size) {
		status = disk_next_data(disk, start + at, &data, err);
		at = data - start;
		if (status || at >= size)
			break;
		const int64_t length = piece_at(at, size);
		status = disk_read(disk, start + at, buffer, (size_t)length, err);
		if (!status)
			status = cluster_writer_put(writer, at, buffer, (size_t)length, err);
		at += length;
		progress_report_bytes(progress, at, size);
		if (progress_cancelled(progress))
			status = err_set(err, ERR_CANCELLED, "cancelled while writing");
	}
	free(buffer);
	return status;
}

static int image_write_run(struct step *step, struct err *err)
{
	const int64_t start = step_arg_int(step, "start"), size = step_arg_int(step, "size");
	struct cluster_writer *writer;
	struct cluster *cluster;
	struct disk *disk = NULL;
	struct err ignored;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = disk_open(step_arg(step, "file"), json_is_true(json_object_get(step->args, "qcow2")), &disk, err);
	if (!status)
		status = cluster_writer_open(cluster, IMAGES_NAMESPACE, step_arg(step, "image"), &writer, err);
	if (!status) {
		status = copy_data(writer, disk, start, size ? size : disk_size(disk), step->progress, err);
		const int closed = cluster_writer_close(writer, status ? &ignored : err);
		status = status ? status : closed;
	}
	disk_close(disk);
	return status;
}

const struct step_kind write_steps[] = {
	{"image-write", NULL, image_write_run, NULL},
	{0},
};
