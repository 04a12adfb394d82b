#include "core/fleet/meta.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/image.h"
#include "core/fleet/internal.h"
#include "core/fleet/record.h"
#include "core/fleet/step.h"
#include "db/host.h"
#include "db/image.h"
#include "db/point.h"
#include "db/root.h"

json_t *meta_of_host(struct fleet *fleet, const char *name, struct err *err)
{
	struct point *points = NULL;
	size_t count = 0;
	struct host host;
	struct root root;
	int status = host_by_name(fleet->db, name, &host, err);

	if (!status)
		status = root_by_host(fleet->db, host.id, &root, err);
	if (!status)
		status = point_list(fleet->db, host.id, &points, &count, err);
	if (status)
		return NULL;
	json_t *list = json_array();
	for (size_t i = count; i > 0; i--)
		json_array_append_new(list, record_of_point(&points[i - 1]));
	free(points);
	return json_pack("{so so so}", "host", record_of_host(&host), "root", record_of_root(&root), "points", list);
}

json_t *meta_of_image(struct fleet *fleet, const char *name, struct err *err)
{
	struct release *releases = NULL;
	struct image image;
	size_t count = 0;
	int status = image_by_name(fleet->db, name, &image, err);

	if (!status)
		status = release_list(fleet->db, name, &releases, &count, err);
	if (status)
		return NULL;
	json_t *list = json_array();
	for (size_t i = count; i > 0; i--)
		json_array_append_new(list, record_of_release(&releases[i - 1]));
	free(releases);
	json_t *meta = json_pack("{sI ss sI so}", "size", (json_int_t)image.size, "source", image.source,
				 "created", (json_int_t)image.created, "releases", list);
	if (meta && *image.recipe)
		json_object_set_new(meta, "recipe", json_string(image.recipe));
	return meta;
}

void plan_add_host_meta(struct plan *plan, const char *host)
{
	plan_add(plan, "host-meta", json_pack("{ss}", "host", host), "keep what the inventory knows with the root of %s", host);
}

void plan_add_image_meta(struct plan *plan, const char *image)
{
	plan_add(plan, "image-meta", json_pack("{ss}", "image", image), "keep what the inventory knows with image %s", image);
}

static int meta_read(struct fleet *fleet, const char *ns, const char *image, json_t **out, struct err *err)
{
	struct cluster *cluster;
	char *text = NULL;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = cluster_image_meta_get(cluster, ns, image, META_KEY, &text, err);
	if (status)
		return status;
	*out = json_loads(text, 0, NULL);
	free(text);
	return *out ? 0 : err_set(err, ERR_FAILED, "the metadata of %s/%s/%s is damaged: it is no JSON", fleet->site.pool, ns, image);
}

bool meta_knows_root(struct fleet *fleet, const char *host, const char *rbd_id)
{
	json_t *meta = NULL;
	struct err ignored;

	meta_read(fleet, host, ROOT_IMAGE, &meta, &ignored);
	const char *known = json_string_value(json_object_get(json_object_get(meta, "root"), "rbd_id"));
	const bool knows = known && !strcmp(known, rbd_id);
	json_decref(meta);
	return knows;
}

static int take_releases(struct fleet *fleet, const char *image, int64_t image_id, const json_t *list, struct err *err)
{
	struct release found;
	json_t *json;
	size_t i;
	int status = 0;

	json_array_foreach(list, i, json) {
		struct release release = {.image_id = image_id};

		record_apply_release(json, &release);
		if (!status && release_find(fleet->db, image, release.name, &found, err) == ERR_NOT_FOUND)
			status = release_insert(fleet->db, &release, err);
	}
	return status;
}

static int insert_image(struct fleet *fleet, const char *name, const json_t *meta, struct err *err)
{
	struct image image = {0};
	int status = image_by_name(fleet->db, name, &image, err);

	if (status == ERR_NOT_FOUND) {
		image = (struct image){.size = json_integer_value(json_object_get(meta, "size")),
				       .created = json_integer_value(json_object_get(meta, "created"))};
		text_copy(image.name, sizeof(image.name), name);
		if (json_is_string(json_object_get(meta, "source")))
			text_copy(image.source, sizeof(image.source), json_string_value(json_object_get(meta, "source")));
		if (json_is_string(json_object_get(meta, "recipe")))
			text_copy(image.recipe, sizeof(image.recipe), json_string_value(json_object_get(meta, "recipe")));
		status = image_insert(fleet->db, &image, err);
	}
	return status ? status : take_releases(fleet, name, image.id, json_object_get(meta, "releases"), err);
}

/* Both halves of a taking are one transaction. */
static int in_transaction(struct fleet *fleet, const char *name, const json_t *meta,
			  int (*insert)(struct fleet *fleet, const char *name, const json_t *meta, struct err *err),
			  struct err *err)
{
	int status = db_begin(fleet->db, err);

	if (!status)
		status = insert(fleet, name, meta, err);
	if (!status)
		status = db_commit(fleet->db, err);
	if (status)
		db_rollback(fleet->db);
	return status;
}

int meta_take_image(struct fleet *fleet, const char *name, struct err *err)
{
	json_t *meta = NULL;
	int status = meta_read(fleet, IMAGES_NAMESPACE, name, &meta, err);

	if (!status)
		status = in_transaction(fleet, name, meta, insert_image, err);
	json_decref(meta);
	return status;
}

static int take_points(struct fleet *fleet, int64_t host_id, const json_t *list, struct err *err)
{
	struct point found;
	json_t *json;
	size_t i;
	int status = 0;

	json_array_foreach(list, i, json) {
		struct point point = {.host_id = host_id};

		record_apply_point(json, &point);
		if (!status && point_find(fleet->db, host_id, point.name, &found, err) == ERR_NOT_FOUND)
			status = point_insert(fleet->db, &point, err);
	}
	return status;
}

/* A host whose name, MAC or UUID the inventory has meanwhile is not taken: the
 * error of host_insert says which. */
static int insert_host(struct fleet *fleet, const char *name, const json_t *meta, struct err *err)
{
	struct host host = {0};
	struct root root = {0};
	int status = host_by_name(fleet->db, name, &host, err);

	if (status == ERR_NOT_FOUND) {
		host = (struct host){0};
		record_apply_host(json_object_get(meta, "host"), &host);
		status = strcmp(host.name, name)
		       ? err_set(err, ERR_FAILED, "the root in namespace %s says that it belongs to host %s", name, host.name)
		       : host_insert(fleet->db, &host, err);
	}
	record_apply_root(json_object_get(meta, "root"), &root);
	root.host_id = host.id;
	if (!status)
		status = root_put(fleet->db, &root, err);
	return status ? status : take_points(fleet, host.id, json_object_get(meta, "points"), err);
}

int meta_take_host(struct fleet *fleet, const char *ns, struct err *err)
{
	json_t *meta = NULL;
	int status = meta_read(fleet, ns, ROOT_IMAGE, &meta, err);

	if (!status)
		status = in_transaction(fleet, ns, meta, insert_host, err);
	json_decref(meta);
	return status;
}

/* host-meta {host}, image-meta {image} */

static int meta_look(struct step *step, const char *ns, const char *image, bool *kept, struct err *err)
{
	struct cluster *cluster;
	char *text = NULL;
	int status = fleet_cluster(step->fleet, &cluster, err);

	*kept = false;
	if (!status)
		status = cluster_image_meta_get(cluster, ns, image, META_KEY, &text, err);
	json_t *old = text ? json_string(text) : NULL;
	if (old)
		step_note(step, "meta", old);
	free(text);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int meta_write(struct step *step, const char *ns, const char *image, const char *text, struct err *err)
{
	struct cluster *cluster;
	const int status = fleet_cluster(step->fleet, &cluster, err);

	return status ? status : cluster_image_meta_set(cluster, ns, image, META_KEY, text, err);
}

static int meta_write_json(struct step *step, const char *ns, const char *image, json_t *meta, struct err *err)
{
	if (!meta)
		return err->code;
	char *text = json_dumps(meta, JSON_COMPACT | JSON_SORT_KEYS);
	const int status = meta_write(step, ns, image, text, err);
	free(text);
	json_decref(meta);
	return status;
}

/* What was there before goes back; where there was nothing, what is there tells no lie. */
static int meta_restore(struct step *step, const char *ns, const char *image, struct err *err)
{
	const char *text = step_noted(step, "meta");
	const int status = *text ? meta_write(step, ns, image, text, err) : 0;

	return status == ERR_NOT_FOUND ? 0 : status;
}

static int host_meta_look(struct step *step, bool *kept, struct err *err)
{
	return meta_look(step, step_arg(step, "host"), ROOT_IMAGE, kept, err);
}

static int host_meta_run(struct step *step, struct err *err)
{
	const char *host = step_arg(step, "host");

	return meta_write_json(step, host, ROOT_IMAGE, meta_of_host(step->fleet, host, err), err);
}

static int host_meta_undo(struct step *step, struct err *err)
{
	return meta_restore(step, step_arg(step, "host"), ROOT_IMAGE, err);
}

static int image_meta_look(struct step *step, bool *kept, struct err *err)
{
	return meta_look(step, IMAGES_NAMESPACE, step_arg(step, "image"), kept, err);
}

static int image_meta_run(struct step *step, struct err *err)
{
	const char *image = step_arg(step, "image");

	return meta_write_json(step, IMAGES_NAMESPACE, image, meta_of_image(step->fleet, image, err), err);
}

static int image_meta_undo(struct step *step, struct err *err)
{
	return meta_restore(step, IMAGES_NAMESPACE, step_arg(step, "image"), err);
}

/* meta-take {host} or {image}: what the cluster has and the inventory lost. */

static int meta_take_run(struct step *step, struct err *err)
{
	return *step_arg(step, "host") ? meta_take_host(step->fleet, step_arg(step, "host"), err)
				       : meta_take_image(step->fleet, step_arg(step, "image"), err);
}

const struct step_kind meta_steps[] = {
	{"host-meta", host_meta_look, host_meta_run, host_meta_undo},
	{"image-meta", image_meta_look, image_meta_run, image_meta_undo},
	{"meta-take", NULL, meta_take_run, NULL},
	{0},
};
