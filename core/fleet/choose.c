/* Hosts by name and by what they are: "@lab,!lab7,state:down,image:deb12". */
#include <stdlib.h>
#include <string.h>

#include "base/match.h"
#include "core/boot/name.h"
#include "core/fleet/host_input.h"
#include "core/fleet/internal.h"
#include "core/fleet/roster.h"

#define WORDS_MAX 16

/* As the console's columns are called. */
static const struct field {
	const char *name;
	size_t offset;       /* of a string in the row; the state has none */
	bool asks;           /* only the cluster knows it */
} fields[] = {
	{"state", 0, true},
	{"image", offsetof(struct fleet_row, image), false},
	{"group", offsetof(struct fleet_row, group), false},
	{"mac", offsetof(struct fleet_row, mac), false},
	{"held", offsetof(struct fleet_row, hold_reason), false},
	{"watched", offsetof(struct fleet_row, holder), true},
	{"lock", offsetof(struct fleet_row, lock), true},
};
#define FIELD_NAMES "state, image, group, mac, held, watched or lock"

struct word {
	const struct field *field;
	struct match match;
};

struct choice {
	struct fleet *fleet;
	struct text names;           /* what is no word about a field */
	struct word words[WORDS_MAX];
	int count;
	bool asks;
};

static const struct field *find_field(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (strlen(fields[i].name) == length && !strncasecmp(name, fields[i].name, length))
			return &fields[i];
	return NULL;
}

static int take_word(struct choice *choice, const char *part, const char *colon, struct err *err)
{
	const bool negated = *part == '!';
	struct word *word = &choice->words[choice->count];

	if (choice->count == WORDS_MAX)
		return err_field(err, "host", "more than %d words about fields are too many", WORDS_MAX);
	word->field = find_field(part + negated, (size_t)(colon - part) - negated);
	if (!word->field)
		return err_field(err, "host", "\"%s\" asks for a field that hosts do not have: give %s", part, FIELD_NAMES);
	if (!match_parse(&word->match, colon + 1))
		return err_field(err, "host", "\"%s\" has no text, or no regular expression, after its colon: write it as state:down "
				 "or image:~^deb1[23]", part);
	word->match.negated = negated;
	choice->count++;
	choice->asks |= word->field->asks;
	return 0;
}

static int take_part(void *context, const char *part, struct err *err)
{
	struct choice *choice = context;
	const char *colon = strchr(part, ':'); /* no name has one */

	if (colon)
		return take_word(choice, part, colon, err);
	text_printf(&choice->names, "%s%s", choice->names.length ? "," : "", part);
	return 0;
}

static int read_all(struct fleet *fleet, char ***names, size_t *count, struct err *err)
{
	struct roster *roster;
	const int status = roster_get(fleet, &roster, err);

	if (status)
		return status;
	*count = roster->count;
	*names = xcalloc(*count + 1, sizeof(**names));
	for (size_t i = 0; i < *count; i++)
		(*names)[i] = xstrdup(roster->hosts[i].row.name);
	roster_drop(roster);
	return 0;
}

static int read_members(void *context, const char *group, char ***names, size_t *count, struct err *err)
{
	struct fleet *fleet = context;
	const int status = *group ? host_names_in_group(fleet->db, group, names, count, err) : read_all(fleet, names, count, err);

	if (status || *count || !*group)
		return status;
	return err_set(err, ERR_NOT_FOUND, "no host is in a group %s: `berth host list` shows the groups, "
		       "`berth host set HOST --group %s` puts one in", group, group);
}

static bool fits(const struct choice *choice, const struct fleet_row *row)
{
	for (int i = 0; i < choice->count; i++) {
		const struct word *word = &choice->words[i];
		const char *value = host_state_word(row->state);

		if (word->field->offset)
			memcpy(&value, (const char *)row + word->field->offset, sizeof(value));
		if (match_occurs(&word->match, value) == word->match.negated)
			return false;
	}
	return true;
}

static int look(const struct choice *choice, struct fleet_view **view, struct err *err)
{
	const int status = choice->asks ? fleet_view_full(choice->fleet, NULL, view, err)
					: fleet_view_inventory(choice->fleet, view, err);

	if (!status && choice->asks && (*view)->link != LINK_UP)
		return err_set(err, (*view)->link == LINK_LOST ? ERR_UNREACHABLE : ERR_USAGE,
			       "who is meant depends on the hosts' states, which are not known: %s", (*view)->link_words);
	return status;
}

static int narrow(const struct choice *choice, char **names, size_t *count, struct err *err)
{
	const struct fleet_row *row, **index = NULL;
	struct fleet_view *view = NULL;
	size_t kept = 0;
	int status = look(choice, &view, err);

	if (!status)
		index = fleet_view_index(view);
	for (size_t i = 0; i < *count; i++) {
		row = status ? NULL : fleet_view_find(view, index, names[i]);
		if (!status && !row)
			status = err_set(err, ERR_NOT_FOUND, "host %s is not in the inventory: `berth host list` lists those that are",
					 names[i]);
		if (row && fits(choice, row))
			names[kept++] = names[i];
		else
			free(names[i]);
	}
	*count = kept;
	free(index);
	fleet_view_free(view);
	return status;
}

static int choose(struct choice *choice, const char *range, char ***names, size_t *count, struct err *err)
{
	const struct name_groups groups = {choice->fleet, read_members};
	int status = choice->names.length || !choice->count
		   ? name_expand_hosts(choice->count ? choice->names.data : range, &groups, names, count, err)
		   : read_all(choice->fleet, names, count, err);

	if (status || !choice->count)
		return status;
	status = narrow(choice, *names, count, err);
	if (!status && !*count)
		status = err_set(err, ERR_NOT_FOUND, "no host is as \"%.200s\" says", range);
	if (status) {
		host_expand_free(*names, *count);
		*names = NULL;
	}
	return status;
}

int host_expand(struct fleet *fleet, const char *range, char ***names, size_t *count, struct err *err)
{
	struct choice choice = {.fleet = fleet};

	if (!fleet)
		return name_expand_hosts(range, NULL, names, count, err);
	int status = name_each_part(range, take_part, &choice, err);
	if (!status)
		status = choose(&choice, range, names, count, err);
	for (int i = 0; i < choice.count; i++)
		match_free(&choice.words[i].match);
	text_free(&choice.names);
	return status;
}

void host_expand_free(char **names, size_t count)
{
	name_expand_free(names, count);
}
