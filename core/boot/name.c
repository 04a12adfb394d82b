#include "core/boot/name.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Not <ctype.h>: what is a letter must not depend on the locale. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* 1 to 63 letters and digits, with any of `inner` between them. */
static bool is_label(const char *string, const char *inner)
{
	const size_t length = strlen(string);

	if (length < 1 || length >= NAME_SIZE)
		return false;
	for (const char *c = string; *c; c++)
		if (!is_alnum(*c) && !strchr(inner, *c))
			return false;
	return is_alnum(string[0]) && is_alnum(string[length - 1]);
}

int name_parse_host(const char *string, char out[NAME_SIZE], struct err *err)
{
	if (!is_label(string, "-"))
		return err_field(err, "name", "Host name \"%.80s\" is not allowed; use 1 to 63 letters, "
				 "digits and inner hyphens", string);
	for (size_t i = 0; i <= strlen(string); i++)
		out[i] = to_lower(string[i]);
	if (strcmp(out, "images") == 0)
		return err_field(err, "name", "Host name \"%.80s\" is taken by the golden images; "
				 "choose another", string);
	return 0;
}

int name_parse_group(const char *string, char out[NAME_SIZE], struct err *err)
{
	if (!is_label(string, "._-"))
		return err_field(err, "group", "Group name \"%.80s\" is not allowed; use 1 to 63 letters, "
				 "digits and inner dots, hyphens and underscores", string);
	for (size_t i = 0; i <= strlen(string); i++)
		out[i] = to_lower(string[i]);
	return 0;
}

int name_parse_image(const char *string, char out[NAME_SIZE], struct err *err)
{
	if (!is_label(string, "._-"))
		return err_field(err, "image", "Image or release name \"%.80s\" is not allowed; use 1 to 63 "
				 "letters, digits and inner dots, hyphens and underscores", string);
	text_copy(out, NAME_SIZE, string);
	return 0;
}

int name_parse_image_release(const char *string, char image[NAME_SIZE],
			     char release[NAME_SIZE], struct err *err)
{
	const char *const at = strchr(string, '@');
	char head[NAME_SIZE];
	int code;

	release[0] = '\0';
	if (!at)
		return name_parse_image(string, image, err);
	if (at - string >= NAME_SIZE)
		return err_field(err, "image", "Image name in \"%.200s\" is longer than 63 characters; "
				 "shorten it", string);
	snprintf(head, sizeof head, "%.*s", (int)(at - string), string);
	code = name_parse_image(head, image, err);
	return code ? code : name_parse_image(at + 1, release, err);
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* Compares with a shape, in which h is any hexadecimal digit, and collects the
 * digits in lower case. */
static bool match_hex(const char *shape, const char *string, char *digits)
{
	for (; *shape && *string; shape++, string++) {
		const char c = to_lower(*string);

		if (*shape == 'h' && is_hex(c))
			*digits++ = c;
		else if (*shape == 'h' || *shape != *string)
			return false;
	}
	*digits = '\0';
	return *shape == *string;
}

static bool is_all(const char *digits, char c)
{
	return strspn(digits, (char[]){c, '\0'}) == strlen(digits);
}

static bool match_mac(const char *string, char digits[13])
{
	static const char *const shapes[] = {
		"hh:hh:hh:hh:hh:hh", "hh-hh-hh-hh-hh-hh", "hhhh.hhhh.hhhh", "hhhhhhhhhhhh",
	};

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		if (match_hex(shapes[i], string, digits))
			return true;
	return false;
}

int name_parse_mac(const char *string, char out[MAC_SIZE], struct err *err)
{
	char digits[13] = "";

	if (!match_mac(string, digits))
		return err_field(err, "mac", "MAC address \"%.80s\" is not six bytes in hexadecimal; "
				 "write it as 52:54:00:11:22:33", string);
	if (is_all(digits, '0') || is_all(digits, 'f'))
		return err_field(err, "mac", "MAC address \"%.80s\" is %s; give the address printed on "
				 "the network card", string, is_all(digits, '0') ? "zero" : "the broadcast address");
	if (strchr("13579bdf", digits[1]))
		return err_field(err, "mac", "MAC address \"%.80s\" is a multicast address; give the address "
				 "printed on the network card", string);
	for (int i = 0; i < 6; i++)
		snprintf(out + 3 * i, 4, "%.2s%s", digits + 2 * i, i < 5 ? ":" : "");
	return 0;
}

int name_parse_uuid(const char *string, char out[UUID_SIZE], struct err *err)
{
	char digits[33];

	if (!match_hex("hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh", string, digits))
		return err_field(err, "uuid", "UUID \"%.80s\" is not 32 hexadecimal digits grouped 8-4-4-4-12; "
				 "copy it from the firmware or from dmidecode", string);
	if (is_all(digits, '0') || is_all(digits, 'f'))
		return err_field(err, "uuid", "UUID \"%.80s\" is what firmware says when it has none; "
				 "leave it out and go by the MAC address", string);
	for (size_t i = 0; i < UUID_SIZE; i++)
		out[i] = to_lower(string[i]);
	return 0;
}

/* Printable ASCII without what iPXE reads as more than itself; NULL: harmless. */
static const char *find_special(const char *string)
{
	for (; *string; string++)
		if (*string < ' ' || *string > '~' || strchr("\\\"'`${};|&#", *string))
			return string;
	return NULL;
}

bool name_is_harmless(const char *string)
{
	return !find_special(string);
}

static int check_line(const char *string, const char *field, const char *what, size_t size,
		      struct err *err)
{
	const char *const special = find_special(string);

	if (strlen(string) >= size)
		return err_field(err, field, "%s of %zu characters is too long; the limit is %zu",
				 what, strlen(string), size - 1);
	if (special)
		return err_field(err, field, "%s \"%s\" has the character 0x%02x at position %zu; use "
				 "printable ASCII without \\ \" ' ` $ { } ; | & #", what, string,
				 (unsigned char)*special, (size_t)(special - string) + 1);
	return 0;
}

/* The address of a word that starts so, or NULL. */
static const char *find_word(const char *string, const char *start)
{
	const char *at = string;

	while ((at = strstr(at, start)) && at > string && at[-1] != ' ')
		at++;
	return at;
}

int name_check_kernel_args(const char *string, struct err *err)
{
	const int code = check_line(string, "kernel-args", "Kernel argument list", 512, err);

	if (code)
		return code;
	if (find_word(string, "initrd=") || find_word(string, "BOOTIF="))
		return err_field(err, "kernel-args", "Kernel argument list \"%s\" sets initrd= or BOOTIF=, "
				 "which berth sets itself; leave it out", string);
	return 0;
}

int name_check_words(const char *string, const char *field, struct err *err)
{
	return check_line(string, field, field, 160, err);
}
