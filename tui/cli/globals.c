#include "tui/cli/globals.h"

#include <stdlib.h>
#include <string.h>

const struct global_option global_options[] = {
	{'i', {"inventory", "PATH", "the inventory; default $BERTH_INVENTORY, else $XDG_STATE_HOME/berth/inventory.db", false}},
	{'c', {"conf", "FILE", "ceph.conf; default as at init, else $CEPH_CONF, else Ceph's own search", false}},
	{'n', {"name", "client.X", "whom to be in the cluster", false}},
	{'k', {"keyring", "FILE", "where that client's key is", false}},
	{0, {"json", NULL, "one JSON document on stdout", false}},
	{0, {"dry-run", NULL, "print the plan and change nothing", false}},
	{0, {"yes", NULL, "do not ask", false}},
	{0, {"read-only", NULL, "change nothing, neither inventory nor cluster", false}},
	{'q', {"quiet", NULL, "print errors and what was asked for, nothing else", false}},
	{'v', {"verbose", NULL, "print how long each step took", false}},
	{0, {"ascii", NULL, "the console's signs and borders in ASCII; by itself where the locale is not UTF-8", false}},
	{0, {"version", NULL, "print the version", false}},
	{'h', {"help", NULL, "print help, also on a command: berth host add --help", false}},
	{0},
};

static const struct global_option *find_name(const char *name, size_t length)
{
	for (const struct global_option *at = global_options; at->option.name; at++)
		if (strlen(at->option.name) == length && !memcmp(at->option.name, name, length))
			return at;
	return NULL;
}

static const struct global_option *find_letter(char letter)
{
	for (const struct global_option *at = global_options; at->option.name; at++)
		if (at->letter == letter)
			return at;
	return NULL;
}

static void set_value(struct globals *out, const char *name, const char *value)
{
	struct fleet_options *options = &out->options;
	const struct { const char *name; const char **value; } values[] = {
		{"inventory", &options->inventory}, {"conf", &options->conf},
		{"name", &options->name}, {"keyring", &options->keyring},
	};
	const struct { const char *name; bool *flag; } flags[] = {
		{"json", &out->json}, {"dry-run", &out->dry_run}, {"yes", &out->yes},
		{"read-only", &options->read_only}, {"quiet", &out->quiet}, {"verbose", &out->verbose},
		{"ascii", &out->ascii},
		{"version", &out->version}, {"help", &out->help},
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		if (!strcmp(values[i].name, name))
			*values[i].value = value;
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (!strcmp(flags[i].name, name))
			*flags[i].flag = true;
}

/* An option of this name takes a value in every command that has it. */
static bool command_option_takes_value(const char *name)
{
	for (const struct command *const *at = command_table; *at; at++)
		for (const struct command_option *option = (*at)->options; option && option->name; option++)
			if (option->value && !strcmp(option->name, name))
				return true;
	return false;
}

static int need_value(const struct command_option *option, const char *value, struct err *err)
{
	if (value && *value)
		return 0;
	return err_field(err, option->name, "option --%s needs a value: --%s %s", option->name, option->name, option->value);
}

/* "--conf=FILE", "--conf FILE", "--json"; *used words. */
static int parse_long(struct globals *out, const struct global_option *global, const char *word,
		      const char *next, int *used, struct err *err)
{
	const struct command_option *option = &global->option;
	const char *value = strchr(word, '=');
	int status = 0;

	if (!option->value && value)
		return err_field(err, option->name, "option --%s takes no value: leave out '%s'", option->name, value);
	if (option->value) {
		*used += !value;
		value = value ? value + 1 : next;
		status = need_value(option, value, err);
	}
	if (!status)
		set_value(out, option->name, value);
	return status;
}

/* "-q", "-qv", "-i PATH", "-iPATH". */
static int parse_letters(struct globals *out, const char *word, const char *next, int *used, struct err *err)
{
	for (const char *at = word + 1; *at; at++) {
		const struct global_option *global = find_letter(*at);

		if (!global)
			return err_field(err, "option", "option '-%c' is not known: `berth help` lists the options", *at);
		if (!global->option.value) {
			set_value(out, global->option.name, "");
			continue;
		}
		*used += !at[1];
		const char *value = at[1] ? at + 1 : next;
		const int status = need_value(&global->option, value, err);
		if (!status)
			set_value(out, global->option.name, value);
		return status;
	}
	return 0;
}

/* The value of a command's option is no global option, whatever it looks like. */
static bool keeps_next(const char *word, const char *next)
{
	return next && next[0] == '-' && next[1] && next[1] != '-' && !strchr(word, '=') &&
	       command_option_takes_value(word + 2);
}

static int parse_word(struct globals *out, char *const *at, const char *next, int *used, struct err *err)
{
	char *word = *at;

	*used = 1;
	if (word[0] == '-' && word[1] && word[1] != '-')
		return parse_letters(out, word, next, used, err);
	const struct global_option *global = strncmp(word, "--", 2) ? NULL : find_name(word + 2, strcspn(word + 2, "="));
	if (global)
		return parse_long(out, global, word, next, used, err);
	out->words[out->word_count++] = word;
	if (!strncmp(word, "--", 2) && keeps_next(word, next)) {
		out->words[out->word_count++] = at[1];
		*used = 2;
	}
	return 0;
}

int globals_parse(int argc, char *const *argv, struct globals *out, struct err *err)
{
	int status = 0;
	int used;

	*out = (struct globals){.words = xcalloc((size_t)argc + 1, sizeof(char *))};
	for (int i = 1; i < argc && !status; i += used) {
		if (!strcmp(argv[i], "--")) {
			while (i < argc)
				out->words[out->word_count++] = argv[i++];
			break;
		}
		status = parse_word(out, &argv[i], i + 1 < argc ? argv[i + 1] : NULL, &used, err);
	}
	return status;
}

void globals_free(struct globals *globals)
{
	free(globals->words);
	*globals = (struct globals){0};
}
