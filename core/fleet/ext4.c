#include "core/fleet/ext4.h"

#include <errno.h>
#include <ext2fs/ext2fs.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COPY_PIECE (256 * 1024)

struct ext4 {
	struct disk *disk;
	int64_t start;
	ext2_filsys fs;
};

/* libext2fs gives its open function a name alone. */
static _Thread_local struct ext4 *opening;

static errcode_t channel_open(const char *name, int flags, io_channel *out);

static errcode_t channel_close(io_channel channel)
{
	if (--channel->refcount == 0) {
		free(channel->name);
		free(channel);
	}
	return 0;
}

static errcode_t channel_set_block_size(io_channel channel, int size)
{
	channel->block_size = size;
	return 0;
}

/* A negative count is one of bytes. */
static errcode_t channel_read_64(io_channel channel, unsigned long long block, int count, void *data)
{
	const struct ext4 *ext4 = channel->private_data;
	const int64_t size = channel->block_size;
	struct err err;

	if (block > (unsigned long long)(INT64_MAX - ext4->start) / (unsigned long long)size)
		return EXT2_ET_SHORT_READ;
	return disk_read(ext4->disk, ext4->start + (int64_t)block * size, data,
			 count < 0 ? (size_t)-(int64_t)count : (size_t)count * (size_t)size, &err) ? EXT2_ET_SHORT_READ : 0;
}

static errcode_t channel_read(io_channel channel, unsigned long block, int count, void *data)
{
	return channel_read_64(channel, block, count, data);
}

static errcode_t channel_write(io_channel channel, unsigned long block, int count, const void *data)
{
	(void)channel;
	(void)block;
	(void)count;
	(void)data;
	return EROFS;
}

static errcode_t channel_flush(io_channel channel)
{
	(void)channel;
	return 0;
}

static struct struct_io_manager manager = {
	.magic = EXT2_ET_MAGIC_IO_MANAGER,
	.name = "berth",
	.open = channel_open,
	.close = channel_close,
	.set_blksize = channel_set_block_size,
	.read_blk = channel_read,
	.read_blk64 = channel_read_64,
	.write_blk = channel_write,
	.flush = channel_flush,
};

static errcode_t channel_open(const char *name, int flags, io_channel *out)
{
	io_channel channel = xcalloc(1, sizeof(*channel));

	(void)flags;
	channel->magic = EXT2_ET_MAGIC_IO_CHANNEL;
	channel->manager = &manager;
	channel->name = xstrdup(name);
	channel->block_size = 1024;
	channel->refcount = 1;
	channel->private_data = opening;
	*out = channel;
	return 0;
}

int ext4_open(struct disk *disk, int64_t start, struct ext4 **out, struct err *err)
{
	struct ext4 *ext4 = xcalloc(1, sizeof(*ext4));

	*ext4 = (struct ext4){.disk = disk, .start = start};
	opening = ext4;
	const errcode_t failed = ext2fs_open2("root", NULL, EXT2_FLAG_64BITS | EXT2_FLAG_IGNORE_CSUM_ERRORS, 0, 0,
					      &manager, &ext4->fs);
	opening = NULL;
	if (failed) {
		free(ext4);
		ext4 = NULL;
	}
	*out = ext4;
	return failed ? err_set(err, ERR_FAILED, "its ext4 file system can not be opened (error %ld): check it with e2fsck",
				(long)failed) : 0;
}

void ext4_close(struct ext4 *ext4)
{
	if (!ext4)
		return;
	ext2fs_free(ext4->fs);
	free(ext4);
}

static bool find(struct ext4 *ext4, const char *path, ext2_ino_t *inode)
{
	return !ext2fs_namei_follow(ext4->fs, EXT2_ROOT_INO, EXT2_ROOT_INO, path, inode);
}

bool ext4_has_directory(struct ext4 *ext4, const char *path)
{
	ext2_ino_t inode;

	return find(ext4, path, &inode) && !ext2fs_check_directory(ext4->fs, inode);
}

static int add_name(ext2_ino_t dir, int entry, struct ext2_dir_entry *dirent, int offset, int block_size, char *block,
		    void *context)
{
	(void)dir;
	(void)entry;
	(void)offset;
	(void)block_size;
	(void)block;
	text_append(context, dirent->name, (size_t)ext2fs_dirent_name_len(dirent));
	text_add(context, "\n");
	return 0;
}

void ext4_names(struct ext4 *ext4, const char *path, struct text *names)
{
	ext2_ino_t inode;

	if (find(ext4, path, &inode) && !ext2fs_check_directory(ext4->fs, inode))
		ext2fs_dir_iterate2(ext4->fs, inode, 0, NULL, add_name, names);
}

static int copy_bytes(ext2_file_t file, const char *path, int fd, const struct progress *progress, struct err *err)
{
	char *piece = xcalloc(1, COPY_PIECE);
	unsigned int got = 0;
	int status = 0;

	do {
		const errcode_t failed = ext2fs_file_read(file, piece, COPY_PIECE, &got);

		if (failed)
			status = err_set(err, ERR_FAILED, "%s can not be read in the image (error %ld)", path, (long)failed);
		else if (write(fd, piece, got) != (ssize_t)got)
			status = err_set(err, ERR_FAILED, "%s can not be taken out of the image: %s", path, strerror(errno));
		else if (progress_cancelled(progress))
			status = err_set(err, ERR_CANCELLED, "cancelled while %s was read", path);
	} while (!status && got);
	free(piece);
	return status;
}

int ext4_copy_out(struct ext4 *ext4, const char *path, const char *to, const struct progress *progress, struct err *err)
{
	struct ext2_inode inode;
	ext2_file_t file;
	ext2_ino_t number;

	if (!find(ext4, path, &number) || ext2fs_read_inode(ext4->fs, number, &inode) || !LINUX_S_ISREG(inode.i_mode) ||
	    ext2fs_file_open(ext4->fs, number, 0, &file))
		return err_set(err, ERR_FAILED, "%s in the image is no file that can be read", path);
	const int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	const int status = fd < 0 ? err_set(err, ERR_FAILED, "%s can not be made: %s", to, strerror(errno))
				  : copy_bytes(file, path, fd, progress, err);
	if (fd >= 0)
		close(fd);
	ext2fs_file_close(file);
	return status;
}
