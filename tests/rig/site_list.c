/*
 * site_list CONF NAME PREFIX BOOT_ROOT: what berth may have made in the cluster,
 * one thing a line, for tests that compare two moments: namespaces, images,
 * snapshots, trash and keys whose names begin with PREFIX, and the boot tree
 * with modes, sums of the contents and where links lead. Keys themselves do not
 * show, but for the sums of the identities that hold them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/auth.h"
#include "core/ceph/cluster.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"

struct site_list {
	struct cluster *cluster;
	const char *prefix;
	struct err *err;
};

static bool is_ours(const struct site_list *list, const char *name)
{
	return !strncmp(name, list->prefix, strlen(list->prefix));
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(char **names, size_t count)
{
	if (count)
		qsort(names, count, sizeof(*names), compare);
}

static int list_snaps(const struct site_list *list, const char *ns, const char *image)
{
	struct cluster_snap *snaps = NULL;
	size_t count = 0;
	const int status = cluster_snap_list(list->cluster, ns, image, &snaps, &count, list->err);

	for (size_t i = 0; i < count; i++)
		printf("snapshot %s/%s@%s %" PRId64 "%s\n", ns, image, snaps[i].name, snaps[i].size,
		       snaps[i].protected ? " protected" : "");
	free(snaps);
	return status;
}

static int list_image(const struct site_list *list, const char *ns, const char *image)
{
	struct cluster_image_info info;
	const int status = cluster_image_info(list->cluster, ns, image, &info, list->err);

	if (status)
		return status;
	printf("image %s/%s %s %" PRId64 " of %s/%s@%s\n", ns, image, info.id, info.size, info.parent_ns,
	       info.parent, info.parent_snap);
	return list_snaps(list, ns, image);
}

static int list_images(const struct site_list *list, const char *ns, bool all)
{
	struct cluster_trash *trash = NULL;
	char **names = NULL;
	size_t count = 0;
	int status = cluster_image_list(list->cluster, ns, &names, &count, list->err);

	sort(names, count);
	for (size_t i = 0; i < count && !status; i++)
		if (all || is_ours(list, names[i]))
			status = list_image(list, ns, names[i]);
	cluster_names_free(names, count);
	count = 0;
	if (!status)
		status = cluster_trash_list(list->cluster, ns, &trash, &count, list->err);
	for (size_t i = 0; i < count; i++)
		if (all || is_ours(list, trash[i].name))
			printf("trash %s/%s %s\n", ns, trash[i].name, trash[i].id);
	free(trash);
	return status;
}

static int list_key(const struct site_list *list, const char *host)
{
	struct cluster_caps caps;
	char entity[96];

	snprintf(entity, sizeof(entity), "client.berth.%s", host);
	const int status = cluster_key_get(list->cluster, entity, NULL, &caps, list->err);
	if (!status)
		printf("key %s: mon %s; osd %s; mds %s\n", entity, caps.mon, caps.osd, caps.mds);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int list_namespaces(const struct site_list *list)
{
	char **names = NULL;
	size_t count = 0;
	int status = cluster_namespace_list(list->cluster, &names, &count, list->err);

	sort(names, count);
	for (size_t i = 0; i < count && !status; i++) {
		if (!strcmp(names[i], "images"))
			status = list_images(list, names[i], false);
		if (!is_ours(list, names[i]))
			continue;
		printf("namespace %s\n", names[i]);
		status = list_images(list, names[i], true);
		if (!status)
			status = list_key(list, names[i]);
	}
	cluster_names_free(names, count);
	return status;
}

/* FNV-1a: the same bytes, the same sum. */
static uint64_t sum(const char *bytes, size_t length)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
	return hash;
}

static int list_link(const struct site_list *list, const char *path)
{
	char target[256];
	const int status = cluster_link_read(list->cluster, path, target, sizeof(target), list->err);

	if (!status)
		printf("link %s -> %s\n", path, target);
	return status;
}

static int list_file(const struct site_list *list, const char *path, int mode)
{
	char *bytes = NULL;
	size_t length = 0;
	const int status = cluster_file_read(list->cluster, path, &bytes, &length, list->err);

	if (!status)
		printf("file %s %o %zu %016" PRIx64 "\n", path, (unsigned)mode, length, sum(bytes, length));
	free(bytes);
	return status;
}

static int list_directory(const struct site_list *list, const char *path);

static int list_path(const struct site_list *list, const char *path)
{
	struct cluster_stat stat;
	const int status = cluster_path_stat(list->cluster, path, &stat, list->err);

	if (status)
		return status;
	if (stat.kind == 'l')
		return list_link(list, path);
	if (stat.kind == 'f')
		return list_file(list, path, stat.mode);
	printf("directory %s %o\n", path, (unsigned)stat.mode);
	return list_directory(list, path);
}

static int list_directory(const struct site_list *list, const char *path)
{
	char **names = NULL;
	size_t count = 0;
	int status = cluster_dir_list(list->cluster, path, &names, &count, list->err);

	sort(names, count);
	for (size_t i = 0; i < count && !status; i++) {
		char inner[512];

		snprintf(inner, sizeof(inner), "%s%s%s", path, *path ? "/" : "", names[i]);
		status = list_path(list, inner);
	}
	cluster_names_free(names, count);
	return status;
}

static int list_all(const struct site_list *list)
{
	int status = list_namespaces(list);

	if (!status)
		status = list_directory(list, "");
	return status == ERR_NOT_FOUND ? 0 : status; /* no tree yet: nothing to list */
}

int main(int argc, char **argv)
{
	struct err err = {0};
	struct site_list list = {.err = &err};

	if (argc != 5) {
		fprintf(stderr, "usage: site_list CONF NAME PREFIX BOOT_ROOT\n");
		return 2;
	}
	const struct cluster_options options = {
		.conf = argv[1], .name = argv[2], .pool = "rbd", .fs = "cephfs", .boot_root = argv[4],
	};
	list.prefix = argv[3];
	int status = cluster_open(&options, &list.cluster, &err);
	if (!status)
		status = list_all(&list);
	if (status)
		fprintf(stderr, "site_list: %s\n", err.text);
	cluster_close(list.cluster);
	return status != 0;
}
