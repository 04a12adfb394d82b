#include "core/fleet/boot_look.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/tree.h"
#include "core/ceph/tree.h"
#include "core/fleet/internal.h"
#include "core/fleet/publish.h"

static void look_at_file(struct cluster *cluster, struct boot_file *file)
{
	struct cluster_stat stat;
	struct err ignored;

	if (!file->path[0] || cluster_path_stat(cluster, file->path, &stat, &ignored))
		return;
	file->there = true;
	file->size = stat.size;
	file->changed = stat.changed;
}

static void ask_tree(struct fleet *fleet, const char *host, struct boot_look *look)
{
	char path[TREE_PATH];
	struct cluster *cluster;
	struct err why = {0};
	size_t length;

	if (fleet_cluster(fleet, &cluster, &why)) {
		text_copy(look->link_words, sizeof(look->link_words), why.text);
		return;
	}
	const int status = cluster_file_read(cluster, tree_host_script(host, path), &look->script, &length, &why);
	if (status && status != ERR_NOT_FOUND) {
		text_copy(look->link_words, sizeof(look->link_words), why.text);
		return;
	}
	for (int i = 0; i < BOOT_FILES; i++)
		look_at_file(cluster, &look->files[i]);
}

static char *script_or_reason(int status, struct text *script, const struct err *why)
{
	if (status)
		text_printf(script, "# %s\n", why->text);
	return text_take(script);
}

static void look_at_kernels(struct fleet *fleet, const struct host *host, struct boot_look *look)
{
	struct kernels kernels;
	struct err ignored;

	publish_kernels(fleet, host, &kernels, &ignored);
	text_copy(look->files[BOOT_KERNEL].path, sizeof(look->files[BOOT_KERNEL].path), kernels.first.kernel);
	text_copy(look->files[BOOT_INITRD].path, sizeof(look->files[BOOT_INITRD].path), kernels.first.initrd);
	publish_explain(fleet, host, look->why, look->template);
}

int boot_look_read(struct fleet *fleet, const char *name, struct boot_look **out, struct err *err)
{
	struct boot_look *look;
	struct text wanted = {0}, plain = {0};
	struct err why = {0};
	struct host host;
	char path[TREE_PATH];
	const int status = host_by_name(fleet->db, name, &host, err);

	if (status)
		return status;
	look = xcalloc(1, sizeof(*look));
	look->wanted = script_or_reason(publish_script(fleet, name, &wanted, &why), &wanted, &why);
	look->plain = script_or_reason(publish_plain_script(fleet, &host, &plain, &why), &plain, &why);
	look_at_kernels(fleet, &host, look);
	text_copy(look->files[BOOT_IDENTITY].path, sizeof(look->files[BOOT_IDENTITY].path), tree_host_identity(name, path));
	ask_tree(fleet, name, look);
	*out = look;
	return 0;
}

void boot_look_free(struct boot_look *look)
{
	if (!look)
		return;
	free(look->script);
	free(look->wanted);
	free(look->plain);
	free(look);
}
