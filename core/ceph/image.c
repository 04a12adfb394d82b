#include "core/ceph/image.h"

#include <errno.h>
#include <rbd/features.h>
#include <rbd/librbd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "core/ceph/aside.h"
#include "core/ceph/internal.h"
#include "core/ceph/opened.h"

#define IMAGE_FEATURES (RBD_FEATURE_LAYERING | RBD_FEATURE_EXCLUSIVE_LOCK | RBD_FEATURE_DEEP_FLATTEN)

/* Exactly our features, whatever rbd_default_features says on this machine. */
static rbd_image_options_t image_options(void)
{
	rbd_image_options_t options;

	rbd_image_options_create(&options);
	if (rbd_image_options_set_uint64(options, RBD_IMAGE_OPTION_FORMAT, 2) ||
	    rbd_image_options_set_uint64(options, RBD_IMAGE_OPTION_FEATURES, IMAGE_FEATURES))
		abort();
	return options;
}

struct making {
	int (*make)(const struct making *making, const char *name);
	const struct pool *to;
	rbd_image_options_t options;
	uint64_t size;
	const struct pool *from; /* of a clone */
	const char *parent, *snap;
};

/* librbd finds an image by the directory, but makes its id object first: cut
 * short between the two, there is nothing to it but that. */
int image_remove_aside(rados_ioctx_t io, const char *name)
{
	struct text id = {0};
	int rc = rbd_remove(io, name);

	if (rc != -ENOENT)
		return rc;
	text_printf(&id, "rbd_id.%s", name);
	rc = rados_remove(io, id.data);
	text_free(&id);
	return rc == -ENOENT ? 0 : rc;
}

/* librbd makes an image in many requests. One that was cut short has a name and
 * may lack anything else, so an image gets its name when it is whole. */
static int make_whole(const struct making *making, const char *name)
{
	struct text aside = {0};
	rados_ioctx_t io = making->to->io;

	text_printf(&aside, ASIDE_PREFIX "%s", name);
	int rc = making->make(making, aside.data);
	if (rc == -EEXIST) {
		rc = image_remove_aside(io, aside.data);
		if (!rc)
			rc = making->make(making, aside.data);
	}
	if (!rc) {
		rc = rbd_rename(io, aside.data, name);
		if (rc < 0)
			image_remove_aside(io, aside.data);
	}
	text_free(&aside);
	return rc;
}

static int make_empty(const struct making *making, const char *name)
{
	return rbd_create4(making->to->io, name, making->size, making->options);
}

int cluster_image_create(struct cluster *c, const char *ns, const char *name, int64_t size, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, ns, &pool, err);

	if (status)
		return status;
	const struct making making = {.make = make_empty, .to = &pool, .options = image_options(), .size = (uint64_t)size};
	const int rc = make_whole(&making, name);
	if (rc < 0)
		status = pool_error(&pool, err, rc, "made", name, NULL);
	rbd_image_options_destroy(making.options);
	pool_close(&pool);
	return status;
}

static int make_clone(const struct making *making, const char *name)
{
	return rbd_clone3(making->from->io, making->parent, making->snap, making->to->io, name, making->options);
}

static int clone_into(struct pool *from, struct pool *to, const char *parent, const char *snap,
		      const char *name, struct err *err)
{
	const struct making making = {.make = make_clone, .to = to, .options = image_options(),
				      .from = from, .parent = parent, .snap = snap};

	if (rbd_image_options_set_uint64(making.options, RBD_IMAGE_OPTION_CLONE_FORMAT, 2))
		abort();
	const int rc = make_whole(&making, name);
	rbd_image_options_destroy(making.options);
	if (rc == -ENOENT)
		return pool_error(from, err, rc, "cloned", parent, snap);
	return rc < 0 ? pool_error(to, err, rc, "made as a clone", name, NULL) : 0;
}

int cluster_image_clone(struct cluster *c, const char *parent_ns, const char *parent,
			const char *snap, const char *ns, const char *name, struct err *err)
{
	struct pool from, to;
	int status = pool_open(c, parent_ns, &from, err);

	if (status)
		return status;
	status = pool_open(c, ns, &to, err);
	if (!status) {
		status = clone_into(&from, &to, parent, snap, name, err);
		pool_close(&to);
	}
	pool_close(&from);
	return status;
}

static int read_parent(rbd_image_t image, struct cluster_image_info *out)
{
	rbd_linked_image_spec_t parent = {0};
	rbd_snap_spec_t snap = {0};
	const int rc = rbd_get_parent(image, &parent, &snap);

	if (rc == 0) {
		text_copy(out->parent_ns, sizeof(out->parent_ns), parent.pool_namespace);
		text_copy(out->parent, sizeof(out->parent), parent.image_name);
		text_copy(out->parent_snap, sizeof(out->parent_snap), snap.name);
		rbd_linked_image_spec_cleanup(&parent);
		rbd_snap_spec_cleanup(&snap);
	}
	return rc == -ENOENT ? 0 : rc;
}

static int read_info(rbd_image_t image, struct cluster_image_info *out)
{
	struct timespec created = {0};
	uint64_t size = 0;
	int rc = rbd_get_id(image, out->id, sizeof(out->id));

	if (rc >= 0)
		rc = rbd_get_size(image, &size);
	if (rc >= 0)
		rc = rbd_get_features(image, &out->features);
	if (rc >= 0)
		rc = rbd_get_create_timestamp(image, &created);
	if (rc >= 0)
		rc = read_parent(image, out);
	out->features &= ~(uint64_t)RBD_FEATURE_OPERATIONS; /* librbd's own: "is a clone" */
	out->size = (int64_t)size;
	out->created = (int64_t)created.tv_sec;
	return rc;
}

int cluster_image_info(struct cluster *c, const char *ns, const char *name,
		       struct cluster_image_info *out, struct err *err)
{
	struct opened image;
	int status = image_open(c, ns, name, IMAGE_READ, &image, err);

	*out = (struct cluster_image_info){0};
	if (status)
		return status;
	const int rc = read_info(image.handle, out);
	if (rc < 0)
		status = pool_error(&image.pool, err, rc, "read", name, NULL);
	image_close(&image, status);
	return status;
}

int images_list(const struct pool *pool, bool aside, struct names *names)
{
	rbd_image_spec_t *images = NULL;
	size_t count = 64;
	int rc;

	do {
		images = xrealloc(images, count * sizeof(*images));
		rc = rbd_list2(pool->io, images, &count);
	} while (rc == -ERANGE);
	for (size_t i = 0; rc >= 0 && i < count; i++)
		if (aside_is(images[i].name) == aside)
			names_add(names, images[i].name);
	if (rc >= 0)
		rbd_image_spec_list_cleanup(images, count);
	free(images);
	return rc;
}

int cluster_image_list(struct cluster *c, const char *ns, char ***out, size_t *count, struct err *err)
{
	struct names names = {0};
	struct pool pool;
	int status = pool_open(c, ns, &pool, err);

	*out = NULL;
	*count = 0;
	if (status)
		return status;
	const int rc = images_list(&pool, false, &names);
	if (rc < 0)
		status = pool_error(&pool, err, rc, "listed", NULL, NULL);
	pool_close(&pool);
	names_give(&names, out, count);
	return status;
}
