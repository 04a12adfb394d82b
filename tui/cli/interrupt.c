#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "tui/cli/progress.h"

/* A signal handler can reach nothing else. */
static volatile sig_atomic_t interrupted;

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
#define SIGNALS (sizeof(signals) / sizeof(*signals))

static void on_signal(int number)
{
	static const char words[] = "\nberth: stopping, and taking back what was done\n";

	(void)number;
	const ssize_t told = interrupted ? 0 : write(STDERR_FILENO, words, sizeof(words) - 1);
	(void)told; /* there may be nobody to tell */
	interrupted = 1;
}

static void install(void (*handler)(int), void (*pipe_handler)(int))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};

	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &action, NULL);
	action.sa_handler = pipe_handler;
	sigaction(SIGPIPE, &action, NULL);
}

void interrupt_begin(void)
{
	install(on_signal, SIG_IGN);
}

void interrupt_end(void)
{
	install(SIG_DFL, SIG_DFL);
}

bool interrupt_came(void)
{
	return interrupted;
}
