/* The memory of a device's requests, in chunks: what a DPU would have beside its DMA engine. Its owner locks. */
#ifndef VHOST_POOL_H
#define VHOST_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHUNK 16384u

struct pool {
    uint8_t *base;
    size_t bytes;
    uint32_t chunks;
    uint32_t *free; /* a stack of chunk numbers */
    uint32_t free_count;
    uint32_t reserve; /* chunks that only hiprio may take */
};

bool pool_open(struct pool *pool, size_t bytes);
void pool_close(struct pool *pool);

/* A chunk's number, or -1. */
int64_t pool_take(struct pool *pool, bool hiprio);

void pool_give(struct pool *pool, uint32_t chunk);

#endif
