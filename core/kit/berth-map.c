/*
 * What runs on the diskless host: static, alone, without any library.
 *
 *   berth-map map SECONDS        puts the identity's key into the kernel's keyring,
 *                                maps the root to /dev/rbd0, gives up after SECONDS
 *   berth-map settle ROOT ARG... runs /usr/lib/berth/settle ARG... inside ROOT with the
 *                                identity on its standard input
 *   berth-map forget             wipes the identity
 *   shutdown VERB                (its name in /run/initramfs) systemd's last program:
 *                                lets go of the root, then powers off, reboots ...
 */
#include "core/kit/berth-map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int command_map(const char *seconds)
{
	static struct identity identity;
	char key_name[256];

	if (root_is_mapped())
		return 0;
	if (identity_read(&identity) || key_add(&identity, key_name))
		return 1;
	if (root_map(&identity, key_name, now_seconds() + atoi(seconds)))
		return 1;
	exit_keep();
	return 0;
}

/* ROOT's own tools do the rest; the identity reaches them by a descriptor. */
static int command_settle(const char *root, char **argv)
{
	const int identity = open(IDENTITY_PATH, O_RDONLY);
	char program[] = "/usr/lib/berth/settle";

	if (identity < 0 || dup2(identity, STDIN_FILENO) < 0 || chroot(root) || chdir("/")) {
		say("%s can not be settled: %s", root, strerror(errno));
		return 1;
	}
	argv[0] = program;
	execv(program, argv);
	say("%s can not be run (%s): this image has no kit", program, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');

	name = name ? name + 1 : argv[0];
	if (!strcmp(name, "shutdown"))
		return exit_leave(argc > 1 ? argv[1] : "poweroff");
	if (argc == 3 && !strcmp(argv[1], "map"))
		return command_map(argv[2]);
	if (argc >= 3 && !strcmp(argv[1], "settle"))
		return command_settle(argv[2], argv + 2);
	if (argc == 2 && !strcmp(argv[1], "forget"))
		return identity_forget();
	fputs("usage: berth-map map SECONDS | settle ROOT ARG... | forget\n", stderr);
	return 2;
}
