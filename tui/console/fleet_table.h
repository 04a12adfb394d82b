/* The fleet as a table: rows are struct fleet_row, groups are sections. Pure. */
#ifndef BERTH_TUI_CONSOLE_FLEET_TABLE_H
#define BERTH_TUI_CONSOLE_FLEET_TABLE_H

#include "core/fleet/view.h"
#include "tui/console/table.h"

#define FRESH_MS 5000

/* The state of a host as it was in the snapshot before. */
struct fleet_seen {
	int64_t id;
	enum host_state state;
	int64_t changed;       /* clock_ms; 0 not since the console was opened */
};

/* What cells need besides their row: the table's context. */
struct fleet_context {
	int64_t now;
	bool ascii;
	struct fleet_seen *seen; /* by id; owned */
	size_t seen_count;
};

extern const struct table_kind fleet_table_kind;

/* Compares with what was seen before; once for each snapshot. */
void fleet_note_changes(struct fleet_context *context, const struct fleet_view *fleet);

/* "2 FOREIGN   31 up   7 down" */
void fleet_write_counts(const int counts[HOST_STATES], struct pen *pen);
void fleet_count_section(const struct table *table, const struct table_section *section, int counts[HOST_STATES]);

#endif
