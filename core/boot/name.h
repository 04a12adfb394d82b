/*
 * What may be typed for a host, an image, a MAC, a UUID, kernel arguments.
 * Pure: no I/O, any thread. Errors are ERR_USAGE with field, value, remedy.
 * Nothing that passes here can add a line or a command to an iPXE script, a
 * component to a path, or an entity to a cephx name.
 */
#ifndef BERTH_BOOT_NAME_H
#define BERTH_BOOT_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define NAME_SIZE 64
#define MAC_SIZE 18
#define UUID_SIZE 37

/* Letters, digits, inner hyphens, 1 to 63 (RFC 1123 label); upper case becomes
 * lower case. "images" is refused: it is the golden images' namespace. */
int name_parse_host(const char *string, char out[NAME_SIZE], struct err *err);

/* A group of hosts: letters, digits, and inner . _ - ; 1 to 63; upper case
 * becomes lower case. */
int name_parse_group(const char *string, char out[NAME_SIZE], struct err *err);

/* Image and release names: letters, digits, and inner . _ - ; 1 to 63. */
int name_parse_image(const char *string, char out[NAME_SIZE], struct err *err);

/* "IMAGE" or "IMAGE@RELEASE"; release "" when not given. */
int name_parse_image_release(const char *string, char image[NAME_SIZE],
			     char release[NAME_SIZE], struct err *err);

/* 52:54:00:11:22:33, 52-54-00-11-22-33, 5254.0011.2233 or 525400112233, any
 * case, to 52:54:00:11:22:33. Refuses zero, broadcast, multicast. */
int name_parse_mac(const char *string, char out[MAC_SIZE], struct err *err);

/* 8-4-4-4-12 hex, any case, to lower case. Refuses nil and all ones. */
int name_parse_uuid(const char *string, char out[UUID_SIZE], struct err *err);

/* Printable ASCII, under 512 bytes, no control characters, and none of the
 * characters that iPXE gives a meaning: backslash, quotes, $ { } ; | & #
 * Words may not begin with initrd= or BOOTIF=, which berth sets itself. */
int name_check_kernel_args(const char *string, struct err *err);

/* A line of words shown on a screen (a hold's reason): printable ASCII, for
 * firmware shows nothing else, no iPXE meaning (as above), under 160 bytes. field names the option. */
int name_check_words(const char *string, const char *field, struct err *err);

/* Printable ASCII without what iPXE gives a meaning. */
bool name_is_harmless(const char *string);

/* Where machines fetch from: http://HOST[:PORT][/PATH] or https://, at most 255
 * bytes, host names, IPv4 or [IPv6]; slashes at the end are taken off. */
#define URL_SIZE 256
int name_parse_url(const char *string, char out[URL_SIZE], struct err *err);

/* An absolute path in the file system, components of letters, digits, . _ -
 * that are neither "." nor "..": "/berth". At most 127 bytes, so that every
 * path of the tree fits; slashes at the end are taken off. "/" is refused. */
#define BOOT_ROOT_SIZE 128
int name_parse_boot_root(const char *string, char out[BOOT_ROOT_SIZE], struct err *err);

/* Calls with each part of a range: what commas outside brackets part. Stops at, and
 * returns, the first error. */
int name_each_part(const char *range, int (*call)(void *context, const char *part, struct err *err), void *context, struct err *err);

/* Who is in a group ("": everyone): names that name_expand_free takes. */
struct name_groups {
	void *context;
	int (*members)(void *context, const char *group, char ***names, size_t *count, struct err *err);
};

/* Expands "desk[01-40],lab[1-3],@classroom,!desk07" into names, each checked by
 * name_parse_host, in order, without duplicates; at most 100,000. Width is kept:
 * [01-40] gives 01, 02 ... A bracket may hold several ("[1,4-6]"), a name several
 * brackets. What begins with '!' is taken away from all others, or from everyone
 * when there are no others; ERR_USAGE when that is nobody, ERR_NOT_FOUND when
 * nobody is left. groups NULL: "@classroom" is refused. Free with name_expand_free. */
int name_expand_hosts(const char *range, const struct name_groups *groups, char ***out, size_t *count, struct err *err);
void name_expand_free(char **names, size_t count);

#endif
