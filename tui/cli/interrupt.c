#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "tui/cli/progress.h"

/* A signal handler can reach nothing else. */
static volatile sig_atomic_t interrupted;

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
#define SIGNALS (sizeof(signals) / sizeof(*signals))

static struct sigaction before[SIGNALS];

static void on_signal(int number)
{
	static const char words[] = "\nberth: stopping, and taking back what was done\n";

	(void)number;
	const ssize_t told = interrupted ? 0 : write(STDERR_FILENO, words, sizeof(words) - 1);
	(void)told; /* there may be nobody to tell */
	interrupted = 1;
}

void interrupt_begin(void)
{
	for (size_t i = 0; i < SIGNALS; i++) {
		struct sigaction action = {.sa_handler = signals[i] == SIGPIPE ? SIG_IGN : on_signal, .sa_flags = SA_RESTART};

		sigaction(signals[i], NULL, &before[i]);
		/* nohup(1): what began so outlives its terminal. */
		if (signals[i] != SIGHUP || before[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

void interrupt_end(void)
{
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &before[i], NULL);
}

bool interrupt_came(void)
{
	return interrupted;
}
