/*
 * Lists of a release's packages: one a line, "NAME VERSION", sorted by bytes.
 * Made from dpkg's status file (deb-status: paragraphs of "Field: value"),
 * which another machine wrote: whatever has other characters than Debian
 * Policy 5.6.1 and 5.6.12 give names and versions is left out, so that a list is
 * harmless to show. Pure, any thread.
 */
#ifndef BERTH_FLEET_PACKAGES_H
#define BERTH_FLEET_PACKAGES_H

#include <stddef.h>

#include "base/text.h"

/* Adds the packages that are installed, or half so; "libc6:amd64" for those that
 * several architectures may have beside each other, as dpkg itself writes it. */
void packages_from_status(const char *status, size_t length, struct text *list);

size_t packages_count(const char *list);

/* What differs between two lists; from NULL: added; to NULL: removed. The strings
 * last as long as the call. */
typedef void packages_change(void *context, const char *name, const char *from, const char *to);
void packages_diff(const char *from, const char *to, packages_change *change, void *context);

/* One line that fits into a release's note: "1 added, 2 changed: +jq 1.6, bash 5.1
 * to 5.2, and 1 more"; "the same packages". */
#define PACKAGES_SUMMARY 256
char *packages_summary(const char *from, const char *to, char out[PACKAGES_SUMMARY]);

#endif
