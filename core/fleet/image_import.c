#include "core/fleet/image_import.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "core/fleet/image_making.h"
#include "core/fleet/source.h"

static int import_size(const struct image_import *import, const struct source *source, struct making *making,
		       struct err *err)
{
	char wanted[SIZE_TEXT], least[SIZE_TEXT];
	int64_t room = source->size;

	/* A directory becomes ext4: its own tables, and room to work in. */
	if (source->kind == SOURCE_DIRECTORY)
		room = (source->size + source->size / 5 + 64 * MIB + MIB - 1) / MIB * MIB;
	making->size = source->kind == SOURCE_DIRECTORY ? (room + GIB - 1) / GIB * GIB : room;
	if (!import->size)
		return 0;
	const int status = size_parse(import->size, "size", &making->size, err);
	if (!status && making->size < room)
		return err_field(err, "size", "size %s is too small for %s, which needs %s", size_format(making->size, wanted),
				 import->path, size_format(room, least));
	return status;
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

static void add_take_kernel(struct plan *plan, const struct making *making, const struct image_import *import,
			    const struct source *source, const char *path)
{
	char kernel[PATH_MAX], initrd[PATH_MAX];

	if (import->kernel && realpath(import->kernel, kernel) && realpath(import->initrd, initrd))
		plan_add(plan, "take-kernel", json_pack("{ss ss ss}", "dir", making->dir, "kernel", kernel, "initrd", initrd),
			 "take the kernel and initrd given");
	else
		plan_add(plan, "take-kernel", json_pack("{ss ss}", "dir", making->dir,
							source->kind == SOURCE_DIRECTORY ? "tree" : "raw", path),
			 "take the newest kernel and initrd from its /boot, if it has them");
}

static void add_import(struct plan *plan, struct making *making, const struct image_import *import,
		       const struct source *source, const char *path)
{
	plan_add(plan, "work-dir", making_dir_args(making), "make the work directory %s", making->dir);
	if (source->kind == SOURCE_DIRECTORY)
		plan_add(plan, "pack-root", json_pack("{ss ss sI}", "dir", making->dir, "source", path,
						      "size", (json_int_t)making->size), "pack %s into an ext4 file system", path);
	else if (source->kind == SOURCE_QCOW2)
		plan_add(plan, "convert", json_pack("{ss ss}", "dir", making->dir, "file", path), "unpack %s", path);
	else
		text_copy(making->raw, sizeof(making->raw), path);
	add_take_kernel(plan, making, import, source, source->kind == SOURCE_DIRECTORY ? path : making->raw);
}

int plan_image_import(struct fleet *fleet, const struct image_import *import, struct plans *out, struct err *err)
{
	char path[PATH_MAX], source_words[256];
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
	if (status)
		return status;
	if (!realpath(import->path, path) || strlen(path) >= sizeof(making.raw))
		return err_field(err, "file", "the path of %s is too long: move it to a shorter one", import->path);
	snprintf(source_words, sizeof(source_words), "import %s", import->path);
	struct plan *plan = plans_add(out, "import", "image %s", making.image);
	add_import(plan, &making, import, &source, path);
	making_add_image(fleet, plan, &making, source_words);
	return 0;
}
