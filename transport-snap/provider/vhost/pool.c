#define _GNU_SOURCE
#include "pool.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

bool pool_open(struct pool *pool, size_t bytes)
{
    uint32_t i;
    void *base;
    pool->chunks = (uint32_t)(bytes / CHUNK);
    pool->bytes = (size_t)pool->chunks * CHUNK;
    base = mmap(NULL, pool->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pool->base = base == MAP_FAILED ? NULL : base;
    pool->free = calloc(pool->chunks, sizeof *pool->free);
    if (!pool->base || !pool->free) {
        return false;
    }
    for (i = 0; i < pool->chunks; i++) {
        pool->free[i] = pool->chunks - 1 - i;
    }
    pool->free_count = pool->chunks;
    pool->reserve = pool->chunks / 16;
    return true;
}

void pool_close(struct pool *pool)
{
    if (pool->base) {
        munmap(pool->base, pool->bytes);
    }
    free(pool->free);
    memset(pool, 0, sizeof *pool);
}

int64_t pool_take(struct pool *pool, bool hiprio)
{
    if (pool->free_count <= (hiprio ? 0 : pool->reserve)) {
        return -1;
    }
    return pool->free[--pool->free_count];
}

void pool_give(struct pool *pool, uint32_t chunk)
{
    pool->free[pool->free_count++] = chunk;
}
