/*
 * What berth may have made in the cluster, one thing a line, for tests that
 * compare two moments: namespaces, images, snapshots, trash and keys whose names
 * begin with a prefix, and the boot tree with modes, sums of the contents, where
 * links lead and which snapshots a directory has. Keys themselves do not show,
 * but for the sums of the identities that hold them.
 */
#ifndef BERTH_TESTS_RIG_LISTING_H
#define BERTH_TESTS_RIG_LISTING_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/auth.h"
#include "core/ceph/cluster.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"

struct listing {
	struct cluster *cluster;
	const char *prefix;
	struct text *out;
	struct err *err;
};

static inline bool listing_is_ours(const struct listing *list, const char *name)
{
	return !strncmp(name, list->prefix, strlen(list->prefix));
}

static inline int listing_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void listing_sort(char **names, size_t count)
{
	if (count)
		qsort(names, count, sizeof(*names), listing_compare);
}

static inline int listing_snaps(const struct listing *list, const char *ns, const char *image)
{
	struct cluster_snap *snaps = NULL;
	size_t count = 0;
	const int status = cluster_snap_list(list->cluster, ns, image, &snaps, &count, list->err);

	for (size_t i = 0; i < count; i++)
		text_printf(list->out, "snapshot %s/%s@%s %" PRId64 "%s\n", ns, image, snaps[i].name, snaps[i].size,
			    snaps[i].protected ? " protected" : "");
	free(snaps);
	return status;
}

/* What berth keeps with the image, for a lost inventory. */
static inline int listing_note(const struct listing *list, const char *ns, const char *image)
{
	char *note = NULL;
	const int status = cluster_image_meta_get(list->cluster, ns, image, "berth", &note, list->err);

	if (!status)
		text_printf(list->out, "note %s/%s %s\n", ns, image, note);
	free(note);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static inline int listing_image(const struct listing *list, const char *ns, const char *image)
{
	struct cluster_image_info info;
	const int status = cluster_image_info(list->cluster, ns, image, &info, list->err);

	if (status)
		return status;
	text_printf(list->out, "image %s/%s %s %" PRId64 " of %s/%s@%s\n", ns, image, info.id, info.size, info.parent_ns,
		    info.parent, info.parent_snap);
	const int asked = listing_note(list, ns, image);
	return asked ? asked : listing_snaps(list, ns, image);
}

static inline int listing_images(const struct listing *list, const char *ns, bool all)
{
	struct cluster_trash *trash = NULL;
	char **names = NULL;
	size_t count = 0;
	int status = cluster_image_list(list->cluster, ns, &names, &count, list->err);

	listing_sort(names, count);
	for (size_t i = 0; i < count && !status; i++)
		if (all || listing_is_ours(list, names[i]))
			status = listing_image(list, ns, names[i]);
	cluster_names_free(names, count);
	count = 0;
	if (!status)
		status = cluster_trash_list(list->cluster, ns, &trash, &count, list->err);
	for (size_t i = 0; i < count; i++)
		if (all || listing_is_ours(list, trash[i].name))
			text_printf(list->out, "trash %s/%s %s\n", ns, trash[i].name, trash[i].id);
	free(trash);
	return status;
}

static inline int listing_keys(const struct listing *list)
{
	char **names = NULL, prefix[96];
	size_t count = 0;

	snprintf(prefix, sizeof(prefix), "client.berth.%s", list->prefix);
	int status = cluster_key_list(list->cluster, prefix, &names, &count, list->err);
	for (size_t i = 0; i < count && !status; i++) {
		struct cluster_caps caps = {0};

		status = cluster_key_get(list->cluster, names[i], NULL, &caps, list->err);
		text_printf(list->out, "key %s: mon %s; osd %s; mds %s\n", names[i], caps.mon, caps.osd, caps.mds);
	}
	cluster_names_free(names, count);
	return status;
}

static inline int listing_namespaces(const struct listing *list)
{
	char **names = NULL;
	size_t count = 0;
	int status = cluster_namespace_list(list->cluster, &names, &count, list->err);

	listing_sort(names, count);
	for (size_t i = 0; i < count && !status; i++) {
		if (!strcmp(names[i], "images"))
			status = listing_images(list, names[i], false);
		if (!listing_is_ours(list, names[i]))
			continue;
		text_printf(list->out, "namespace %s\n", names[i]);
		status = listing_images(list, names[i], true);
	}
	cluster_names_free(names, count);
	return status;
}

/* FNV-1a: the same bytes, the same sum. */
static inline uint64_t listing_sum(const char *bytes, size_t length)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
	return hash;
}

static inline int listing_link(const struct listing *list, const char *path)
{
	char target[256];
	const int status = cluster_link_read(list->cluster, path, target, sizeof(target), list->err);

	if (!status)
		text_printf(list->out, "link %s -> %s\n", path, target);
	return status;
}

static inline int listing_file(const struct listing *list, const char *path, int mode)
{
	char *bytes = NULL;
	size_t length = 0;
	const int status = cluster_file_read(list->cluster, path, &bytes, &length, list->err);

	if (!status)
		text_printf(list->out, "file %s %o %zu %016" PRIx64 "\n", path, (unsigned)mode, length, listing_sum(bytes, length));
	free(bytes);
	return status;
}

/* Only a boot dir has any. */
static inline int listing_dirsnaps(const struct listing *list, const char *path)
{
	const char *last = strrchr(path, '/');
	char **names = NULL;
	size_t count = 0;

	if (!last || strcmp(last, "/boot"))
		return 0;
	const int status = cluster_dirsnap_list(list->cluster, path, &names, &count, list->err);
	listing_sort(names, count);
	for (size_t i = 0; i < count; i++)
		text_printf(list->out, "snapshot %s@%s\n", path, names[i]);
	cluster_names_free(names, count);
	return status;
}

static inline int listing_directory(const struct listing *list, const char *path);

static inline int listing_path(const struct listing *list, const char *path)
{
	struct cluster_stat stat;
	const int status = cluster_path_stat(list->cluster, path, &stat, list->err);

	if (status)
		return status;
	if (stat.kind == 'l')
		return listing_link(list, path);
	if (stat.kind == 'f')
		return listing_file(list, path, stat.mode);
	text_printf(list->out, "directory %s %o\n", path, (unsigned)stat.mode);
	const int snaps = listing_dirsnaps(list, path);
	return snaps ? snaps : listing_directory(list, path);
}

static inline int listing_directory(const struct listing *list, const char *path)
{
	char **names = NULL;
	size_t count = 0;
	int status = cluster_dir_list(list->cluster, path, &names, &count, list->err);

	listing_sort(names, count);
	for (size_t i = 0; i < count && !status; i++) {
		char inner[512];

		snprintf(inner, sizeof(inner), "%s%s%s", path, *path ? "/" : "", names[i]);
		status = listing_path(list, inner);
	}
	cluster_names_free(names, count);
	return status;
}

static inline int listing_all(const struct listing *list)
{
	int status = listing_namespaces(list);

	if (!status)
		status = listing_keys(list);
	if (!status)
		status = listing_directory(list, "");
	return status == ERR_NOT_FOUND ? 0 : status; /* no tree yet: nothing to list */
}

static inline int site_listing(struct cluster *cluster, const char *prefix, struct text *out, struct err *err)
{
	const struct listing list = {.cluster = cluster, .prefix = prefix, .out = out, .err = err};

	return listing_all(&list);
}

#endif
