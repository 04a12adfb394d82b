#include "tui/console/filter.h"

#include <string.h>

#include "base/text.h"
#include "tui/console/table.h"

/* "image:deb12" is of a column when one is called so; "52:54" is of none. */
static int find_column(const struct table_kind *kind, const char *word, size_t length)
{
	for (int i = 0; length && i < kind->column_count; i++)
		if (!strncasecmp(kind->columns[i].title, word, length))
			return i;
	return -1;
}

/* "!state:up" negates the whole word. */
static bool parse_word(struct filter_word *word, const char *text, const struct table_kind *kind)
{
	const bool negated = *text == '!';
	const char *colon = strchr(text, ':');

	text += negated;
	word->column = colon ? find_column(kind, text, (size_t)(colon - text)) : -1;
	const bool whole = match_parse(&word->match, word->column >= 0 ? colon + 1 : text);
	word->match.negated = negated;
	return whole;
}

void filter_parse(struct filter *filter, const char *text, const struct table_kind *kind)
{
	char words[FILTER_TEXT], *rest = words, *word;

	filter_free(filter);
	text_copy(words, sizeof(words), text);
	while ((word = strsep(&rest, " ")) && filter->count < FILTER_WORDS)
		if (parse_word(&filter->words[filter->count], word, kind))
			filter->count++;
}

void filter_free(struct filter *filter)
{
	for (int i = 0; i < filter->count; i++)
		match_free(&filter->words[i].match);
	filter->count = 0;
}
