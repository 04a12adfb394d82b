#include "core/fleet/exchange.h"

#include "base/text.h"
#include "core/ceph/peer.h"
#include "core/fleet/internal.h"
#include "db/site.h"

/* For what is done without berth: `rbd mv` by hand. */
#define SURE_SECONDS 300

void exchange_look(struct fleet *fleet, struct exchange *out)
{
	struct names_seen seen = fleet->names;
	struct cluster *cluster;
	struct err ignored;

	*out = (struct exchange){0};
	if (fleet_cluster(fleet, &cluster, &ignored) || cluster_peers_version(cluster, &out->version, &ignored))
		return;
	if (!seen.at && site_names_seen(fleet->db, &seen, &ignored))
		return;
	const int64_t age = time_now() - seen.at;
	out->excluded = out->version && out->version == seen.version && age >= 0 && age < SURE_SECONDS;
}

void exchange_excluded(struct fleet *fleet, const struct exchange *look)
{
	struct err ignored;

	fleet->names = (struct names_seen){.version = look->version, .at = time_now()};
	if (look->version && !fleet->read_only)
		site_note_names_seen(fleet->db, &fleet->names, &ignored);
}
