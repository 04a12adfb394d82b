/* Pages, words, completion, and states in words. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/console/plan_page.h"
#include "tui/console/complete.h"
#include "tui/explain.h"
#include "tui/console/page.h"
#include "tui/words.h"

static const char *line(const struct page *page, int number)
{
	return text_string(&page->lines[number].text);
}

static void words_are_wrapped_and_indented(void **state)
{
	struct page page = {.width = 20};

	(void)state;
	page_add(&page, ROLE_QUIET, "why: ");
	page_words(&page, ROLE_PLAIN, "nobody watches its root now");
	assert_int_equal(page.count, 2);
	assert_string_equal(line(&page, 0), "why: nobody watches");
	assert_string_equal(line(&page, 1), "     its root now");
	page_free(&page);
}

static void a_block_is_made_harmless(void **state)
{
	struct page page = {0};

	(void)state;
	page_block(&page, ROLE_PLAIN, "a\tb\n\x1b[31mred\n");
	assert_string_equal(line(&page, 0), "a       b");
	assert_string_equal(line(&page, 1), "?[31mred");
	page_free(&page);
}

static void a_page_scrolls_within_its_ends_and_is_searched(void **state)
{
	struct page page = {.height = 4};
	char place[16];

	(void)state;
	page_block(&page, ROLE_PLAIN, "0\n1\n2\n3\n4 Needle\n5\n6\n7\n8\n");
	page_key(&page, 'G');
	assert_int_equal(page.top, page.count - 4);
	assert_string_equal(page_place(&page, place), "end");
	page_key(&page, INPUT_PAGE_DOWN);
	assert_int_equal(page.top, page.count - 4);
	page_key(&page, 'g');
	assert_string_equal(page_place(&page, place), "0%");
	page_key(&page, 'k');
	assert_int_equal(page.top, 0);
	text_copy(page.search, sizeof(page.search), "needle");
	assert_true(page_find(&page, false));
	assert_int_equal(page.top, 4);
	assert_true(page_find(&page, true)); /* round to itself */
	assert_int_equal(page.top, 4);
	text_copy(page.search, sizeof(page.search), "haystack");
	assert_false(page_find(&page, false));
	page_free(&page);
}

static void a_line_is_split_as_a_shell_would(void **state)
{
	struct words words = {0};
	struct err err;

	(void)state;
	assert_int_equal(words_split("  host hold 'desk1' --reason \"a b\" c\\ d ''", &words, &err), 0);
	assert_int_equal(words.count, 7);
	assert_string_equal(words.items[2], "desk1");
	assert_string_equal(words.items[4], "a b");
	assert_string_equal(words.items[5], "c d");
	assert_string_equal(words.items[6], "");
	words_free(&words);
	assert_int_equal(words_split("host 'open", &words, &err), ERR_USAGE);
	assert_int_equal(words.count, 0);
	assert_int_equal(words_split("   ", &words, &err), 0);
	assert_int_equal(words.count, 0);
}

static void neighbours_become_a_range(void **state)
{
	static const char *const names[] = {"desk8", "desk9", "desk10", "desk012", "desk013", "kiosk", "lab-1", "lab-3"};
	struct words words = {0};

	(void)state;
	words_add_names(&words, names, 8);
	assert_int_equal(words.count, 5);
	assert_string_equal(words.items[0], "desk[8-10]");
	assert_string_equal(words.items[1], "desk[012-013]");
	assert_string_equal(words.items[2], "kiosk");
	assert_string_equal(words.items[4], "lab-3");
	words_free(&words);
}

#define ROW .mac = "", .image = "", .holder = "", .client = "", .lock = "", .hold_reason = ""
static struct fleet_row rows[] = {{ROW, .name = "desk1"}, {ROW, .name = "desk2"}, {ROW, .name = "kiosk"}};
static struct fleet_view fleet = {.rows = rows, .count = 3, .link = LINK_UP};
static char releases[][130] = {"deb12@2026-11-24"};
static const struct snapshot snapshot = {.fleet = &fleet, .releases = releases, .release_count = 1};

static bool offered(const struct candidates *candidates, const char *word)
{
	for (int i = 0; i < candidates->count; i++)
		if (!strcmp(candidates->items[i].word, word))
			return true;
	return false;
}

static void completion_knows_table_and_fleet(void **state)
{
	static struct candidates out;

	(void)state;
	complete_line("", &snapshot, &out);
	assert_true(offered(&out, "host") && offered(&out, "status"));
	complete_line("ho", &snapshot, &out);
	assert_int_equal(out.count, 1);
	complete_line("host pro", &snapshot, &out);
	assert_string_equal(out.items[0].word, "provision");
	assert_int_equal(out.start, 5);
	complete_line("host provision desk", &snapshot, &out);
	assert_int_equal(out.count, 2);
	complete_line("host provision desk1 desk", &snapshot, &out); /* not twice */
	assert_int_equal(out.count, 1);
	complete_line("host set desk1 --lo", &snapshot, &out);
	assert_string_equal(out.items[0].word, "--lock");
	complete_line("host set desk1 --lock ex", &snapshot, &out);
	assert_string_equal(out.items[0].word, "exclusive");
	complete_line("host set desk1 --image d", &snapshot, &out);
	assert_string_equal(out.items[0].word, "deb12@2026-11-24");
	complete_line("nonsense here ", &snapshot, &out);
	assert_int_equal(out.count, 0);
}

static void states_are_told_in_words(void **state)
{
	struct fleet_row row = {
		.name = "desk1", .mac = "", .image = "", .lock = "", .hold_reason = "",
		.state = HOST_FOREIGN, .client = "client.42", .holder = "10.0.9.80",
	};
	struct fleet_view lost = {.link = LINK_LOST, .taken = 1};
	char words[512];

	(void)state;
	explain_state(&row, &fleet, 1000, words, sizeof(words));
	assert_non_null(strstr(words, "10.0.9.80"));
	assert_non_null(strstr(words, "Do not start desk1"));
	row.state = HOST_UP;
	row.since = 1000 - 7200;
	explain_state(&row, &fleet, 1000, words, sizeof(words));
	assert_non_null(strstr(words, "first seen 2 h ago"));
	row.state = HOST_UNKNOWN;
	explain_state(&row, &lost, 1000, words, sizeof(words));
	assert_non_null(strstr(words, "last answer"));
	row = (struct fleet_row){ROW, .name = "desk1", .state = HOST_DRAFT};
	explain_state(&row, &fleet, 1000, words, sizeof(words));
	assert_non_null(strstr(words, "no image"));
}

static const char *progress_of(int64_t done, int64_t total, bool bytes, int64_t took)
{
	static char words[96];
	const struct task task = {.done = done, .total = total, .bytes = bytes, .step_began = 1000};

	task_progress_words(&task, 1000 + took, words, sizeof(words));
	return words;
}

static void progress_has_a_rate_and_a_time_left(void **state)
{
	(void)state;
	assert_string_equal(progress_of(5, 0, false, 9000), "");
	assert_string_equal(progress_of(25, 100, false, 500), "25%"); /* too early to say */
	assert_string_equal(progress_of(25, 100, false, 10000), "25%, 30 s left");
	assert_string_equal(progress_of(1 << 30, (int64_t)4 << 30, true, 16000), "1 GiB of 4 GiB, 64 MiB/s, 48 s left");
	assert_string_equal(progress_of(0, 100, true, 10000), "0 B of 100 B");
	assert_string_equal(progress_of(100, 100, true, 10000), "100 B of 100 B, 10 B/s, 0 s left");
}

static void each_of_several_targets_has_its_own_end(void **state)
{
	struct plan items[] = {{.target = "host desk1", .count = 2}, {.target = "host desk2", .count = 1}, {.target = "host desk3"}};
	bool failures[] = {false, true, false};
	struct task task = {.plans = {items, 3}, .plan = 1, .failed = 1, .failures = failures, .state = TASK_CANCELLED};
	struct page page = {.width = 60};

	(void)state;
	plan_page_write(&page, &task.plans, NULL, false);
	assert_string_equal(line(&page, 0), "  host desk1  2 steps");
	page_clear(&page);
	plan_page_write(&page, &task.plans, &task, false);
	assert_string_equal(line(&page, 0), "✓ host desk1  2 steps");
	assert_string_equal(line(&page, 1), "✗ host desk2  1 step");
	assert_string_equal(line(&page, 2), "  host desk3  0 steps"); /* not begun */
	page_free(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_of_several_targets_has_its_own_end),
		cmocka_unit_test(progress_has_a_rate_and_a_time_left),
		cmocka_unit_test(words_are_wrapped_and_indented),
		cmocka_unit_test(a_block_is_made_harmless),
		cmocka_unit_test(a_page_scrolls_within_its_ends_and_is_searched),
		cmocka_unit_test(a_line_is_split_as_a_shell_would),
		cmocka_unit_test(neighbours_become_a_range),
		cmocka_unit_test(completion_knows_table_and_fleet),
		cmocka_unit_test(states_are_told_in_words),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
