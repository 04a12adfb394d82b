#include "tui/console/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/console/glyph.h"

struct form_field *form_add(struct form *form, const char *name, const char *help, bool required)
{
	if (form->count == FORM_FIELDS)
		abort(); /* the command table grew: so must the form */
	struct form_field *field = &form->fields[form->count++];
	*field = (struct form_field){.required = required};
	text_copy(field->name, sizeof(field->name), name);
	text_copy(field->help, sizeof(field->help), help);
	return field;
}

struct form_field *form_add_choice(struct form *form, const char *name, const char *help, bool required, const char *words)
{
	struct form_field *field = form_add(form, name, help, required);
	char copy[256], *rest = copy, *word;

	field->kind = FIELD_CHOICE;
	if (!required)
		field->choice_count = 1;
	text_copy(copy, sizeof(copy), words);
	while ((word = strsep(&rest, "|")) && field->choice_count < FORM_CHOICES)
		text_copy(field->choices[field->choice_count++], sizeof(field->choices[0]), word);
	line_set(&field->line, field->choices[0]);
	return field;
}

struct form_field *form_add_flag(struct form *form, const char *name, const char *help)
{
	struct form_field *field = form_add_choice(form, name, help, false, "yes");

	field->kind = FIELD_FLAG;
	return field;
}

static bool is_named(const struct form_field *field, const char *name)
{
	const char *a = field->name;

	for (; *a && *name; a++, name++)
		if (*a != *name && !((*a == '-' || *a == '_') && (*name == '-' || *name == '_')))
			return false;
	return *a == *name;
}

static struct form_field *find(const struct form *form, const char *name)
{
	for (int i = 0; i < form->count; i++)
		if (is_named(&form->fields[i], name))
			return (struct form_field *)(uintptr_t)&form->fields[i];
	return NULL;
}

const char *form_value(const struct form *form, const char *name)
{
	const struct form_field *field = find(form, name);

	return field ? field->line.text : "";
}

void form_set(struct form *form, const char *name, const char *value)
{
	struct form_field *field = find(form, name);

	if (!field)
		return;
	line_set(&field->line, value);
	text_copy(field->initial, sizeof(field->initial), value);
}

bool field_changed(const struct form_field *field)
{
	return strcmp(field->line.text, field->initial) != 0;
}

static void clear_errors(struct form *form)
{
	form->error[0] = '\0';
	for (int i = 0; i < form->count; i++)
		form->fields[i].error[0] = '\0';
}

void form_fail(struct form *form, const struct err *err)
{
	struct form_field *field = err->field[0] ? find(form, err->field) : NULL;

	clear_errors(form);
	if (!field) {
		text_copy(form->error, sizeof(form->error), err->text);
		return;
	}
	text_copy(field->error, sizeof(field->error), err->text);
	form->current = (int)(field - form->fields);
}

void form_note(struct form *form, const struct err *err)
{
	struct form_field *field = err && err->field[0] ? find(form, err->field) : NULL;

	for (int i = 0; i < form->count; i++)
		if (i != form->current)
			form->fields[i].error[0] = '\0';
	if (field && field != &form->fields[form->current])
		text_copy(field->error, sizeof(field->error), err->text);
}

bool form_is_complete(struct form *form)
{
	bool complete = true;

	clear_errors(form);
	for (int i = form->count - 1; i >= 0; i--) {
		struct form_field *field = &form->fields[i];

		if (!field->required || field->line.text[0])
			continue;
		text_copy(field->error, sizeof(field->error), "this is needed");
		form->current = i;
		complete = false;
	}
	return complete;
}

static void go(struct form *form, int by)
{
	form->current = (form->current + by + form->count) % form->count;
}

/* Choices go round, in both directions. */
static void choose(struct form_field *field, int by)
{
	int at = 0;

	while (at < field->choice_count && strcmp(field->choices[at], field->line.text))
		at++;
	at = (at + by + field->choice_count) % field->choice_count;
	line_set(&field->line, field->choices[at]);
}

static bool choice_key(struct form_field *field, int key)
{
	if (key == ' ' || key == INPUT_RIGHT)
		choose(field, 1);
	else if (key == INPUT_LEFT)
		choose(field, -1);
	else
		return false;
	return true;
}

/* The next offer that begins like what is typed, after the present one. */
static void complete(struct form_field *field)
{
	int from = 0;

	for (int i = 0; i < field->offer_count; i++)
		if (!strcmp(field->offers[i], field->line.text))
			from = i + 1;
	const bool exact = from > 0;
	for (int i = 0; i < field->offer_count; i++) {
		const char *offer = field->offers[(from + i) % field->offer_count];

		if (!exact && strncmp(offer, field->line.text, strlen(field->line.text)))
			continue;
		line_set(&field->line, offer);
		return;
	}
}

static enum form_answer edit(struct form_field *field, int key)
{
	enum line_answer answer;

	if (field->kind != FIELD_TEXT)
		return choice_key(field, key) ? FORM_TAKEN : FORM_NOT_MINE;
	if (key == INPUT_CONTROL('n')) {
		complete(field);
		return FORM_TAKEN;
	}
	answer = line_key(&field->line, key);
	if (answer == LINE_CHANGED)
		field->error[0] = '\0';
	return answer == LINE_NOT_MINE ? FORM_NOT_MINE : FORM_TAKEN;
}

enum form_answer form_key(struct form *form, int key)
{
	switch (key) {
	case INPUT_TAB: case INPUT_DOWN: go(form, 1); return FORM_TAKEN;
	case INPUT_BACK_TAB: case INPUT_UP: go(form, -1); return FORM_TAKEN;
	case INPUT_CONTROL('s'): return FORM_SUBMIT;
	case INPUT_ENTER:
		if (form->current == form->count - 1)
			return FORM_SUBMIT;
		go(form, 1);
		return FORM_TAKEN;
	default: return edit(&form->fields[form->current], key);
	}
}

void form_paste(struct form *form, const char *text)
{
	struct form_field *field = &form->fields[form->current];

	if (field->kind == FIELD_TEXT)
		line_paste(&field->line, text);
	field->error[0] = '\0';
}

int form_lines(const struct form *form)
{
	return form->count + 2; /* and two for the help or error of the current one */
}

static int label_width(const struct form *form)
{
	int width = 0;

	for (int i = 0; i < form->count; i++)
		if ((int)strlen(form->fields[i].name) > width)
			width = (int)strlen(form->fields[i].name);
	return width + 2;
}

static const char *choice_word(const struct form_field *field, int choice)
{
	return field->choices[choice][0] ? field->choices[choice] : field->kind == FIELD_FLAG ? "no" : "default";
}

static void draw_choices(const struct form_field *field, struct pen *pen)
{
	for (int i = 0; i < field->choice_count; i++) {
		const bool chosen = !strcmp(field->choices[i], field->line.text);
		const char *word = choice_word(field, i);

		pen_text(pen, chosen ? ROLE_ACCENT : ROLE_QUIET, pen->screen->ascii ? (chosen ? "(*) " : "( ) ") : (chosen ? "◉ " : "○ "));
		pen_printf(pen, chosen ? ROLE_STRONG : ROLE_QUIET, "%s   ", word);
	}
}

static void draw_field(const struct form_field *field, bool current, struct pen pen, int label, struct screen *screen)
{
	const char *sign = field->error[0] ? (screen->ascii ? "! " : "▲ ") : current ? (screen->ascii ? "> " : "▌ ") : "  ";
	struct pen value;

	pen_text(&pen, field->error[0] ? ROLE_BAD : ROLE_ACCENT, sign);
	pen_cell(&pen, current ? ROLE_STRONG : ROLE_PLAIN, field->name, label, false);
	pen_text(&pen, ROLE_WARN, field->required ? "* " : "  ");
	value = pen;
	if (current)
		paint_cursor(screen, value.y, value.x);
	if (field->kind != FIELD_TEXT) {
		draw_choices(field, &value);
		return;
	}
	value.ground = current ? GROUND_FIELD : GROUND_PANEL;
	line_draw(&field->line, &value, field_changed(field) ? ROLE_STRONG : ROLE_PLAIN, current ? screen : NULL);
	if (current)
		pen_fill(&value);
}

/* Which choice stands at this column of the field's place; -1 none. */
static int choice_at(const struct form *form, const struct form_field *field, int column)
{
	int end = 2 + label_width(form) + 2;

	for (int i = 0; i < field->choice_count; i++) {
		const int begin = end;

		end += (form->ascii ? 4 : 2) + glyph_columns(choice_word(field, i)) + 3;
		if (column >= begin && column < end)
			return i;
	}
	return -1;
}

bool form_click(struct form *form, int y, int x)
{
	const int line = y - form->area.y, column = x - form->area.x, index = form->top + line;

	if (line < 0 || line >= form->area.height || column < 0 || column >= form->area.width || index >= form->count)
		return false;
	struct form_field *field = &form->fields[index];
	const int choice = field->kind == FIELD_TEXT ? -1 : choice_at(form, field, column);
	form->current = index;
	if (choice >= 0)
		line_set(&field->line, field->choices[choice]);
	return true;
}

/* What the current field is for, or what is wrong with it. */
static void draw_note(const struct form *form, const struct screen *screen, struct area area)
{
	const struct form_field *field = &form->fields[form->current];
	const char *text = field->error[0] ? field->error : form->error[0] ? form->error : field->help;
	const enum role role = field->error[0] || form->error[0] ? ROLE_BAD : ROLE_QUIET;
	int used;

	for (int line = 0; line < area.height && *text; line++) {
		struct pen pen = pen_at(screen, area, line, GROUND_PANEL);
		size_t length = glyph_fit(text, area.width, &used);

		if (text[length] && line + 1 < area.height) {
			size_t space = length;

			while (space > 0 && text[space] != ' ')
				space--;
			length = space ? space : length;
		} else {
			length = strlen(text);
		}
		char part[1200];
		snprintf(part, sizeof(part), "%.*s", (int)length, text);
		pen_text(&pen, role, part);
		text += length + (text[length] == ' ');
	}
}

void form_draw(struct form *form, struct screen *screen, struct area area)
{
	const int room = area.height - 3, label = label_width(form);
	const int last = form->current - room + 1, top = last < 0 ? 0 : last;

	form->area = (struct area){area.y, area.x, room, area.width};
	form->top = top;
	form->ascii = screen->ascii;
	for (int i = 0; i < room && top + i < form->count; i++)
		draw_field(&form->fields[top + i], top + i == form->current, pen_at(screen, area, i, GROUND_PANEL), label, screen);
	draw_note(form, screen, (struct area){area.y + area.height - 2, area.x + 2, 2, area.width - 2});
}
