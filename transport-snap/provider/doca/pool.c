/* Buffers for what comes from the host and goes there, in three sizes; registered once. The owner's. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "device.h"

#define HUGE ((size_t)2 << 20)

/* Names; 128 KiB of read-ahead; the largest requests. Half of the memory is for these, a quarter each for the others. */
static const uint32_t SIZE[CLASSES] = {8192, 131072, LARGE};

static uint8_t *map_memory(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
    if (memory == MAP_FAILED) { /* no huge pages are left: it works, with more entries in the device's tables */
        memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    return memory == MAP_FAILED ? NULL : memory;
}

static bool register_memory(struct pool *pool, struct doca_dev *dev)
{
    uint32_t access = DOCA_ACCESS_FLAG_LOCAL_READ_WRITE | DOCA_ACCESS_FLAG_RDMA_READ | DOCA_ACCESS_FLAG_RDMA_WRITE
                      | DOCA_ACCESS_FLAG_PCI_RELAXED_ORDERING;
    return doca_mmap_create(&pool->map) == DOCA_SUCCESS
           && doca_mmap_set_memrange(pool->map, pool->memory, pool->bytes) == DOCA_SUCCESS
           && doca_mmap_set_permissions(pool->map, access) == DOCA_SUCCESS
           && doca_mmap_add_dev(pool->map, dev) == DOCA_SUCCESS && doca_mmap_start(pool->map) == DOCA_SUCCESS
           && doca_buf_inventory_create(pool->buffers, &pool->inventory) == DOCA_SUCCESS
           && doca_buf_inventory_start(pool->inventory) == DOCA_SUCCESS;
}

bool pool_open(struct pool *pool, struct doca_dev *dev, size_t bytes)
{
    uint32_t amount[CLASSES];
    uint8_t *at;
    uint32_t n = 0;
    uint32_t i;
    int class;
    for (class = 0; class < CLASSES; class++) {
        amount[class] = (uint32_t)(bytes / (class == CLASSES - 1 ? 2 : 4) / SIZE[class]);
        pool->buffers += amount[class];
    }
    pool->bytes = (bytes + HUGE - 1) / HUGE * HUGE;
    pool->memory = map_memory(pool->bytes);
    pool->buffer = calloc(pool->buffers, sizeof *pool->buffer);
    if (!pool->memory || !pool->buffer || !register_memory(pool, dev)) {
        return false;
    }
    at = pool->memory;
    for (class = 0; class < CLASSES; class++) {
        for (i = 0; i < amount[class]; i++) {
            struct buffer *buffer = &pool->buffer[n++];
            buffer->at = at;
            buffer->size = SIZE[class];
            buffer->class = class;
            at += SIZE[class];
            if (doca_buf_inventory_buf_get_by_addr(pool->inventory, pool->map, buffer->at, buffer->size, &buffer->doca)
                != DOCA_SUCCESS) {
                return false;
            }
            pool_give(pool, buffer);
        }
    }
    return true;
}

void pool_close(struct pool *pool)
{
    uint32_t i;
    for (i = 0; pool->buffer && i < pool->buffers; i++) {
        if (pool->buffer[i].doca) {
            doca_buf_dec_refcount(pool->buffer[i].doca, NULL);
        }
    }
    if (pool->inventory) {
        doca_buf_inventory_stop(pool->inventory);
        doca_buf_inventory_destroy(pool->inventory);
    }
    if (pool->map) {
        doca_mmap_stop(pool->map);
        doca_mmap_destroy(pool->map);
    }
    if (pool->memory) {
        munmap(pool->memory, pool->bytes);
    }
    free(pool->buffer);
    memset(pool, 0, sizeof *pool);
}

struct buffer *pool_take(struct pool *pool, uint32_t bytes)
{
    int class;
    for (class = 0; class < CLASSES; class++) {
        struct buffer *buffer = pool->free[class];
        if (SIZE[class] >= bytes && buffer) {
            pool->free[class] = buffer->next;
            return buffer;
        }
    }
    return NULL;
}

void pool_give(struct pool *pool, struct buffer *buffer)
{
    buffer->next = pool->free[buffer->class];
    pool->free[buffer->class] = buffer;
}
