#include "tui/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/run.h"

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

const struct command *command_find(const char *noun, const char *verb)
{
	for (const struct command *const *at = command_table; *at; at++)
		if (!strcmp((*at)->noun, noun) && is_same((*at)->verb, verb))
			return *at;
	return NULL;
}

static int option_index(const struct command *command, const char *name)
{
	for (int i = 0; command->options && command->options[i].name; i++)
		if (!strcmp(command->options[i].name, name))
			return i;
	return -1;
}

const char *call_option(const struct call *call, const char *name)
{
	const int index = option_index(call->command, name);

	if (index < 0)
		abort();
	return call->values[index];
}

bool call_flag(const struct call *call, const char *name)
{
	return call_option(call, name) != NULL;
}

int command_allowed(const struct command *command, struct fleet *fleet, struct err *err)
{
	const char *barred = fleet_why_read_only(fleet);

	if ((command->guards & COMMAND_WRITES) && *barred)
		return err_set(err, ERR_REFUSED, "%s", barred);
	if (!(command->guards & COMMAND_CLUSTER) || fleet_site(fleet)->present)
		return 0;
	/* Another berth may have run init since. */
	const int status = fleet_reload_site(fleet, err);
	if (status || fleet_site(fleet)->present)
		return status;
	return err_set(err, ERR_USAGE, "this inventory (%s) has no cluster yet: run "
		       "`berth init --pool POOL --fs FS --url http://HOST:PORT`", fleet_inventory(fleet));
}

int command_plan(const struct call *call, struct fleet *fleet, struct plans *out, struct err *err)
{
	const int status = call->command->plan(fleet, call, out, err);

	if (status)
		plans_free(out);
	for (size_t i = 0; i < out->count; i++)
		text_copy(out->items[i].command, sizeof(out->items[i].command), call->line);
	return status;
}

/* As plans name their targets: what is done to a host's restore point is done to the host. */
static void call_target(const struct call *call, char out[80])
{
	const char *noun = strncmp(call->command->args, "HOST", 4) ? call->command->noun : "host";

	snprintf(out, 80, "%s%s%s", noun, call->word_count ? " " : "", call->word_count ? call->words[0] : "");
}

void command_note_refusal(const struct call *call, struct fleet *fleet, const struct err *err)
{
	char target[80];

	if (err->code == ERR_USAGE || err->code == ERR_EXISTS || err->code == ERR_NOT_FOUND)
		return;
	call_target(call, target);
	run_note_refusal(fleet, call->line, target, err);
}

void command_usage(const struct command *command, struct text *out)
{
	text_printf(out, "berth %s%s%s", command->noun, command->verb ? " " : "", command->verb ? command->verb : "");
	if (*command->args)
		text_printf(out, " %s", command->args);
	for (const struct command_option *option = command->options; option && option->name; option++)
		text_printf(out, option->required ? " --%s%s%s" : " [--%s%s%s]", option->name,
			    option->value ? " " : "", option->value ? option->value : "");
}
