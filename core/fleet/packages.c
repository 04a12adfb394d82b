#include "core/fleet/packages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 128
#define VERSION_MAX_BYTES 128
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789+-."
#define VERSION_CHARACTERS NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ:~"

struct paragraph {
	char name[NAME_MAX_BYTES], version[VERSION_MAX_BYTES], architecture[32];
	char state[32]; /* the third word of Status */
	bool same;      /* Multi-Arch: same */
};

/* "" when it does not fit or has a character that it can not have. */
static void take_value(char *out, size_t size, const char *value, size_t length, const char *characters)
{
	out[0] = '\0';
	if (length >= size)
		return;
	memcpy(out, value, length);
	out[length] = '\0';
	if (strlen(out) != length || strspn(out, characters) != length)
		out[0] = '\0';
}

static void take_state(struct paragraph *paragraph, const char *value, size_t length)
{
	const char *space = length ? memrchr(value, ' ', length) : NULL;
	const size_t skipped = space ? (size_t)(space + 1 - value) : length;

	take_value(paragraph->state, sizeof(paragraph->state), value + skipped, length - skipped, NAME_CHARACTERS);
}

static bool is_field(const char *line, size_t length, const char *field, const char **value, size_t *rest)
{
	const size_t name = strlen(field);

	if (length <= name || memcmp(line, field, name) != 0 || line[name] != ':')
		return false;
	*value = line + name + 1;
	*rest = length - name - 1;
	while (*rest && (**value == ' ' || **value == '\t'))
		++*value, --*rest;
	while (*rest && strchr(" \t\r", (*value)[*rest - 1]))
		--*rest;
	return true;
}

static void take_line(struct paragraph *paragraph, const char *line, size_t length)
{
	const char *value;
	size_t rest;

	if (is_field(line, length, "Package", &value, &rest))
		take_value(paragraph->name, sizeof(paragraph->name), value, rest, NAME_CHARACTERS);
	else if (is_field(line, length, "Version", &value, &rest))
		take_value(paragraph->version, sizeof(paragraph->version), value, rest, VERSION_CHARACTERS);
	else if (is_field(line, length, "Architecture", &value, &rest))
		take_value(paragraph->architecture, sizeof(paragraph->architecture), value, rest, NAME_CHARACTERS);
	else if (is_field(line, length, "Status", &value, &rest))
		take_state(paragraph, value, rest);
	else if (is_field(line, length, "Multi-Arch", &value, &rest))
		paragraph->same = rest == 4 && !memcmp(value, "same", 4);
}

static bool is_installed(const struct paragraph *paragraph)
{
	return *paragraph->name && *paragraph->version && *paragraph->state &&
	       strcmp(paragraph->state, "not-installed") != 0 && strcmp(paragraph->state, "config-files") != 0;
}

static void end_paragraph(struct paragraph *paragraph, struct text *list)
{
	const bool named = paragraph->same && *paragraph->architecture;

	if (is_installed(paragraph))
		text_printf(list, "%s%s%s %s\n", paragraph->name, named ? ":" : "", named ? paragraph->architecture : "",
			    paragraph->version);
	*paragraph = (struct paragraph){0};
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_lines(struct text *list)
{
	const size_t count = packages_count(text_string(list));
	char **lines = xcalloc(count + 1, sizeof(*lines)), *all = text_take(list), *rest = all;

	for (size_t i = 0; i < count; i++)
		lines[i] = strsep(&rest, "\n");
	qsort(lines, count, sizeof(*lines), compare_lines);
	for (size_t i = 0; i < count; i++)
		text_printf(list, "%s\n", lines[i]);
	free(all);
	free(lines);
}

void packages_from_status(const char *status, size_t length, struct text *list)
{
	struct paragraph paragraph = {0};

	for (size_t at = 0; at < length;) {
		const char *end = memchr(status + at, '\n', length - at);
		const size_t line = end ? (size_t)(end - (status + at)) : length - at;

		if (line)
			take_line(&paragraph, status + at, line);
		else
			end_paragraph(&paragraph, list);
		at += line + 1;
	}
	end_paragraph(&paragraph, list);
	sort_lines(list);
}

size_t packages_count(const char *list)
{
	size_t count = 0;

	while ((list = strchr(list, '\n')))
		count++, list++;
	return count;
}

/* One line of a list, taken apart. A list comes out of the tree, where anybody
 * may have written: what does not fit is cut. */
struct line {
	char name[NAME_MAX_BYTES + 32], version[VERSION_MAX_BYTES];
};

static bool next_line(const char **list, struct line *line)
{
	const size_t length = strcspn(*list, "\n");
	const char *space = memchr(*list, ' ', length);
	const size_t name = space ? (size_t)(space - *list) : length;

	if (!**list)
		return false;
	snprintf(line->name, sizeof(line->name), "%.*s", (int)name, *list);
	snprintf(line->version, sizeof(line->version), "%.*s", space ? (int)(length - name - 1) : 0, space ? space + 1 : "");
	text_harmless(line->name);
	text_harmless(line->version);
	*list += length + ((*list)[length] == '\n');
	return true;
}

void packages_diff(const char *from, const char *to, packages_change *change, void *context)
{
	struct line old, new;
	bool has_old = next_line(&from, &old), has_new = next_line(&to, &new);

	while (has_old || has_new) {
		const int order = !has_old ? 1 : !has_new ? -1 : strcmp(old.name, new.name);

		if (order < 0)
			change(context, old.name, old.version, NULL);
		else if (order > 0)
			change(context, new.name, NULL, new.version);
		else if (strcmp(old.version, new.version) != 0)
			change(context, new.name, old.version, new.version);
		if (order <= 0)
			has_old = next_line(&from, &old);
		if (order >= 0)
			has_new = next_line(&to, &new);
	}
}

struct summary {
	size_t added, removed, changed, named;
	struct text names;
};

#define NAMES_BYTES 160

static void summarise(void *context, const char *name, const char *from, const char *to)
{
	struct summary *summary = context;
	char words[512];

	if (!from)
		snprintf(words, sizeof(words), "+%s %s", name, to);
	else if (!to)
		snprintf(words, sizeof(words), "-%s", name);
	else
		snprintf(words, sizeof(words), "%s %s to %s", name, from, to);
	summary->added += !from;
	summary->removed += !to;
	summary->changed += from && to;
	if (summary->names.length + strlen(words) > NAMES_BYTES)
		return;
	text_printf(&summary->names, "%s%s", summary->named++ ? ", " : "", words);
}

static void add_count(struct text *words, size_t count, const char *what)
{
	if (count)
		text_printf(words, "%s%zu %s", words->length ? ", " : "", count, what);
}

char *packages_summary(const char *from, const char *to, char out[PACKAGES_SUMMARY])
{
	struct summary summary = {0};
	struct text words = {0};

	packages_diff(from, to, summarise, &summary);
	const size_t all = summary.added + summary.removed + summary.changed;
	add_count(&words, summary.added, "added");
	add_count(&words, summary.removed, "removed");
	add_count(&words, summary.changed, "changed");
	if (summary.named)
		text_printf(&words, ": %s", summary.names.data);
	if (all > summary.named)
		text_printf(&words, "%s%zu more", summary.named ? ", and " : ": ", all - summary.named);
	text_copy(out, PACKAGES_SUMMARY, all ? words.data : "the same packages");
	text_free(&words);
	text_free(&summary.names);
	return out;
}
