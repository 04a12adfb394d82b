/*
 * A table of rows that somebody else owns: columns, sort, filter, sections that
 * fold, marks, and a selection that follows the row's id through all of them.
 * The UI thread; everything but table_draw is pure.
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
#define SECTION_NAME 64

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
	bool spare;            /* hidden until somebody wants it */
};

/* The rows that belong together; some may be hidden by the filter. */
struct table_section {
	char name[SECTION_NAME]; /* "": of those that have none */
	int first, count;        /* of table->matched */
	bool folded;             /* its rows are not shown, but for the loud ones */
};

struct table;

struct table_kind {
	const struct table_column *columns; /* the first one always stands first and is never hidden */
	int column_count;
	size_t row_size;
	int64_t (*id)(const void *row);     /* INT64_MIN / 2 and above */
	bool ordered;                       /* the rows have an order that no sort may tear apart */
	const char *name;                   /* under which its columns are remembered; NULL: not at all */
	/* For tables whose rows have sections; NULL: none. */
	const char *(*section)(const void *row);
	bool (*loud)(const void *row);      /* never hidden by a fold */
	void (*section_words)(const struct table *table, const struct table_section *section, struct pen *pen);
	/* Changed a moment ago: has a sign; may be NULL. */
	bool (*fresh)(const void *row, const void *context);
};

struct table {
	const struct table_kind *kind;
	const void *context;       /* for cell functions */
	const char *rows;          /* not owned; they must outlive the table or be replaced by table_set_rows */
	int row_count;
	int *matched;              /* row indexes, filtered and sorted */
	int match_count;
	int *lines;                /* what stands below each other: a row's index, or ~ that of a section */
	struct list list;          /* over lines */
	bool sectioned;
	struct table_section *sections;
	int section_count;
	char (*folded)[SECTION_NAME]; /* the names, also of sections that are not there now */
	int folded_count;
	int64_t selected_id;
	int64_t *marks;            /* ids, ascending */
	int mark_count;
	int64_t mark_from;         /* the id that was marked last, for ranges */
	int sort;                  /* column */
	bool reverse;
	char filter[FILTER_TEXT];
	struct filter words;       /* the same, parsed */
	char before[FILTER_TEXT];          /* the filter as it was before it was typed over */
	int order[TABLE_COLUMNS];  /* columns, left to right */
	bool hidden[TABLE_COLUMNS]; /* by column */
	int first;                 /* the first shown column behind the frozen one, for narrow screens */
	bool more;                 /* columns to the right did not fit */
	struct area place;         /* where it was drawn */
	int widths[TABLE_COLUMNS]; /* what the contents need, at most `most` */
};

void table_open(struct table *table, const struct table_kind *kind);
void table_close(struct table *table);

/* New rows: filter, sort, marks and selection stay; marks of rows that are gone
 * are dropped. When the selected row is gone the selection stays at its place. */
void table_set_rows(struct table *table, const void *rows, int count);

/* As filter.h has it. "" shows all. A filter looks into folded sections as well. */
void table_set_filter(struct table *table, const char *filter);
bool table_matches(const struct table *table, int row);

/* The same column again reverses it. */
void table_sort_by(struct table *table, int column);
void table_set_sectioned(struct table *table, bool sectioned);
/* Sorted by name; those that are folded already stay so. */
void table_fold(struct table *table, const char *section, bool folded);
void table_fold_all(struct table *table, bool folded);
/* After any change of the members above: filters, sorts and finds the selection again. */
void table_arrange(struct table *table);

const void *table_row(const struct table *table, int row);
const void *table_selected(const struct table *table);  /* NULL: empty, or a section's head */
const struct table_section *table_selected_section(const struct table *table); /* NULL: a row */
/* The marked rows; else those of the selected section that match; else the selected one. */
int table_targets(const struct table *table, const void **rows, int most);

bool table_is_marked(const struct table *table, int64_t id);
void table_mark(struct table *table);      /* the selected row, or not any more; a section's rows; moves on */
void table_mark_range(struct table *table); /* all from the last mark to here */
void table_mark_all(struct table *table);  /* all that match; none when all were */
void table_unmark_all(struct table *table);
void table_drop_marks(struct table *table); /* of rows that are gone */

/* Moves a column by one place among the shown and the hidden. */
void table_move_column(struct table *table, int place, int by);

/* List keys, Space, v, *, h l and the arrows to the sides; z Z t where there are
 * sections. False: not mine. */
bool table_key(struct table *table, int key);

void table_select(struct table *table, int line); /* by its place in the list */
/* A click there: selects the line, true; or sorts by the column, false. */
bool table_click(struct table *table, int y, int x);

/* The head in the first line, rows below; the cursor rests on the selected. */
void table_draw(struct table *table, struct screen *screen, struct area area);

#endif
