#include "core/fleet/source_disk.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "core/fleet/ext4.h"
#include "core/fleet/partition.h"

struct part {
	struct partition place;
	enum content content;
	const char *word;
	bool is_root;     /* berth has seen that it is */
	uint64_t says;    /* bytes, as its head tells */
};

static int read_part(struct disk *disk, struct part *part, struct err *err)
{
	unsigned char *head = xcalloc(1, CONTENT_HEAD);
	const int64_t size = part->place.size;
	const int status = disk_read(disk, part->place.start, head, size < CONTENT_HEAD ? (size_t)size : CONTENT_HEAD, err);

	if (!status) {
		part->content = content_read(head, &part->says);
		part->word = content_word_of_head(head);
	}
	free(head);
	return status;
}

static int check_size(const struct part *part, const char *path, struct err *err)
{
	char says[SIZE_TEXT], is[SIZE_TEXT];

	if (part->says && part->says <= (uint64_t)part->place.size)
		return 0;
	return err_field(err, "file", "%s is truncated or damaged: its %s header tells of %s, the %s has %s; copy it again",
			 path, part->word, part->says > INT64_MAX ? "an impossible size" : size_format((int64_t)part->says, says),
			 part->place.number ? "partition" : "file", size_format(part->place.size, is));
}

static void take(struct source *out, const struct part *part)
{
	out->content = part->content;
	out->start = part->place.start;
	out->partition = part->place.number;
	out->size = part->place.size;
}

static bool holds_root(struct disk *disk, const struct part *part)
{
	struct ext4 *ext4;
	struct err ignored;

	if (part->content != CONTENT_EXT4 || ext4_open(disk, part->place.start, &ext4, &ignored))
		return false;
	const bool holds = ext4_has_directory(ext4, "/etc") && ext4_has_directory(ext4, "/usr");
	ext4_close(ext4);
	return holds;
}

static bool may_hold_root(const struct part *part)
{
	return part->content == CONTENT_XFS || part->content == CONTENT_BTRFS || part->content == CONTENT_LUKS;
}

/* "1 (vfat, 512 MiB), 2 (ext4 with a root file system, 20 GiB)" */
static void list_parts(const struct part *parts, size_t count, struct text *words)
{
	char size[SIZE_TEXT];

	for (size_t i = 0; i < count; i++)
		text_printf(words, "%s%d (%s%s, %s)", i ? ", " : "", parts[i].place.number, parts[i].word,
			    parts[i].is_root ? " with a root file system" : parts[i].content == CONTENT_EXT4 ? " without /etc and /usr" : "",
			    size_format(parts[i].place.size, size));
}

/* Of what berth can look into, the one that holds a root; else the one that may. */
static int choose(const struct part *parts, size_t count, const char *path, struct source *out, struct err *err)
{
	const struct part *root = NULL, *maybe = NULL;
	size_t roots = 0, maybes = 0;
	struct text words = {0};

	for (size_t i = 0; i < count; i++) {
		if (parts[i].is_root && ++roots)
			root = &parts[i];
		else if (may_hold_root(&parts[i]) && ++maybes)
			maybe = &parts[i];
	}
	if (roots == 1 || (!roots && maybes == 1)) {
		take(out, roots ? root : maybe);
		return check_size(roots ? root : maybe, path, err);
	}
	list_parts(parts, count, &words);
	err_field(err, "file", "%s is a whole disk with %s root file system: its partitions are %.600s; give the right one "
		  "alone, as a raw file that begins with the file system", path, roots || maybes ? "more than one possible" : "no",
		  words.data);
	text_free(&words);
	return ERR_USAGE;
}

static int read_disk(void *context, int64_t at, void *bytes, size_t length, struct err *err)
{
	return disk_read(context, at, bytes, length, err);
}

static int inspect_partitions(struct disk *disk, const char *path, struct source *out, struct err *err)
{
	const struct partition_disk view = {.size = disk_size(disk), .read = read_disk, .context = disk};
	struct partition places[PARTITION_MAX];
	size_t count;
	int status = partition_list(&view, places, &count, err);

	if (status == ERR_USAGE) {
		char words[sizeof(err->text)];

		text_copy(words, sizeof(words), err->text);
		return err_field(err, "file", "%s %.800s", path, words);
	}
	if (status)
		return status;
	if (!count)
		return ERR_NOT_FOUND;
	struct part *parts = xcalloc(count, sizeof(*parts));
	for (size_t i = 0; i < count && !status; i++) {
		parts[i].place = places[i];
		status = read_part(disk, &parts[i], err);
		parts[i].is_root = !status && holds_root(disk, &parts[i]);
	}
	if (!status)
		status = choose(parts, count, path, out, err);
	free(parts);
	return status;
}

int source_disk_inspect(struct disk *disk, const char *path, struct source *out, struct err *err)
{
	struct part whole = {.place = {.size = disk_size(disk)}};
	int status = read_part(disk, &whole, err);

	if (status)
		return status;
	if (whole.content != CONTENT_UNKNOWN) {
		take(out, &whole);
		return check_size(&whole, path, err);
	}
	status = inspect_partitions(disk, path, out, err);
	if (status != ERR_NOT_FOUND)
		return status;
	return err_field(err, "file", "%s is no root file system that berth knows (%s): give a raw or qcow2 file with ext4, "
			 "xfs, btrfs or LUKS, a whole disk with one of them, a tar file, an OCI image, or a directory", path,
			 whole.word);
}
