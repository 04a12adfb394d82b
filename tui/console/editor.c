#include "tui/console/editor.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char *wanted(void)
{
	const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR");

	return visual && *visual ? visual : editor && *editor ? editor : "vi";
}

/* By a shell, since the variable may hold options. */
static int start(const struct screen *screen, const char *path, int line, pid_t *pid)
{
	char at[16], command[1024];
	const char *const arguments[] = {"sh", "-c", command, "sh", line ? at : path, line ? path : NULL, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;

	snprintf(at, sizeof(at), "+%d", line);
	snprintf(command, sizeof(command), "%s \"$@\"", wanted());
	posix_spawn_file_actions_init(&actions);
	if (screen->held_stderr >= 0)
		posix_spawn_file_actions_adddup2(&actions, screen->held_stderr, STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGQUIT);
	sigaddset(&defaults, SIGTSTP);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	const int status = posix_spawn(pid, "/bin/sh", &actions, &attributes, (char *const *)(uintptr_t)arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return status;
}

/* An editor that stops takes us with it, so that the shell is there. */
static int wait_for(pid_t pid)
{
	int status = 0;

	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0) {
			if (errno != EINTR)
				return -1;
		} else if (WIFSTOPPED(status)) {
			raise(SIGSTOP);
			kill(pid, SIGCONT); /* who woke us may have meant us alone */
		} else {
			return status;
		}
	}
}

int editor_run(struct screen *screen, const char *path, int line, struct err *err)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction interrupt, quit, suspend;
	int status = 0;
	pid_t pid;

	terminal_lend(screen);
	/* What is typed for the editor is not for us. ^Z neither: we follow the editor
	 * when it has stopped; stopped by the same key we would stop once more on
	 * hearing of it when we are back. */
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	sigaction(SIGTSTP, &ignore, &suspend);
	const int failed = start(screen, path, line, &pid);
	if (!failed)
		status = wait_for(pid);
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	sigaction(SIGTSTP, &suspend, NULL);
	terminal_regain(screen);
	if (failed)
		return err_set(err, ERR_FAILED, "the editor '%s' can not be started: %s", wanted(), strerror(failed));
	if (!status)
		return 0;
	return err_set(err, ERR_CANCELLED, "the editor '%s' ended with status %d: nothing was changed; $EDITOR names another",
		       wanted(), WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}
