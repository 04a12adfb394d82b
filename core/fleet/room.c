#include "core/fleet/room.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"
#include "core/ceph/export.h"

#define POLL_MS 200
#define GRACE_MS 3000
#define UNMOUNT_SECONDS 60

__asm__(".section .rodata\n"
	"room_script: .incbin \"core/fleet/room.sh\"\n"
	"room_script_end:\n"
	"carry_script: .incbin \"core/fleet/carry.sh\"\n"
	"carry_script_end:\n"
	".text\n");
extern const char room_script[], room_script_end[], carry_script[], carry_script_end[];

/* A root as a file of this machine. */
struct served {
	struct cluster_handle *handle;
	char image[600];          /* where the file is mounted */
	int fuse;
	char options[80];         /* of that mount */
	struct cluster_export *export;
};

struct running {
	const struct room *room;
	struct served served[2];  /* the root, and an old one if there is any */
	int served_count;
	char script[600];
	char shrink[24];          /* KiB; "" no */
	int told;                 /* what the room tells */
	pid_t pid;
	bool has_terminal;
	struct termios modes;
	struct text words;
	int64_t cancelled_at;     /* clock_ms, 0 not */
};

int room_check(struct err *err)
{
	if (geteuid())
		return err_set(err, ERR_FAILED, "a root can be opened on this machine by root alone: run it with sudo");
	if (access("/dev/fuse", R_OK | W_OK))
		return err_set(err, ERR_FAILED, "/dev/fuse can not be opened here (%s): `modprobe fuse`", strerror(errno));
	if (access("/dev/loop-control", R_OK | W_OK))
		return err_set(err, ERR_FAILED, "/dev/loop-control can not be opened here (%s): `modprobe loop`", strerror(errno));
	return 0;
}

/* From here on the child, in which other threads may have left any lock of the C
 * library taken: system calls alone. */
static void child_tell(int fd, const char *what)
{
	const char *why = strerrordesc_np(errno);
	const struct iovec words[] = {
		{(void *)(uintptr_t)"error ", 6}, {(void *)(uintptr_t)what, strlen(what)},
		{(void *)(uintptr_t)": ", 2}, {(void *)(uintptr_t)why, strlen(why)},
	};

	_exit(writev(fd, words, 4) < 0 ? 126 : 1);
}

static void child_signals(const struct running *run)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	/* Nobody could wake up a command that ^Z has stopped; a shell has its own mind on it. */
	if (*run->room->command)
		signal(SIGTSTP, SIG_IGN);
}

static void child_exec(const struct running *run, int tell)
{
	const struct room *room = run->room;
	const char *const argv[] = {
		"sh", run->script, room->dir, room->name, room->has_boot ? "yes" : "no", room->command, run->shrink, NULL,
	};

	if (room->output != STDOUT_FILENO)
		dup2(room->output, STDOUT_FILENO);
	if (tell == 3)
		fcntl(tell, F_SETFD, 0);
	else
		dup2(tell, 3);
	syscall(SYS_close_range, 4, ~0U, CLOSE_RANGE_CLOEXEC); /* what others gave to us is not the room's */
	/* execv wants char *const *, and leaves the strings alone. */
	execv("/bin/sh", (char *const *)(uintptr_t)argv);
	child_tell(3, "/bin/sh");
}

static void child_run(const struct running *run, int tell)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	child_signals(run);
	/* What others unmount goes here, too; what is mounted here is for nobody else. */
	if (mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL))
		child_tell(tell, "mounts of its own");
	for (int i = 0; i < run->served_count; i++)
		if (mount("berth", run->served[i].image, "fuse", MS_NOSUID | MS_NODEV, run->served[i].options))
			child_tell(tell, run->served[i].image);
	if (sethostname(run->room->name, strlen(run->room->name)))
		child_tell(tell, "host name");
	if (write(tell, "mounted\n", 8) != 8)
		_exit(126);
	child_exec(run, tell);
}

/* fork, with namespaces of its own from the first moment on. */
static int start_child(struct running *run, struct err *err)
{
	int pipe_ends[2];

	if (pipe2(pipe_ends, O_CLOEXEC))
		return err_set(err, ERR_FAILED, "no pipe: %s", strerror(errno));
	run->pid = (pid_t)syscall(SYS_clone, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | SIGCHLD, 0, 0, 0, 0);
	if (run->pid == 0)
		child_run(run, pipe_ends[1]);
	const int error = errno;
	close(pipe_ends[1]);
	run->told = pipe_ends[0];
	if (run->pid > 0) {
		setpgid(run->pid, run->pid);
		return 0;
	}
	close(run->told);
	return err_set(err, ERR_FAILED, "no namespaces of its own can be had for a shell: %s", strerror(error));
}

static bool read_words(struct running *run)
{
	char buffer[512];
	const ssize_t n = read(run->told, buffer, sizeof(buffer));

	if (n > 0 && run->words.length < 8192)
		text_append(&run->words, buffer, (size_t)n);
	return n > 0 || (n < 0 && errno == EINTR);
}

static bool said(const struct running *run, const char *word)
{
	return strstr(text_string(&run->words), word) != NULL;
}

/* The command, or the shell: what process 1 of the room waits for. */
static void kill_children(const struct running *run)
{
	char path[64];
	int pid;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", run->pid, run->pid);
	FILE *file = fopen(path, "re");
	while (file && fscanf(file, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	if (file)
		fclose(file);
}

/* A shell does not heed a SIGTERM. Whoever does not end by itself is killed, for
 * process 1 to clear up after it; and that one too, when it does not come to it. */
static void stop(struct running *run)
{
	const int64_t since = run->cancelled_at ? clock_ms() - run->cancelled_at : 0;

	if (!run->cancelled_at) {
		run->cancelled_at = clock_ms();
		kill(-run->pid, SIGTERM);
	} else if (since > 4 * GRACE_MS) {
		kill(run->pid, SIGKILL);
	} else if (since > GRACE_MS) {
		kill_children(run);
	}
}

static void wait_for_end(struct running *run, const struct progress *progress)
{
	bool open = true;

	while (open) {
		struct pollfd fd = {.fd = run->told, .events = POLLIN};

		if (progress_cancelled(progress))
			stop(run);
		if (poll(&fd, 1, POLL_MS) > 0)
			open = read_words(run);
	}
	while (waitpid(run->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* A terminal whose foreground is ours is the room's as long as it is there. */
static void give_terminal(struct running *run)
{
	run->has_terminal = tcgetpgrp(STDIN_FILENO) == getpgrp() && !tcgetattr(STDIN_FILENO, &run->modes);
	if (run->has_terminal)
		tcsetpgrp(STDIN_FILENO, run->pid);
}

static void take_terminal(const struct running *run)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;

	if (!run->has_terminal)
		return;
	sigaction(SIGTTOU, &ignore, &before);
	tcsetpgrp(STDIN_FILENO, getpgrp());
	tcsetattr(STDIN_FILENO, TCSADRAIN, &run->modes);
	sigaction(SIGTTOU, &before, NULL);
}

/* false: errno says why. */
static bool write_file(const char *path, const char *bytes, size_t length)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	const bool whole = fd >= 0 && write(fd, bytes, length) == (ssize_t)length;

	return fd >= 0 && !close(fd) && whole;
}

static int make_served(struct running *run, struct cluster_handle *handle, const char *name, struct err *err)
{
	struct served *served = &run->served[run->served_count];

	served->handle = handle;
	snprintf(served->image, sizeof(served->image), "%s/%s", run->room->dir, name);
	if (!write_file(served->image, "", 0))
		return err_set(err, ERR_FAILED, "%s can not be written: %s", served->image, strerror(errno));
	served->fuse = open("/dev/fuse", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (served->fuse < 0)
		return err_set(err, ERR_FAILED, "/dev/fuse can not be opened: %s", strerror(errno));
	snprintf(served->options, sizeof(served->options), "fd=%d,rootmode=100000,user_id=0,group_id=0", served->fuse);
	run->served_count++;
	return 0;
}

static bool write_script(const struct running *run)
{
	const char *begin = run->room->old ? carry_script : room_script;

	return write_file(run->script, begin, (size_t)((run->room->old ? carry_script_end : room_script_end) - begin));
}

static int make_places(struct running *run, struct err *err)
{
	const char *dir = run->room->dir;
	char root[600];

	snprintf(root, sizeof(root), "%s/root", dir);
	snprintf(run->script, sizeof(run->script), "%s/room", dir);
	if (run->room->shrink)
		snprintf(run->shrink, sizeof(run->shrink), "%lld", (long long)run->room->shrink / 1024);
	if (!write_script(run) || (mkdir(root, 0700) && errno != EEXIST))
		return err_set(err, ERR_FAILED, "%s can not be written: %s", dir, strerror(errno));
	const int status = make_served(run, run->room->handle, "image", err);
	return status || !run->room->old ? status : make_served(run, run->room->old, "old-image", err);
}

/* "missing PATH" lines as a list. */
static void read_missing(const struct running *run, char out[CARRY_SIZE])
{
	struct text list = {0};

	for (const char *at = text_string(&run->words); (at = strstr(at, "missing ")); at++)
		text_printf(&list, "%s%.*s", list.length ? ", " : "", (int)strcspn(at + 8, "\n"), at + 8);
	text_copy(out, CARRY_SIZE, text_string(&list));
	text_free(&list);
}

static int read_end(struct running *run, struct room_end *end, struct err *err)
{
	const char *error = strstr(text_string(&run->words), "error ");
	const char *status = strstr(text_string(&run->words), "\nstatus ");

	end->cancelled = run->cancelled_at != 0;
	end->begun = said(run, "begun\n");
	read_missing(run, end->missing);
	end->status = status ? atoi(status + 8) : 0;
	if (status)
		return 0;
	if (end->begun)
		return err_set(err, ERR_FAILED, "the shell in %s did not end as it should: %s", run->room->name,
			       error ? error + 6 : "it was killed");
	if (end->cancelled)
		return err_set(err, ERR_CANCELLED, "cancelled while the root of %s was being made ready", run->room->name);
	return err_set(err, ERR_FAILED, "the root of %s can not be made ready: %s", run->room->name,
		       error ? error + 6 : "it was killed");
}

/* A write that was lost is worse than whatever came of it. */
static int end_served(struct running *run, bool *written, struct err *err)
{
	int status = 0;

	for (int i = 0; i < run->served_count; i++) {
		struct served *served = &run->served[i];
		bool wrote = false;

		if (served->export && cluster_export_end(served->export, UNMOUNT_SECONDS, &wrote, err))
			status = err->code;
		*written |= wrote;
	}
	return status;
}

static int serve_room(struct running *run, const struct progress *progress, struct room_end *end, struct err *err)
{
	struct err lost = {0};
	int status = 0;

	while (!said(run, "mounted\n") && read_words(run))
		;
	if (!run->room->old) /* nobody types there */
		give_terminal(run);
	for (int i = 0; i < run->served_count && !status && said(run, "mounted\n"); i++)
		status = cluster_export_start(run->served[i].handle, run->served[i].fuse, &run->served[i].export, err);
	if (status)
		kill(run->pid, SIGKILL);
	wait_for_end(run, progress);
	take_terminal(run);
	const int failed = end_served(run, &end->written, &lost);
	if (failed && !status)
		*err = lost;
	return status ? status : failed ? failed : read_end(run, end, err);
}

int room_run(const struct room *room, const struct progress *progress, struct room_end *end, struct err *err)
{
	struct running run = {.room = room};
	int status = make_places(&run, err);

	*end = (struct room_end){0};
	if (!status)
		status = start_child(&run, err);
	if (!status) {
		status = serve_room(&run, progress, end, err);
		close(run.told);
	}
	for (int i = 0; i < run.served_count; i++)
		close(run.served[i].fuse);
	text_free(&run.words);
	return status;
}
