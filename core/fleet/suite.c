#include "core/fleet/suite.h"

#include <stdio.h>
#include <string.h>

static const struct suite suites[] = {
	{
		.distribution = "Debian",
		.names = " bullseye bookworm trixie forky sid oldstable stable testing unstable ",
		.kernel = "linux-image-amd64",
		.busybox = "busybox",
		.components = "main",
		.keyring = "/usr/share/keyrings/debian-archive-keyring.gpg",
		.keyring_package = "debian-archive-keyring",
	},
	{
		/* rbd and ceph are in linux-modules-extra, which this package brings. */
		.distribution = "Ubuntu",
		.names = " focal jammy noble plucky questing ",
		.kernel = "linux-image-generic",
		.busybox = "busybox-static",
		.components = "main,universe",
		.keyring = "/usr/share/keyrings/ubuntu-archive-keyring.gpg",
		.keyring_package = "ubuntu-keyring",
	},
};

int suite_find(const char *name, const struct suite **out, struct err *err)
{
	char needle[80];

	snprintf(needle, sizeof(needle), " %.70s ", name);
	for (size_t i = 0; !strchr(name, ' ') && i < sizeof(suites) / sizeof(*suites); i++)
		if (strstr(suites[i].names, needle)) {
			*out = &suites[i];
			return 0;
		}
	return err_field(err, "suite", "suite '%.70s' is none that berth knows: give one of Debian's (%.*s) or Ubuntu's (%.*s)", name,
			 (int)strlen(suites[0].names) - 2, suites[0].names + 1, (int)strlen(suites[1].names) - 2, suites[1].names + 1);
}
