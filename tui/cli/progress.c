#include "tui/cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define REDRAW_MS 100
#define CLEAR "\r\033[K"

static bool is_over(enum step_state state)
{
	return state == STEP_DONE || state == STEP_KEPT || state == STEP_UNDONE;
}

static void print_step(const struct progress_line *line, enum step_state state)
{
	fprintf(stderr, "%s  %d/%d %s%s", line->terminal ? CLEAR : "", line->number + 1, line->count,
		state == STEP_UNDONE ? "taken back: " : "", line->words);
	if (state == STEP_KEPT)
		fprintf(stderr, " (is so already)");
	if (line->verbose && state == STEP_DONE)
		fprintf(stderr, " (%lld ms)", (long long)(clock_ms() - line->began));
	if (is_over(state))
		fputc('\n', stderr);
	fflush(stderr);
}

static void on_step(void *context, int number, int count, enum step_state state, const char *words)
{
	struct progress_line *line = context;

	if (line->quiet)
		return;
	if (line->title[0])
		fprintf(stderr, "%s\n", line->title);
	line->title[0] = '\0';
	if (state == STEP_STARTED)
		line->began = clock_ms();
	line->number = number;
	line->count = count;
	text_copy(line->words, sizeof(line->words), words);
	text_harmless(line->words);
	if (is_over(state) || line->terminal)
		print_step(line, state);
}

static void on_report(void *context, int64_t done, int64_t total)
{
	struct progress_line *line = context;
	const int64_t now = clock_ms();
	char have[SIZE_TEXT], all[SIZE_TEXT];

	if (line->quiet || !line->terminal || now - line->drawn < REDRAW_MS)
		return;
	line->drawn = now;
	print_step(line, STEP_STARTED);
	if (total > 0)
		fprintf(stderr, "  %d %%, %s of %s", (int)(done * 100.0 / (double)total), size_format(done, have),
			size_format(total, all));
	else
		fprintf(stderr, "  %s", size_format(done, have));
	fflush(stderr);
}

static void on_say(void *context, const char *words)
{
	struct progress_line *line = context;
	char said[80];

	if (line->quiet || !line->terminal)
		return;
	text_copy(said, sizeof(said), words);
	text_harmless(said);
	print_step(line, STEP_STARTED);
	fprintf(stderr, ": %s", said);
	fflush(stderr);
}

static bool on_cancelled(void *context)
{
	(void)context;
	return interrupt_came();
}

void progress_line_open(struct progress_line *line, const struct globals *globals)
{
	*line = (struct progress_line){
		.quiet = globals->quiet || globals->json, .verbose = globals->verbose, .terminal = isatty(STDERR_FILENO),
		.output = globals->json ? STDERR_FILENO : STDOUT_FILENO,
	};
}

struct run_listener progress_line_listener(struct progress_line *line)
{
	return (struct run_listener){
		.step = on_step,
		.progress = {.report = on_report, .say = on_say, .cancelled = on_cancelled, .context = line},
		.terminal = &terminal_of_line,
		.context = line,
	};
}
