/*
 * tree_list CONF NAME FS BOOT_ROOT: the boot tree, one path a line with kind,
 * mode and content (a sum of its bytes, or where a link leads): for tests that
 * compare two moments. Identities hold keys and are summed like anything else.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/cluster.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"

/* FNV-1a: the same bytes, the same sum. */
static uint64_t sum(const char *bytes, size_t length)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
	return hash;
}

static int list(struct cluster *cluster, const char *path, struct err *err);

static int print_link(struct cluster *cluster, const char *path, struct err *err)
{
	char target[256];
	const int status = cluster_link_read(cluster, path, target, sizeof(target), err);

	if (!status)
		printf("l %s -> %s\n", path, target);
	return status;
}

static int print_file(struct cluster *cluster, const char *path, int mode, struct err *err)
{
	char *bytes = NULL;
	size_t length = 0;
	const int status = cluster_file_read(cluster, path, &bytes, &length, err);

	if (!status)
		printf("f %s %o %zu %016" PRIx64 "\n", path, (unsigned)mode, length, sum(bytes, length));
	free(bytes);
	return status;
}

static int print_path(struct cluster *cluster, const char *path, struct err *err)
{
	struct cluster_stat stat;
	const int status = cluster_path_stat(cluster, path, &stat, err);

	if (status)
		return status;
	if (stat.kind == 'l')
		return print_link(cluster, path, err);
	if (stat.kind == 'f')
		return print_file(cluster, path, stat.mode, err);
	printf("d %s %o\n", path, (unsigned)stat.mode);
	return list(cluster, path, err);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list(struct cluster *cluster, const char *path, struct err *err)
{
	char **names = NULL;
	size_t count = 0;
	int status = cluster_dir_list(cluster, path, &names, &count, err);

	if (!status && count)
		qsort(names, count, sizeof(*names), compare);
	for (size_t i = 0; i < count && !status; i++) {
		char inner[512];

		snprintf(inner, sizeof(inner), "%s%s%s", path, *path ? "/" : "", names[i]);
		status = print_path(cluster, inner, err);
	}
	cluster_names_free(names, count);
	return status;
}

int main(int argc, char **argv)
{
	struct cluster *cluster = NULL;
	struct err err = {0};

	if (argc != 5) {
		fprintf(stderr, "usage: tree_list CONF NAME FS BOOT_ROOT\n");
		return 2;
	}
	const struct cluster_options options = {.conf = argv[1], .name = argv[2], .fs = argv[3], .boot_root = argv[4]};
	int status = cluster_open(&options, &cluster, &err);
	if (!status)
		status = list(cluster, "", &err);
	if (status && status != ERR_NOT_FOUND) /* no tree yet: nothing to list */
		fprintf(stderr, "tree_list: %s\n", err.text);
	cluster_close(cluster);
	return status && status != ERR_NOT_FOUND;
}
