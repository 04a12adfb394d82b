/*
 * The kernels in a boot dir, and which of them is booted. Pure, any thread.
 *
 * A boot dir belongs to its machine: what names are in it, berth did not choose.
 */
#ifndef BERTH_BOOT_KERNEL_H
#define BERTH_BOOT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#define KERNEL_VERSION 128

/* Letters, digits and . + ~ _ - , beginning with a letter or digit, under 128
 * bytes: what Debian allows in a version, and nothing that a URL, a path or iPXE
 * would take for more than itself. */
bool kernel_version_is_allowed(const char *version);

/* Debian's order (deb-version(7)), in which 6.1.0-10 is newer than 6.1.0-9 and
 * 6.1~rc2 older than 6.1; "-rc" counts as "~rc", as in linux-version(1). Negative:
 * a is older. */
int kernel_version_compare(const char *a, const char *b);

/* The versions that have both vmlinuz-VERSION and initrd.img-VERSION among the
 * names, newest first: pointers into `names`. `out` has room for `count`. Returns
 * how many there are. */
size_t kernel_versions(char *const *names, size_t count, const char **out);

struct kernel_choice {
	const char *first;  /* what is booted; NULL: there is none */
	const char *other;  /* what is tried next: the version before, else the newest of the others; NULL none */
	bool pin_is_gone;   /* first is the newest, since the pinned one is not there */
};

/* versions: newest first. pin "": the newest. */
struct kernel_choice kernel_choose(const char *const *versions, size_t count, const char *pin);

#endif
