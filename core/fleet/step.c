#include "core/fleet/step.h"

#include <stdlib.h>
#include <string.h>

static const struct step_kind *const tables[] = {
	inventory_steps, root_steps, tree_steps, site_steps, image_steps,
	build_steps, work_steps, write_steps, kernel_steps,
	fence_steps, point_steps, rollback_steps, resize_steps, shell_steps, meta_steps, pending_steps,
};

const struct step_kind *step_kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (const struct step_kind *kind = tables[i]; kind->name; kind++)
			if (!strcmp(kind->name, name))
				return kind;
	return NULL;
}

static const char *member_string(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

const char *step_arg(const struct step *step, const char *key)
{
	return member_string(step->args, key);
}

int64_t step_arg_int(const struct step *step, const char *key)
{
	return json_integer_value(json_object_get(step->args, key));
}

const char *step_noted(const struct step *step, const char *key)
{
	return member_string(step->before, key);
}

bool step_noted_true(const struct step *step, const char *key)
{
	return json_is_true(json_object_get(step->before, key));
}

void step_note(struct step *step, const char *key, json_t *value)
{
	if (json_object_set_new(step->before, key, value))
		abort();
}
