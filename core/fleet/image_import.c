#include "core/fleet/image_import.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "core/fleet/image_making.h"
#include "core/fleet/source.h"
#include "core/fleet/tool.h"

#define OCI_GROWS 4 /* times its packed size */
#define OCI_LEAST (4 * GIB)

/* Files become ext4: their own blocks, its tables, and room to work in. How much
 * an OCI image unpacks to nobody knows before. */
static int64_t room_for(const struct source *source)
{
	switch (source->kind) {
	case SOURCE_DISK:
		return source->size;
	case SOURCE_OCI:
		return 64 * MIB;
	default:
		return (source->size + source->size / 5 + 64 * MIB + MIB - 1) / MIB * MIB;
	}
}

static int64_t usual_size(const struct source *source)
{
	const int64_t room = source->kind == SOURCE_OCI ? OCI_GROWS * source->size : room_for(source);

	if (source->kind == SOURCE_DISK)
		return room;
	return source->kind == SOURCE_OCI && room < OCI_LEAST ? OCI_LEAST : (room + GIB - 1) / GIB * GIB;
}

static int import_size(const struct image_import *import, const struct source *source, struct making *making,
		       struct err *err)
{
	char wanted[SIZE_TEXT], least[SIZE_TEXT];
	const int64_t room = room_for(source);

	making->size = usual_size(source);
	if (!import->size)
		return 0;
	const int status = size_parse(import->size, "size", &making->size, err);
	if (!status && making->size < room)
		return err_field(err, "size", "size %s is too small for %s, which needs %s", size_format(making->size, wanted),
				 import->path, size_format(room, least));
	making->size = source->kind == SOURCE_DISK ? making->size : (making->size + MIB - 1) / MIB * MIB;
	return status;
}

static int check_tools(const struct source *source, struct err *err)
{
	if (source->kind != SOURCE_OCI)
		return source->kind == SOURCE_DISK ? 0 : tool_check("mkfs.ext4", err);
	const int status = tool_check("skopeo", err);
	return status ? status : tool_check("umoci", err);
}

static int check_kernel_files(const struct image_import *import, struct err *err)
{
	const char *const files[] = {import->kernel, import->initrd};
	static const char *const fields[] = {"kernel", "initrd"};

	if (!import->kernel != !import->initrd)
		return err_field(err, import->kernel ? "initrd" : "kernel", "a kernel and its initrd go together: give both "
				 "--kernel and --initrd");
	for (int i = 0; i < 2 && import->kernel; i++)
		if (access(files[i], R_OK))
			return err_field(err, fields[i], "%s %s can not be read: give a local file", fields[i], files[i]);
	return 0;
}

/* Into other file systems and encrypted ones berth can not look. */
static bool has_no_kernel(const struct source *source)
{
	return source->kind == SOURCE_DISK && source->content != CONTENT_EXT4;
}

static void add_take_kernel(struct plan *plan, const struct making *making, const struct image_import *import,
			    const struct source *source, const char *tree)
{
	char kernel[PATH_MAX], initrd[PATH_MAX];

	if (import->kernel && realpath(import->kernel, kernel) && realpath(import->initrd, initrd))
		plan_add(plan, "take-kernel", json_pack("{ss ss ss}", "dir", making->dir, "kernel", kernel, "initrd", initrd),
			 "take the kernel and initrd given");
	else if (*tree)
		plan_add(plan, "take-kernel", json_pack("{ss ss}", "dir", making->dir, "tree", tree),
			 "take the newest kernel and initrd from its /boot, if it has them");
	else if (has_no_kernel(source))
		plan_add(plan, "take-kernel", json_pack("{ss}", "dir", making->dir),
			 "take no kernel, for berth can not look into %s: without --kernel and --initrd no machine boots from it",
			 content_word(source->content));
	else
		plan_add(plan, "take-kernel", json_pack("{ss ss sb sI}", "dir", making->dir, "file", making->file, "qcow2",
							making->qcow2, "start", (json_int_t)making->start),
			 "take the newest kernel and initrd from its /boot, if it has them");
}

static void take_disk(struct making *making, const struct source *source, const char *path)
{
	text_copy(making->file, sizeof(making->file), path);
	making->qcow2 = source->qcow2;
	making->start = source->start;
	making->length = source->partition ? source->size : 0;
}

/* The steps to making->file. */
static void add_source(struct plan *plan, struct making *making, const struct source *source, const char *path,
		       const char *tree)
{
	struct stat info;
	const bool layout = !stat(path, &info) && S_ISDIR(info.st_mode);

	plan_add(plan, "work-dir", making_dir_args(making), "make the work directory %s", making->dir);
	if (source->kind == SOURCE_DISK) {
		take_disk(making, source, path);
		return;
	}
	if (source->kind == SOURCE_TAR)
		plan_add(plan, "unpack", json_pack("{ss ss}", "dir", making->dir, "file", path), "unpack %s, but for device nodes", path);
	else if (source->kind == SOURCE_OCI)
		plan_add(plan, "unpack-oci", json_pack("{ss ss sb}", "dir", making->dir, "file", path, "layout", layout),
			 "unpack the OCI image in %s with skopeo and umoci", path);
	plan_add(plan, "pack-root", json_pack("{ss ss sI}", "dir", making->dir, "source", tree, "size", (json_int_t)making->size),
		 "pack %s into an ext4 file system", source->kind == SOURCE_DIRECTORY ? path : "it");
}

static void source_words(const struct image_import *import, const struct source *source, char *out, size_t size)
{
	if (source->kind == SOURCE_DISK && source->partition)
		snprintf(out, size, "import %s, its partition %d", import->path, source->partition);
	else
		snprintf(out, size, "import %s", import->path);
}

static void add_import(struct fleet *fleet, struct plan *plan, struct making *making, const struct image_import *import,
		       const struct source *source, const char *path)
{
	char tree[600] = "", words[256];

	if (source->kind == SOURCE_DIRECTORY)
		text_copy(tree, sizeof(tree), path);
	else if (source->kind != SOURCE_DISK)
		snprintf(tree, sizeof(tree), "%s/root", making->dir);
	add_source(plan, making, source, path, tree);
	add_take_kernel(plan, making, import, source, tree);
	source_words(import, source, words, sizeof(words));
	making_add_image(fleet, plan, making, words);
}

/* The journal keeps it as JSON, which is UTF-8. */
static int take_path(const struct image_import *import, char path[PATH_MAX], struct err *err)
{
	json_t *json = realpath(import->path, path) ? json_string(path) : NULL;
	const bool good = json && strlen(path) < sizeof(((struct making *)0)->file);

	json_decref(json);
	return good ? 0 : err_field(err, "file", "the path of %s is too long, or no UTF-8: move it to another one", import->path);
}

int plan_image_import(struct fleet *fleet, const struct image_import *import, struct plans *out, struct err *err)
{
	char path[PATH_MAX];
	struct making making = {0};
	struct source source;
	int status = check_kernel_files(import, err);

	if (!status)
		status = source_inspect(import->path, &source, err);
	if (!status)
		status = import_size(import, &source, &making, err);
	const int64_t size = making.size;
	if (!status)
		status = making_name(fleet, import->name, &making, err);
	if (!status)
		status = making_check_room(fleet, size, err);
	if (!status)
		status = take_path(import, path, err);
	if (!status)
		status = check_tools(&source, err);
	if (status)
		return status;
	struct plan *plan = plans_add(out, "import", "image %s", making.image);
	add_import(fleet, plan, &making, import, &source, path);
	return 0;
}
