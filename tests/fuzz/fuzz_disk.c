/* Whatever a disk holds: each partition that is found lies within it. And whatever
 * a tar file names: what is taken stays below its top. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/fleet/content.h"
#include "core/fleet/partition.h"
#include "core/fleet/tarball.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
	const uint8_t *data;
	size_t size;
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* The fuzzer's bytes, and zeros behind them. */
static int read_bytes(void *context, int64_t at, void *out, size_t length, struct err *err)
{
	const struct bytes *bytes = context;

	(void)err;
	memset(out, 0, length);
	for (size_t i = 0; i < length && (size_t)at + i < bytes->size; i++)
		((uint8_t *)out)[i] = bytes->data[(size_t)at + i];
	return 0;
}

static void try_partitions(struct bytes bytes, int64_t size)
{
	const struct partition_disk disk = {.size = size, .read = read_bytes, .context = &bytes};
	struct partition found[PARTITION_MAX];
	size_t count;

	if (partition_list(&disk, found, &count, NULL))
		return;
	for (size_t i = 0; i < count; i++)
		require(found[i].start > 0 && found[i].size > 0 && found[i].start <= size && found[i].size <= size - found[i].start);
}

static void try_name(const uint8_t *data, size_t size)
{
	char *name = xcalloc(1, size + 1);
	int depth = 0;

	memcpy(name, data, size);
	if (!tarball_refuses(name, false, NULL)) {
		char *rest = name, *part;

		require(*name && *name != '/');
		while ((part = strsep(&rest, "/"))) {
			depth += !strcmp(part, "..") ? -1 : *part && strcmp(part, ".") ? 1 : 0;
			require(depth >= 0);
		}
	}
	free(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *head = xcalloc(1, CONTENT_HEAD);

	memcpy(head, data, size < CONTENT_HEAD ? size : CONTENT_HEAD);
	content_word_of_head(head);
	free(head);
	try_partitions((struct bytes){data, size}, (int64_t)size);
	try_partitions((struct bytes){data, size}, (int64_t)1 << 40);
	try_name(data, size);
	return 0;
}
