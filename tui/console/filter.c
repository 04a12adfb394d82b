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

static bool parse_word(struct filter_word *word, const char *text, const struct table_kind *kind)
{
	*word = (struct filter_word){.negated = *text == '!', .column = -1};
	text += word->negated;
	const char *colon = strchr(text, ':');
	if (colon)
		word->column = find_column(kind, text, (size_t)(colon - text));
	if (word->column >= 0)
		text = colon + 1;
	word->is_regex = *text == '~';
	text += word->is_regex;
	text_copy(word->text, sizeof(word->text), text);
	return *text && (!word->is_regex || !regcomp(&word->regex, text, REG_EXTENDED | REG_ICASE | REG_NOSUB));
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
		if (filter->words[i].is_regex)
			regfree(&filter->words[i].regex);
	filter->count = 0;
}

bool filter_word_occurs(const struct filter_word *word, const char *cell)
{
	return word->is_regex ? !regexec(&word->regex, cell, 0, NULL, 0) : strcasestr(cell, word->text) != NULL;
}
