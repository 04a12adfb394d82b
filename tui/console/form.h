/*
 * A form: fields below each other, each with its help and its error in place.
 * Pure but for form_draw; the UI thread.
 */
#ifndef BERTH_TUI_CONSOLE_FORM_H
#define BERTH_TUI_CONSOLE_FORM_H

#include "base/err.h"
#include "tui/console/line.h"

#define FORM_FIELDS 20
#define FORM_CHOICES 8

enum field_kind { FIELD_TEXT, FIELD_CHOICE, FIELD_FLAG };

struct form_field {
	char name[32];         /* as errors name it: "mac" */
	char help[128];
	enum field_kind kind;
	bool required;
	struct line line;      /* FIELD_TEXT; the others' word as well */
	char initial[LINE_SIZE];
	char choices[FORM_CHOICES][32]; /* FIELD_CHOICE; the first is "" when it may be left out */
	int choice_count;
	const char (*offers)[130];      /* FIELD_TEXT: what Tab may complete to; borrowed */
	int offer_count;
	char error[256];
};

struct form {
	struct form_field fields[FORM_FIELDS];
	int count, current;
	char error[1024];      /* of no field */
	struct area area;      /* where the fields were drawn */
	int top;               /* the first one of those */
	bool ascii;            /* so they were */
};

/* Both return the new field, to be filled on; name and help are copied. */
struct form_field *form_add(struct form *form, const char *name, const char *help, bool required);
/* "exclusive|cooperative" */
struct form_field *form_add_choice(struct form *form, const char *name, const char *help, bool required, const char *words);
struct form_field *form_add_flag(struct form *form, const char *name, const char *help);

const char *form_value(const struct form *form, const char *name); /* "" not given; a flag: "yes" */
void form_set(struct form *form, const char *name, const char *value); /* initial value too */
bool field_changed(const struct form_field *field);

/* Puts the error where it belongs and goes there; "kernel-args" and
 * "kernel_args" are the same field. */
void form_fail(struct form *form, const struct err *err);
/* The same without going there; an error of no field, or of the current one, waits.
 * NULL: all is well. */
void form_note(struct form *form, const struct err *err);
/* False, with errors in place, while a required field is empty. */
bool form_is_complete(struct form *form);

enum form_answer { FORM_NOT_MINE, FORM_TAKEN, FORM_SUBMIT };
/* Tab, arrows, Enter (on to the next field, from the last one: submit), ^S. */
enum form_answer form_key(struct form *form, int key);
/* A click there: goes to the field, takes the choice. False: none is there. */
bool form_click(struct form *form, int y, int x);
void form_paste(struct form *form, const char *text);

int form_lines(const struct form *form); /* how many it takes to draw */
void form_draw(struct form *form, struct screen *screen, struct area area);

#endif
