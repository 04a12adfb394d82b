#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/fleet/state.h"

static const struct state_input watched = {
	.has_root = true, .answered = true, .exists = true, .watchers = 1, .lock_owned = true,
	.watcher_address = "10.0.4.11:0/181311", .known_address = "10.0.4.11",
};
static const struct state_input idle = {
	.has_root = true, .answered = true, .exists = true, .watcher_address = "", .known_address = "10.0.4.11",
};

static enum host_state with(struct state_input input, void (*change)(struct state_input *input))
{
	change(&input);
	return host_state_of(&input);
}

static void lose_root(struct state_input *input) { input->has_root = false; }
static void hold(struct state_input *input) { input->held = true; }
static void hold_draft(struct state_input *input) { input->held = true; input->has_root = false; }
static void no_answer(struct state_input *input) { input->answered = false; }
static void no_header(struct state_input *input) { input->exists = false; }
static void one_more(struct state_input *input) { input->watchers = 2; }
static void elsewhere(struct state_input *input) { input->watcher_address = "10.0.9.80:0/1"; }
static void elsewhere_unknown(struct state_input *input) { input->watcher_address = "10.0.9.80:0/1"; input->known_address = ""; }
static void six(struct state_input *input) { input->watcher_address = "[fd00::11]:0/77"; input->known_address = "fd00::11"; }
static void leave_lock(struct state_input *input) { input->lock_owned = true; }
static void leave_lock_held(struct state_input *input) { input->lock_owned = true; input->held = true; }

static void states_follow_from_what_is_known(void **state)
{
	(void)state;
	assert_int_equal(host_state_of(&watched), HOST_UP);
	assert_int_equal(host_state_of(&idle), HOST_DOWN);
	assert_int_equal(with(idle, lose_root), HOST_DRAFT);
	assert_int_equal(with(idle, hold), HOST_HELD);
	assert_int_equal(with(idle, hold_draft), HOST_HELD);
	assert_int_equal(with(watched, no_answer), HOST_UNKNOWN);
	assert_int_equal(with(watched, no_header), HOST_MISSING);
	assert_int_equal(with(watched, one_more), HOST_DOUBLE);
	assert_int_equal(with(watched, elsewhere), HOST_FOREIGN);
	assert_int_equal(with(watched, elsewhere_unknown), HOST_UP);
	assert_int_equal(with(watched, six), HOST_UP);
	assert_int_equal(with(watched, hold), HOST_UP);
	assert_int_equal(with(idle, leave_lock), HOST_STALE);
	assert_int_equal(with(idle, leave_lock_held), HOST_STALE);
}

static void no_state_is_told_by_colour_alone(void **state)
{
	(void)state;
	for (int i = 0; i < HOST_STATES; i++) {
		assert_true(strlen(host_state_word(i)) > 0);
		assert_int_equal(strlen(host_state_ascii(i)), 1);
		for (int j = 0; j < i; j++) {
			assert_string_not_equal(host_state_word(i), host_state_word(j));
			assert_string_not_equal(host_state_sign(i), host_state_sign(j));
			assert_string_not_equal(host_state_ascii(i), host_state_ascii(j));
		}
	}
}

static void addresses_lose_port_and_nonce(void **state)
{
	char ip[64];

	(void)state;
	assert_string_equal(state_address_ip("10.0.4.11:0/181311", ip), "10.0.4.11");
	assert_string_equal(state_address_ip("[fd00::1]:0/5", ip), "fd00::1");
	assert_string_equal(state_address_ip("", ip), "");
	assert_string_equal(state_address_ip("v", ip), "v");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_follow_from_what_is_known),
		cmocka_unit_test(no_state_is_told_by_colour_alone),
		cmocka_unit_test(addresses_lose_port_and_nonce),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
