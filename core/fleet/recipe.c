#include "core/fleet/recipe.h"

#include <stdlib.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define BLANKS " \t\r"

static const struct {
	const char *name;
	const char *characters; /* that a value may have; NULL: any that can be printed */
	const char *example;
} keys[RECIPE_KEYS] = {
	[RECIPE_SUITE] = {"suite", LETTERS DIGITS "-.", "bookworm"},
	[RECIPE_MIRROR] = {"mirror", LETTERS DIGITS "+-.,_:/~%=[] ", "http://mirror.example/debian, without a password"},
	[RECIPE_INCLUDE] = {"include", LETTERS DIGITS "+-.,:", "openssh-server,vim"},
	[RECIPE_SIZE] = {"size", LETTERS DIGITS " .", "8G"},
	[RECIPE_OVERLAY] = {"overlay", NULL, "a directory"},
	[RECIPE_HOOK] = {"hook", NULL, "a file"},
	[RECIPE_USERS] = {"users", NULL, "a file"},
	[RECIPE_LOCALE] = {"locale", LETTERS DIGITS "_.-", "de_DE.UTF-8"},
	[RECIPE_TIMEZONE] = {"timezone", LETTERS DIGITS "_+-/", "Europe/Berlin"},
	[RECIPE_KEYBOARD] = {"keyboard", LETTERS DIGITS "_,:-", "de, or de:nodeadkeys"},
};

const char *recipe_key_name(enum recipe_key key)
{
	return keys[key].name;
}

static int refuse(enum recipe_key key, const char *value, struct err *err)
{
	return err_field(err, keys[key].name, "%s '%.200s' is not one that can be: give one such as %s", keys[key].name, value,
			 keys[key].example);
}

static bool ends_with(const char *value, const char *end)
{
	const size_t length = strlen(value), tail = strlen(end);

	return length >= tail && !strcmp(value + length - tail, end);
}

/* What the characters alone do not say. */
static bool makes_sense(enum recipe_key key, const char *value)
{
	switch (key) {
	case RECIPE_MIRROR:
		return strstr(value, ":/");
	case RECIPE_LOCALE:
		return ends_with(value, ".UTF-8") && value[strspn(value, LETTERS "_")] == '.';
	case RECIPE_TIMEZONE:
		return *value != '/' && !strstr(value, "//") && !ends_with(value, "/");
	default:
		return true;
	}
}

int recipe_set(struct recipe *recipe, enum recipe_key key, const char *value, struct err *err)
{
	const char *characters = keys[key].characters;

	if (!*value)
		return err_field(err, keys[key].name, "the %s is empty: give one such as %s, or leave it out", keys[key].name,
				 keys[key].example);
	if (*value == '-' || (characters ? value[strspn(value, characters)] != '\0' : text_has_control(value)) ||
	    strchr(BLANKS, *value) || strchr(BLANKS, value[strlen(value) - 1]) || !makes_sense(key, value))
		return refuse(key, value, err);
	if (!text_copy(recipe->values[key], RECIPE_VALUE, value))
		return err_field(err, keys[key].name, "the %s is longer than %d characters: give a shorter one", keys[key].name,
				 RECIPE_VALUE - 1);
	return 0;
}

/* The string without blanks at both ends; changes it. */
static char *trim(char *string)
{
	string += strspn(string, BLANKS);
	size_t length = strlen(string);
	while (length && strchr(BLANKS, string[length - 1]))
		string[--length] = '\0';
	return string;
}

static int find_key(const char *name)
{
	for (int key = 0; key < RECIPE_KEYS; key++)
		if (!strcmp(keys[key].name, name))
			return key;
	return -1;
}

static void list_keys(struct text *out)
{
	for (int key = 0; key < RECIPE_KEYS; key++)
		text_printf(out, "%s%s", key ? ", " : "", keys[key].name);
}

static int refuse_key(const char *name, int number, struct err *err)
{
	struct text known = {0};

	list_keys(&known);
	err_field(err, "recipe", "line %d of the recipe: '%.60s' is nothing that a recipe has: give one of %s", number, name, known.data);
	text_free(&known);
	return ERR_USAGE;
}

static int parse_line(char *line, int number, struct recipe *out, struct err *err)
{
	char *name = trim(line), *value = strchr(name, '=');

	if (!*name || *name == '#')
		return 0;
	if (!value)
		return err_field(err, "recipe", "line %d of the recipe, '%.100s', has no '=': write it as suite = bookworm", number, name);
	*value++ = '\0';
	name = trim(name);
	const int key = find_key(name);
	if (key < 0)
		return refuse_key(name, number, err);
	if (*out->values[key])
		return err_field(err, "recipe", "line %d of the recipe gives '%s' a second time: leave one out", number, name);
	return recipe_set(out, (enum recipe_key)key, trim(value), err) ? err_prefix(err, "line %d of the recipe", number) : 0;
}

int recipe_parse(const char *text, struct recipe *out, struct err *err)
{
	char *copy = xstrdup(text), *rest = copy, *line;
	int status = 0, number = 0;

	*out = (struct recipe){0};
	while (!status && (line = strsep(&rest, "\n")))
		status = parse_line(line, ++number, out, err);
	free(copy);
	return status;
}

int recipe_write(const struct recipe *recipe, struct text *out, struct err *err)
{
	for (int key = 0; key < RECIPE_KEYS; key++)
		if (*recipe->values[key])
			text_printf(out, "%s = %s\n", keys[key].name, recipe->values[key]);
	return out->length < RECIPE_TEXT ? 0 : err_field(err, "recipe", "the recipe is longer than %d bytes: give shorter paths and fewer "
							 "packages (a package that depends on them, or a hook)", RECIPE_TEXT - 1);
}
