/* Who depends on what: images, their releases, and the hosts whose roots are
 * clones of those, as a tree in a table. Pure but for the sizes, which come from
 * core/fleet/image_sizes.h. */
#ifndef BERTH_TUI_CONSOLE_IMAGES_TABLE_H
#define BERTH_TUI_CONSOLE_IMAGES_TABLE_H

#include "core/fleet/image_sizes.h"
#include "tui/console/snapshot.h"
#include "tui/console/table.h"

struct image_row {
	const struct image *image;
	const struct release *release;  /* NULL: the image itself */
	const struct image_size *size;  /* NULL: not known */
	bool last;                      /* of its image */
	char word[130];                 /* "deb12", "deb12@2026-11-23": as commands take it */
	char *hosts;                    /* a line of its own below the release: "desk[01-40] kiosk"; NULL: none */
	int64_t id;
};

/* Their table's context. */
struct images {
	struct image_row *rows;
	int count;
	struct image_size *sizes;       /* owned */
	size_t size_count;
	bool ascii;
};

extern const struct table_kind images_table_kind;

/* Rows for what the snapshot has; the former ones are freed behind them. */
void images_fill(struct images *images, const struct snapshot *snapshot, struct table *table);
void images_free(struct images *images);

#endif
