/* The fleet's columns, and its groups as sections. */
#include "tui/console/fleet_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void cell_name(const void *row, const void *context, struct cell *cell)
{
	const struct fleet_row *host = row;

	(void)context;
	cell->text = host->name;
	cell->role = ROLE_STRONG;
}

static void cell_state(const void *row, const void *context, struct cell *cell)
{
	const struct fleet_row *host = row;
	const struct fleet_context *with = context;

	snprintf(cell->buffer, sizeof(cell->buffer), "%s %s",
		 with->ascii ? host_state_ascii(host->state) : host_state_sign(host->state), host_state_word(host->state));
	cell->text = cell->buffer;
	cell->role = theme_state_role(host->state);
}

static void cell_image(const void *row, const void *context, struct cell *cell)
{
	const struct fleet_row *host = row;

	(void)context;
	cell->text = host->image;
	cell->role = host->state == HOST_DRAFT ? ROLE_QUIET : ROLE_PLAIN;
}

static void cell_holder(const void *row, const void *context, struct cell *cell)
{
	const struct fleet_row *host = row;

	(void)context;
	if (host->state == HOST_STALE) {
		snprintf(cell->buffer, sizeof(cell->buffer), "%s silent", host->holder);
		cell->text = cell->buffer;
	} else if (host->holder[0]) {
		cell->text = host->holder;
	} else {
		cell->text = "-";
		cell->role = ROLE_QUIET;
	}
}

static void cell_lock(const void *row, const void *context, struct cell *cell)
{
	const struct fleet_row *host = row;

	(void)context;
	cell->text = host->lock[0] ? host->lock : "-";
	cell->role = !strcmp(host->lock, "owned") ? ROLE_PLAIN : !strcmp(host->lock, "stale") ? ROLE_BAD : ROLE_QUIET;
}

static void put_age(int64_t since, const struct fleet_context *with, struct cell *cell)
{
	cell->role = ROLE_QUIET;
	cell->text = since ? time_ago(with->now - since, cell->buffer) : "-";
}

static void cell_seen(const void *row, const void *context, struct cell *cell)
{
	const struct fleet_row *host = row;
	const bool watched = host->state == HOST_UP || host->state == HOST_FOREIGN || host->state == HOST_DOUBLE;

	put_age(host->last_seen, context, cell);
	if (watched)
		cell->text = "now";
}

static void cell_since(const void *row, const void *context, struct cell *cell)
{
	put_age(((const struct fleet_row *)row)->since, context, cell);
}

static void cell_mac(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct fleet_row *)row)->mac;
	cell->role = ROLE_QUIET;
}

static void cell_client(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct fleet_row *)row)->client;
	cell->role = ROLE_QUIET;
}

static void cell_group(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct fleet_row *)row)->group;
	cell->role = ROLE_QUIET;
}

static void cell_reason(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct fleet_row *)row)->hold_reason;
}

/* What is wrong comes first. */
static int compare_state(const void *a, const void *b)
{
	static const int rank[HOST_STATES] = {
		[HOST_DOUBLE] = 0, [HOST_FOREIGN] = 1, [HOST_MISSING] = 2, [HOST_STALE] = 3, [HOST_UP] = 4,
		[HOST_DOWN] = 5, [HOST_HELD] = 6, [HOST_DRAFT] = 7, [HOST_UNKNOWN] = 8,
	};

	return rank[((const struct fleet_row *)a)->state] - rank[((const struct fleet_row *)b)->state];
}

static int compare_image(const void *a, const void *b)
{
	return strverscmp(((const struct fleet_row *)a)->image, ((const struct fleet_row *)b)->image);
}

static int compare_holder(const void *a, const void *b)
{
	return strverscmp(((const struct fleet_row *)a)->holder, ((const struct fleet_row *)b)->holder);
}

static int compare_lock(const void *a, const void *b)
{
	return strcmp(((const struct fleet_row *)b)->lock, ((const struct fleet_row *)a)->lock);
}

static int newest_first(int64_t a, int64_t b)
{
	return (a < b) - (a > b);
}

static int compare_seen(const void *a, const void *b)
{
	return newest_first(((const struct fleet_row *)a)->last_seen, ((const struct fleet_row *)b)->last_seen);
}

static int compare_since(const void *a, const void *b)
{
	return newest_first(((const struct fleet_row *)a)->since, ((const struct fleet_row *)b)->since);
}

static int compare_mac(const void *a, const void *b)
{
	return strcmp(((const struct fleet_row *)a)->mac, ((const struct fleet_row *)b)->mac);
}

static int compare_client(const void *a, const void *b)
{
	return strverscmp(((const struct fleet_row *)a)->client, ((const struct fleet_row *)b)->client);
}

static int compare_reason(const void *a, const void *b)
{
	return strcmp(((const struct fleet_row *)b)->hold_reason, ((const struct fleet_row *)a)->hold_reason);
}

static int compare_group(const void *a, const void *b)
{
	return strverscmp(((const struct fleet_row *)a)->group, ((const struct fleet_row *)b)->group);
}

static const struct table_column columns[] = {
	{.title = "HOST", .most = 32, .cell = cell_name},
	{.title = "STATE", .most = 12, .cell = cell_state, .compare = compare_state},
	{.title = "IMAGE", .most = 36, .cell = cell_image, .compare = compare_image},
	{.title = "WATCHED BY", .most = 24, .cell = cell_holder, .compare = compare_holder},
	{.title = "LOCK", .most = 8, .cell = cell_lock, .compare = compare_lock},
	{.title = "LAST SEEN", .most = 11, .right = true, .cell = cell_seen, .compare = compare_seen},
	{.title = "MAC", .most = 17, .cell = cell_mac, .compare = compare_mac},
	{.title = "SINCE", .most = 8, .right = true, .cell = cell_since, .compare = compare_since},
	{.title = "CLIENT", .most = 20, .cell = cell_client, .compare = compare_client},
	{.title = "HELD BECAUSE", .most = 60, .cell = cell_reason, .compare = compare_reason},
	{.title = "GROUP", .most = 24, .cell = cell_group, .compare = compare_group, .spare = true}, /* the heads say it */
};

static int64_t row_id(const void *row)
{
	return ((const struct fleet_row *)row)->id;
}

static const char *section(const void *row)
{
	return ((const struct fleet_row *)row)->group;
}

static bool is_loud(const void *row)
{
	return theme_state_role(((const struct fleet_row *)row)->state) == ROLE_LOUD;
}

/* What is wrong first, and loud. */
void fleet_write_counts(const int counts[HOST_STATES], struct pen *pen)
{
	static const enum host_state order[] = {
		HOST_DOUBLE, HOST_FOREIGN, HOST_MISSING, HOST_STALE, HOST_UP, HOST_DOWN, HOST_HELD, HOST_DRAFT, HOST_UNKNOWN,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const enum role role = theme_state_role(order[i]);

		if (!counts[order[i]])
			continue;
		pen_printf(pen, role, role == ROLE_LOUD ? " %d %s " : "%d %s", counts[order[i]], host_state_word(order[i]));
		pen_space(pen, 3);
	}
}

void fleet_count_section(const struct table *table, const struct table_section *part, int counts[HOST_STATES])
{
	memset(counts, 0, HOST_STATES * sizeof(*counts));
	for (int i = 0; i < part->count; i++) {
		const struct fleet_row *row = table_row(table, table->matched[part->first + i]);

		counts[row->state]++;
	}
}

static void section_words(const struct table *table, const struct table_section *part, struct pen *pen)
{
	int counts[HOST_STATES];

	fleet_count_section(table, part, counts);
	pen_cell(pen, ROLE_STRONG, part->name[0] ? part->name : "no group", table->widths[0] > 12 ? table->widths[0] : 12, false);
	pen_printf(pen, ROLE_QUIET, "  %d host%s   ", part->count, part->count == 1 ? "" : "s");
	fleet_write_counts(counts, pen);
}

static int compare_id(const void *a, const void *b)
{
	const int64_t x = ((const struct fleet_seen *)a)->id, y = ((const struct fleet_seen *)b)->id;

	return (x > y) - (x < y);
}

static const struct fleet_seen *find_seen(const struct fleet_context *context, int64_t id)
{
	const struct fleet_seen key = {.id = id};

	return context->seen_count ? bsearch(&key, context->seen, context->seen_count, sizeof(key), compare_id) : NULL;
}

static bool is_fresh(const void *row, const void *data)
{
	const struct fleet_seen *seen = find_seen(data, ((const struct fleet_row *)row)->id);

	return seen && seen->changed && clock_ms() - seen->changed < FRESH_MS;
}

/* To know a state for the first time is no change, nor is not to know it any more. */
void fleet_note_changes(struct fleet_context *context, const struct fleet_view *fleet)
{
	struct fleet_seen *now = xcalloc(fleet->count + 1, sizeof(*now));

	for (size_t i = 0; i < fleet->count; i++) {
		const struct fleet_row *row = &fleet->rows[i];
		const struct fleet_seen *before = find_seen(context, row->id);

		now[i] = (struct fleet_seen){row->id, row->state, before ? before->changed : 0};
		if (before && before->state != row->state && before->state != HOST_UNKNOWN && row->state != HOST_UNKNOWN)
			now[i].changed = clock_ms();
	}
	qsort(now, fleet->count, sizeof(*now), compare_id);
	free(context->seen);
	context->seen = now;
	context->seen_count = fleet->count;
}

const struct table_kind fleet_table_kind = {
	.columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]), .row_size = sizeof(struct fleet_row), .id = row_id,
	.name = "fleet", .section = section, .loud = is_loud, .section_words = section_words, .fresh = is_fresh,
};
