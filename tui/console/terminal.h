/*
 * The terminal: taking it, giving it back on every way out, signals, input.
 * Nothing above this file and paint.h knows ncurses. The UI thread; there is
 * one terminal a process.
 */
#ifndef BERTH_TUI_CONSOLE_TERMINAL_H
#define BERTH_TUI_CONSOLE_TERMINAL_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"
#include "tui/console/spots.h"
#include "tui/console/theme.h"

struct screen {
	struct theme theme;
	bool ascii;            /* signs and borders in ASCII: the locale is not UTF-8 */
	int rows, columns;
	int cursor_y, cursor_x; /* where the hardware cursor will rest */
	struct text pasted;    /* what INPUT_PASTE brings */
	int mouse_y, mouse_x;  /* where INPUT_CLICK was */
	bool mouse_again;      /* it was the second in a row at this place: a double click */
	int64_t mouse_at;      /* clock_ms of it */
	struct spots spots;    /* what a click may hit, of the newest drawing */
	bool mouse;            /* taken, not left to the terminal */
	int held_stderr;       /* see terminal_open; -1: not held */
};

/* A key that is no character; characters are their code points, ^A is 1. */
enum {
	INPUT_NONE = -1,
	INPUT_ENTER = '\r',
	INPUT_ESCAPE = 27,
	INPUT_TAB = '\t',
	INPUT_UP = 0x200000,
	INPUT_DOWN,
	INPUT_LEFT,
	INPUT_RIGHT,
	INPUT_HOME,
	INPUT_END,
	INPUT_PAGE_UP,
	INPUT_PAGE_DOWN,
	INPUT_BACK_TAB,
	INPUT_BACKSPACE,
	INPUT_DELETE,
	INPUT_PASTE,           /* screen->pasted has it */
	INPUT_CLICK,           /* screen->mouse_y, mouse_x */
	INPUT_WHEEL_UP,
	INPUT_WHEEL_DOWN,
	INPUT_OTHER,           /* a key that means nothing here */
};
#define INPUT_CONTROL(letter) ((letter) & 0x1f)

/* Takes the terminal. ERR_USAGE when stdin or stdout is none, or it can not
 * address the cursor. What other code writes to stderr meanwhile is held back
 * and comes out at terminal_close, so that it does not spoil the screen. The mouse
 * is taken as well, unless BERTH_MOUSE is "off". */
int terminal_open(struct screen *screen, struct err *err);
void terminal_close(struct screen *screen);

/* Takes the mouse, or leaves it to the terminal, for its own way of marking text. */
void terminal_set_mouse(struct screen *screen, bool taken);

/* Readable when a signal came. terminal_signals takes them up: resized and
 * continued terminals are set up anew, ^Z from outside suspends. */
int terminal_signal_fd(void);
enum terminal_event { TERMINAL_NOTHING, TERMINAL_REDRAW, TERMINAL_END };
enum terminal_event terminal_signals(struct screen *screen);

/* For another program in this terminal: gives it back, takes it again. */
void terminal_lend(struct screen *screen);
void terminal_regain(struct screen *screen);

/* ^Z: gives the terminal back, stops the process group, takes it again. */
void terminal_suspend(struct screen *screen);

/* The next key that is there, INPUT_NONE when there is none. Never waits. */
int terminal_key(struct screen *screen);

/* Asks the terminal to put this on the clipboard (OSC 52); not all do. */
void terminal_copy(const char *string);

#endif
