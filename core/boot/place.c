/* Where things are fetched from and kept: the site's URL and boot root. */
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/name.h"

#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

static const char *skip_scheme(const char *url)
{
	if (strncmp(url, "http://", 7) == 0)
		return url + 7;
	return strncmp(url, "https://", 8) == 0 ? url + 8 : NULL;
}

/* Past a name, an IPv4 or a bracketed IPv6 address; NULL when there is none. */
static const char *skip_host(const char *at)
{
	size_t length;

	if (*at == '[') {
		length = strspn(at + 1, "0123456789abcdefABCDEF:.");
		return length >= 2 && at[1 + length] == ']' ? at + length + 2 : NULL;
	}
	length = strspn(at, ALNUM ".-");
	return length > 0 && *at != '-' && *at != '.' ? at + length : NULL;
}

static const char *skip_port(const char *at)
{
	long port = 0;
	int digits = 0;

	if (*at != ':')
		return at;
	for (at++; *at >= '0' && *at <= '9' && digits < 5; at++, digits++)
		port = port * 10 + (*at - '0');
	return port >= 1 && port <= 65535 ? at : NULL;
}

/* "/a/b": components of plain characters, none of them "", "." or "..". */
static bool is_plain_path(const char *at)
{
	while (*at == '/') {
		const size_t length = strspn(++at, ALNUM "._-");

		if (length == 0 || (length <= 2 && strspn(at, ".") == length))
			return false;
		at += length;
	}
	return *at == '\0';
}

static bool copy_without_slashes(char *out, size_t size, const char *string)
{
	size_t length;

	if (!text_copy(out, size, string))
		return false;
	for (length = strlen(out); length > 0 && out[length - 1] == '/'; length--)
		out[length - 1] = '\0';
	return true;
}

int name_parse_url(const char *string, char out[URL_SIZE], struct err *err)
{
	const char *at;

	if (!copy_without_slashes(out, URL_SIZE, string))
		return err_field(err, "url", "URL of %zu characters is too long; the limit is %d",
				 strlen(string), URL_SIZE - 1);
	at = skip_scheme(out);
	at = at ? skip_host(at) : NULL;
	at = at ? skip_port(at) : NULL;
	if (!at || !is_plain_path(at))
		return err_field(err, "url", "URL \"%s\" is not of the form http://HOST:PORT/PATH; give "
				 "the address at which the web server serves the boot root", string);
	return 0;
}

int name_parse_boot_root(const char *string, char out[BOOT_ROOT_SIZE], struct err *err)
{
	if (!copy_without_slashes(out, BOOT_ROOT_SIZE, string))
		return err_field(err, "boot-root", "Boot root of %zu characters is too long; the limit "
				 "is %d", strlen(string), BOOT_ROOT_SIZE - 1);
	if (out[0] != '/' || !is_plain_path(out))
		return err_field(err, "boot-root", "Boot root \"%s\" is not an absolute path of letters, "
				 "digits, dots, hyphens and underscores; give one such as /berth", string);
	return 0;
}
