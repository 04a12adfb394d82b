/*
 * An identity that is made has exactly its thirteen lines, each with the value
 * that went in: no value can add or change a field.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/identity.h"

#define FIELDS 12

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_content(const char *content, char *const values[FIELDS])
{
	static const char *const keys[FIELDS] = {
		"host", "pool", "namespace", "image", "client", "key", "lock",
		"monitors_v2", "monitors_v1", "fsid", "fs", "boot",
	};
	struct text wanted = {0};

	text_add(&wanted, "version=1\n");
	for (int i = 0; i < FIELDS; i++)
		text_printf(&wanted, "%s=%s\n", keys[i], values[i]);
	require(strncmp(content, wanted.data, wanted.length) == 0);
	/* Padding to a multiple of 4, or at once the archive's next header. */
	require(content[wanted.length] == '\0' || strncmp(content + wanted.length, "070701", 6) == 0);
	text_free(&wanted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *const input = xcalloc(1, size + 1), *rest = input, *values[FIELDS];
	unsigned char *bytes, *content;
	struct err err = {0};
	size_t length;

	if (size)
		memcpy(input, data, size);
	/* A tab parts the fields; where one is missing the last is empty. */
	for (int i = 0; i < FIELDS; i++)
		values[i] = rest ? strsep(&rest, "\t") : input + size;
	const struct identity identity = {
		values[0], values[1], values[2], values[3], values[4], values[5], values[6],
		values[7], values[8], values[9], values[10], values[11],
	};
	if (identity_make(&identity, &bytes, &length, &err) == 0) {
		require(length % 512 == 0);
		content = memmem(bytes, length, "version=1\n", 10);
		require(content != NULL);
		check_content((const char *)content, values);
		identity_free(bytes, length);
	} else {
		require(err.code == ERR_USAGE && *err.field && *err.text && !text_has_control(err.text));
	}
	free(input);
	return 0;
}
