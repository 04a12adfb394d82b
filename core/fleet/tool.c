#include "core/fleet/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOOL_OUT_MAX (1024 * 1024)
#define TOOL_POLL_MS 200
#define TOOL_GRACE_MS 5000

struct tool {
	const char *const *argv;
	pid_t pid;
	int out, error;          /* read ends; -1 when closed */
	int log;
	struct text *out_text;
	const struct progress *say;  /* NULL: what it says is not told */
	char first[256];         /* the first line of stderr that begins as apt's errors do */
	char last[256];          /* the last line of stderr */
	struct text line;
};

static const char *tool_package(const char *program)
{
	static const struct { const char *program, *package; } packages[] = {
		{"mmdebstrap", "mmdebstrap"}, {"mkfs.ext4", "e2fsprogs"}, {"debugfs", "e2fsprogs"},
		{"qemu-img", "qemu-utils"}, {"qemu-nbd", "qemu-utils"}, {"unshare", "util-linux"},
	};

	for (size_t i = 0; i < sizeof(packages) / sizeof(*packages); i++)
		if (!strcmp(program, packages[i].program))
			return packages[i].package;
	return NULL;
}

static int refuse_missing(const char *program, struct err *err)
{
	const char *package = tool_package(program);

	return err_set(err, ERR_FAILED, "the program %s is not here: apt-get install %s", program, package ? package : program);
}

int tool_check(const char *program, struct err *err)
{
	const char *path = getenv("PATH");
	char *dirs = xstrdup(path && *path ? path : "/usr/sbin:/usr/bin:/sbin:/bin"), *rest = dirs, *dir;
	char file[4096];
	bool found = false;

	while (!found && (dir = strsep(&rest, ":"))) {
		snprintf(file, sizeof(file), "%s/%s", *dir ? dir : ".", program);
		found = !access(file, X_OK);
	}
	free(dirs);
	return found ? 0 : refuse_missing(program, err);
}

static void child_exec(const struct tool *tool, int out, int error, pid_t parent)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(126);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0);
	const int null = open("/dev/null", O_RDONLY);
	dup2(null, 0);
	dup2(out, 1);
	dup2(error, 2);
	/* execvp wants char *const *, and leaves the strings alone. */
	execvp(tool->argv[0], (char *const *)(uintptr_t)tool->argv);
	_exit(errno == ENOENT ? 127 : 126);
}

static int tool_start(struct tool *tool, struct err *err)
{
	int out[2], error[2];

	if (pipe2(out, O_CLOEXEC))
		return err_set(err, ERR_FAILED, "%s: no pipe: %s", tool->argv[0], strerror(errno));
	if (pipe2(error, O_CLOEXEC)) {
		close(out[0]);
		close(out[1]);
		return err_set(err, ERR_FAILED, "%s: no pipe: %s", tool->argv[0], strerror(errno));
	}
	const pid_t parent = getpid();
	tool->pid = fork();
	if (tool->pid == 0)
		child_exec(tool, out[1], error[1], parent);
	close(out[1]);
	close(error[1]);
	tool->out = out[0];
	tool->error = error[0];
	if (tool->pid > 0)
		return 0;
	close(out[0]);
	close(error[0]);
	return err_set(err, ERR_FAILED, "%s could not be started: %s", tool->argv[0], strerror(errno));
}

static void tool_log(const struct tool *tool, const char *bytes, size_t length)
{
	while (tool->log >= 0 && length > 0) {
		const ssize_t n = write(tool->log, bytes, length);

		if (n <= 0)
			return;
		bytes += n;
		length -= (size_t)n;
	}
}

static void tool_keep_line(struct tool *tool, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] != '\n' && bytes[i] != '\r') {
			text_append(&tool->line, &bytes[i], 1);
			continue;
		}
		if (tool->line.length)
			text_copy(tool->last, sizeof(tool->last), text_string(&tool->line));
		if (!strncmp(tool->last, "I: ", 3))
			progress_say(tool->say, tool->last + 3);
		if (!tool->first[0] && !strncmp(tool->last, "E: ", 3))
			text_copy(tool->first, sizeof(tool->first), tool->last + 3);
		text_clear(&tool->line);
	}
}

static void tool_read(struct tool *tool, int *fd)
{
	char buffer[8192];
	const ssize_t n = read(*fd, buffer, sizeof(buffer));

	if (n <= 0) {
		close(*fd);
		*fd = -1;
		return;
	}
	tool_log(tool, buffer, (size_t)n);
	if (fd == &tool->error)
		tool_keep_line(tool, buffer, (size_t)n);
	else if (tool->out_text && tool->out_text->length + (size_t)n <= TOOL_OUT_MAX)
		text_append(tool->out_text, buffer, (size_t)n);
}

/* TERM first, so that mmdebstrap undoes its mounts; KILL what does not listen. */
static void tool_stop(struct tool *tool)
{
	const int64_t until = clock_ms() + TOOL_GRACE_MS;

	kill(-tool->pid, SIGTERM);
	while (clock_ms() < until && waitpid(tool->pid, NULL, WNOHANG) == 0)
		poll(NULL, 0, 50);
	kill(-tool->pid, SIGKILL);
	while (waitpid(tool->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static int tool_pump(struct tool *tool, const struct progress *progress, struct err *err)
{
	while (tool->out >= 0 || tool->error >= 0) {
		struct pollfd fds[2] = {{.fd = tool->out, .events = POLLIN}, {.fd = tool->error, .events = POLLIN}};

		poll(fds, 2, TOOL_POLL_MS);
		if (fds[0].revents)
			tool_read(tool, &tool->out);
		if (fds[1].revents)
			tool_read(tool, &tool->error);
		if (progress_cancelled(progress)) {
			tool_stop(tool);
			return err_set(err, ERR_CANCELLED, "%s was cancelled", tool->argv[0]);
		}
	}
	return 0;
}

static int tool_status(const struct tool *tool, int status, struct err *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return refuse_missing(tool->argv[0], err);
	if (WIFSIGNALED(status))
		return err_set(err, ERR_FAILED, "%s was ended by signal %d", tool->argv[0], WTERMSIG(status));
	return err_set(err, ERR_FAILED, "%s failed (status %d): %s", tool->argv[0], WEXITSTATUS(status),
		       tool->first[0] ? tool->first : tool->last[0] ? tool->last : "it said nothing");
}

static int run(struct tool *tool, const char *log, const struct progress *progress, struct err *err)
{
	int wait_status = 0;
	int status = tool_start(tool, err);

	if (status)
		return status;
	if (log)
		tool->log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	status = tool_pump(tool, progress, err);
	if (!status) {
		while (waitpid(tool->pid, &wait_status, 0) < 0 && errno == EINTR)
			;
		tool_keep_line(tool, "\n", 1);
		status = tool_status(tool, wait_status, err);
	}
	if (tool->out >= 0)
		close(tool->out);
	if (tool->error >= 0)
		close(tool->error);
	if (tool->log >= 0)
		close(tool->log);
	text_free(&tool->line);
	return status;
}

int tool_run(const char *const *argv, const char *log, const struct progress *progress,
	     struct text *out, struct err *err)
{
	struct tool tool = {.argv = argv, .out = -1, .error = -1, .log = -1, .out_text = out};

	return run(&tool, log, progress, err);
}

#define CONTAINED_WORDS 64

int tool_run_contained(const char *const *argv, const char *log, const struct progress *progress, struct err *err)
{
	const char *words[CONTAINED_WORDS] = {"unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"};
	struct tool tool = {.argv = words, .out = -1, .error = -1, .log = -1, .say = progress};
	int status = tool_check(argv[0], err);

	for (int at = 7; *argv; argv++) {
		if (at == CONTAINED_WORDS - 1)
			abort();
		words[at++] = *argv;
	}
	if (!status)
		status = run(&tool, log, progress, err);
	return status;
}

int tool_remove_tree(const char *path, struct err *err)
{
	const char *const argv[] = {"rm", "-rf", "--one-file-system", "--", path, NULL};

	return tool_run(argv, NULL, NULL, NULL, err);
}

void tool_work_dir(char out[512], const char *name)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(out, 512, "%s/berth-%s-%ld-%lld", tmp && *tmp ? tmp : "/var/tmp", name, (long)getpid(), (long long)clock_ms());
}
