/*
 * Of whatever names a boot dir has: what is chosen is there with its initrd, has
 * nothing in it that a script would obey, and nothing newer is there; the order is one.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/kernel.h"
#include "core/boot/name.h"

#define NAMES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static void check_order(const char *a, const char *b, const char *c)
{
	const int ab = sign(kernel_version_compare(a, b)), bc = sign(kernel_version_compare(b, c));

	require(kernel_version_compare(a, a) == 0);
	require(ab == -sign(kernel_version_compare(b, a)));
	if (ab == bc)
		require(sign(kernel_version_compare(a, c)) == ab);
}

static bool has_name(char *const *names, size_t count, const char *start, const char *version)
{
	char name[512];

	snprintf(name, sizeof name, "%s%s", start, version);
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void check_choice(char *const *names, size_t count, const char *pin)
{
	const char *versions[NAMES_MAX];
	const size_t found = kernel_versions(names, count, versions);
	const struct kernel_choice choice = kernel_choose(versions, found, pin);

	require(!choice.first == !found && (!choice.other || choice.other != choice.first));
	for (size_t i = 0; i < found; i++) {
		require(name_is_harmless(versions[i]) && !strchr(versions[i], '/') && !strchr(versions[i], ' '));
		require(has_name(names, count, "vmlinuz-", versions[i]) && has_name(names, count, "initrd.img-", versions[i]));
		require(kernel_version_compare(versions[0], versions[i]) >= 0);
	}
	if (found && *pin && !choice.pin_is_gone)
		require(strcmp(choice.first, pin) == 0);
	else if (found)
		require(choice.first == versions[0]);
}

/* A name a line; the first three are versions, too, the first the pin. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *const copy = xcalloc(size + 1, 1), *names[NAMES_MAX], *rest = copy, *line;
	size_t count = 0;

	if (size)
		memcpy(copy, data, size);
	while (count < NAMES_MAX && (line = strsep(&rest, "\n")))
		names[count++] = line;
	if (count >= 3)
		check_order(names[0], names[1], names[2]);
	check_choice(names, count, names[0]);
	free(copy);
	return 0;
}
