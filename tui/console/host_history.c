#include "tui/console/host_history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/read.h"
#include "tui/console/action.h"
#include "tui/console/errand.h"

#define SHOWN 500

struct reading {
	struct audit_list *list; /* in the view: only while that lives */
	char target[80];
	struct audit *rows;
	size_t count;
};

/* What is not at an end is no line of the audit yet. */
static struct audit line_of(const struct operation *operation)
{
	struct audit line = {.id = -operation->id, .at = operation->started, .operation_id = operation->id};

	text_copy(line.user, sizeof(line.user), operation->user);
	text_copy(line.machine, sizeof(line.machine), operation->machine);
	text_copy(line.command, sizeof(line.command), operation->command);
	text_copy(line.target, sizeof(line.target), operation->target);
	text_copy(line.result, sizeof(line.result), operation_state_word(operation->state));
	text_copy(line.detail, sizeof(line.detail), operation->error);
	return line;
}

static int reading_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	struct reading *reading = data;
	struct operation *open = NULL;
	struct audit *lines = NULL;
	size_t open_count = 0, count = 0;
	int status = fleet_operations(fleet, true, 0, &open, &open_count, err);

	(void)job;
	if (!status)
		status = fleet_audit(fleet, reading->target, SHOWN, &lines, &count, err);
	reading->rows = xcalloc(open_count + count + 1, sizeof(*reading->rows));
	for (size_t i = 0; i < open_count && !status; i++)
		if (!strcmp(open[i].target, reading->target))
			reading->rows[reading->count++] = line_of(&open[i]);
	for (size_t i = 0; i < count && !status; i++)
		reading->rows[reading->count++] = lines[i];
	free(open);
	free(lines);
	return status;
}

static void reading_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct reading *reading = data;

	(void)app;
	if (view)
		audit_list_take(reading->list, &reading->rows, reading->count, status, err);
	free(reading->rows);
	free(reading);
}

void host_history_read(struct audit_list *list, struct view *view, const char *host)
{
	struct reading *reading;

	if (list->reading)
		return;
	list->reading = true;
	reading = xcalloc(1, sizeof(*reading));
	reading->list = list;
	snprintf(reading->target, sizeof(reading->target), "host %s", host);
	errand_start(view->app, view, &(struct errand){.work = reading_work, .done = reading_done, .data = reading});
}

void host_history_enter(const struct audit_list *list, struct app *app)
{
	const struct audit *row = table_selected(&list->table);
	struct words words = {0};
	char number[24];

	if (row && row->operation_id) {
		snprintf(number, sizeof(number), "%lld", (long long)row->operation_id);
		words_add(&words, "op");
		words_add(&words, "show");
		words_add(&words, number);
		action_on_words(app, &words);
		words_free(&words);
	} else if (row) {
		audit_show(app, row);
	}
}
