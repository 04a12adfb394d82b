#include "tui/console/host_pages.h"
#include "tui/explain.h"

#include <stdio.h>
#include <string.h>

#include "core/fleet/record.h"

static void write_machine(const struct host *host, struct page *page)
{
	char text[200];

	page_section(page, "Machine");
	for (int i = 0; i < host->mac_count; i++)
		page_value(page, i ? "" : "MAC", ROLE_PLAIN, host->macs[i]);
	page_value(page, "UUID", ROLE_PLAIN, host->uuid[0] ? host->uuid : "not known");
	page_value(page, "address", ROLE_PLAIN, host->address[0] ? host->address : "not known: any machine may hold its root unnoticed");
	snprintf(text, sizeof(text), "%s%s%s", host->image[0] ? host->image : "none", host->release[0] ? "@" : "", host->release);
	page_value(page, "image", ROLE_PLAIN, text);
	page_value(page, "kernel", ROLE_PLAIN, host->kernel == KERNEL_IMAGE ? "its image's" : host->kernel_version[0] ? host->kernel_version
		   : "its own, the newest in its boot dir");
	page_value(page, "group", host->group[0] ? ROLE_PLAIN : ROLE_QUIET, host->group[0] ? host->group : "none");
	if (host->kernel_args[0])
		page_value(page, "kernel args", ROLE_PLAIN, host->kernel_args);
	if (host->hold_reason[0])
		page_value(page, "held", ROLE_WARN, host->hold_reason);
}

static void write_root(const struct host_detail *detail, const struct app *app, struct page *page)
{
	char text[300], size[SIZE_TEXT], ago[TIME_TEXT];

	page_section(page, "Root");
	if (!detail->has_root) {
		page_value(page, "", ROLE_QUIET, "none yet: it is a draft");
		return;
	}
	snprintf(text, sizeof(text), "%s/%s/root   %s   made %s ago from %s@%s", fleet_site(app->fleet)->pool,
		 detail->root.host, size_format(detail->root.size, size), time_ago(time_now() - detail->root.created, ago),
		 detail->root.image, detail->root.release);
	page_value(page, "image", ROLE_STRONG, text);
	page_value(page, "lock policy", ROLE_PLAIN, lock_policy_word(detail->host.lock));
	for (int i = 0; i < detail->watcher_count && i < 8; i++)
		page_value(page, i ? "" : "watchers", ROLE_PLAIN, detail->watchers[i]);
	if (!detail->watcher_count)
		page_value(page, "watchers", ROLE_QUIET, detail->link_words[0] ? "not known now" : "none");
	page_value(page, "lock", !strcmp(detail->row.lock, "stale") ? ROLE_BAD : ROLE_PLAIN,
	      detail->lock_owner[0] ? detail->lock_owner : detail->link_words[0] ? "not known now" : "free");
}

static void write_points(const struct host_detail *detail, struct page *page)
{
	char size[SIZE_TEXT], ago[TIME_TEXT];

	if (detail->point_count)
		page_section(page, "Snapshots");
	for (size_t i = 0; i < detail->point_count; i++) {
		const struct host_point *point = &detail->points[i];

		page_add(page, ROLE_STRONG, "  %-24s", point->name);
		page_add(page, ROLE_PLAIN, "  %10s", size_format(point->size, size));
		page_add(page, ROLE_QUIET, "  %s ago%s", time_ago(time_now() - point->created, ago),
			 point->protected ? "  protected" : "");
		page_end(page);
	}
}

void host_write_overview(const struct host_detail *detail, const struct app *app, struct page *page)
{
	char words[512];

	explain_state(&detail->row, app->snapshot->fleet, time_now(), words, sizeof(words));
	page_add(page, ROLE_STRONG, "  %s ", detail->row.name);
	page_words(page, theme_state_role(detail->row.state) == ROLE_LOUD ? ROLE_BAD : ROLE_PLAIN, words);
	page_end(page);
	if (detail->link_words[0])
		page_value(page, "", ROLE_BAD, detail->link_words);
	write_machine(&detail->host, page);
	write_root(detail, app, page);
	write_points(detail, page);
}

/* "now" for those who watch it, "fenced" for those who were cut off. */
static const char *seen_word(const struct host_detail *detail, const struct watcher_seen *seen, enum role *role)
{
	*role = ROLE_GOOD;
	for (int i = 0; i < detail->watcher_count && i < 8; i++)
		if (strstr(detail->watchers[i], seen->address))
			return "now";
	*role = ROLE_WARN;
	if (seen->fenced_until > time_now())
		return "fenced";
	*role = ROLE_QUIET;
	return seen->fenced_until ? "was fenced" : "";
}

static void write_seen(const struct host_detail *detail, const struct watcher_seen *seen, struct page *page)
{
	char first[TIME_TEXT], last[TIME_TEXT], held[TIME_TEXT];
	enum role role;
	const char *word = seen_word(detail, seen, &role);

	page_add(page, ROLE_STRONG, "  %-28s ", seen->address);
	page_add(page, ROLE_PLAIN, "%-16s ", seen->client);
	page_add(page, ROLE_QUIET, "%-17s %-17s %8s  ", explain_when(seen->first_seen, first), explain_when(seen->last_seen, last),
		 time_ago(seen->last_seen - seen->first_seen, held));
	page_add(page, role, "%s", word);
	page_end(page);
}

void host_write_holders(const struct host_detail *detail, struct page *page)
{
	if (!detail->seen_count) {
		page_value(page, "", ROLE_QUIET, "Nobody was ever seen to watch this root.");
		return;
	}
	page_add(page, ROLE_QUIET, "  %-28s %-16s %-17s %-17s %8s", "ADDRESS AND NONCE", "CLIENT", "FIRST SEEN", "LAST SEEN", "HELD FOR");
	page_end(page);
	for (size_t i = 0; i < detail->seen_count; i++)
		write_seen(detail, &detail->seen[i], page);
	page_end(page);
	page_add(page, ROLE_QUIET, "  ");
	page_words(page, ROLE_QUIET, "Each boot of a machine is another nonce. berth looks while it runs: who came and went in between "
		   "is not here.");
}
