/*
 * Any words make a call that keeps the table's promises, or an error that can be
 * shown. What a call says it is, typed again, is the same call.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/command.h"

#define WORDS_MAX 300

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* As a shell reads a line: in place, the words NUL-terminated; their count. What
 * a shell would give a meaning may only stand in quotes. */
static int shell_split(char *line, char *words[WORDS_MAX])
{
	char *out = line;
	bool quoted = false;
	int count = 0;

	for (char *word = out; *line; line++) {
		if (*line == '\'') {
			quoted = !quoted;
		} else if (!quoted && *line == ' ') {
			*out++ = '\0';
			words[count++] = word;
			word = out;
			require(count < WORDS_MAX - 1);
		} else {
			if (!quoted && *line == '\\')
				line++;
			else
				require(quoted || !strchr("\t\n\"`$*?[](){}<>|&;~#!", *line));
			require(*line != '\0');
			*out++ = *line;
		}
		words[count] = word;
	}
	require(!quoted);
	*out = '\0';
	return count + 1;
}

static void check_quote(const char *word)
{
	struct text quoted = {0};
	char *words[WORDS_MAX];

	command_quote(word, &quoted);
	require(shell_split(quoted.data, words) == 1 && strcmp(words[0], word) == 0);
	text_free(&quoted);
}

/* Where a long line is cut depends on its UTF-8. */
static bool is_ascii(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (data[i] & 0x80)
			return false;
	return true;
}

static void check_call(const struct call *call)
{
	const struct command *command = call->command;

	require(call->word_count >= command->words_min && call->word_count <= command->words_max);
	for (int i = 0; command->options && command->options[i].name; i++) {
		const struct command_option *option = &command->options[i];

		require(!option->required || call->values[i]);
		require(call_option(call, option->name) == call->values[i]);
	}
	require(strncmp(call->line, "berth ", 6) == 0);
}

/* A line that was too long to keep is cut, and then it is no call any more. */
static void check_again(const struct call *call)
{
	char line[sizeof(call->line)], *words[WORDS_MAX];
	struct call again;

	if (strlen(call->line) >= sizeof(call->line) - 1)
		return;
	memcpy(line, call->line, sizeof(line));
	const int count = shell_split(line, words);
	require(count >= 2 && command_parse(count - 1, words + 1, &again, NULL) == 0);
	require(again.command == call->command && strcmp(again.line, call->line) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *const input = xcalloc(1, size + 1), *rest = input, *words[WORDS_MAX + 1];
	struct call call;
	struct err err = {0};
	int count = 0;

	if (size)
		memcpy(input, data, size);
	while (rest && count < WORDS_MAX)
		words[count++] = strsep(&rest, "\n");
	words[count] = NULL;
	for (int i = 0; i < count; i++)
		check_quote(words[i]);
	if (command_parse(count, words, &call, &err) == 0) {
		check_call(&call);
		if (is_ascii(data, size))
			check_again(&call);
	} else {
		require(err.code == ERR_USAGE && *err.text && !text_has_control(err.text));
	}
	free(input);
	return 0;
}
