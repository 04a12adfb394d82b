#include "core/fleet/owner.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fleet/run.h"

static bool read_line(const char *path, char *out, int size)
{
	FILE *file = fopen(path, "re");
	const bool ok = file && fgets(out, size, file);

	if (file)
		fclose(file);
	return ok;
}

static bool start_time(long pid, unsigned long long *ticks)
{
	char path[64], line[1024];

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	if (!read_line(path, line, sizeof(line)))
		return false;
	/* The command's name may hold spaces and parentheses: count from its end. */
	const char *rest = strrchr(line, ')');
	return rest && sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u "
			      "%*d %*d %*d %*d %*d %*d %llu", ticks) == 1;
}

static void boot_id(char out[40])
{
	out[0] = '\0';
	if (read_line("/proc/sys/kernel/random/boot_id", out, 40))
		out[strcspn(out, "\n")] = '\0';
}

static unsigned long long pid_namespace(void)
{
	struct stat stat_;

	return stat("/proc/self/ns/pid", &stat_) ? 0 : (unsigned long long)stat_.st_ino;
}

void owner_self(char out[OWNER_SIZE])
{
	unsigned long long ticks = 0;
	char boot[40];

	boot_id(boot);
	start_time(getpid(), &ticks);
	snprintf(out, OWNER_SIZE, "%s %ld %llu %llu", boot, (long)getpid(), ticks, pid_namespace());
}

/* Of this boot; the namespace is 0 in what an older berth wrote. */
static bool owner_read(const char *owner, long *pid, unsigned long long *ticks, unsigned long long *namespace)
{
	char boot[40], theirs[40];

	*namespace = 0;
	if (sscanf(owner, "%39s %ld %llu %llu", theirs, pid, ticks, namespace) < 3)
		return false;
	boot_id(boot);
	return !strcmp(boot, theirs);
}

static bool runs(long pid, unsigned long long ticks)
{
	unsigned long long now;

	return start_time(pid, &now) && now == ticks;
}

bool owner_lives(const char *owner)
{
	unsigned long long ticks, namespace;
	long pid;

	return owner_read(owner, &pid, &ticks, &namespace) && runs(pid, ticks);
}

bool owner_is_dead(const char *owner)
{
	unsigned long long ticks, namespace;
	long pid;

	return owner_read(owner, &pid, &ticks, &namespace) && namespace == pid_namespace() && !runs(pid, ticks);
}

bool operation_is_abandoned(const struct operation *operation)
{
	char user[64], machine[64];

	if (operation->state == OPERATION_UNFINISHED)
		return true;
	if (operation->state != OPERATION_RUNNING)
		return false;
	run_who(user, machine);
	return !strcmp(machine, operation->machine) && !owner_lives(operation->owner);
}
