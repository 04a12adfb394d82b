/* The terminal, lent to a step. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tui/cli/progress.h"

#define POLL_MS 200

/* The line of the step stays, and what comes next begins below it. */
static void leave_line(const struct progress_line *line)
{
	if (line->terminal && !line->quiet)
		fputc('\n', stderr);
	fflush(NULL);
}

static int on_take(void *context)
{
	const struct progress_line *line = context;

	leave_line(line);
	return line->output;
}

/* Byte by byte: what comes after it may be meant for a command. */
static int read_line(char *answer, size_t size, struct err *err)
{
	size_t length = 0;
	struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
	char byte;

	while (!interrupt_came()) {
		if (poll(&fd, 1, POLL_MS) <= 0)
			continue;
		const ssize_t n = read(STDIN_FILENO, &byte, 1);
		if (n <= 0 && !length)
			break;
		answer[length] = '\0';
		if (n <= 0 || byte == '\n')
			return 0;
		if (length + 1 < size)
			answer[length++] = byte;
	}
	return err_set(err, ERR_CANCELLED, "no passphrase was given");
}

static int on_ask(void *context, const char *question, char *answer, size_t size, struct err *err)
{
	struct termios before, silent;
	const bool terminal = !tcgetattr(STDIN_FILENO, &before);

	leave_line(context);
	fputs(question, stderr);
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	if (terminal)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	const int status = read_line(answer, size, err);
	if (terminal)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fputc('\n', stderr);
	return status;
}

const struct run_terminal terminal_of_line = {.take = on_take, .ask = on_ask};
