#include "core/boot/kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KERNEL_PREFIX "vmlinuz-"
#define INITRD_PREFIX "initrd.img-"
#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

bool kernel_version_is_allowed(const char *version)
{
	return *version && strchr(DIGITS LETTERS, *version) && strlen(version) < KERNEL_VERSION &&
	       !version[strspn(version, DIGITS LETTERS ".+~_-")];
}

/* Of what is between the numbers: ~ before the end, the end before letters,
 * letters before the rest. */
static int rank_of(const char *at)
{
	const unsigned char c = (unsigned char)*at;

	if (c == '~' || strncmp(at, "-rc", 3) == 0)
		return -1;
	if (c == '\0' || strchr(DIGITS, c))
		return 0;
	return strchr(LETTERS, c) ? c : c + 256;
}

static bool in_words(const char *at)
{
	return *at && !strchr(DIGITS, *at);
}

static int compare_words(const char **a, const char **b)
{
	while (in_words(*a) || in_words(*b)) {
		const int difference = rank_of(*a) - rank_of(*b);

		if (difference)
			return difference;
		++*a;
		++*b;
	}
	return 0;
}

/* Of any length, so as digits. */
static int compare_numbers(const char **a, const char **b)
{
	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	const size_t a_digits = strspn(*a, DIGITS), b_digits = strspn(*b, DIGITS);
	const int difference = a_digits != b_digits ? (a_digits < b_digits ? -1 : 1) : strncmp(*a, *b, a_digits);

	*a += a_digits;
	*b += b_digits;
	return difference;
}

int kernel_version_compare(const char *a, const char *b)
{
	int difference = 0;

	while (!difference && (*a || *b)) {
		difference = compare_words(&a, &b);
		if (!difference)
			difference = compare_numbers(&a, &b);
	}
	return difference;
}

static int newest_first(const void *a, const void *b)
{
	const char *const *const x = a, *const *const y = b;
	const int difference = kernel_version_compare(*y, *x);

	return difference ? difference : strcmp(*x, *y);
}

static bool has_initrd(char *const *names, size_t count, const char *version)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(names[i], INITRD_PREFIX, strlen(INITRD_PREFIX)) == 0 &&
		    strcmp(names[i] + strlen(INITRD_PREFIX), version) == 0)
			return true;
	return false;
}

size_t kernel_versions(char *const *names, size_t count, const char **out)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		if (strncmp(names[i], KERNEL_PREFIX, strlen(KERNEL_PREFIX)))
			continue;
		const char *const version = names[i] + strlen(KERNEL_PREFIX);
		if (kernel_version_is_allowed(version) && has_initrd(names, count, version))
			out[found++] = version;
	}
	if (found)
		qsort(out, found, sizeof *out, newest_first);
	return found;
}

struct kernel_choice kernel_choose(const char *const *versions, size_t count, const char *pin)
{
	struct kernel_choice choice = {.pin_is_gone = *pin};
	size_t chosen = 0;

	if (!count)
		return choice;
	for (size_t i = 0; i < count; i++)
		if (strcmp(versions[i], pin) == 0) {
			chosen = i;
			choice.pin_is_gone = false;
		}
	choice.first = versions[chosen];
	if (count > 1)
		choice.other = chosen + 1 < count ? versions[chosen + 1] : versions[0];
	return choice;
}
