#include "core/fleet/caps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/tree.h"
#include "core/ceph/tree.h"
#include "core/fleet/internal.h"

int host_caps(struct fleet *fleet, const char *host, struct cluster_caps *caps, struct err *err)
{
	const struct site *site = &fleet->site;
	char data_pool[128], boot[TREE_PATH];
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = cluster_tree_data_pool(cluster, data_pool, sizeof(data_pool), err);
	if (status)
		return status;
	/* The rbd profile alone shows no map of the mds: /boot could not be mounted. */
	*caps = (struct cluster_caps){.mon = "profile rbd, allow service mds r"};
	snprintf(caps->osd, sizeof(caps->osd),
		 "profile rbd pool=%s namespace=%s, profile rbd-read-only pool=%s namespace=%s, "
		 "allow rw pool=%s namespace=%s",
		 site->pool, host, site->pool, IMAGES_NAMESPACE, data_pool, host);
	snprintf(caps->mds, sizeof(caps->mds), "allow rw fsname=%s path=%s/%s",
		 site->fs, site->boot_root, tree_host_boot(host, boot));
	return 0;
}

bool caps_equal(const struct cluster_caps *a, const struct cluster_caps *b)
{
	return !strcmp(a->mon, b->mon) && !strcmp(a->osd, b->osd) &&
	       !strcmp(a->mds, b->mds) && !strcmp(a->mgr, b->mgr);
}

static const char *effect_of(const char *service, const char *clause)
{
	if (!strcmp(service, "mon") && strstr(clause, "mds"))
		return "it can not find the mds, so it has no /boot";
	if (!strcmp(service, "mon"))
		return "it can not break its own lock after a crash, so it never maps its root again";
	if (!strcmp(service, "mds"))
		return "it can not mount its /boot";
	if (strstr(clause, "rbd-read-only"))
		return "it can not read the image that its root was cloned from";
	if (strstr(clause, "profile rbd"))
		return "it can not map its root";
	return "it can not read or write the files in its /boot";
}

static bool has_clause(const char *caps, const char *clause)
{
	const size_t length = strlen(clause);

	for (const char *at = caps; (at = strstr(at, clause)); at++) {
		const bool starts = at == caps || at[-1] == ' ' || at[-1] == ',';

		if (starts && (at[length] == '\0' || at[length] == ','))
			return true;
	}
	return false;
}

static void each_beyond(const char *service, const char *these, const char *those, bool missing,
			const struct caps_listener *listener)
{
	char *copy = xstrdup(these), *rest = copy, *clause;

	while ((clause = strsep(&rest, ","))) {
		clause += strspn(clause, " ");
		if (!*clause || has_clause(those, clause))
			continue;
		if (missing)
			listener->missing(listener->context, service, clause, effect_of(service, clause));
		else
			listener->excess(listener->context, service, clause);
	}
	free(copy);
}

void caps_compare(const struct cluster_caps *wanted, const struct cluster_caps *found, const struct caps_listener *listener)
{
	const struct { const char *service, *wanted, *found; } rows[] = {
		{"mon", wanted->mon, found->mon}, {"osd", wanted->osd, found->osd},
		{"mds", wanted->mds, found->mds}, {"mgr", wanted->mgr, found->mgr},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		each_beyond(rows[i].service, rows[i].wanted, rows[i].found, true, listener);
		each_beyond(rows[i].service, rows[i].found, rows[i].wanted, false, listener);
	}
}
