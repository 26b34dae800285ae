/* The memory of a guest, mapped. Its owner locks. */
#ifndef VHOST_MEMORY_H
#define VHOST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REGIONS_MAX 64

struct place {
    uint64_t guest;
    uint64_t size;
    uint64_t user; /* the address in the front end */
    uint64_t offset;
};

struct region {
    struct place place;
    uint8_t *mapping;
    size_t mapping_bytes;
};

struct memory {
    int count;
    struct region region[REGIONS_MAX];
};

/* Maps a place of a file, which stays the caller's. */
bool memory_add(struct memory *memory, const struct place *place, int fd);

/* Unmaps the region at a place. */
bool memory_remove(struct memory *memory, const struct place *place);

void memory_clear(struct memory *memory);

/* The address here of a range at the front end's address, within one region and aligned; NULL if there is none. */
void *memory_of_user(const struct memory *memory, uint64_t user, uint64_t length, uint64_t alignment);

/* The address here of as much of a guest range as lies in one region; NULL if its beginning is nowhere. */
uint8_t *memory_of_guest(const struct memory *memory, uint64_t guest, uint64_t length, uint64_t *here);

/* Whether all of a guest range is there. */
bool memory_has(const struct memory *memory, uint64_t guest, uint64_t length);

#endif
