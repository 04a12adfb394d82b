#include "core/fleet/state.h"

#include <string.h>

#include "base/text.h"

static const struct {
	const char *word, *sign, *ascii;
} states[HOST_STATES] = {
	[HOST_DRAFT] = {"draft", "·", "."},
	[HOST_DOWN] = {"down", "○", "o"},
	[HOST_UP] = {"up", "●", "*"},
	[HOST_HELD] = {"held", "◐", "="},
	[HOST_STALE] = {"stale", "◌", "~"},
	[HOST_FOREIGN] = {"FOREIGN", "▲", "!"},
	[HOST_DOUBLE] = {"DOUBLE", "‼", "#"},
	[HOST_MISSING] = {"MISSING", "✗", "x"},
	[HOST_UNKNOWN] = {"unknown", "?", "?"},
};

const char *host_state_word(enum host_state state)
{
	return states[state].word;
}

const char *host_state_sign(enum host_state state)
{
	return states[state].sign;
}

const char *host_state_ascii(enum host_state state)
{
	return states[state].ascii;
}

static enum host_state watched_state(const struct state_input *input)
{
	char ip[64];

	if (input->watchers > 1)
		return HOST_DOUBLE;
	if (*input->known_address && strcmp(state_address_ip(input->watcher_address, ip), input->known_address))
		return HOST_FOREIGN;
	return HOST_UP;
}

enum host_state host_state_of(const struct state_input *input)
{
	if (!input->has_root)
		return input->held ? HOST_HELD : HOST_DRAFT;
	if (!input->answered)
		return HOST_UNKNOWN;
	if (!input->exists)
		return HOST_MISSING;
	if (input->watchers > 0)
		return watched_state(input);
	/* A lock outlives its owner's watch: that machine did not shut down. */
	if (input->lock_owned)
		return HOST_STALE;
	return input->held ? HOST_HELD : HOST_DOWN;
}

char *state_address_ip(const char *address, char out[64])
{
	if (*address == '[') {
		text_copy(out, 64, address + 1);
		out[strcspn(out, "]")] = '\0';
	} else {
		text_copy(out, 64, address);
		out[strcspn(out, ":/")] = '\0';
	}
	return out;
}
