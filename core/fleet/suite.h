/* The suites that berth builds images of, and what differs between their
 * distributions. Pure. */
#ifndef BERTH_FLEET_SUITE_H
#define BERTH_FLEET_SUITE_H

#include "base/err.h"

struct suite {
	const char *distribution;     /* "Debian" */
	const char *names;            /* " bookworm trixie ... " */
	const char *kernel;           /* package of the newest kernel */
	const char *busybox;          /* package of what the initrd needs of it */
	const char *components;
	const char *keyring;          /* file that vouches for the archive's signature */
	const char *keyring_package;  /* that brings it to this machine */
};

/* ERR_USAGE lists those that there are. */
int suite_find(const char *name, const struct suite **out, struct err *err);

#endif
