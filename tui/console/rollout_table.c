#include "tui/console/rollout_table.h"

#include <stdio.h>

#include "core/fleet/rollout.h"
#include "tui/explain.h"

static void cell_number(const void *data, const void *context, struct cell *cell)
{
	(void)context;
	snprintf(cell->buffer, sizeof(cell->buffer), "%lld", (long long)((const struct rollout_row *)data)->rollout.id);
	cell->text = cell->buffer;
	cell->role = ROLE_QUIET;
}

static void cell_host(const void *data, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct rollout_row *)data)->host.host;
	cell->role = ROLE_STRONG;
}

static void cell_batch(const void *data, const void *context, struct cell *cell)
{
	const struct rollout_row *row = data;

	(void)context;
	snprintf(cell->buffer, sizeof(cell->buffer), "%d/%d", row->host.position / row->rollout.batch + 1, rollout_batch_count(&row->rollout));
	cell->text = cell->buffer;
}

/* As an admin would say it; `berth rollout show` has the words that programs read. */
static const struct { const char *word; enum role role; } states[] = {
	[ROLLOUT_WAITING] = {"waiting", ROLE_QUIET}, [ROLLOUT_HELD] = {"held for its next boot", ROLE_ACCENT},
	[ROLLOUT_CHANGED] = {"changed", ROLE_ACCENT}, [ROLLOUT_UP] = {"up", ROLE_GOOD},
	[ROLLOUT_NOT_UP] = {"did not come up", ROLE_BAD}, [ROLLOUT_FAILED] = {"not changed", ROLE_BAD},
	[ROLLOUT_RETURNING] = {"returns at its next boot", ROLE_WARN}, [ROLLOUT_RETURNED] = {"returned", ROLE_PLAIN},
};

static void cell_state(const void *data, const void *context, struct cell *cell)
{
	const struct rollout_row *row = data;

	(void)context;
	cell->text = states[row->host.state].word;
	cell->role = states[row->host.state].role;
}

static void cell_since(const void *data, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = explain_when(((const struct rollout_row *)data)->host.since, cell->buffer);
	cell->role = ROLE_QUIET;
}

static void cell_image(const void *data, const void *context, struct cell *cell)
{
	const struct rollout_row *row = data;

	(void)context;
	snprintf(cell->buffer, sizeof(cell->buffer), "%s@%s", row->rollout.image, row->rollout.release);
	cell->text = cell->buffer;
}

static void cell_detail(const void *data, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct rollout_row *)data)->host.detail;
}

static const struct table_column columns[] = {
	{.title = "NO", .most = 6, .right = true, .cell = cell_number},
	{.title = "HOST", .most = 30, .cell = cell_host},
	{.title = "BATCH", .most = 9, .right = true, .cell = cell_batch},
	{.title = "STATE", .most = 24, .cell = cell_state},
	{.title = "SINCE", .most = 16, .cell = cell_since},
	{.title = "TO", .most = 40, .cell = cell_image},
	{.title = "DETAIL", .most = 160, .cell = cell_detail},
};

static int64_t row_id(const void *data)
{
	const struct rollout_row *row = data;

	return (row->rollout.id << 32) + row->host.host_id;
}

const struct table_kind rollout_table_kind = {
	.columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]), .row_size = sizeof(struct rollout_row), .id = row_id,
	.name = "rollouts",
};
