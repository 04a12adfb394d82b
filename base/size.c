#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char units[] = "KMGTPE";

#define SIZE_REMEDY "give a number with K, M, G, T or P, such as 20G or 1.5T"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_spaces(const char *at)
{
	return at + strspn(at, " ");
}

/* Reads at most `most` digits; NULL when there are none or more. */
static const char *read_digits(const char *at, int most, int64_t *value, int *count)
{
	for (*value = 0, *count = 0; is_digit(*at); at++) {
		if (++*count > most)
			return NULL;
		*value = *value * 10 + (*at - '0');
	}
	return *count > 0 ? at : NULL;
}

/* "G", "GB", "GiB", "B" or nothing, in any case; shift is -1 without a unit. */
static const char *read_unit(const char *at, int *shift)
{
	const char upper = *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
	const char *unit = upper ? strchr(units, upper) : NULL;

	*shift = -1;
	if (unit) {
		*shift = 10 * (int)(unit - units + 1);
		at++;
		if (at[0] == 'i' && (at[1] == 'B' || at[1] == 'b'))
			return at + 2;
	}
	return *at == 'B' || *at == 'b' ? at + 1 : at;
}

/* Exact but for the last byte, which is rounded down. The unit is split by 1000
 * first, for a thousand times 1 EiB does not fit. */
static bool size_compute(int64_t whole, int64_t thousandths, int shift, int64_t *bytes)
{
	const int64_t unit = INT64_C(1) << shift;
	const int64_t part = thousandths * (unit / 1000) + thousandths * (unit % 1000) / 1000;

	return !__builtin_mul_overflow(whole, unit, bytes) &&
	       !__builtin_add_overflow(*bytes, part, bytes);
}

int size_parse(const char *string, const char *field, int64_t *bytes, struct err *err)
{
	int64_t whole, thousandths = 0;
	const char *at = skip_spaces(string);
	int count, shift;

	if (!(at = read_digits(at, 18, &whole, &count)))
		return err_field(err, field, "Size \"%.80s\" is not a number; " SIZE_REMEDY, string);
	if (*at == '.') {
		if (!(at = read_digits(at + 1, 3, &thousandths, &count)))
			return err_field(err, field, "Size \"%.80s\" needs one to three digits "
					 "after the point; " SIZE_REMEDY, string);
		for (; count < 3; count++)
			thousandths *= 10;
	}
	at = skip_spaces(read_unit(skip_spaces(at), &shift));
	if (*at)
		return err_field(err, field, "Size \"%.80s\" has an unknown unit; " SIZE_REMEDY, string);
	if (shift < 0 && thousandths > 0)
		return err_field(err, field, "Size \"%.80s\" is no whole number of bytes; " SIZE_REMEDY,
				 string);
	if (!size_compute(whole, thousandths, shift < 0 ? 0 : shift, bytes))
		return err_field(err, field, "Size \"%.80s\" is too large; give less than 8192P", string);
	if (*bytes < 1)
		return err_field(err, field, "Size \"%.80s\" is nothing; give at least one byte", string);
	return 0;
}

char *size_format(int64_t bytes, char out[SIZE_TEXT])
{
	const char *const sign = bytes < 0 ? "-" : "";
	const uint64_t size = bytes < 0 ? 0 - (uint64_t)bytes : (uint64_t)bytes;
	uint64_t unit = 1, tenths = size;
	int power = -1;

	if (size < 1024) {
		snprintf(out, SIZE_TEXT, "%s%d B", sign, (int)size);
		return out;
	}
	do { /* 1023.96 KiB rounds to 1024.0, which is 1 MiB */
		unit <<= 10;
		power++;
		tenths = size / unit * 10 + (size % unit * 10 + unit / 2) / unit;
	} while (tenths >= 10240);
	if (tenths % 10 == 0)
		snprintf(out, SIZE_TEXT, "%s%d %ciB", sign, (int)(tenths / 10), units[power]);
	else
		snprintf(out, SIZE_TEXT, "%s%d.%d %ciB", sign, (int)(tenths / 10),
			 (int)(tenths % 10), units[power]);
	return out;
}
