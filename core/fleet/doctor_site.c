/* The doctor on what all hosts share: cluster, tree, operations. */
#include "core/fleet/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/script.h"
#include "core/boot/tree.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/fleet/run.h"
#include "db/operation.h"

#define POOL_FULL_PERCENT 85

static int examine_health(struct examination *e, struct err *err)
{
	char **checks = NULL;
	size_t count = 0;
	const int status = cluster_health_checks(e->cluster, &checks, &count, err);

	for (size_t i = 0; i < count && !status; i++) {
		const bool bad = !strncmp(checks[i], "HEALTH_ERR", 10) || strstr(checks[i], "CLOCK_SKEW") || strstr(checks[i], "FULL");
		struct finding *finding = finding_add(e, bad ? FINDING_ERROR : FINDING_WARNING, "health", "cluster",
						      "the cluster says %s", checks[i]);
		finding_repair(finding, "look at `ceph health detail`");
	}
	cluster_names_free(checks, count);
	return status;
}

static int examine_pool(struct examination *e, struct err *err)
{
	char free_text[SIZE_TEXT];
	struct cluster_health health;
	const int status = cluster_health(e->cluster, &health, err);
	const int64_t whole = health.pool_used + health.pool_free;

	if (!status && whole > 0 && health.pool_used * 100 / whole >= POOL_FULL_PERCENT) {
		struct finding *finding = finding_add(e, FINDING_ERROR, "pool-full", "cluster", "pool %s is %lld %% full, %s are free: a full "
						      "pool stops every machine", e->fleet->site.pool,
						      (long long)(health.pool_used * 100 / whole), size_format(health.pool_free, free_text));
		finding_repair(finding, "add OSDs, or empty the trash: `rbd trash ls`");
	}
	return status;
}

static int examine_file(struct examination *e, const char *path, const char *wanted, struct err *err)
{
	char *text = NULL;
	size_t length;
	const int status = cluster_file_read(e->cluster, path, &text, &length, err);

	if (status == ERR_NOT_FOUND || (!status && strcmp(text, wanted))) {
		struct finding *finding = finding_add(e, status ? FINDING_ERROR : FINDING_WARNING, "site-script", "site", status
						      ? "%s/%s is missing: no machine finds its script"
						      : "%s/%s is not as berth writes it", e->fleet->site.boot_root, path);
		finding_step(finding, "site-scripts", json_object(), "write boot.ipxe and unknown.ipxe again");
	}
	free(text);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int examine_scripts(struct examination *e, struct err *err)
{
	struct text first = {0}, unknown = {0};

	script_first(e->fleet->site.url, &first);
	script_unknown(e->fleet->site.url, &unknown);
	int status = examine_file(e, TREE_FIRST_SCRIPT, text_string(&first), err);
	if (!status)
		status = examine_file(e, TREE_UNKNOWN_SCRIPT, text_string(&unknown), err);
	text_free(&first);
	text_free(&unknown);
	return status;
}

static int examine_namespace(struct examination *e, struct err *err)
{
	bool exists;
	const int status = cluster_namespace_exists(e->cluster, IMAGES_NAMESPACE, &exists, err);

	if (!status && !exists) {
		struct finding *finding = finding_add(e, FINDING_ERROR, "site-namespace", "site", "the RBD namespace %s/%s is missing: no "
						      "image can be made", e->fleet->site.pool, IMAGES_NAMESPACE);
		finding_step(finding, "site-namespace", json_object(), "make it");
	}
	return status;
}

static int examine_operations(struct examination *e, struct err *err)
{
	struct operation *list = NULL;
	size_t count = 0;
	const int status = operation_list(e->fleet->db, true, 0, &list, &count, err);

	for (size_t i = 0; i < count && !status; i++) {
		char target[80];

		if (!operation_is_abandoned(&list[i]))
			continue;
		snprintf(target, sizeof(target), "operation %lld", (long long)list[i].id);
		struct finding *finding = finding_add(e, FINDING_ERROR, "operation", target, "`%s` on %s did not finish%s%s", list[i].command,
						      list[i].target, list[i].error[0] ? ": " : "", list[i].error);
		finding_repair(finding, "`berth op resume %lld`, or `berth op undo %lld`", (long long)list[i].id, (long long)list[i].id);
	}
	free(list);
	return status;
}

int examine_site(struct examination *e, struct err *err)
{
	int status = examine_health(e, err);

	if (!status)
		status = examine_pool(e, err);
	if (!status)
		status = examine_namespace(e, err);
	if (!status)
		status = examine_scripts(e, err);
	return status ? status : examine_operations(e, err);
}
