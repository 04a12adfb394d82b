#include "tui/console/help.h"

#include <stdio.h>

#include "tui/command.h"
#include "tui/console/hints.h"
#include "tui/console/views.h"

static void help_keys(struct page *page, const struct key_help *keys)
{
	for (; keys && keys->keys; keys++) {
		page_add(page, ROLE_ACCENT, "  %-10s", keys->keys);
		page_add(page, ROLE_PLAIN, "%s", keys->words);
		page_end(page);
	}
}

static void help_views(struct page *page)
{
	page_add(page, ROLE_PLAIN, " ");
	for (int i = 0; view_roots[i].open; i++) {
		page_add(page, ROLE_ACCENT, " %d ", i + 1);
		page_add(page, ROLE_PLAIN, "%s ", view_roots[i].name);
	}
	page_end(page);
}

static void help_head(struct page *page, const char *words)
{
	page_add(page, ROLE_STRONG, "%s", words);
	page_end(page);
}

static void help_actions(const struct view *view, struct page *page)
{
	for (const struct command *const *at = command_table; *at; at++) {
		const struct command *command = *at;

		if (!command->key || !(command->places & view->ops->place))
			continue;
		page_add(page, ROLE_ACCENT, "  %-10s", command->key);
		page_add(page, ROLE_PLAIN, "%s", command->help);
		page_add(page, ROLE_QUIET, "   %s %s", command->noun, command->verb ? command->verb : "");
		page_end(page);
	}
}

static void help_commands(struct page *page)
{
	for (const struct command *const *at = command_table; *at; at++) {
		struct text usage = {0};

		command_usage(*at, &usage);
		page_add(page, ROLE_PLAIN, "  %s", text_string(&usage));
		page_end(page);
		page_add(page, ROLE_QUIET, "      %s", (*at)->help);
		page_end(page);
		text_free(&usage);
	}
}

static void help_states(const struct view *view, struct page *page)
{
	static const char *const words[HOST_STATES] = {
		[HOST_DRAFT] = "no root yet", [HOST_DOWN] = "nobody watches its root: free to boot",
		[HOST_UP] = "one client watches its root", [HOST_HELD] = "its boot is blocked on purpose",
		[HOST_STALE] = "a lock whose owner does not answer: it did not shut down",
		[HOST_FOREIGN] = "watched from an address that is not its own",
		[HOST_DOUBLE] = "two read-write clients on one root",
		[HOST_MISSING] = "the inventory has a root, the cluster has none",
		[HOST_UNKNOWN] = "the cluster did not answer",
	};

	for (int state = 0; state < HOST_STATES; state++) {
		const enum host_state which = (enum host_state)state;

		page_add(page, theme_state_role(which), "  %s %-8s", view->app->screen.ascii ? host_state_ascii(which)
			 : host_state_sign(which), host_state_word(which));
		page_add(page, ROLE_PLAIN, "  %s", words[state]);
		page_end(page);
	}
}

void help_write(const struct view *view, struct page *page)
{
	char title[160];

	view->ops->title(view, title, sizeof(title));
	page_add(page, ROLE_STRONG, "In this view: %s", title);
	page_end(page);
	help_keys(page, view->ops->keys);
	help_actions(view, page);
	page_end(page);
	help_head(page, "Everywhere");
	help_views(page);
	help_keys(page, hints_everywhere);
	page_end(page);
	help_head(page, "States");
	help_states(view, page);
	page_end(page);
	help_head(page, "Commands, for : and for the shell");
	help_commands(page);
}
