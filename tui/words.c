#include "tui/words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void words_add(struct words *words, const char *word)
{
	words->items = xrealloc(words->items, ((size_t)words->count + 2) * sizeof(*words->items));
	words->items[words->count++] = xstrdup(word);
	words->items[words->count] = NULL;
}

/* Where the number at the end of a name begins; its end when there is none that
 * could be counted on. */
static size_t number_start(const char *name)
{
	const size_t length = strlen(name);
	size_t at = length;

	while (at > 0 && isdigit((unsigned char)name[at - 1]))
		at--;
	return length - at <= 9 ? at : length;
}

/* desk10 follows desk9, and desk010 follows desk009. */
static bool follows(const char *name, const char *before)
{
	const size_t at = number_start(name), stem = number_start(before);

	if (at != stem || !name[at] || !before[at] || strncmp(name, before, at))
		return false;
	const bool padded = name[at] == '0' || before[at] == '0';
	if (padded && strlen(name) != strlen(before))
		return false;
	return atol(name + at) == atol(before + at) + 1;
}

void words_add_names(struct words *words, const char *const *names, int count)
{
	for (int i = 0, last; i < count; i = last + 1) {
		const size_t at = number_start(names[i]);
		struct text range = {0};

		for (last = i; last + 1 < count && follows(names[last + 1], names[last]);)
			last++;
		if (last > i)
			text_printf(&range, "%.*s[%s-%s]", (int)at, names[i], names[i] + at, names[last] + at);
		words_add(words, last > i ? text_string(&range) : names[i]);
		text_free(&range);
	}
}

void words_free(struct words *words)
{
	for (int i = 0; i < words->count; i++)
		free(words->items[i]);
	free(words->items);
	*words = (struct words){0};
}

void words_drop_first(struct words *words)
{
	free(words->items[0]);
	memmove(words->items, words->items + 1, (size_t)words->count * sizeof(*words->items)); /* with the NULL */
	words->count--;
}

struct words words_copy(const struct words *words)
{
	struct words copy = {0};

	for (int i = 0; i < words->count; i++)
		words_add(&copy, words->items[i]);
	return copy;
}

/* One word from *at, which moves behind it; false: a quote is open at the end. */
static bool take_word(const char **at, struct text *word)
{
	char quote = '\0';

	for (; **at && (quote || **at != ' '); (*at)++) {
		if (quote ? **at == quote : **at == '\'' || **at == '"') {
			quote = quote ? '\0' : **at;
			continue;
		}
		if (**at == '\\' && quote != '\'' && (*at)[1])
			(*at)++;
		text_append(word, *at, 1);
	}
	return !quote;
}

int words_split(const char *line, struct words *out, struct err *err)
{
	bool whole = true;

	while (whole) {
		struct text word = {0};

		while (*line == ' ')
			line++;
		if (!*line)
			return 0;
		whole = take_word(&line, &word);
		words_add(out, text_string(&word));
		text_free(&word);
	}
	words_free(out);
	return err_field(err, "command", "a quote is open at the end of the line: close it");
}
