#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define BLOCK_BYTES 16384

struct pool_block {
	struct pool_block *older;
	size_t size;
	char bytes[];
};

static char *pool_take(struct pool *pool, size_t size)
{
	if (!pool->newest || pool->newest->size - pool->used < size) {
		const size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
		struct pool_block *block = xcalloc(1, sizeof(*block) + room);

		block->older = pool->newest;
		block->size = room;
		pool->newest = block;
		pool->used = 0;
	}
	pool->used += size;
	return pool->newest->bytes + pool->used - size;
}

const char *pool_add(struct pool *pool, const char *string)
{
	const size_t size = strlen(string) + 1;

	return size == 1 ? "" : memcpy(pool_take(pool, size), string, size);
}

void pool_free(struct pool *pool)
{
	while (pool->newest) {
		struct pool_block *block = pool->newest;

		pool->newest = block->older;
		free(block);
	}
	*pool = (struct pool){0};
}
