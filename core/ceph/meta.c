/*
 * Metadata of an image's header by its object class: librbd would first take
 * the exclusive lock away from the machine that runs on the image. The class
 * methods take and give Ceph's encodings (src/cls/rbd/cls_rbd.cc, metadata_set
 * and metadata_get): lengths are 32 bits, little-endian.
 */
#include <endian.h>
#include <errno.h>
#include <rbd/librbd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/image.h"
#include "core/ceph/opened.h"

#define VALUE_MAX (256 * 1024)
#define HEADER_NAME 80

static void add_number(struct text *text, size_t number)
{
	const uint32_t bytes = htole32((uint32_t)number);

	text_append(text, (const char *)&bytes, sizeof(bytes));
}

static void add_string(struct text *text, const char *string)
{
	add_number(text, strlen(string));
	text_append(text, string, strlen(string));
}

static int header_name(struct opened *image, char out[HEADER_NAME])
{
	char id[64];
	const int rc = rbd_get_id(image->handle, id, sizeof(id));

	snprintf(out, HEADER_NAME, "rbd_header.%s", rc ? "" : id);
	return rc;
}

int cluster_image_meta_set(struct cluster *c, const char *ns, const char *name,
			   const char *key, const char *value, struct err *err)
{
	char header[HEADER_NAME], none[1];
	struct opened image;
	struct text input = {0};
	int status = image_open(c, ns, name, IMAGE_READ, &image, err);

	if (status)
		return status;
	add_number(&input, 1); /* a map of one */
	add_string(&input, key);
	add_string(&input, value);
	int rc = header_name(&image, header);
	if (!rc)
		rc = rados_exec(image.pool.io, header, "rbd", "metadata_set", input.data, input.length, none, sizeof(none));
	if (rc < 0)
		status = pool_error(&image.pool, err, rc, "given metadata", name, NULL);
	text_free(&input);
	image_close(&image);
	return status;
}

static char *decode_string(const char *bytes, size_t length)
{
	uint32_t size;

	if (length < sizeof(size))
		return NULL;
	memcpy(&size, bytes, sizeof(size));
	size = le32toh(size);
	if (size > length - sizeof(size))
		return NULL;
	char *string = xcalloc(1, (size_t)size + 1);
	memcpy(string, bytes + sizeof(size), size);
	return string;
}

int cluster_image_meta_get(struct cluster *c, const char *ns, const char *name,
			   const char *key, char **out, struct err *err)
{
	char header[HEADER_NAME];
	struct opened image;
	struct text input = {0};
	int status = image_open(c, ns, name, IMAGE_READ, &image, err);

	*out = NULL;
	if (status)
		return status;
	char *answer = xcalloc(1, VALUE_MAX);
	add_string(&input, key);
	int rc = header_name(&image, header);
	if (!rc)
		rc = rados_exec(image.pool.io, header, "rbd", "metadata_get", input.data, input.length, answer, VALUE_MAX);
	if (rc >= 0)
		*out = decode_string(answer, (size_t)rc);
	if (rc < 0)
		status = pool_error(&image.pool, err, rc, "asked for its metadata", name, NULL);
	else if (!*out)
		status = err_set(err, ERR_FAILED, "the metadata of %s/%s is not understood", ns, name);
	text_free(&input);
	free(answer);
	image_close(&image);
	return status;
}
