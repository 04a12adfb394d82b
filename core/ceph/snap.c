/* Snapshots of images, and their clones. */
#include "core/ceph/image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "core/ceph/opened.h"

static int on_image(struct cluster *c, const char *ns, const char *name, const char *snap, const char *verb,
		    int (*act)(rbd_image_t image, const char *snap), struct err *err)
{
	struct opened image;
	int status = image_open(c, ns, name, IMAGE_WRITE, &image, err);

	if (status)
		return status;
	const int rc = act(image.handle, snap);
	if (rc < 0)
		status = pool_error(&image.pool, err, rc, verb, name, snap);
	image_close(&image, status);
	return status;
}

int cluster_snap_create(struct cluster *c, const char *ns, const char *name, const char *snap, struct err *err)
{
	return on_image(c, ns, name, snap, "made", rbd_snap_create, err);
}

static int protect(rbd_image_t image, const char *snap)
{
	int protected = 0;
	const int rc = rbd_snap_is_protected(image, snap, &protected);

	return rc < 0 || protected ? rc : rbd_snap_protect(image, snap);
}

int cluster_snap_protect(struct cluster *c, const char *ns, const char *name, const char *snap, struct err *err)
{
	return on_image(c, ns, name, snap, "protected", protect, err);
}

/* librbd lets a snapshot with clones of format 2 be unprotected and removed (it
 * goes to a trash of its own): we do not. */
static int refuse_with_clones(struct cluster *c, const char *ns, const char *name, const char *snap, struct err *err)
{
	char **clones;
	size_t count;
	int status = cluster_snap_children(c, ns, name, snap, &clones, &count, err);

	if (!status && count)
		status = err_set(err, ERR_REFUSED, "%s%s%s@%s has %zu clone%s, the first is %s: remove them first",
				 ns, *ns ? "/" : "", name, snap, count, count == 1 ? "" : "s", clones[0]);
	cluster_names_free(clones, count);
	return status;
}

static int unprotect(rbd_image_t image, const char *snap)
{
	int protected = 0;
	const int rc = rbd_snap_is_protected(image, snap, &protected);

	return rc < 0 || !protected ? rc : rbd_snap_unprotect(image, snap);
}

int cluster_snap_unprotect(struct cluster *c, const char *ns, const char *name, const char *snap, struct err *err)
{
	const int status = refuse_with_clones(c, ns, name, snap, err);

	return status ? status : on_image(c, ns, name, snap, "unprotected", unprotect, err);
}

int cluster_snap_remove(struct cluster *c, const char *ns, const char *name, const char *snap, struct err *err)
{
	int status = refuse_with_clones(c, ns, name, snap, err);

	if (!status)
		status = on_image(c, ns, name, snap, "removed", rbd_snap_remove, err);
	return status == ERR_NOT_FOUND ? 0 : status;
}

rbd_snap_info_t *snaps_list_raw(rbd_image_t image, int *count)
{
	rbd_snap_info_t *snaps = NULL;
	int room = 16;

	do {
		snaps = xrealloc(snaps, (size_t)room * sizeof(*snaps));
		*count = rbd_snap_list(image, snaps, &room);
	} while (*count == -ERANGE);
	return snaps;
}

/* 1: a snapshot that somebody made; 0: librbd's own (group, trash). */
static int read_snap(rbd_image_t image, const rbd_snap_info_t *raw, struct cluster_snap *out)
{
	rbd_snap_namespace_type_t type;
	struct timespec created = {0};
	int protected = 0;
	int rc = rbd_snap_get_namespace_type(image, raw->id, &type);

	if (rc < 0 || type != RBD_SNAP_NAMESPACE_TYPE_USER)
		return rc < 0 ? rc : 0;
	rc = rbd_snap_get_timestamp(image, raw->id, &created);
	if (rc >= 0)
		rc = rbd_snap_is_protected(image, raw->name, &protected);
	if (rc < 0)
		return rc;
	*out = (struct cluster_snap){.id = raw->id, .size = (int64_t)raw->size,
				     .created = (int64_t)created.tv_sec, .protected = protected};
	text_copy(out->name, sizeof(out->name), raw->name);
	return 1;
}

int snaps_read(rbd_image_t image, struct cluster_snap **out, size_t *count)
{
	int raw_count, rc = 0;
	rbd_snap_info_t *raw = snaps_list_raw(image, &raw_count);

	if (raw_count < 0) {
		free(raw);
		return raw_count;
	}
	*out = xcalloc((size_t)raw_count + 1, sizeof(**out));
	for (int i = 0; i < raw_count && rc >= 0; i++) {
		rc = read_snap(image, &raw[i], &(*out)[*count]);
		*count += rc > 0;
	}
	if (raw_count > 0)
		rbd_snap_list_end(raw);
	free(raw);
	return rc;
}

int cluster_snap_list(struct cluster *c, const char *ns, const char *name,
		      struct cluster_snap **out, size_t *count, struct err *err)
{
	struct opened image;
	int status = image_open(c, ns, name, IMAGE_READ, &image, err);

	*out = NULL;
	*count = 0;
	if (status)
		return status;
	const int rc = snaps_read(image.handle, out, count);
	if (rc < 0) {
		status = pool_error(&image.pool, err, rc, "asked for its snapshots", name, NULL);
		free(*out);
		*out = NULL;
		*count = 0;
	}
	image_close(&image, status);
	return status;
}

static void add_child(struct names *names, const rbd_linked_image_spec_t *child)
{
	char name[256];

	snprintf(name, sizeof(name), "%s%s%s%s", child->pool_namespace, *child->pool_namespace ? "/" : "", child->image_name,
		 child->trash ? CLUSTER_IN_TRASH : "");
	names_add(names, name);
}

int snap_read_children(rbd_image_t image, const char *snap, struct names *names)
{
	rbd_linked_image_spec_t *children = NULL;
	size_t count = 16;
	int rc = rbd_snap_set(image, snap);

	if (rc < 0)
		return rc;
	do {
		children = xrealloc(children, count * sizeof(*children));
		rc = rbd_list_children3(image, children, &count);
	} while (rc == -ERANGE);
	for (size_t i = 0; rc >= 0 && i < count; i++)
		add_child(names, &children[i]);
	if (rc >= 0)
		rbd_linked_image_spec_list_cleanup(children, count);
	free(children);
	return rc;
}

int cluster_snap_children(struct cluster *c, const char *ns, const char *name, const char *snap,
			  char ***out, size_t *count, struct err *err)
{
	struct names names = {0};
	struct opened image;
	int status = image_open(c, ns, name, IMAGE_READ, &image, err);

	*out = NULL;
	*count = 0;
	if (status)
		return status;
	const int rc = snap_read_children(image.handle, snap, &names);
	if (rc < 0)
		status = pool_error(&image.pool, err, rc, "asked for its clones", name, snap);
	image_close(&image, status);
	names_give(&names, out, count);
	return status;
}
