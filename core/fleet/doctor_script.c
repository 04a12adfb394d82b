/* The doctor on what a host boots: its script and its kernel. */
#include "core/fleet/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/tree.h"
#include "core/ceph/tree.h"
#include "core/fleet/publish.h"

/* The version of its own that a script names first; "" it names none. */
static void named_version(const char *script, const char *host, char out[KERNEL_VERSION])
{
	char start[TREE_PATH + 16], dir[TREE_PATH];

	snprintf(start, sizeof(start), "/%s/vmlinuz-", tree_host_boot(host, dir));
	const char *found = strstr(script, start);
	out[0] = '\0';
	if (found)
		snprintf(out, KERNEL_VERSION, "%.*s", (int)strcspn(found + strlen(start), " \n"), found + strlen(start));
}

static void note_script(struct examination *e, const char *target, const struct host *host, const struct kernels *kernels,
			const char *is, const char *wanted)
{
	char old[KERNEL_VERSION] = "", new[KERNEL_VERSION] = "";
	struct finding *finding;

	if (is) {
		named_version(is, host->name, old);
		named_version(wanted, host->name, new);
	}
	if (!is)
		finding = finding_add(e, FINDING_ERROR, "script", target, "%s has no boot script", host->name);
	else if (*old && strcmp(old, new))
		finding = finding_add(e, FINDING_WARNING, "script", target, "the boot script of %s names kernel %s; what it should boot is its %s",
				      host->name, old, kernels->why);
	else
		finding = finding_add(e, FINDING_WARNING, "script", target, "the boot script of %s is not what it should be", host->name);
	finding_step(finding, "script", json_pack("{ss}", "host", host->name), "write hosts/%s/boot.ipxe", host->name);
}

static void note_pin(struct examination *e, const char *target, const struct host *host, const struct kernels *kernels)
{
	if (kernels->pin_is_gone)
		finding_repair(finding_add(e, FINDING_WARNING, "kernel-pin", target, "%s is pinned to a kernel that is gone, and boots its %s",
					   host->name, kernels->why),
			       "install it again, or `berth host set %s --kernel own` for the newest", host->name);
}

static int examine_text(struct examination *e, const char *target, const struct host *host, const struct kernels *kernels,
			const char *wanted, struct err *err)
{
	char path[TREE_PATH], *is = NULL;
	size_t length;
	int status = cluster_file_read(e->cluster, tree_host_script(host->name, path), &is, &length, err);

	if (status == ERR_NOT_FOUND || (!status && strcmp(is, wanted))) {
		note_script(e, target, host, kernels, is, wanted);
		status = 0;
	}
	free(is);
	return status;
}

int examine_host_script(struct examination *e, const struct host *host, const char *target, struct err *err)
{
	struct kernels kernels;
	struct text wanted = {0};
	struct err why = {0};
	int status = publish_kernels(e->fleet, host, &kernels, &why);

	if (!status)
		status = publish_script(e->fleet, host->name, &wanted, &why);
	if (!status) {
		note_pin(e, target, host, &kernels);
		status = examine_text(e, target, host, &kernels, text_string(&wanted), err);
	} else if (status == ERR_NOT_FOUND || status == ERR_USAGE || status == ERR_FAILED) {
		finding_add(e, FINDING_ERROR, status == ERR_NOT_FOUND ? "kernel" : "script", target, "%s", why.text);
		status = 0;
	} else {
		err_set(err, status, "%s", why.text);
	}
	text_free(&wanted);
	return status;
}
