#include "tui/console/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void words_add(struct words *words, const char *word)
{
	words->items = xrealloc(words->items, ((size_t)words->count + 2) * sizeof(*words->items));
	words->items[words->count++] = xstrdup(word);
	words->items[words->count] = NULL;
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
