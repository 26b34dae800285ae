/* A virtqueue, split or packed, seen from the device (VIRTIO 1.2, 2.7 and 2.8). Its owner locks. */
#ifndef VHOST_RING_H
#define VHOST_RING_H

#include "memory.h"

#define VIRTIO_INDIRECT (1ull << 28)
#define VIRTIO_EVENT_IDX (1ull << 29)
#define VIRTIO_VERSION_1 (1ull << 32)
#define VIRTIO_PACKED (1ull << 34)

struct segment {
    uint64_t guest;
    uint32_t length;
    bool writable;
};

/* A descriptor chain, copied: every field is read once and checked afterwards. */
struct chain {
    uint32_t room; /* segments at most: a loop overflows it */
    uint32_t count;
    uint16_t id;
    uint16_t slots; /* descriptors that it takes in the ring itself */
    bool valid;
    struct segment *segment;
};

struct ring {
    bool packed;
    bool event_idx;
    bool indirect;
    bool signalled_once;
    uint32_t entries;
    uint8_t *descriptors;
    uint8_t *available;
    uint8_t *used;
    uint16_t next_available;
    uint16_t seen_available; /* split */
    uint16_t next_used;
    uint16_t signalled_used;
    bool available_wrap; /* packed */
    bool used_wrap;
    uint32_t used_since; /* packed: descriptors used since the driver's wish was read */
};

enum ring_taken { RING_EMPTY, RING_CHAIN, RING_BROKEN };

/* Begins at base, as SET_VRING_BASE has it; parts are checked by ring_place. */
void ring_begin(struct ring *ring, uint64_t features, uint32_t base);

/* Finds the parts of a ring in memory; false when they are not there, not aligned, or the size is not legal. */
bool ring_place(struct ring *ring, const struct memory *memory, uint64_t descriptors, uint64_t available, uint64_t used);

enum ring_taken ring_take(struct ring *ring, struct chain *chain, const struct memory *memory);

/* Puts back the chain taken last. */
void ring_untake(struct ring *ring, const struct chain *chain);

void ring_push(struct ring *ring, uint16_t id, uint16_t slots, uint32_t bytes);

/* Whether the driver wants to be told of what was pushed. */
bool ring_wants_call(struct ring *ring);

void ring_disable_kicks(struct ring *ring);

/* Asks for kicks; true when there is something already. */
bool ring_enable_kicks(struct ring *ring);

/* Where it would go on, as GET_VRING_BASE has it. */
uint32_t ring_base(const struct ring *ring);

#endif
