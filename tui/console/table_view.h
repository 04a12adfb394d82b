/*
 * What each view that has a table can do with it: filter, sort, mark, and the
 * lines below that tell of the selected row. For views with ops->table.
 */
#ifndef BERTH_TUI_CONSOLE_TABLE_VIEW_H
#define BERTH_TUI_CONSOLE_TABLE_VIEW_H

#include "tui/console/page.h"
#include "tui/console/table.h"
#include "tui/console/view.h"

/* '/', n N, s S c, Esc (lets go of the filter, then of the marks), and the table's
 * own keys. Columns, sort and folds are remembered. False: not mine. */
bool table_view_key(struct view *view, int key);

/* The same without marks, for what is done to one thing at a time. */
bool table_view_key_single(struct view *view, int key);

/* The lines under a list in a place of that height, with the rule above them: all of
 * `about`, at least `least`, at most half of the place. */
int table_view_below(const struct page *about, int height, int least);

/* The table over the whole place, and below it, when there is room, three lines or
 * more of `about`, which may be empty. `empty`: said when there are no rows at all. */
void table_view_draw(struct view *view, struct area area, const char *empty, struct page *about);

/* "3 of 10 match /lab   ", when there is a filter. */
void table_view_summary(const struct table *table, struct pen *pen);

/* hint: "filter", or NULL where other keys need the room. */
#define TABLE_VIEW_KEYS(hint) \
	{"/", "filter: words that must occur in a row; Enter keeps it, Esc lets it go", hint}, \
	{"", "state:down in that column, ~regex, !not: '!state:up image:~deb1[12]'", NULL}, \
	{"n N", "next and previous match", NULL}, \
	{"c", "columns: which, in which order, sorted by which; remembered", NULL}, \
	{"h l", "columns to the left and right, also with the arrows", NULL}
#define TABLE_MARK_KEYS \
	{"Space v *", "mark; mark all from the last mark to here; mark all that match: actions are for the marked", NULL}
#define TABLE_FOLD_KEYS \
	{"z Z t", "fold the group, all groups; group the hosts or not", NULL}
#define TABLE_SORT_KEYS \
	{"s S", "sort by a column; turn the order round", NULL}

#endif
