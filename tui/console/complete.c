#include "tui/console/complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/command.h"

struct typed {
	char *copy;
	const char *words[CALL_WORDS];
	int count;             /* whole words; the last one, which is being typed, is not counted */
	const char *last;
};

static void split(const char *line, struct typed *typed)
{
	char *rest = xstrdup(line), *word;

	*typed = (struct typed){.copy = rest, .last = ""};
	while ((word = strsep(&rest, " "))) {
		if (!rest)
			typed->last = word;
		else if (*word && typed->count < CALL_WORDS)
			typed->words[typed->count++] = word;
	}
}

static void offer(struct candidates *out, const struct typed *typed, const char *word, const char *help)
{
	if (out->count == CANDIDATES_MAX || strncmp(word, typed->last, strlen(typed->last)))
		return;
	for (int i = 0; i < typed->count; i++)
		if (!strcmp(typed->words[i], word) && i > 1)
			return; /* it is there already */
	struct candidate *candidate = &out->items[out->count++];
	text_copy(candidate->word, sizeof(candidate->word), word);
	candidate->help = help;
}

static void offer_nouns(struct candidates *out, const struct typed *typed)
{
	const char *last = "";

	for (const struct command *const *at = command_table; *at; at++) {
		if (!strcmp((*at)->noun, last) || ((*at)->guards & COMMAND_FACE))
			continue;
		last = (*at)->noun;
		offer(out, typed, last, (*at)->verb ? "" : (*at)->help);
	}
}

static void offer_verbs(struct candidates *out, const struct typed *typed)
{
	for (const struct command *const *at = command_table; *at; at++)
		if ((*at)->verb && !strcmp((*at)->noun, typed->words[0]))
			offer(out, typed, (*at)->verb, (*at)->help);
}

/* A word like "HOST..." or "IMAGE[@RELEASE]" says what there is to offer. */
static void offer_things(struct candidates *out, const struct typed *typed, const char *kinds,
			 const struct snapshot *snapshot)
{
	char id[24], word[80];

	for (size_t i = 0; strstr(kinds, "HOST") && i < snapshot->fleet->count; i++)
		offer(out, typed, snapshot->fleet->rows[i].name, "");
	for (size_t i = 0; (strstr(kinds, "HOST") || strstr(kinds, "GROUP")) && i < snapshot->group_count; i++) {
		snprintf(word, sizeof(word), "%s%s", strstr(kinds, "HOST") ? "@" : "", snapshot->groups[i]);
		offer(out, typed, word, "");
	}
	for (size_t i = 0; strstr(kinds, "IMAGE") && i < snapshot->release_count; i++)
		offer(out, typed, snapshot->releases[i], "");
	for (size_t i = 0; strstr(kinds, "ID") && i < snapshot->operation_count; i++) {
		snprintf(id, sizeof(id), "%lld", (long long)snapshot->operations[i].operation.id);
		offer(out, typed, id, snapshot->operations[i].operation.command);
	}
}

static void offer_options(struct candidates *out, const struct typed *typed, const struct command *command)
{
	char word[64];

	for (const struct command_option *option = command->options; option && option->name; option++) {
		snprintf(word, sizeof(word), "--%s", option->name);
		offer(out, typed, word, option->help);
	}
}

/* The option whose value is being typed. */
static const struct command_option *open_option(const struct typed *typed, const struct command *command)
{
	const char *before = typed->count ? typed->words[typed->count - 1] : "";

	for (const struct command_option *option = command->options; option && option->name; option++)
		if (option->value && !strncmp(before, "--", 2) && !strcmp(before + 2, option->name))
			return option;
	return NULL;
}

static void offer_values(struct candidates *out, const struct typed *typed, const struct command_option *option,
			 const struct snapshot *snapshot)
{
	char copy[128], *rest = copy, *word;

	text_copy(copy, sizeof(copy), option->value);
	if (!strchr(copy, '|'))
		offer_things(out, typed, copy, snapshot);
	else
		while ((word = strsep(&rest, "|")))
			offer(out, typed, word, option->help);
}

static void offer_rest(struct candidates *out, const struct typed *typed, const struct snapshot *snapshot)
{
	const struct command *command = command_find(typed->words[0], NULL);
	const struct command_option *option;

	if (!command && typed->count > 1)
		command = command_find(typed->words[0], typed->words[1]);
	if (!command)
		return;
	option = open_option(typed, command);
	if (option) {
		offer_values(out, typed, option, snapshot);
		return;
	}
	offer_things(out, typed, command->args, snapshot);
	offer_options(out, typed, command);
}

void complete_line(const char *line, const struct snapshot *snapshot, struct candidates *out)
{
	struct typed typed;

	split(line, &typed);
	out->count = 0;
	out->start = strlen(line) - strlen(typed.last);
	if (typed.count == 0)
		offer_nouns(out, &typed);
	else if (typed.count == 1 && !command_find(typed.words[0], NULL))
		offer_verbs(out, &typed);
	else
		offer_rest(out, &typed, snapshot);
	free(typed.copy);
}
