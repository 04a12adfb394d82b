/* "desk[01-40],lab[1-3],@classroom,!desk07" into host names. */
#include <search.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/name.h"

#define NAMES_MAX 100000
#define DIGITS_MAX 9

struct expansion {
	const char *range; /* all of what was typed, for messages */
	const struct name_groups *groups;
	char **names;
	size_t count, capacity;
	size_t made;       /* with duplicates: "[1,1][1,1]..." must end as well */
	void *seen;        /* tree of the same pointers */
	bool included;     /* somebody is named, not only taken away */
	struct err *err;
};

struct span {
	long first, last;
	int width;
};

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void keep_node(void *node)
{
	(void)node; /* the names belong to the array */
}

static int fail(struct expansion *e, const char *why)
{
	return err_field(e->err, "host", "Host range \"%.200s\" %s; write it as desk[01-40],lab[1-3],@group,!desk07",
			 e->range, why);
}

static int add_name(struct expansion *e, const char *string)
{
	char name[NAME_SIZE], *copy;
	const int code = name_parse_host(string, name, e->err);

	if (code)
		return code;
	if (++e->made > NAMES_MAX)
		return fail(e, "has more than 100000 names");
	if (tfind(name, &e->seen, compare))
		return 0;
	if (e->count == e->capacity) {
		e->capacity = e->capacity ? e->capacity * 2 : 16;
		e->names = xrealloc(e->names, e->capacity * sizeof *e->names);
	}
	copy = xstrdup(name);
	e->names[e->count++] = copy;
	if (!tsearch(copy, &e->seen, compare))
		abort();
	return 0;
}

/* The end of a number of 1 to 9 digits, else NULL. */
static const char *read_number(const char *at, long *value)
{
	const size_t digits = strspn(at, "0123456789");

	*value = digits <= DIGITS_MAX ? strtol(at, NULL, 10) : 0;
	return digits >= 1 && digits <= DIGITS_MAX ? at + digits : NULL;
}

/* "7" or "01-40"; a leading zero keeps the width. */
static const char *read_span(const char *at, struct span *span)
{
	const char *end = read_number(at, &span->first);

	if (!end)
		return NULL;
	span->last = span->first;
	span->width = *at == '0' ? (int)(end - at) : 1;
	if (*end == '-')
		end = read_number(end + 1, &span->last);
	return end && span->first <= span->last ? end : NULL;
}

static int expand_part(struct expansion *e, const char *head, const char *rest);

static int expand_span(struct expansion *e, const char *head, const struct span *span,
		       const char *tail)
{
	char longer[NAME_SIZE];
	int code = 0;

	if (span->last - span->first >= NAMES_MAX)
		return fail(e, "has more than 100000 names");
	for (long n = span->first; n <= span->last && !code; n++) {
		const int length = snprintf(longer, sizeof longer, "%s%0*ld", head, span->width, n);

		code = length < NAME_SIZE ? expand_part(e, longer, tail)
					  : fail(e, "makes names of more than 63 characters");
	}
	return code;
}

/* head is expanded already; rest may hold brackets. */
static int expand_part(struct expansion *e, const char *head, const char *rest)
{
	const char *const open = strchr(rest, '['), *const close = strchr(rest, ']');
	const int plain = (int)(open ? open - rest : (long)strlen(rest));
	char whole[NAME_SIZE];
	struct span span;
	int code = 0;

	if ((open != NULL) != (close != NULL) || close < open)
		return fail(e, "has a bracket without its partner");
	if (snprintf(whole, sizeof whole, "%s%.*s", head, plain, rest) >= NAME_SIZE)
		return fail(e, "makes names of more than 63 characters");
	if (!open)
		return add_name(e, whole);
	for (const char *at = open; at < close && !code;) {
		at = read_span(at + 1, &span);
		if (!at || (*at != ',' && at != close))
			return fail(e, "has something other than rising numbers in its brackets");
		code = expand_span(e, whole, &span, close + 1);
	}
	return code;
}

/* "": everyone. */
static int expand_members(struct expansion *e, const char *group)
{
	char **names;
	size_t count;
	int code = e->groups->members(e->groups->context, group, &names, &count, e->err);

	if (code)
		return code;
	for (size_t i = 0; i < count && !code; i++)
		code = add_name(e, names[i]);
	name_expand_free(names, count);
	return code;
}

static int expand_group(struct expansion *e, const char *string)
{
	char group[NAME_SIZE];
	const int code = name_parse_group(string, group, e->err);

	if (code)
		return code;
	return e->groups ? expand_members(e, group) : fail(e, "names a group, where single hosts are asked for");
}

static int expand_one(struct expansion *e, const char *part)
{
	return *part == '@' ? expand_group(e, part + 1) : expand_part(e, "", part);
}

/* Bytes up to the next comma outside brackets. */
static size_t part_length(const char *at)
{
	bool inside = false;
	size_t length;

	for (length = 0; at[length] && (inside || at[length] != ','); length++) {
		if (at[length] == '[')
			inside = true;
		else if (at[length] == ']')
			inside = false;
	}
	return length;
}

int name_each_part(const char *range, int (*call)(void *context, const char *part, struct err *err), void *context, struct err *err)
{
	int code = 0;

	for (const char *at = range;; at++) {
		const size_t length = part_length(at);
		char *const part = xstrdup(at);

		part[length] = '\0';
		code = call(context, part, err);
		free(part);
		at += length;
		if (code || !*at)
			return code;
	}
}

static bool take_away(struct expansion *e, const char *name)
{
	char *const *const found = tfind(name, &e->seen, compare);
	char *const kept = found ? *found : NULL;

	if (!kept)
		return false;
	tdelete(kept, &e->seen, compare);
	*kept = '\0'; /* close_gaps drops it */
	return true;
}

static int include(void *context, const char *part, struct err *err)
{
	struct expansion *e = context;

	(void)err;
	if (*part == '!')
		return 0;
	e->included = true;
	return expand_one(e, part);
}

/* A name that takes nobody away is a slip of the finger, and would act on who was meant. */
static int exclude(void *context, const char *part, struct err *err)
{
	struct expansion *e = context, out = {.range = e->range, .groups = e->groups, .err = err};
	size_t taken = 0;

	if (*part != '!')
		return 0;
	int code = expand_one(&out, part + 1);
	for (size_t i = 0; i < out.count && !code; i++)
		taken += take_away(e, out.names[i]);
	if (!code && !taken)
		code = err_field(err, "host", "\"%.100s\" takes away nobody: it is not among those that are named with it in \"%.200s\"",
				 part, e->range);
	tdestroy(out.seen, keep_node);
	name_expand_free(out.names, out.count);
	return code;
}

static void close_gaps(struct expansion *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < e->count; i++) {
		if (*e->names[i])
			e->names[kept++] = e->names[i];
		else
			free(e->names[i]);
	}
	e->count = kept;
}

static int expand_all(struct expansion *e)
{
	int code = name_each_part(e->range, include, e, e->err);

	if (!code && !e->included)
		code = e->groups ? expand_members(e, "") : fail(e, "takes away hosts, where single ones are asked for");
	if (!code)
		code = name_each_part(e->range, exclude, e, e->err);
	close_gaps(e);
	if (!code && !e->count)
		code = err_set(e->err, ERR_NOT_FOUND, "nobody is left of \"%.200s\"", e->range);
	return code;
}

int name_expand_hosts(const char *range, const struct name_groups *groups, char ***out, size_t *count,
		      struct err *err)
{
	struct expansion e = {.range = range, .groups = groups, .err = err};
	const int code = expand_all(&e);

	tdestroy(e.seen, keep_node);
	if (code) {
		name_expand_free(e.names, e.count);
		return code;
	}
	*out = e.names;
	*count = e.count;
	return 0;
}

void name_expand_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}
