#include "tui/console/planning.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/console/errand.h"

struct sent {
	struct planning planning;
	bool ahead;            /* nobody asked for it yet */
	void (*done)(struct view *view, struct planning *planning, int status, const struct err *err);
};

/* What is known is shown, also when it ends in an error. */
static int show(struct planning *planning, struct fleet *fleet, const struct call *call, struct err *err)
{
	struct out *out = out_new(false);
	const int status = call->command->show(fleet, call, out, err);

	planning->text = out_finish(out);
	text_copy(planning->offers[0].line, sizeof(planning->offers[0].line), call->line);
	planning->offer_count = 1;
	return status;
}

static int plan_way(struct planning *planning, struct fleet *fleet, const struct command_way *way, struct err *err)
{
	struct offer *offer = &planning->offers[planning->offer_count];
	struct words words = words_copy(&planning->words);
	char option[64];
	struct call call;

	if (way && way->option) {
		snprintf(option, sizeof(option), "--%s", way->option);
		words_add(&words, option);
	}
	int status = command_parse(words.count, words.items, &call, err);
	if (!status)
		status = command_plan(&call, fleet, &offer->plans, err);
	if (!status) {
		offer->way = way;
		text_copy(offer->line, sizeof(offer->line), call.line);
		planning->offer_count++;
	}
	words_free(&words);
	return status;
}

static bool has_choice(const struct call *call)
{
	for (const struct command_way *way = call->command->ways; way && way->title; way++)
		if (way->option && call_option(call, way->option))
			return false;
	return call->command->ways != NULL;
}

/* A way that is refused is a refusal of the whole only when no other is left. */
static int plan_ways(struct planning *planning, struct fleet *fleet, const struct command *command, struct err *err)
{
	int refused = 0;

	for (const struct command_way *way = command->ways; way->title; way++) {
		struct err why = {0};
		const int status = plan_way(planning, fleet, way, &why);

		if (!status || refused)
			continue;
		refused = status;
		*err = why;
	}
	if (refused && planning->offer_count)
		text_copy(planning->refused, sizeof(planning->refused), err->text);
	return planning->offer_count ? 0 : refused;
}

/* The remedy can help when the root is in use, and has somebody to be done to. */
static void plan_remedy(struct planning *planning, struct fleet *fleet, const struct call *call)
{
	const struct command *remedy = call->command->remedy;
	struct plans plans = {0};
	struct err ignored = {0};
	struct words words = {0};
	struct call instead;

	words_add(&words, remedy->noun);
	words_add(&words, remedy->verb);
	words_add(&words, call->words[0]);
	if (!command_parse(words.count, words.items, &instead, &ignored) && !command_plan(&instead, fleet, &plans, &ignored) &&
	    plans.count == 1 && plans.items[0].count) {
		text_copy(planning->remedy, sizeof(planning->remedy), plans.items[0].steps[0].words);
		char *price = strstr(planning->remedy, ": "); /* its own question has that */
		if (price)
			*price = '\0';
		text_copy(planning->remedy_line, sizeof(planning->remedy_line), instead.line);
	}
	plans_free(&plans);
	words_free(&words);
}

static int planning_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	const struct sent *sent = data;
	struct planning *planning = &((struct sent *)data)->planning;
	struct call call;
	const int status = command_parse(planning->words.count, planning->words.items, &call, err);

	(void)job;
	if (status)
		return status;
	if (!call.command->plan)
		return show(planning, fleet, &call, err);
	const int planned = has_choice(&call) ? plan_ways(planning, fleet, call.command, err)
					      : plan_way(planning, fleet, NULL, err);
	if (call.command->remedy && (planned == ERR_REFUSED || planning->refused[0]))
		plan_remedy(planning, fleet, &call);
	if (planned && !sent->ahead)
		command_note_refusal(&call, fleet, err);
	return planned;
}

void planning_free(struct planning *planning)
{
	words_free(&planning->words);
	for (int i = 0; i < COMMAND_WAYS; i++)
		plans_free(&planning->offers[i].plans);
	free(planning->text);
	*planning = (struct planning){0};
}

static void planning_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct sent *sent = data;

	(void)app;
	if (view)
		sent->done(view, &sent->planning, status, err);
	planning_free(&sent->planning);
	free(sent);
}

typedef void planning_end(struct view *view, struct planning *planning, int status, const struct err *err);

static int64_t start(struct view *view, const struct words *words, bool ahead, planning_end *done)
{
	struct sent *sent = xcalloc(1, sizeof(*sent));

	sent->planning.words = words_copy(words);
	sent->ahead = ahead;
	sent->done = done;
	return errand_start(view->app, view, &(struct errand){
		.work = planning_work, .done = planning_done, .data = sent});
}

int64_t planning_start(struct view *view, const struct words *words, planning_end *done)
{
	return start(view, words, false, done);
}

int64_t planning_preview(struct view *view, const struct words *words, planning_end *done)
{
	return start(view, words, true, done);
}
