/*
 * Completion for bash, which runs us with the line so far in COMP_LINE and the
 * cursor's place in COMP_POINT, and reads one candidate a line
 * (bash(1), "complete -C"). Nothing here asks the cluster.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/read.h"
#include "tui/cli/cli.h"

#define WORDS 64

struct line {
	char *copy;
	const char *words[WORDS]; /* complete ones before the cursor; the first is "berth" */
	int count;
	const char *current;      /* what the cursor stands at the end of; may be "" */
};

static void line_read(struct line *line)
{
	const char *typed = getenv("COMP_LINE"), *point = getenv("COMP_POINT");
	char *rest, *word;

	*line = (struct line){.copy = xstrdup(typed ? typed : "")};
	const size_t end = point ? (size_t)strtoul(point, NULL, 10) : strlen(line->copy);
	if (end < strlen(line->copy))
		line->copy[end] = '\0';
	rest = line->copy;
	line->current = "";
	while ((word = strsep(&rest, " "))) {
		if (!rest)
			line->current = word;
		else if (*word && line->count < WORDS)
			line->words[line->count++] = word;
	}
}

static void offer(const struct line *line, const char *prefix, const char *word)
{
	struct text whole = {0};

	text_printf(&whole, "%s%s", prefix, word);
	if (!strncmp(whole.data, line->current, strlen(line->current)))
		puts(whole.data);
	text_free(&whole);
}

/* Global options may stand anywhere; what is left is noun, verb and the rest. */
static void offer_nouns(const struct line *line)
{
	const char *last = "";

	for (const struct command *const *at = command_table; *at; at++)
		if (strcmp((*at)->noun, last)) {
			last = (*at)->noun;
			offer(line, "", last);
		}
}

static void offer_verbs(const struct line *line, const char *noun)
{
	for (const struct command *const *at = command_table; *at; at++)
		if (!strcmp((*at)->noun, noun) && (*at)->verb)
			offer(line, "", (*at)->verb);
}

static void offer_options(const struct line *line, const struct command *command)
{
	for (const struct command_option *option = command ? command->options : NULL; option && option->name; option++)
		offer(line, "--", option->name);
	for (const struct global_option *global = global_options; global->option.name; global++)
		offer(line, "--", global->option.name);
}

static void offer_hosts(const struct line *line, struct fleet *fleet)
{
	struct host *hosts = NULL;
	struct root *roots = NULL;
	struct err ignored;
	size_t count = 0;

	if (fleet_hosts(fleet, &hosts, &roots, &count, &ignored))
		return;
	for (size_t i = 0; i < count; i++)
		offer(line, "", hosts[i].name);
	free(hosts);
	free(roots);
}

static void offer_images(const struct line *line, struct fleet *fleet)
{
	struct release *releases = NULL;
	struct image *images = NULL;
	char words[160];
	struct err ignored;
	size_t count = 0;

	if (!fleet_images(fleet, &images, &count, &ignored))
		for (size_t i = 0; i < count; i++)
			offer(line, "", images[i].name);
	free(images);
	if (strchr(line->current, '@') && !fleet_releases(fleet, NULL, &releases, &count, &ignored))
		for (size_t i = 0; i < count; i++) {
			snprintf(words, sizeof(words), "%s@%s", releases[i].image, releases[i].name);
			offer(line, "", words);
		}
	free(releases);
}

static void offer_operations(const struct line *line, struct fleet *fleet)
{
	struct operation *operations = NULL;
	struct err ignored;
	size_t count = 0;
	char id[24];

	if (!fleet_operations(fleet, true, 0, &operations, &count, &ignored))
		for (size_t i = 0; i < count; i++) {
			snprintf(id, sizeof(id), "%lld", (long long)operations[i].id);
			offer(line, "", id);
		}
	free(operations);
}

/* What an argument or a value is, is in the word that help shows for it. */
static void offer_things(const struct line *line, const struct globals *globals, const char *kinds)
{
	struct fleet_options options = globals->options;
	struct fleet *fleet = NULL;
	struct err ignored;

	options.read_only = true;
	if (fleet_open(&options, &fleet, &ignored))
		return;
	if (strstr(kinds, "HOST"))
		offer_hosts(line, fleet);
	if (strstr(kinds, "IMAGE"))
		offer_images(line, fleet);
	if (strstr(kinds, "ID"))
		offer_operations(line, fleet);
	fleet_close(fleet);
}

/* The option whose value the cursor stands at, or NULL. */
static const struct command_option *open_option(const struct line *line, const struct command *command)
{
	const char *last = line->count ? line->words[line->count - 1] : "";

	if (strncmp(last, "--", 2))
		return NULL;
	for (const struct command_option *option = command->options; option && option->name; option++)
		if (option->value && !strcmp(option->name, last + 2))
			return option;
	return NULL;
}

static void offer_all(const struct line *line, const struct globals *globals)
{
	char *const *words = globals->words;
	const struct command *command = globals->word_count ? command_find(words[0], NULL) : NULL;

	if (!command && globals->word_count > 1)
		command = command_find(words[0], words[1]);
	const struct command_option *option = command ? open_option(line, command) : NULL;
	if (option)
		offer_things(line, globals, option->value);
	else if (line->current[0] == '-')
		offer_options(line, command);
	else if (!globals->word_count)
		offer_nouns(line);
	else if (!command && globals->word_count == 1)
		offer_verbs(line, words[0]);
	else if (command)
		offer_things(line, globals, command->args);
}

int cli_complete(void)
{
	struct globals globals;
	struct err ignored;
	struct line line;

	line_read(&line);
	char **words = xcalloc((size_t)line.count + 1, sizeof(*words));
	for (int i = 0; i < line.count; i++)
		words[i] = xstrdup(line.words[i]);
	globals_parse(line.count, words, &globals, &ignored);
	offer_all(&line, &globals);
	globals_free(&globals);
	for (int i = 0; i < line.count; i++)
		free(words[i]);
	free(words);
	free(line.copy);
	return 0;
}
