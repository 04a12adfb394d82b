#include "tui/console/host_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/console/host_values.h"

#define MARK "# ERROR: "

char *host_text_write(const struct host *host, const struct command *set)
{
	struct text text = {0};

	text_printf(&text, "# %s as the inventory has it. Save and leave the editor: what would be done is shown\n"
		    "# first. A line that is taken out changes nothing; an empty value takes the value away.\n", host->name);
	for (const struct command_option *option = set->options; option->name; option++) {
		text_printf(&text, "\n# %s: %s\n%s: ", option->value, option->help, option->name);
		host_value_add(host, option->name, &text);
		text_add(&text, "\n");
	}
	return text_take(&text);
}

static const struct command_option *find_option(const struct command *set, const char *name)
{
	for (const struct command_option *option = set->options; option->name; option++)
		if (!strcmp(option->name, name))
			return option;
	return NULL;
}

static char *trim(char *string)
{
	size_t length;

	string += strspn(string, " \t\r");
	length = strlen(string);
	while (length > 0 && strchr(" \t\r", string[length - 1]))
		string[--length] = '\0';
	return string;
}

static void add_option(const struct host *host, const char *name, const char *value, struct words *out)
{
	struct text before = {0}, option = {0};

	host_value_add(host, name, &before);
	if (strcmp(text_string(&before), value)) {
		text_printf(&option, "--%s", name);
		words_add(out, text_string(&option));
		words_add(out, value);
	}
	text_free(&before);
	text_free(&option);
}

static int read_line(char *line, const struct host *host, const struct command *set, unsigned *seen, struct words *out,
		     struct err *err)
{
	char *colon = strchr(line, ':');

	if (!colon)
		return err_set(err, ERR_USAGE, "'%.60s' is no line of the form `name: value`", line);
	*colon = '\0';
	const char *name = trim(line), *value = trim(colon + 1);
	const struct command_option *option = find_option(set, name);
	if (!option)
		return err_set(err, ERR_USAGE, "a host has no '%.60s'", name);
	const unsigned bit = 1U << (option - set->options);
	if (*seen & bit)
		return err_set(err, ERR_USAGE, "%s is there twice", name);
	if (text_has_control(value))
		return err_set(err, ERR_USAGE, "the value of %s has control characters", name);
	*seen |= bit;
	add_option(host, name, value, out);
	return 0;
}

int host_text_read(const char *text, const struct host *host, const struct command *set, struct words *out, int *line,
		   struct err *err)
{
	char *copy = xstrdup(text), *rest = copy, *at;
	unsigned seen = 0;
	int status = 0;

	*line = 0;
	while (!status && (at = strsep(&rest, "\n"))) {
		++*line;
		at = trim(at);
		if (*at && *at != '#')
			status = read_line(at, host, set, &seen, out, err);
	}
	free(copy);
	return status;
}

static bool same_name(const char *line, const char *field)
{
	size_t i;

	line += strspn(line, " \t");
	for (i = 0; field[i]; i++)
		if (line[i] != field[i] && !(field[i] == '_' && line[i] == '-'))
			return false;
	return line[i + strspn(line + i, " \t")] == ':';
}

int host_text_line(const char *text, const char *field)
{
	int line = 1;

	if (!*field)
		return 0;
	for (const char *at = text; at && *at; line++) {
		if (same_name(at, field))
			return line;
		at = strchr(at, '\n');
		at += at != NULL;
	}
	return 0;
}

char *host_text_note(const char *text, int *line, const char *error)
{
	char *copy = xstrdup(text), *rest = copy, *at;
	struct text out = {0};
	int number = 0, written = 0, about = 1;

	if (*line == 0) {
		text_printf(&out, MARK "%s\n", error);
		written++;
	}
	while ((at = strsep(&rest, "\n"))) {
		number++;
		if (number == *line) {
			text_printf(&out, MARK "%s\n", error);
			about = ++written + 1;
		}
		if (!strncmp(at, MARK, strlen(MARK)) || (!rest && !*at))
			continue;
		text_printf(&out, "%s\n", at);
		written++;
	}
	free(copy);
	*line = about;
	return text_take(&out);
}
