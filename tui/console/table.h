/*
 * A table of rows that somebody else owns: columns, sort, filter, marks, and a
 * selection that follows the row's id through all of them. The UI thread;
 * everything but table_draw is pure.
 */
#ifndef BERTH_TUI_CONSOLE_TABLE_H
#define BERTH_TUI_CONSOLE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/console/filter.h"
#include "tui/console/list.h"
#include "tui/console/paint.h"

#define CELL_SIZE 200
#define TABLE_COLUMNS 16

struct cell {
	const char *text;      /* harmless; its own or somebody else's memory */
	enum role role;
	char buffer[CELL_SIZE];
};

struct table_column {
	const char *title;
	int most;              /* columns it may take */
	bool right;
	/* cell->role is ROLE_PLAIN and cell->text "" before. */
	void (*cell)(const void *row, const void *context, struct cell *cell);
	/* NULL: by what the cells say; the first column: the rows come in its order. */
	int (*compare)(const void *a, const void *b);
};

struct table_kind {
	const struct table_column *columns;
	int column_count;
	size_t row_size;
	int64_t (*id)(const void *row);
};

struct table {
	const struct table_kind *kind;
	const void *context;       /* for cell functions */
	const char *rows;          /* not owned; they must outlive the table or be replaced by table_set_rows */
	int row_count;
	int *shown;                /* row indexes, filtered and sorted */
	struct list list;          /* over shown */
	int64_t selected_id;
	int64_t *marks;            /* ids, ascending */
	int mark_count;
	int sort;                  /* column */
	bool reverse;
	char filter[FILTER_TEXT];
	struct filter words;       /* the same, parsed */
	char before[FILTER_TEXT];          /* the filter as it was before it was typed over */
	int first;                 /* the first column behind the frozen one, for narrow screens */
	bool more;                 /* columns to the right did not fit */
	struct area place;         /* where it was drawn */
	int widths[TABLE_COLUMNS]; /* what the contents need, at most `most` */
};

void table_open(struct table *table, const struct table_kind *kind);
void table_close(struct table *table);

/* New rows: filter, sort, marks and selection stay; marks of rows that are gone
 * are dropped. When the selected row is gone the selection stays at its place. */
void table_set_rows(struct table *table, const void *rows, int count);

/* As filter.h has it. "" shows all. */
void table_set_filter(struct table *table, const char *filter);
bool table_matches(const struct table *table, int row);

/* The same column again reverses it. */
void table_sort_by(struct table *table, int column);

const void *table_selected(const struct table *table);  /* NULL: empty */
bool table_is_marked(const struct table *table, int64_t id);
void table_mark(struct table *table);      /* the selected row, or not any more; moves on */
void table_mark_all(struct table *table);  /* all shown; none when all were */
void table_unmark_all(struct table *table);

/* List keys, Space, *, h l and the arrows to the sides. False: not mine. */
bool table_key(struct table *table, int key);

void table_select(struct table *table, int shown); /* by its place in the list */
/* A click there: selects the row, true; or sorts by the column, false. */
bool table_click(struct table *table, int y, int x);

/* The head in the first line, rows below; the cursor rests on the selected. */
void table_draw(struct table *table, struct screen *screen, struct area area);

#endif
