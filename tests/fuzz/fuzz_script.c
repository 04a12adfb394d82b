/*
 * Whatever passes the checks, a host's script has the lines and the iPXE
 * commands that it has for plain input: nothing typed can add one.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/boot/name.h"
#include "core/boot/script.h"

#define FIELD_SIZE 1024

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* The next line of the fuzzer's bytes. */
static void take_field(const uint8_t **data, size_t *size, char out[FIELD_SIZE])
{
	const uint8_t *end = *size ? memchr(*data, '\n', *size) : NULL;
	const size_t length = end ? (size_t)(end - *data) : *size;
	const size_t kept = length < FIELD_SIZE - 1 ? length : FIELD_SIZE - 1;
	const size_t used = end ? length + 1 : length;

	memset(out, 0, FIELD_SIZE);
	if (kept)
		memcpy(out, *data, kept);
	*data += used;
	*size -= used;
}

/* One line of both: the same iPXE command, and no other behind it. */
static void compare_line(const char *line, const char *plain)
{
	const size_t word = strcspn(plain, " ");
	const char *pipe = strstr(line, "||"), *plain_pipe = strstr(plain, "||");

	require(strncmp(line, plain, word) == 0 && (line[word] == ' ' || line[word] == '\0'));
	require(!pipe == !plain_pipe);
	require(!pipe || strcmp(pipe, plain_pipe) == 0);
	require(strchr(line, '&') == NULL && strchr(line, ';') == NULL);
	for (const char *dollar = line; (dollar = strchr(dollar, '$')) != NULL; dollar++)
		require(strncmp(dollar, "${netX/mac:hexhyp}", 18) == 0 || strcmp(line, "goto ${kernel}") == 0);
}

static void compare(const struct script_input *input, const struct script_input *plain)
{
	struct text one = {0}, two = {0};
	char *rest, *rest_plain, *line, *line_plain;

	require(script_host(input, &one, NULL) == 0);
	require(script_host(plain, &two, NULL) == 0);
	rest = one.data;
	rest_plain = two.data;
	while ((line_plain = strsep(&rest_plain, "\n")) != NULL) {
		line = strsep(&rest, "\n");
		require(line != NULL);
		compare_line(line, line_plain);
	}
	require(rest == NULL);
	text_free(&one);
	text_free(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char field[FIELD_SIZE], host[NAME_SIZE], url[URL_SIZE], args[FIELD_SIZE], reason[FIELD_SIZE];
	struct script_input plain = {
		.url = "http://h", .host = "h", .first = {"k", "i", "w"}, .other = {"o", "p", "x"}, .identity = "c",
		.kernel_args = "", .reason = "r", .release = "a@b",
	};
	struct script_input input = plain;

	take_field(&data, &size, field);
	if (name_parse_host(field, host, NULL) == 0)
		input.host = host;
	take_field(&data, &size, field);
	if (name_parse_url(field, url, NULL) == 0)
		input.url = url;
	take_field(&data, &size, args);
	if (name_check_kernel_args(args, NULL) == 0)
		input.kernel_args = args;
	take_field(&data, &size, reason);
	if (*reason && name_check_words(reason, "reason", NULL) == 0)
		input.reason = reason;
	for (int way = SCRIPT_BOOT; way <= SCRIPT_NO_KERNEL; way++) {
		input.way = plain.way = (enum script_way)way;
		compare(&input, &plain);
	}
	return 0;
}
