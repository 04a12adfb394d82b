#include "core/fleet/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/fleet/finding.h"

const char *finding_level_word(enum finding_level level)
{
	static const char *const words[] = {"note", "warning", "error"};

	return words[level];
}

struct finding *finding_add(struct examination *e, enum finding_level level, const char *kind, const char *target,
			    const char *words, ...)
{
	struct diagnosis *d = e->diagnosis;
	va_list args;

	d->items = xrealloc(d->items, (d->count + 1) * sizeof(*d->items));
	struct finding *finding = &d->items[d->count++];
	*finding = (struct finding){.level = level};
	text_copy(finding->kind, sizeof(finding->kind), kind);
	text_copy(finding->target, sizeof(finding->target), target);
	va_start(args, words);
	vsnprintf(finding->words, sizeof(finding->words), words, args);
	va_end(args);
	text_harmless(finding->target);
	text_harmless(finding->words);
	return finding;
}

void finding_repair(struct finding *finding, const char *words, ...)
{
	va_list args;

	va_start(args, words);
	vsnprintf(finding->repair, sizeof(finding->repair), words, args);
	va_end(args);
	text_harmless(finding->repair);
}

void finding_step(struct finding *finding, const char *kind, json_t *args, const char *words, ...)
{
	char text[256];
	va_list list;

	va_start(list, words);
	vsnprintf(text, sizeof(text), words, list);
	va_end(list);
	text_harmless(text);
	if (!args)
		abort();
	if (!finding->steps)
		finding->steps = json_array();
	json_array_append_new(finding->steps, json_pack("[s o s]", kind, args, text));
	if (!finding->repair[0])
		text_copy(finding->repair, sizeof(finding->repair), text);
}

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->level != y->level)
		return (int)y->level - (int)x->level;
	const int target = strverscmp(x->target, y->target);
	return target ? target : strcmp(x->kind, y->kind);
}

int doctor_examine(struct fleet *fleet, const struct progress *progress, struct diagnosis *out, struct err *err)
{
	struct examination e = {.fleet = fleet, .progress = progress, .diagnosis = out};
	int status = fleet_cluster(fleet, &e.cluster, err);

	*out = (struct diagnosis){0};
	if (!status)
		status = examine_site(&e, err);
	if (!status)
		status = examine_images(&e, err);
	if (!status)
		status = examine_hosts(&e, err);
	if (!status)
		status = examine_strangers(&e, err);
	if (status)
		diagnosis_free(out);
	else if (out->count)
		qsort(out->items, out->count, sizeof(*out->items), compare);
	return status;
}

void diagnosis_free(struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnosis->count; i++)
		json_decref(diagnosis->items[i].steps);
	free(diagnosis->items);
	*diagnosis = (struct diagnosis){0};
}

static struct plan *plan_of(struct plans *plans, const char *target)
{
	for (size_t i = 0; i < plans->count; i++)
		if (!strcmp(plans->items[i].target, target))
			return &plans->items[i];
	return plans_add(plans, "repair", "%s", target);
}

/* Two findings may ask for the same step: once is enough. */
static bool has_step(const struct plan *plan, const char *kind, const json_t *args)
{
	for (int i = 0; i < plan->count; i++)
		if (!strcmp(plan->steps[i].kind, kind) && json_equal(plan->steps[i].args, args))
			return true;
	return false;
}

static void add_repair(const struct finding *finding, struct plans *out)
{
	json_t *step;
	size_t i;

	json_array_foreach(finding->steps, i, step) {
		struct plan *plan = plan_of(out, finding->target);
		const char *kind = json_string_value(json_array_get(step, 0));
		json_t *args = json_array_get(step, 1);

		if (!has_step(plan, kind, args))
			plan_add(plan, kind, json_incref(args), "%s", json_string_value(json_array_get(step, 2)));
	}
}

/* Hosts last: they may depend on an image that another repair brings back. */
void plan_doctor_repair(const struct diagnosis *diagnosis, struct plans *out)
{
	for (int hosts = 0; hosts < 2; hosts++)
		for (size_t i = 0; i < diagnosis->count; i++)
			if ((strncmp(diagnosis->items[i].target, "host ", 5) == 0) == (hosts == 1))
				add_repair(&diagnosis->items[i], out);
}
