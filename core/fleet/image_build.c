#include "core/fleet/image_build.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "core/fleet/image_making.h"

static int check_list(const char *value, const char *field, struct err *err)
{
	/* What mmdebstrap takes for a package, suite or mirror, and no option. */
	if (*value == '-' || value[strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.,_:/@~%")])
		return err_field(err, field, "%s '%s' has a character that it can not have: give names of letters, digits "
				 "and + - . :", field, value);
	return 0;
}

static int check_build(const struct image_build *build, struct making *making, struct err *err)
{
	int status = check_list(build->suite, "suite", err);

	if (!status && !*build->suite)
		status = err_field(err, "suite", "the suite is empty: give one, such as bookworm");
	if (!status && build->mirror)
		status = check_list(build->mirror, "mirror", err);
	if (!status && build->include)
		status = check_list(build->include, "include", err);
	if (!status)
		status = size_parse(build->size ? build->size : "4G", "size", &making->size, err);
	if (!status && making->size < GIB)
		status = err_field(err, "size", "size %s is too small for a root file system: give at least 1G", build->size);
	making->size = (making->size + MIB - 1) / MIB * MIB;
	return status;
}

int plan_image_build(struct fleet *fleet, const struct image_build *build, struct plans *out, struct err *err)
{
	struct making making = {0};
	char tree[600], source[256];
	int status = check_build(build, &making, err);

	if (!status)
		status = making_name(fleet, build->name, &making, err);
	if (!status)
		status = making_check_room(fleet, making.size, err);
	if (status)
		return status;
	struct plan *plan = plans_add(out, "build", "image %s", making.image);
	snprintf(tree, sizeof(tree), "%s/root", making.dir);
	snprintf(source, sizeof(source), "build %s", build->suite);
	plan_add(plan, "work-dir", making_dir_args(&making), "make the work directory %s", making.dir);
	plan_add(plan, "build-root", json_pack("{ss ss ss ss}", "dir", making.dir, "suite", build->suite,
					       "mirror", build->mirror ? build->mirror : "",
					       "include", build->include ? build->include : ""),
		 "unpack %s with mmdebstrap, with a kernel and what boots it", build->suite);
	plan_add(plan, "take-kernel", json_pack("{ss ss}", "dir", making.dir, "tree", tree), "take its kernel and initrd");
	plan_add(plan, "pack-root", json_pack("{ss ss sI}", "dir", making.dir, "source", tree,
					      "size", (json_int_t)making.size), "pack it into an ext4 file system");
	making_add_image(fleet, plan, &making, source);
	return 0;
}
