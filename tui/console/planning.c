#include "tui/console/planning.h"

#include <stdlib.h>

#include "tui/command.h"
#include "tui/console/errand.h"

struct sent {
	struct planning planning;
	void (*done)(struct view *view, struct planning *planning, int status, const struct err *err);
};

/* What is known is shown, also when it ends in an error. */
static int show(struct planning *planning, struct fleet *fleet, const struct call *call, struct err *err)
{
	struct out *out = out_new(false);
	const int status = call->command->show(fleet, call, out, err);

	planning->text = out_finish(out);
	return status;
}

static int planning_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	struct planning *planning = &((struct sent *)data)->planning;
	struct call call;
	const int status = command_parse(planning->words.count, planning->words.items, &call, err);

	(void)job;
	if (status)
		return status;
	text_copy(planning->line, sizeof(planning->line), call.line);
	if (!call.command->plan)
		return show(planning, fleet, &call, err);
	const int planned = command_plan(&call, fleet, &planning->plans, err);
	if (planned)
		command_note_refusal(&call, fleet, err);
	return planned;
}

static void planning_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct sent *sent = data;

	(void)app;
	if (view)
		sent->done(view, &sent->planning, status, err);
	words_free(&sent->planning.words);
	plans_free(&sent->planning.plans);
	free(sent->planning.text);
	free(sent);
}

int64_t planning_start(struct view *view, const struct words *words,
		       void (*done)(struct view *view, struct planning *planning, int status, const struct err *err))
{
	struct sent *sent = xcalloc(1, sizeof(*sent));

	sent->planning.words = words_copy(words);
	sent->done = done;
	return errand_start(view->app, view, &(struct errand){
		.work = planning_work, .done = planning_done, .data = sent});
}
