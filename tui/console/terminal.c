#include "tui/console/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_OFF "\033[?1000l\033[?1006l"
#define DOUBLE_CLICK_MS 400
#define PASTE_SILENCE_MS 500
#define PASTE_MOST (1 << 20)

enum { KEY_PASTE_BEGIN = KEY_MAX + 1, KEY_PASTE_END };

static const int watched[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Signal handlers have no argument, so what they need is here: the pipe that
 * wakes the loop, and what gives the terminal back when the program crashes. */
static struct {
	SCREEN *curses;
	int pipe[2];
	struct termios modes;
	char farewell[256];
	struct sigaction before[COUNT(watched)], fatal_before[COUNT(fatal)];
} terminal = {.pipe = {-1, -1}};

static void on_signal(int number)
{
	const unsigned char byte = (unsigned char)number;
	const int saved = errno;
	const ssize_t ignored = write(terminal.pipe[1], &byte, 1);

	(void)ignored;
	errno = saved;
}

/* Returning from a fault runs the faulting instruction again, now under the
 * handler that was there before us; a signal that was sent must be sent again. */
static void on_fatal(int number, siginfo_t *info, void *context)
{
	const ssize_t ignored = write(STDOUT_FILENO, terminal.farewell, strlen(terminal.farewell));

	(void)ignored;
	(void)context;
	tcsetattr(STDOUT_FILENO, TCSANOW, &terminal.modes);
	for (size_t i = 0; i < COUNT(fatal); i++)
		sigaction(fatal[i], &terminal.fatal_before[i], NULL);
	if (info->si_code <= 0)
		raise(number);
}

static int open_pipe(struct err *err)
{
	if (pipe2(terminal.pipe, O_CLOEXEC | O_NONBLOCK))
		return err_set(err, ERR_FAILED, "no pipe for the console's signals: %s", strerror(errno));
	return 0;
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	struct sigaction crash = {.sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO};

	for (size_t i = 0; i < COUNT(watched); i++)
		sigaction(watched[i], &action, &terminal.before[i]);
	for (size_t i = 0; i < COUNT(fatal); i++)
		sigaction(fatal[i], &crash, &terminal.fatal_before[i]);
}

static void release_signals(void)
{
	for (size_t i = 0; i < COUNT(watched); i++)
		sigaction(watched[i], &terminal.before[i], NULL);
	for (size_t i = 0; i < COUNT(fatal); i++)
		sigaction(fatal[i], &terminal.fatal_before[i], NULL);
}

static void write_all(const char *bytes)
{
	fputs(bytes, stdout);
	fflush(stdout);
}

static void add_capability(const char *name)
{
	const char *value = tigetstr(name);
	const size_t used = strlen(terminal.farewell);

	if (value && value != (const char *)-1)
		text_copy(terminal.farewell + used, sizeof(terminal.farewell) - used, value);
}

static void prepare_farewell(void)
{
	text_copy(terminal.farewell, sizeof(terminal.farewell), PASTE_OFF MOUSE_OFF);
	add_capability("sgr0");
	add_capability("cnorm");
	add_capability("rmcup");
}

/* A press is told at once: waiting for a click to become one would delay keys. */
void terminal_set_mouse(struct screen *screen, bool taken)
{
	mouseinterval(0);
	mousemask(taken ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
	screen->mouse = taken;
}

static bool mouse_is_wanted(void)
{
	const char *wanted = getenv("BERTH_MOUSE");

	return !wanted || strcmp(wanted, "off");
}

static void set_modes(struct screen *screen)
{
	raw(); /* ^Z, ^C and ^S come as keys: no state of the terminal's own */
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	curs_set(1);
	terminal_set_mouse(screen, screen->mouse);
	write_all(PASTE_ON);
}

static void read_size(struct screen *screen)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	getmaxyx(stdscr, screen->rows, screen->columns);
}

/* stderr on this terminal goes to a file without a name meanwhile. */
static void hold_stderr(struct screen *screen)
{
	FILE *file = isatty(STDERR_FILENO) ? tmpfile() : NULL;

	screen->held_stderr = -1;
	if (!file)
		return;
	fflush(stderr);
	screen->held_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (screen->held_stderr >= 0)
		dup2(fileno(file), STDERR_FILENO);
	fclose(file);
}

static void release_stderr(struct screen *screen)
{
	char buffer[4096];
	ssize_t got;

	if (screen->held_stderr < 0)
		return;
	const int file = dup(STDERR_FILENO);
	fflush(stderr);
	dup2(screen->held_stderr, STDERR_FILENO);
	close(screen->held_stderr);
	screen->held_stderr = -1;
	if (file < 0)
		return;
	lseek(file, 0, SEEK_SET);
	while ((got = read(file, buffer, sizeof(buffer))) > 0 && write(STDERR_FILENO, buffer, (size_t)got) == got)
		;
	close(file);
}

static void end_curses(void)
{
	endwin();
	delscreen(terminal.curses);
	terminal.curses = NULL;
}

/* newterm, for initscr would end the program when the terminal is not known. */
static int start_curses(struct screen *screen, struct err *err)
{
	const char *type = getenv("TERM"), *move;

	set_escdelay(25);
	terminal.curses = newterm(NULL, stdout, stdin);
	move = terminal.curses ? tigetstr("cup") : NULL;
	if (!move || move == (const char *)-1) {
		if (terminal.curses)
			end_curses();
		return err_set(err, ERR_USAGE, "the terminal type '%s' is not known or can not place a cursor: "
			       "set TERM to what this terminal is, or use berth's commands (berth --help)", type ? type : "");
	}
	define_key("\033[200~", KEY_PASTE_BEGIN);
	define_key("\033[201~", KEY_PASTE_END);
	theme_start(&screen->theme);
	return 0;
}

int terminal_open(struct screen *screen, struct err *err)
{
	*screen = (struct screen){.held_stderr = -1, .mouse = mouse_is_wanted()};
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(err, ERR_USAGE, "the console needs a terminal, and %s is none: "
			       "use berth's commands (berth --help), for example `berth status`",
			       isatty(STDIN_FILENO) ? "standard output" : "standard input");
	setlocale(LC_CTYPE, ""); /* not LC_ALL: numbers keep their point */
	screen->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	int status = open_pipe(err);
	if (status)
		return status;
	tcgetattr(STDOUT_FILENO, &terminal.modes);
	catch_signals(); /* before newterm, which would install its own */
	status = start_curses(screen, err);
	if (status) {
		release_signals();
		close(terminal.pipe[0]);
		close(terminal.pipe[1]);
		return status;
	}
	prepare_farewell();
	hold_stderr(screen);
	set_modes(screen);
	read_size(screen);
	return 0;
}

void terminal_close(struct screen *screen)
{
	write_all(PASTE_OFF);
	end_curses();
	release_signals();
	close(terminal.pipe[0]);
	close(terminal.pipe[1]);
	release_stderr(screen);
	text_free(&screen->pasted);
}

int terminal_signal_fd(void)
{
	return terminal.pipe[0];
}

void terminal_lend(struct screen *screen)
{
	(void)screen;
	write_all(PASTE_OFF);
	endwin();
}

void terminal_regain(struct screen *screen)
{
	set_modes(screen);
	read_size(screen);
	clearok(stdscr, TRUE);
}

void terminal_suspend(struct screen *screen)
{
	struct sigaction stop = {.sa_handler = SIG_DFL}, ours;

	terminal_lend(screen);
	sigaction(SIGTSTP, &stop, &ours);
	kill(0, SIGTSTP); /* the whole job, as the terminal would do */
	sigaction(SIGTSTP, &ours, NULL);
	terminal_regain(screen);
}

enum terminal_event terminal_signals(struct screen *screen)
{
	enum terminal_event event = TERMINAL_NOTHING;
	unsigned char number;

	while (read(terminal.pipe[0], &number, 1) == 1) {
		switch (number) {
		case SIGTERM: case SIGHUP: case SIGINT:
			return TERMINAL_END;
		case SIGTSTP:
			terminal_suspend(screen);
			break;
		case SIGCONT:
			terminal_regain(screen);
			break;
		default:
			read_size(screen);
		}
		event = TERMINAL_REDRAW;
	}
	return event;
}

static int key_of(int code)
{
	switch (code) {
	case KEY_UP: return INPUT_UP;
	case KEY_DOWN: return INPUT_DOWN;
	case KEY_LEFT: return INPUT_LEFT;
	case KEY_RIGHT: return INPUT_RIGHT;
	case KEY_HOME: return INPUT_HOME;
	case KEY_END: return INPUT_END;
	case KEY_PPAGE: return INPUT_PAGE_UP;
	case KEY_NPAGE: return INPUT_PAGE_DOWN;
	case KEY_BTAB: return INPUT_BACK_TAB;
	case KEY_BACKSPACE: return INPUT_BACKSPACE;
	case KEY_DC: return INPUT_DELETE;
	case KEY_ENTER: return INPUT_ENTER;
	default: return INPUT_OTHER;
	}
}

static int key_of_character(wint_t character)
{
	switch (character) {
	case '\n': return INPUT_ENTER;
	case 0x7f: case 8: return INPUT_BACKSPACE;
	default: return (int)character;
	}
}

static void append_character(struct text *text, wint_t character)
{
	char bytes[MB_LEN_MAX];
	mbstate_t state = {0};
	const size_t length = wcrtomb(bytes, (wchar_t)character, &state);

	if (length != (size_t)-1)
		text_append(text, bytes, length);
}

/* A paste comes in one piece but for very long ones: waits for the rest of those,
 * until nothing came for a while. A signal looks like nothing, too: what it cuts
 * short must not be taken for keys. */
static int read_paste(struct screen *screen)
{
	int64_t silent_since = clock_ms();
	wint_t key;

	text_clear(&screen->pasted);
	timeout(PASTE_SILENCE_MS);
	while (clock_ms() - silent_since < PASTE_SILENCE_MS) {
		const int kind = get_wch(&key);

		if (kind == KEY_CODE_YES && key == KEY_PASTE_END)
			break;
		if (kind == ERR)
			continue;
		silent_since = clock_ms();
		if (kind == OK && screen->pasted.length < PASTE_MOST)
			append_character(&screen->pasted, key);
	}
	nodelay(stdscr, TRUE);
	return INPUT_PASTE;
}

static int read_mouse(struct screen *screen)
{
	const int64_t now = clock_ms();
	MEVENT event;

	if (getmouse(&event) != OK)
		return INPUT_OTHER;
	if (event.bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED))
		return event.bstate & BUTTON4_PRESSED ? INPUT_WHEEL_UP : INPUT_WHEEL_DOWN;
	if (!(event.bstate & BUTTON1_PRESSED))
		return INPUT_OTHER;
	screen->mouse_again = event.y == screen->mouse_y && event.x == screen->mouse_x && now - screen->mouse_at < DOUBLE_CLICK_MS;
	screen->mouse_at = screen->mouse_again ? 0 : now;
	screen->mouse_y = event.y;
	screen->mouse_x = event.x;
	return INPUT_CLICK;
}

/* What the mouse does beside that (a button is let go) is no input at all. */
int terminal_key(struct screen *screen)
{
	int kind, mouse = INPUT_OTHER;
	wint_t key;

	do {
		kind = get_wch(&key);
		if (kind == KEY_CODE_YES && key == KEY_MOUSE)
			mouse = read_mouse(screen);
	} while (kind == KEY_CODE_YES && key == KEY_MOUSE && mouse == INPUT_OTHER);
	if (kind == ERR)
		return INPUT_NONE;
	if (kind == OK)
		return key_of_character(key);
	if (key == KEY_MOUSE)
		return mouse;
	return key == KEY_PASTE_BEGIN ? read_paste(screen) : key_of((int)key);
}

void terminal_copy(const char *string)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *in = (const unsigned char *)string;
	struct text out = {0};

	text_add(&out, "\033]52;c;");
	for (size_t left = strlen(string); left > 0;) {
		const size_t take = left < 3 ? left : 3;
		const unsigned bits = (unsigned)in[0] << 16 | (unsigned)(take > 1 ? in[1] : 0) << 8 | (take > 2 ? in[2] : 0);
		const char four[] = {digits[bits >> 18], digits[bits >> 12 & 63],
				     take > 1 ? digits[bits >> 6 & 63] : '=', take > 2 ? digits[bits & 63] : '='};

		text_append(&out, four, 4);
		in += take;
		left -= take;
	}
	text_add(&out, "\a");
	write_all(text_string(&out));
	text_free(&out);
}
