#include "core/fleet/kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/fleet/internal.h"
#include "db/image.h"

/* What a boot dir holds. */
struct shelf {
	struct cluster *cluster;
	char dir[TREE_PATH];
	char **names;
	size_t name_count;
	const char **versions; /* newest first; into names */
	size_t count;
};

static int shelf_open(struct fleet *fleet, const char *host, struct shelf *shelf, struct err *err)
{
	int status = fleet_cluster(fleet, &shelf->cluster, err);

	tree_host_boot(host, shelf->dir);
	if (!status)
		status = cluster_dir_list(shelf->cluster, shelf->dir, &shelf->names, &shelf->name_count, err);
	if (status)
		return status;
	shelf->versions = xcalloc(shelf->name_count + 1, sizeof(*shelf->versions));
	shelf->count = kernel_versions(shelf->names, shelf->name_count, shelf->versions);
	return 0;
}

static void shelf_close(struct shelf *shelf)
{
	free(shelf->versions);
	cluster_names_free(shelf->names, shelf->name_count);
}

static bool shelf_has(const struct shelf *shelf, const char *name)
{
	for (size_t i = 0; i < shelf->name_count; i++)
		if (!strcmp(shelf->names[i], name))
			return true;
	return false;
}

static bool leads_to(const struct shelf *shelf, const char *link, const char *start, const char *version)
{
	char path[2 * TREE_PATH], target[TREE_PATH], wanted[TREE_PATH];
	struct err ignored;

	if (!shelf_has(shelf, link))
		return false;
	snprintf(path, sizeof(path), "%s/%s", shelf->dir, link);
	snprintf(wanted, sizeof(wanted), "%s%s", start, version);
	return !cluster_link_read(shelf->cluster, path, target, sizeof(target), &ignored) && !strcmp(target, wanted);
}

static void put_files(const struct shelf *shelf, const char *kernel, const char *initrd, const char *version, struct kernel_files *out)
{
	snprintf(out->kernel, sizeof(out->kernel), "%s/%s%s", shelf->dir, kernel, version);
	snprintf(out->initrd, sizeof(out->initrd), "%s/%s%s", shelf->dir, initrd, version);
}

/* By the links that the machine's package manager keeps (kit/host/kernel-img.conf)
 * where they lead to this version: then nobody has to write the script again when
 * the machine gets a new kernel. So the words do not name it either. */
static void choose_files(const struct shelf *shelf, const char *version, const char *suffix, const char *words,
			 struct kernel_files *out)
{
	char kernel[32], initrd[32];

	snprintf(kernel, sizeof(kernel), "vmlinuz%s", suffix);
	snprintf(initrd, sizeof(initrd), "initrd.img%s", suffix);
	if (words && leads_to(shelf, kernel, "vmlinuz-", version) && leads_to(shelf, initrd, "initrd.img-", version)) {
		put_files(shelf, kernel, initrd, "", out);
		text_copy(out->words, sizeof(out->words), words);
	} else {
		put_files(shelf, "vmlinuz-", "initrd.img-", version, out);
		text_copy(out->words, sizeof(out->words), version);
	}
}

static void explain_own(const struct shelf *shelf, const struct kernel_choice *choice, const char *pin, char *out, size_t size)
{
	const bool pinned = *pin && !choice->pin_is_gone;
	struct text words = {0};

	text_printf(&words, "own kernel %s: ", choice->first);
	if (pinned)
		text_printf(&words, "pinned; its /boot has %zu, the newest is %s", shelf->count, shelf->versions[0]);
	else if (shelf->count == 1)
		text_add(&words, "the only one in its /boot");
	else
		text_printf(&words, "the newest of %zu in its /boot", shelf->count);
	if (choice->pin_is_gone)
		text_printf(&words, ", since the pinned %s is not there any more", pin);
	if (choice->other)
		text_printf(&words, "; %s: %s", kernel_version_compare(choice->other, choice->first) < 0 ? "older" : "if it fails",
			    choice->other);
	else
		text_add(&words, "; no older one");
	text_copy(out, size, text_string(&words));
	text_free(&words);
}

static int choose_own(const struct shelf *shelf, const struct host *host, struct kernels *out, struct err *err)
{
	const struct kernel_choice choice = kernel_choose(shelf->versions, shelf->count, host->kernel_version);
	const bool newest = choice.first == shelf->versions[0];

	if (choice.first) {
		choose_files(shelf, choice.first, "", newest && (!*host->kernel_version || choice.pin_is_gone) ? "the newest in its own /boot" : NULL,
			     &out->first);
		if (choice.other)
			choose_files(shelf, choice.other, ".old", newest ? "the one before it" : NULL, &out->other);
		out->pin_is_gone = choice.pin_is_gone;
		explain_own(shelf, &choice, host->kernel_version, out->why, sizeof(out->why));
	} else if (shelf_has(shelf, "vmlinuz") && shelf_has(shelf, "initrd.img")) {
		put_files(shelf, "vmlinuz", "initrd.img", "", &out->first);
		text_copy(out->first.words, sizeof(out->first.words), "the one in its own /boot");
		text_copy(out->why, sizeof(out->why), "own kernel: the files vmlinuz and initrd.img in its /boot, of no version");
		out->pin_is_gone = host->kernel_version[0];
	} else {
		return err_set(err, ERR_NOT_FOUND, "%s is to boot its own kernel, but its boot dir (%s) holds no "
			       "vmlinuz with its initrd.img: install a kernel there, or `berth host set %s --kernel image`",
			       host->name, shelf->dir, host->name);
	}
	return 0;
}

static int find_own(struct fleet *fleet, const struct host *host, struct kernels *out, struct err *err)
{
	struct shelf shelf = {0};
	int status = shelf_open(fleet, host->name, &shelf, err);

	if (!status)
		status = choose_own(&shelf, host, out, err);
	shelf_close(&shelf);
	return status;
}

static void put_release(const struct release *release, struct kernel_files *out)
{
	char path[TREE_PATH];

	text_copy(out->kernel, sizeof(out->kernel), tree_release_kernel(release->image, release->name, path));
	text_copy(out->initrd, sizeof(out->initrd), tree_release_initrd(release->image, release->name, path));
	snprintf(out->words, sizeof(out->words), "%s of %s@%s", release->kernel, release->image, release->name);
}

/* The release before the root's that has the same kernel, or NULL. */
static const struct release *find_before(const struct release *list, size_t count, const char *name)
{
	const struct release *own = NULL;

	for (size_t i = 0; i < count; i++) {
		if (own && !strcmp(list[i].kernel, own->kernel))
			return &list[i];
		if (!strcmp(list[i].name, name))
			own = &list[i];
	}
	return NULL;
}

static int find_image(struct fleet *fleet, const struct root *root, struct kernels *out, struct err *err)
{
	struct release own, *list = NULL;
	size_t count = 0;
	int status = release_find(fleet->db, root->image, root->release, &own, err);

	if (status)
		return status;
	if (!own.kernel[0]) {
		snprintf(out->why, sizeof(out->why), "none: its release %s@%s has no kernel in the boot tree", root->image, root->release);
		return 0;
	}
	put_release(&own, &out->first);
	status = release_list(fleet->db, root->image, &list, &count, err);
	const struct release *before = status ? NULL : find_before(list, count, root->release);
	if (before)
		put_release(before, &out->other);
	snprintf(out->why, sizeof(out->why), "kernel %s of its release %s@%s; %s%s", own.kernel, root->image, root->release,
		 before ? "if it fails: the same kernel as it is with release " : "no older one: no release before it has the kernel that this "
		 "root has modules for", before ? before->name : "");
	free(list);
	return status;
}

int kernels_find(struct fleet *fleet, const struct host *host, const struct root *root, struct kernels *out, struct err *err)
{
	*out = (struct kernels){0};
	return host->kernel == KERNEL_OWN ? find_own(fleet, host, out, err) : find_image(fleet, root, out, err);
}

static int refuse_version(const struct shelf *shelf, const struct host *host, const char *version, struct err *err)
{
	struct text there = {0};

	for (size_t i = 0; i < shelf->count; i++)
		text_printf(&there, "%s%s", i ? ", " : "", shelf->versions[i]);
	const int status = err_field(err, "kernel", "kernel '%s' is not in the /boot of %s, which has %s: give one of these, or image, or own "
				     "for the newest", version, host->name, shelf->count ? text_string(&there) : "none");
	text_free(&there);
	return status;
}

static int check_shelf(const struct shelf *shelf, const struct host *host, const char *version, struct err *err)
{
	struct kernels ignored = {0};

	for (size_t i = 0; i < shelf->count; i++)
		if (!*version || !strcmp(shelf->versions[i], version))
			return 0;
	if (*version)
		return refuse_version(shelf, host, version, err);
	const int status = choose_own(shelf, host, &ignored, err);
	if (status && err)
		text_copy(err->field, sizeof(err->field), "kernel");
	return status;
}

int kernels_check(struct fleet *fleet, const struct host *host, const char *version, struct err *err)
{
	struct shelf shelf = {0};
	struct root root;
	struct err ignored;

	if (*version && !kernel_version_is_allowed(version))
		return err_field(err, "kernel", "kernel '%s' is not known: give image, own, or a version that is in the host's own /boot", version);
	if (!host->id || root_by_host(fleet->db, host->id, &root, &ignored))
		return *version ? err_field(err, "kernel", "kernel '%s' can not be pinned yet: %s has no root, so no kernels of its own; give "
					    "image or own", version, host->name) : 0;
	int status = shelf_open(fleet, host->name, &shelf, err);
	if (!status)
		status = check_shelf(&shelf, host, version, err);
	shelf_close(&shelf);
	return status;
}
