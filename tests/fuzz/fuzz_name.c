/*
 * What any of the parsers accepts is canonical: parsed again it gives itself,
 * and it holds nothing that iPXE or a path gives a meaning.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

typedef int parser(const char *string, char *out, struct err *err);

static void check_parser(parser *parse, const char *input, size_t size)
{
	char first[URL_SIZE], second[URL_SIZE];
	struct err err;

	if (parse(input, first, &err) != 0) {
		require(err.code == ERR_USAGE && *err.field && *err.text);
		require(!text_has_control(err.text));
		return;
	}
	require(strlen(first) > 0 && strlen(first) < size);
	require(strpbrk(first, "\\\"'`${};|&# \n\r\t") == NULL);
	require(strstr(first, "/../") == NULL);
	require(parse(first, second, NULL) == 0 && strcmp(first, second) == 0);
}

static void check_size(const char *input)
{
	char first[SIZE_TEXT], second[SIZE_TEXT];
	int64_t bytes, again;

	if (size_parse(input, "size", &bytes, NULL) != 0)
		return;
	require(bytes >= 1);
	size_format(bytes, first);
	if (size_parse(first, "size", &again, NULL) == 0)
		require(strcmp(size_format(again, second), first) == 0);
	else
		require(strcmp(first, "8 EiB") == 0);
}

static void check_image_release(const char *input)
{
	char image[NAME_SIZE], release[NAME_SIZE], again[NAME_SIZE];

	if (name_parse_image_release(input, image, release, NULL) != 0)
		return;
	require(name_parse_image(image, again, NULL) == 0);
	require(!*release || name_parse_image(release, again, NULL) == 0);
	require(strlen(image) + strlen(release) + (*release != 0) == strlen(input));
}

static void check_range(const char *input)
{
	char name[NAME_SIZE], **names;
	size_t count;

	if (name_expand_hosts(input, NULL, &names, &count, NULL) != 0)
		return;
	require(count >= 1 && count <= 100000);
	for (size_t i = 0; i < count; i++)
		require(name_parse_host(names[i], name, NULL) == 0 && strcmp(name, names[i]) == 0);
	name_expand_free(names, count);
}

static void check_lines(const char *input)
{
	char copy[1024];

	if (name_check_kernel_args(input, NULL) == 0 || name_check_words(input, "reason", NULL) == 0)
		require(strpbrk(input, "\\\"'`${};|&#\n\r\t") == NULL && !text_has_control(input));
	text_copy(copy, sizeof copy, input);
	text_harmless(copy);
	require(!text_has_control(copy));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *const input = xcalloc(1, size + 1);

	if (size > 0)
		memcpy(input, data, size);
	check_parser(name_parse_host, input, NAME_SIZE);
	check_parser(name_parse_image, input, NAME_SIZE);
	check_parser(name_parse_mac, input, MAC_SIZE);
	check_parser(name_parse_uuid, input, UUID_SIZE);
	check_parser(name_parse_url, input, URL_SIZE);
	check_parser(name_parse_boot_root, input, BOOT_ROOT_SIZE);
	check_size(input);
	check_image_release(input);
	check_range(input);
	check_lines(input);
	free(input);
	return 0;
}
