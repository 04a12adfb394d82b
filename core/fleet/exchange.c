#include "core/fleet/exchange.h"

#include "base/text.h"
#include "core/ceph/peer.h"
#include "core/fleet/internal.h"
#include "db/site.h"

/* For what is done without berth: `rbd mv` by hand. */
#define SURE_SECONDS 300

int exchange_look(struct fleet *fleet, struct exchange *out, struct err *err)
{
	struct names_seen seen = fleet->names;
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	*out = (struct exchange){0};
	if (!status)
		status = cluster_peers_version(cluster, &out->version, err);
	if (!status && !seen.at)
		status = site_names_seen(fleet->db, &seen, err);
	const int64_t age = time_now() - seen.at;
	out->excluded = !status && out->version && out->version == seen.version && age >= 0 && age < SURE_SECONDS;
	return status;
}

void exchange_excluded(struct fleet *fleet, const struct exchange *look)
{
	struct err ignored;

	fleet->names = (struct names_seen){.version = look->version, .at = time_now()};
	if (look->version && !fleet->read_only)
		site_note_names_seen(fleet->db, &fleet->names, &ignored);
}
