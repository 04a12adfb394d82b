#include "tui/console/doctor_table.h"

#include <stdio.h>
#include <string.h>

#include "tui/console/text_view.h"

enum role doctor_role(enum finding_level level)
{
	return level == FINDING_ERROR ? ROLE_BAD : level == FINDING_WARNING ? ROLE_WARN : ROLE_QUIET;
}

static void cell_level(const void *row, const void *context, struct cell *cell)
{
	static const char *const signs[] = {"·", "▲", "✗"}, *const ascii[] = {".", "!", "X"};
	const struct finding *finding = row;

	snprintf(cell->buffer, sizeof(cell->buffer), "%s %s", *(const bool *)context ? ascii[finding->level]
		 : signs[finding->level], finding_level_word(finding->level));
	cell->text = cell->buffer;
	cell->role = doctor_role(finding->level);
}

static void cell_target(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct finding *)row)->target;
	cell->role = ROLE_STRONG;
}

static void cell_words(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct finding *)row)->words;
}

static void cell_repair(const void *row, const void *context, struct cell *cell)
{
	const struct finding *finding = row;

	(void)context;
	cell->text = !finding->repair[0] ? "-" : finding->steps ? "by itself" : "by hand";
	cell->role = finding->steps ? ROLE_ACCENT : ROLE_QUIET;
}

static void cell_kind(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct finding *)row)->kind;
	cell->role = ROLE_QUIET;
}

static int compare_level(const void *a, const void *b)
{
	return (int)((const struct finding *)b)->level - (int)((const struct finding *)a)->level;
}

static const struct table_column columns[] = {
	{.title = "LEVEL", .most = 11, .cell = cell_level, .compare = compare_level},
	{.title = "TARGET", .most = 30, .cell = cell_target},
	{.title = "REPAIR", .most = 9, .cell = cell_repair},
	{.title = "KIND", .most = 20, .cell = cell_kind},
	{.title = "WHAT", .most = 160, .cell = cell_words},
};

static uint64_t mix(uint64_t sum, const char *words)
{
	for (; *words; words++)
		sum = (sum ^ (unsigned char)*words) * 0x100000001b3;
	return sum;
}

/* The same finding again is the same row. */
static int64_t row_id(const void *row)
{
	const struct finding *finding = row;

	return (int64_t)mix(mix(mix(0xcbf29ce484222325, finding->target), finding->kind), finding->words);
}

const struct table_kind doctor_table_kind = {
	.columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]), .row_size = sizeof(struct finding), .id = row_id,
	.name = "doctor",
};

void doctor_show(struct app *app, const struct finding *finding)
{
	struct view *view = text_view_open(finding->target, "berth doctor");
	struct page *page = text_view_page(view);

	page->width = app->screen.columns - 4;
	page_add(page, doctor_role(finding->level), "%s  ", finding_level_word(finding->level));
	page_words(page, ROLE_PLAIN, finding->words);
	page_end(page);
	page_end(page);
	page_add(page, ROLE_QUIET, finding->steps ? "doctor --repair:  " : "by hand:  ");
	page_words(page, ROLE_PLAIN, finding->repair[0] ? finding->repair : "nothing that berth knows of");
	app_push(app, view);
}

/* "operation 7": with its steps. */
