#include "core/ceph/session.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SLOTS 16
#define BOOT_ID 37

/* A name that nobody else can have while this process lives, and that anybody
 * can have once it is dead: an abstract socket, which the kernel frees. */
static int slot_take(const char *fsid, int slot)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
				    "berth/%s/%u/%d", fsid, (unsigned)geteuid(), slot);
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && bind(fd, (const struct sockaddr *)&address,
			    (socklen_t)(sizeof(sa_family_t) + 1 + (size_t)length))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Slots are one network namespace's, until the machine boots: so is their name. */
static int slot_name(int slot, char *out, size_t size)
{
	char boot[BOOT_ID] = "";
	struct stat net;
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	const int known = file && fgets(boot, sizeof(boot), file) && !stat("/proc/self/ns/net", &net);

	if (file)
		fclose(file);
	if (!known)
		return -1;
	snprintf(out, size, "berth-%s-%llu-%u-%d", boot, (unsigned long long)net.st_ino, (unsigned)geteuid(), slot);
	return 0;
}

/* Ends the session of whoever had the slot and died. Mostly there is none, which
 * is an error here and no matter. */
static void slot_clear(struct ceph_mount_info *fs, const char *name)
{
	if (!ceph_start_reclaim(fs, name, CEPH_RECLAIM_RESET))
		ceph_finish_reclaim(fs);
}

/* All free slots are cleared: the dead may have had a later one than ours. */
int session_claim(struct ceph_mount_info *fs, const char *fsid)
{
	char name[128], own[128];
	int claim = -1;

	for (int slot = 0; slot < SLOTS && !slot_name(slot, name, sizeof(name)); slot++) {
		const int fd = slot_take(fsid, slot);

		if (fd < 0)
			continue;
		slot_clear(fs, name);
		if (claim < 0) {
			claim = fd;
			memcpy(own, name, sizeof(own));
		} else {
			close(fd);
		}
	}
	if (claim >= 0)
		ceph_set_uuid(fs, own);
	return claim;
}

void session_end_dead(struct ceph_mount_info *fs, const char *fsid)
{
	char name[128];

	for (int slot = 0; slot < SLOTS && !slot_name(slot, name, sizeof(name)); slot++) {
		const int fd = slot_take(fsid, slot);

		if (fd < 0)
			continue;
		slot_clear(fs, name);
		close(fd);
	}
}
