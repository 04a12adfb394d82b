#include "core/fleet/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

struct plan *plans_add(struct plans *plans, const char *verb, const char *target_format, ...)
{
	va_list args;

	plans->items = xrealloc(plans->items, (plans->count + 1) * sizeof(*plans->items));
	struct plan *plan = &plans->items[plans->count++];
	*plan = (struct plan){0};
	text_copy(plan->verb, sizeof(plan->verb), verb);
	va_start(args, target_format);
	vsnprintf(plan->target, sizeof(plan->target), target_format, args);
	va_end(args);
	return plan;
}

static void plan_free(struct plan *plan)
{
	for (int i = 0; i < plan->count; i++)
		json_decref(plan->steps[i].args);
	free(plan->steps);
}

void plans_free(struct plans *plans)
{
	for (size_t i = 0; i < plans->count; i++)
		plan_free(&plans->items[i]);
	free(plans->items);
	*plans = (struct plans){0};
}

void plan_add(struct plan *plan, const char *kind, json_t *args, const char *words, ...)
{
	va_list list;

	if (!args)
		abort();
	plan->steps = xrealloc(plan->steps, (size_t)(plan->count + 1) * sizeof(*plan->steps));
	struct plan_step *step = &plan->steps[plan->count++];
	*step = (struct plan_step){.args = args};
	text_copy(step->kind, sizeof(step->kind), kind);
	va_start(list, words);
	vsnprintf(step->words, sizeof(step->words), words, list);
	va_end(list);
}
