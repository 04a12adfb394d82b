#include "core/fleet/release.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/name.h"
#include "core/boot/tree.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/fleet/internal.h"
#include "core/fleet/packages.h"
#include "db/host.h"
#include "db/point.h"

int release_typed(struct fleet *fleet, const char *typed, struct release *out, struct err *err)
{
	char image[NAME_SIZE], release[NAME_SIZE];
	const int status = name_parse_image_release(typed, image, release, err);

	if (!status && !*release)
		return err_field(err, "image", "%s is given without a release: name one as %s@RELEASE", image, image);
	return status ? status : release_find(fleet->db, image, release, out, err);
}

int release_packages(struct fleet *fleet, const char *image, const char *release, char **list, struct err *err)
{
	struct cluster *cluster;
	char path[TREE_PATH];
	size_t length;
	int status = fleet_cluster(fleet, &cluster, err);

	*list = NULL;
	if (!status)
		status = cluster_file_read(cluster, tree_release_packages(image, release, path), list, &length, err);
	if (status == ERR_NOT_FOUND)
		return err_set(err, ERR_NOT_FOUND, "%s@%s has no list of packages: its system has no dpkg, berth could not look "
			       "into it, or an older berth froze it", image, release);
	return status;
}

static int has_packages(struct cluster *cluster, const char *image, const char *release, bool *has, struct err *err)
{
	struct cluster_stat stat;
	char path[TREE_PATH];
	const int status = cluster_path_stat(cluster, tree_release_packages(image, release, path), &stat, err);

	*has = !status;
	return status == ERR_NOT_FOUND ? 0 : status;
}

int release_packages_now(struct fleet *fleet, const char *image, const char *last, const char **from, struct err *err)
{
	struct cluster_stat stat;
	struct cluster *cluster;
	char next[TREE_PATH];
	bool has = false;
	int status = fleet_cluster(fleet, &cluster, err);

	*from = "";
	if (status)
		return status;
	/* A shell has been in it, so the last release's list does not count any more. */
	status = cluster_path_stat(cluster, tree_release(image, TREE_NEXT, next), &stat, err);
	if (status && status != ERR_NOT_FOUND)
		return status;
	const char *candidate = status ? last : TREE_NEXT;
	status = *candidate ? has_packages(cluster, image, candidate, &has, err) : 0;
	if (!status && has)
		*from = candidate;
	return status;
}

int release_note(struct fleet *fleet, const char *image, const char *last, const char *from, char out[RELEASE_NOTE], struct err *err)
{
	char *old = NULL, *new = NULL;
	int status;

	out[0] = '\0';
	if (!*last || !*from)
		return 0;
	status = release_packages(fleet, image, last, &old, err);
	if (!status)
		status = release_packages(fleet, image, from, &new, err);
	if (!status)
		packages_summary(old, new, out);
	free(old);
	free(new);
	return status == ERR_NOT_FOUND ? 0 : status;
}

/* What stands on releases, as many in words as a screen holds. */
#define WORDS_BYTES 640
struct users {
	struct text words;
	size_t count, named;
};

static void add_user(struct users *users, const char *kind, const char *name)
{
	users->count++;
	if (users->words.length + strlen(kind) + strlen(name) + 3 > WORDS_BYTES)
		return;
	text_printf(&users->words, "%s%s %s", users->named++ ? ", " : "", kind, name);
}

/* A root is called NAMESPACE/root, and stays so in the trash. */
static void add_clone(struct users *users, const char *name)
{
	const char *trash = strstr(name, CLUSTER_IN_TRASH);
	const size_t length = trash ? (size_t)(trash - name) : strlen(name);
	char plain[256];

	snprintf(plain, sizeof(plain), "%.*s", (int)length, name);
	add_user(users, trash ? "former root" : "root", plain);
}

static int add_clones(struct fleet *fleet, const char *image, const char *release, struct users *users, struct err *err)
{
	struct cluster *cluster;
	char **names = NULL;
	size_t count = 0;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = cluster_snap_children(cluster, IMAGES_NAMESPACE, image, release, &names, &count, err);
	for (size_t i = 0; i < count; i++)
		add_clone(users, names[i]);
	cluster_names_free(names, count);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int add_points(struct fleet *fleet, const struct release *release, struct users *users, struct err *err)
{
	struct point_user *points = NULL;
	size_t count = 0;
	const int status = point_users(fleet->db, release->id, &points, &count, err);

	for (size_t i = 0; i < count; i++) {
		char name[160];

		snprintf(name, sizeof(name), "%s of %s", points[i].name, points[i].host);
		add_user(users, "restore point", name);
	}
	free(points);
	return status;
}

static int refuse_users(const char *what, const struct users *users, struct err *err)
{
	char more[40] = "";

	if (users->count > users->named)
		snprintf(more, sizeof(more), " and %zu more", users->count - users->named);
	return err_set(err, ERR_REFUSED, "%s is still needed by %s%s: give those hosts another root (`berth host assign`), remove "
		       "those restore points (`berth snap rm`), and let former roots go", what, users->words.data, more);
}

int release_check_unused(struct fleet *fleet, const char *image, const char *release, struct err *err)
{
	struct release *list = NULL;
	struct users users = {0};
	char what[160];
	size_t count = 0;
	int status = release_list(fleet->db, image, &list, &count, err);

	for (size_t i = 0; i < count && !status; i++) {
		if (*release && strcmp(release, list[i].name) != 0)
			continue;
		status = add_clones(fleet, image, list[i].name, &users, err);
		if (!status)
			status = add_points(fleet, &list[i], &users, err);
	}
	snprintf(what, sizeof(what), "%s%s%s", image, *release ? "@" : "", release);
	if (!status && users.count)
		status = refuse_users(what, &users, err);
	text_free(&users.words);
	free(list);
	return status;
}
