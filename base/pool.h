/*
 * Many short strings that live and die together: one allocation for some
 * hundreds of them. One thread while it is filled, any number of readers after.
 */
#ifndef BERTH_BASE_POOL_H
#define BERTH_BASE_POOL_H

#include <stddef.h>

struct pool_block;

/* Start with {0}. */
struct pool {
	struct pool_block *newest;
	size_t used; /* bytes of the newest block */
};

/* A copy that stays where it is until pool_free; "" costs nothing. */
const char *pool_add(struct pool *pool, const char *string);
void pool_free(struct pool *pool);

#endif
