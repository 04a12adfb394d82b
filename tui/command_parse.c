/* A command line, word by word, into a struct call. */
#include <stdlib.h>
#include <string.h>

#include "tui/command.h"

#define WORD_MAX 64

/* Levenshtein's distance; WORD_MAX for words that nobody would mean. */
static int word_distance(const char *a, const char *b)
{
	int row[WORD_MAX + 1];
	const int columns = (int)strlen(b);

	if (strlen(a) >= WORD_MAX || columns >= WORD_MAX)
		return WORD_MAX;
	for (int j = 0; j <= columns; j++)
		row[j] = j;
	for (int i = 1; a[i - 1]; i++) {
		int diagonal = row[0];

		row[0] = i;
		for (int j = 1; j <= columns; j++) {
			const int replaced = diagonal + (a[i - 1] != b[j - 1]);
			const int least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;

			diagonal = row[j];
			row[j] = replaced < least ? replaced : least;
		}
	}
	return row[columns];
}

/* Near enough to be a slip of the fingers. */
static void keep_nearest(const char *typed, const char *candidate, const char **best, int *distance)
{
	const int d = word_distance(typed, candidate);

	if (d < *distance && d <= 1 + (int)strlen(typed) / 3) {
		*distance = d;
		*best = candidate;
	}
}

bool command_is_noun(const char *word)
{
	for (const struct command *const *at = command_table; *at; at++)
		if (!strcmp((*at)->noun, word))
			return true;
	return false;
}

/* "host", or with a noun: its verbs, each once. */
static void list_words(const char *noun, struct text *out)
{
	const char *last = NULL;

	for (const struct command *const *at = command_table; *at; at++) {
		const char *word = noun ? (*at)->verb : (*at)->noun;

		if ((noun && strcmp((*at)->noun, noun)) || !word || (last && !strcmp(last, word)))
			continue;
		text_printf(out, "%s%s", last ? ", " : "", word);
		last = word;
	}
}

static int refuse_noun(const char *word, struct err *err)
{
	const char *nearest = NULL;
	struct text known = {0};
	int distance = WORD_MAX;

	for (const struct command *const *at = command_table; *at; at++)
		keep_nearest(word, (*at)->noun, &nearest, &distance);
	list_words(NULL, &known);
	if (nearest)
		err_field(err, "command", "there is no command '%s': did you mean `berth %s`?", word, nearest);
	else
		err_field(err, "command", "there is no command '%s': give one of %s", word, known.data);
	text_free(&known);
	return ERR_USAGE;
}

static int refuse_verb(const char *noun, const char *word, struct err *err)
{
	const char *nearest = NULL;
	struct text known = {0};
	int distance = WORD_MAX;

	for (const struct command *const *at = command_table; word && *at; at++)
		if (!strcmp((*at)->noun, noun))
			keep_nearest(word, (*at)->verb, &nearest, &distance);
	list_words(noun, &known);
	if (nearest)
		err_field(err, "command", "`berth %s` can not '%s': did you mean `berth %s %s`?", noun, word, noun, nearest);
	else if (word)
		err_field(err, "command", "`berth %s` can not '%s': give one of %s", noun, word, known.data);
	else
		err_field(err, "command", "`berth %s` needs a word more: one of %s", noun, known.data);
	text_free(&known);
	return ERR_USAGE;
}

static int parse_command(int count, char *const *words, struct call *out, int *used, struct err *err)
{
	if (count == 0)
		return err_field(err, "command", "there is no command: `berth help` lists them");
	if (!command_is_noun(words[0]))
		return refuse_noun(words[0], err);
	*used = 2;
	out->command = count > 1 ? command_find(words[0], words[1]) : NULL;
	if (out->command)
		return 0;
	*used = 1;
	out->command = command_find(words[0], NULL);
	if (out->command)
		return 0;
	return refuse_verb(words[0], count > 1 && words[1][0] != '-' ? words[1] : NULL, err);
}

static int refuse_option(const struct command *command, const char *word, size_t length, struct err *err)
{
	const char *nearest = NULL;
	char name[WORD_MAX] = "";
	int distance = WORD_MAX;

	if (length < sizeof(name))
		memcpy(name, word, length);
	for (const struct command_option *option = command->options; option && option->name; option++)
		keep_nearest(name, option->name, &nearest, &distance);
	if (nearest)
		return err_field(err, name, "option '--%s' is not known here: did you mean --%s?", name, nearest);
	return err_field(err, name, "option '--%.*s' is not known here: `berth help %s%s%s` lists those that are",
			 (int)length, word, command->noun, command->verb ? " " : "", command->verb ? command->verb : "");
}

/* Index of the option that a word "--name" or "--name=value" means, or an error. */
static int find_option(const struct command *command, const char *word, struct err *err)
{
	const size_t length = strcspn(word, "=");

	for (int i = 0; command->options && command->options[i].name; i++)
		if (strlen(command->options[i].name) == length && !memcmp(command->options[i].name, word, length))
			return i;
	return refuse_option(command, word, length, err);
}

/* `next` is the word after it, or NULL; *took says whether it was used. */
static int parse_option(struct call *out, const char *word, const char *next, bool *took, struct err *err)
{
	const int index = find_option(out->command, word, err);
	const char *equals = strchr(word, '=');

	*took = false;
	if (index < 0)
		return index;
	const struct command_option *option = &out->command->options[index];
	if (out->values[index])
		return err_field(err, option->name, "option --%s is given twice: give it once", option->name);
	if (!option->value && equals)
		return err_field(err, option->name, "option --%s takes no value: leave out '%s'", option->name, equals);
	if (!option->value) {
		out->values[index] = "";
	} else if (equals) {
		out->values[index] = equals + 1;
	} else if (next && strncmp(next, "--", 2)) {
		out->values[index] = next;
		*took = true;
	} else {
		return err_field(err, option->name, "option --%s needs a value: --%s=%s", option->name, option->name,
				 option->value);
	}
	return 0;
}

static int parse_argument(struct call *out, const char *word, struct err *err)
{
	const int most = out->command->words_max < CALL_WORDS ? out->command->words_max : CALL_WORDS;
	struct text usage = {0};

	if (out->word_count < most) {
		out->words[out->word_count++] = word;
		return 0;
	}
	command_usage(out->command, &usage);
	err_field(err, "arguments", "'%s' is one word too many: %s", word, usage.data);
	text_free(&usage);
	return ERR_USAGE;
}

static int parse_rest(int count, char *const *words, struct call *out, struct err *err)
{
	bool all_arguments = false, took = false;
	int status = 0;

	for (int i = 0; i < count && !status; i++) {
		const char *word = words[i];

		if (all_arguments || word[0] != '-' || !word[1])
			status = parse_argument(out, word, err);
		else if (!strcmp(word, "--"))
			all_arguments = true;
		else if (word[1] != '-')
			status = err_field(err, "option", "option '%s' is not known: `berth help` lists the options", word);
		else
			status = parse_option(out, word + 2, i + 1 < count ? words[i + 1] : NULL, &took, err);
		i += took;
		took = false;
	}
	return status;
}

static int check_complete(const struct call *call, struct err *err)
{
	const struct command *command = call->command;
	const char *missing = call->word_count < command->words_min ? command->args : NULL;
	struct text usage = {0};

	command_usage(command, &usage);
	for (int i = 0; !missing && command->options && command->options[i].name; i++)
		if (command->options[i].required && !call->values[i]) {
			err_field(err, command->options[i].name, "option --%s is missing: %s", command->options[i].name, usage.data);
			text_free(&usage);
			return ERR_USAGE;
		}
	if (missing)
		err_field(err, "arguments", "%s is missing: %s", missing, usage.data);
	text_free(&usage);
	return missing ? ERR_USAGE : 0;
}

void command_quote(const char *word, struct text *out)
{
	if (*word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-")]) {
		text_add(out, word);
		return;
	}
	text_add(out, "'");
	for (; *word; word++)
		if (*word == '\'')
			text_add(out, "'\\''");
		else
			text_append(out, word, 1);
	text_add(out, "'");
}

static void write_options(const struct call *call, struct text *line)
{
	const struct command_option *options = call->command->options;

	for (int i = 0; options && options[i].name; i++) {
		if (!call->values[i])
			continue;
		text_printf(line, " --%s", options[i].name);
		if (!options[i].value)
			continue;
		text_add(line, strncmp(call->values[i], "--", 2) ? " " : "=");
		command_quote(call->values[i], line);
	}
}

static void write_words(const struct call *call, struct text *line)
{
	for (int i = 0; i < call->word_count; i++) {
		text_add(line, " ");
		command_quote(call->words[i], line);
	}
}

/* Words that look like options can only stand at the end, after "--". */
static void write_line(struct call *call)
{
	const struct command *command = call->command;
	struct text line = {0};
	bool dashed = false;

	for (int i = 0; i < call->word_count; i++)
		dashed |= call->words[i][0] == '-';
	text_printf(&line, "berth %s%s%s", command->noun, command->verb ? " " : "", command->verb ? command->verb : "");
	if (!dashed)
		write_words(call, &line);
	write_options(call, &line);
	if (dashed) {
		text_add(&line, " --");
		write_words(call, &line);
	}
	text_copy(call->line, sizeof(call->line), line.data);
	text_free(&line);
}

int command_parse(int count, char *const *words, struct call *out, struct err *err)
{
	int used = 0;
	int status;

	*out = (struct call){0};
	status = parse_command(count, words, out, &used, err);
	if (!status)
		status = parse_rest(count - used, words + used, out, err);
	if (!status)
		status = check_complete(out, err);
	if (!status)
		write_line(out);
	return status;
}
