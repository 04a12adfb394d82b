#include "tui/console/host_boot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/console/errand.h"
#include "tui/explain.h"

struct reading {
	struct host_boot *boot; /* in the view: only while that lives */
	char host[64];
	struct boot_look *look;
};

static int reading_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	struct reading *reading = data;

	(void)job;
	return boot_look_read(fleet, reading->host, &reading->look, err);
}

static void reading_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct reading *reading = data;

	(void)app;
	if (view) {
		struct host_boot *this = reading->boot;

		this->reading = false;
		text_copy(this->error, sizeof(this->error), status ? err->text : "");
		if (!status) {
			boot_look_free(this->look);
			this->look = reading->look;
			reading->look = NULL;
		}
	}
	boot_look_free(reading->look);
	free(reading);
}

void host_boot_read(struct host_boot *this, struct view *view, const char *host)
{
	struct reading *reading;

	if (this->reading)
		return;
	this->reading = true;
	reading = xcalloc(1, sizeof(*reading));
	reading->boot = this;
	text_copy(reading->host, sizeof(reading->host), host);
	errand_start(view->app, view, &(struct errand){.work = reading_work, .done = reading_done, .data = reading});
}

void host_boot_close(struct host_boot *this)
{
	boot_look_free(this->look);
}

/* A line with its sign, wrapped: '-' only in the tree, '+' only as it should be,
 * '*' of this host's own settings. Of those the words are marked that `plain`,
 * the same line without them, does not have. */
struct writing {
	struct page *page;
	int column;
};

static void put_word(struct writing *this, enum role role, const char *word, size_t length)
{
	const bool begins = this->column == 3;

	if (!begins && this->column + 1 + (int)length > this->page->width) {
		page_end(this->page);
		page_add(this->page, ROLE_PLAIN, "%7s", "");
		this->column = 7;
	} else if (!begins) {
		page_add(this->page, ROLE_PLAIN, " ");
		this->column++;
	}
	page_add(this->page, role, "%.*s", (int)length, word);
	this->column += (int)length;
}

static bool has_word(const char *text, const char *word, size_t length)
{
	for (const char *at = text; (at = memmem(at, strlen(at), word, length)) != NULL; at++)
		if ((at == text || strchr(" \n", at[-1])) && strchr(" \n", at[length]))
			return true;
	return false;
}

static void script_line(const char *line, char sign, const char *plain, struct page *page)
{
	const enum role changed = sign == '+' ? ROLE_GOOD : sign == '-' ? ROLE_BAD : sign == '*' ? ROLE_WARN : ROLE_QUIET;
	const enum role whole = *line == '#' ? ROLE_QUIET : *line == ':' ? ROLE_WARN : ROLE_PLAIN;
	struct writing writing = {page, 3};

	page_add(page, changed, " %c ", sign);
	for (const char *at = line; *at;) {
		const size_t length = strcspn(at, " ");
		const bool own = sign == '*' && !has_word(plain, at, length);

		put_word(&writing, own ? ROLE_WARN : at == line && whole == ROLE_PLAIN ? ROLE_ACCENT : whole, at, length);
		at += length + (at[length] == ' ');
	}
	page_end(page);
}

static bool has_line(const char *text, const char *line)
{
	const size_t length = strlen(line);

	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, line, length) && (at[length] == '\n' || !at[length]))
			return true;
		if (!*at)
			break;
	}
	return false;
}

/* Each line, with the sign of the first of these that lacks it. Only those that
 * have one, when picky. */
struct comparison {
	const char *other;     /* NULL: not compared */
	char sign;
};

static void script_lines(const char *script, const struct comparison with[2], bool picky, struct page *page)
{
	char *copy = xstrdup(script), *rest = copy, *line;

	while ((line = strsep(&rest, "\n"))) {
		char sign = ' ';

		for (int i = 1; i >= 0; i--)
			if (with[i].other && !has_line(with[i].other, line))
				sign = with[i].sign;
		if ((rest || *line) && (sign != ' ' || !picky))
			script_line(line, sign, with[1].other, page);
	}
	free(copy);
}

static void write_file(const char *label, const struct boot_file *file, bool asked, struct page *page)
{
	char size[SIZE_TEXT], when[TIME_TEXT];

	page_add(page, ROLE_QUIET, "  %-14s", label);
	page_add(page, ROLE_STRONG, "%s", file->path[0] ? file->path : "none");
	if (file->there)
		page_add(page, ROLE_PLAIN, "   %s, of %s", size_format(file->size, size), explain_when(file->changed, when));
	else if (file->path[0])
		page_add(page, asked ? ROLE_BAD : ROLE_QUIET, "   %s", asked ? "is not there: the machine can't boot" : "not known now");
	page_end(page);
}

static void write_head(const struct boot_look *look, const char *host, bool same, struct page *page)
{
	char head[400];

	if (!look->script)
		snprintf(head, sizeof(head), "%s", look->link_words[0] ? "What is in the tree is not known now; it would be:"
			 : "Nothing is in the tree yet; it would be:");
	else
		snprintf(head, sizeof(head), "hosts/%s/boot.ipxe, %s", host, same ? "as the machine gets it:"
			 : "as the machine gets it (-), and as it should be (+); W writes it again:");
	page_add(page, ROLE_PLAIN, "  ");
	page_words(page, same || !look->script ? ROLE_PLAIN : ROLE_WARN, head);
	page_end(page);
	page_end(page);
}

static void write_look(const struct boot_look *look, const char *host, struct page *page)
{
	const bool same = look->script && !strcmp(look->script, look->wanted), asked = !look->link_words[0];
	const bool own = strcmp(look->wanted, look->plain) != 0;
	const char *compared = same || !look->script ? NULL : look->wanted;

	page_value(page, "boots", ROLE_PLAIN, look->why);
	page_value(page, "template", ROLE_PLAIN, look->template);
	write_file("kernel", &look->files[BOOT_KERNEL], asked, page);
	write_file("initrd", &look->files[BOOT_INITRD], asked, page);
	write_file("identity", &look->files[BOOT_IDENTITY], asked, page);
	page_end(page);
	write_head(look, host, same, page);
	script_lines(look->script ? look->script : look->wanted,
		     (struct comparison[]){{compared, '-'}, {own ? look->plain : NULL, '*'}}, false, page);
	if (compared)
		script_lines(look->wanted, (struct comparison[]){{look->script, '+'}, {NULL, ' '}}, true, page);
	page_end(page);
	page_add(page, own ? ROLE_WARN : ROLE_QUIET, "  %s", own ? "* of this host's own settings; the others are as the site's default has them"
		 : "All of it is as the site's default has it.");
	page_end(page);
}

void host_boot_write(const struct host_boot *this, const char *host, struct page *page)
{
	if (this->error[0])
		page_value(page, "", ROLE_BAD, this->error);
	if (this->look)
		write_look(this->look, host, page);
	else if (!this->error[0])
		page_value(page, "", ROLE_QUIET, "reading ...");
}
