#define _GNU_SOURCE
#include "memory.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define GRANULE 65536ull /* the largest page of the machines we run on */
#define HUGETLBFS 0x958458f6u

static bool overlaps(const struct memory *memory, const struct place *place)
{
    int i;
    for (i = 0; i < memory->count; i++) {
        const struct place *other = &memory->region[i].place;
        if (place->guest < other->guest + other->size && other->guest < place->guest + place->size) {
            return true;
        }
    }
    return false;
}

static bool makes_sense(const struct place *place)
{
    const uint64_t most = 1ull << 62;
    return place->size > 0 && place->size < most && place->guest < most && place->offset < most
           && place->user < UINT64_MAX - place->size;
}

static uint64_t granule(int fd)
{
    struct statfs stat;
    if (fstatfs(fd, &stat) == 0 && (uint32_t)stat.f_type == HUGETLBFS && (uint64_t)stat.f_bsize > GRANULE) {
        return (uint64_t)stat.f_bsize;
    }
    return GRANULE;
}

bool memory_add(struct memory *memory, const struct place *place, int fd)
{
    struct region *region = &memory->region[memory->count];
    struct stat stat;
    uint64_t from;
    uint64_t to;
    uint64_t page = granule(fd);
    void *address;
    if (memory->count == REGIONS_MAX || !makes_sense(place) || overlaps(memory, place)) {
        return false;
    }
    /* A file that is made shorter afterwards ends this process: this provider is for tests. */
    if (fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode) || (uint64_t)stat.st_size < place->offset + place->size) {
        return false;
    }
    from = place->offset / page * page;
    to = (place->offset + place->size + page - 1) / page * page;
    address = mmap(NULL, to - from, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)from);
    if (address == MAP_FAILED) {
        return false;
    }
    region->place = *place;
    region->place.offset -= from; /* from now on that in the mapping */
    region->mapping = address;
    region->mapping_bytes = to - from;
    memory->count++;
    return true;
}

bool memory_remove(struct memory *memory, const struct place *place)
{
    int i;
    for (i = 0; i < memory->count; i++) {
        struct region *region = &memory->region[i];
        if (region->place.guest == place->guest && region->place.size == place->size
            && region->place.user == place->user) {
            munmap(region->mapping, region->mapping_bytes);
            memory->region[i] = memory->region[--memory->count];
            return true;
        }
    }
    return false;
}

void memory_clear(struct memory *memory)
{
    while (memory->count > 0) {
        struct region *region = &memory->region[--memory->count];
        munmap(region->mapping, region->mapping_bytes);
    }
}

void *memory_of_user(const struct memory *memory, uint64_t user, uint64_t length, uint64_t alignment)
{
    int i;
    for (i = 0; i < memory->count; i++) {
        const struct region *region = &memory->region[i];
        uint64_t at = user - region->place.user;
        if (at < region->place.size && length <= region->place.size - at) {
            uint8_t *address = region->mapping + region->place.offset + at;
            return (uintptr_t)address % alignment == 0 ? address : NULL;
        }
    }
    return NULL;
}

uint8_t *memory_of_guest(const struct memory *memory, uint64_t guest, uint64_t length, uint64_t *here)
{
    int i;
    for (i = 0; i < memory->count; i++) {
        const struct region *region = &memory->region[i];
        uint64_t at = guest - region->place.guest;
        if (at < region->place.size) {
            uint64_t left = region->place.size - at;
            *here = length < left ? length : left;
            return region->mapping + region->place.offset + at;
        }
    }
    return NULL;
}

bool memory_has(const struct memory *memory, uint64_t guest, uint64_t length)
{
    while (length > 0) {
        uint64_t here;
        if (!memory_of_guest(memory, guest, length, &here)) {
            return false;
        }
        guest += here;
        length -= here;
    }
    return true;
}
