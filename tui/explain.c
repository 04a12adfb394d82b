#include "tui/explain.h"

#include <stdio.h>
#include <time.h>

#include "base/text.h"

char *explain_clock(int64_t seconds, char out[16])
{
	const time_t when = seconds;
	struct tm local;

	if (!localtime_r(&when, &local) || !strftime(out, 16, "%H:%M:%S", &local))
		text_copy(out, 16, "--:--:--");
	return out;
}

char *explain_when(int64_t seconds, char *out)
{
	const time_t when = seconds;
	struct tm local;

	if (!localtime_r(&when, &local) || !strftime(out, TIME_TEXT, "%Y-%m-%d %H:%M", &local))
		text_copy(out, TIME_TEXT, "-");
	return out;
}

static void explain_draft(const struct fleet_row *row, char *out, size_t size)
{
	if (row->image[0])
		snprintf(out, size, "has no root yet; provisioning gives it one, a clone of %s", row->image);
	else
		snprintf(out, size, "has no root yet, and no image to clone one from: edit it and give it an image");
}

static void explain_down(const struct fleet_row *row, int64_t now, char *out, size_t size)
{
	char ago[TIME_TEXT];

	if (row->last_seen)
		snprintf(out, size, "is free: nobody watches its root or owns its lock; last held %s ago",
			 time_ago(now - row->last_seen, ago));
	else
		snprintf(out, size, "is ready to boot: nobody watches its root, and nobody ever did");
}

static void explain_up(const struct fleet_row *row, int64_t now, char *out, size_t size)
{
	char since[TIME_TEXT];

	if (row->since)
		snprintf(out, size, "runs: its root is watched by %s at %s, first seen %s ago", row->client,
			 row->holder, time_ago(now - row->since, since));
	else
		snprintf(out, size, "runs: its root is watched by %s at %s", row->client, row->holder);
}

static void explain_unknown(const struct fleet_view *view, char *out, size_t size)
{
	char when[16];

	if (view->link == LINK_UP)
		snprintf(out, size, "is not known: the cluster did not answer for this root");
	else if (view->taken)
		snprintf(out, size, "is not known: the cluster does not answer; its last answer came at %s",
			 explain_clock(view->taken, when));
	else if (view->link_words[0])
		snprintf(out, size, "is not known: %s", view->link_words);
	else
		snprintf(out, size, "is not known yet: the cluster is being asked");
}

void explain_state(const struct fleet_row *row, const struct fleet_view *view, int64_t now, char *out, size_t size)
{
	switch (row->state) {
	case HOST_DRAFT: explain_draft(row, out, size); return;
	case HOST_DOWN: explain_down(row, now, out, size); return;
	case HOST_UP: explain_up(row, now, out, size); return;
	case HOST_HELD:
		snprintf(out, size, "is held and will not boot: %s", row->hold_reason);
		return;
	case HOST_STALE:
		snprintf(out, size, "has a lock whose owner, %s at %s, does not answer: that machine did not shut down, "
			 "and may still have unwritten data; boot it again, or fence it", row->client, row->holder);
		return;
	case HOST_FOREIGN:
		snprintf(out, size, "is watched by %s from %s, which is not this host's address. Do not start %s: two "
			 "machines on one root destroy it; shut that client down or fence it, or set its address if it is %s",
			 row->client, row->holder, row->name, row->name);
		return;
	case HOST_DOUBLE:
		snprintf(out, size, "has two read-write clients on one root, %s at %s among them: fence cuts both off; "
			 "check the file system before the next boot, or roll back", row->client, row->holder);
		return;
	case HOST_MISSING:
		snprintf(out, size, "has a root in the inventory that is not in the cluster: somebody removed it, or "
			 "this is the wrong pool; `rbd trash ls` may have it");
		return;
	default: explain_unknown(view, out, size);
	}
}
