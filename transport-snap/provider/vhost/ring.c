#include "ring.h"

#include <string.h>

#define DESCRIPTOR 16
#define NEXT 1
#define WRITE 2
#define INDIRECT 4
#define NO_INTERRUPT 1
#define NO_NOTIFY 1
#define AVAILABLE (1 << 7)
#define USED (1 << 15)
#define EVENTS_DISABLED 1u
#define EVENTS_AT_DESCRIPTOR 2u

static uint16_t load16(const uint8_t *at)
{
    return __atomic_load_n((const uint16_t *)at, __ATOMIC_ACQUIRE);
}

static void store16(uint8_t *at, uint16_t value)
{
    __atomic_store_n((uint16_t *)at, value, __ATOMIC_RELEASE);
}

static uint16_t get16(const uint8_t *at)
{
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint32_t get32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint64_t get64(const uint8_t *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* Whether event lies in what was done since before: the rule of EVENT_IDX. */
static bool passed(uint16_t event, uint16_t now, uint16_t before)
{
    return (uint16_t)(now - event - 1) < (uint16_t)(now - before);
}

static uint8_t *descriptor(const struct ring *ring, uint32_t index)
{
    return ring->descriptors + (size_t)index * DESCRIPTOR;
}

bool ring_place(
    struct ring *ring, const struct memory *memory, uint64_t descriptors, uint64_t available, uint64_t used)
{
    uint64_t n = ring->entries;
    if (n == 0 || n > 32768 || (!ring->packed && (n & (n - 1)) != 0)) {
        return false;
    }
    ring->descriptors = memory_of_user(memory, descriptors, 16 * n, 16);
    ring->available = memory_of_user(memory, available, ring->packed ? 4 : 6 + 2 * n, ring->packed ? 4 : 2);
    ring->used = memory_of_user(memory, used, ring->packed ? 4 : 6 + 8 * n, 4);
    return ring->descriptors && ring->available && ring->used;
}

void ring_begin(struct ring *ring, uint64_t features, uint32_t base)
{
    ring->packed = (features & VIRTIO_PACKED) != 0;
    ring->event_idx = (features & VIRTIO_EVENT_IDX) != 0;
    ring->indirect = (features & VIRTIO_INDIRECT) != 0;
    ring->signalled_once = false;
    ring->used_since = 0;
    if (!ring->packed) {
        ring->next_available = (uint16_t)base;
        ring->seen_available = ring->next_available;
        ring->next_used = load16(ring->used + 2);
    } else {
        ring->next_available = (uint16_t)((base & 0x7fff) % ring->entries);
        ring->available_wrap = (base & 0x8000) != 0;
        ring->next_used = (uint16_t)((base >> 16 & 0x7fff) % ring->entries);
        ring->used_wrap = base >> 31 != 0;
        if (base == 0 && (load16(descriptor(ring, 0) + 14) & USED) == 0) {
            /* Some front ends say 0 where a ring begins, and mean both wrap counters to be 1. */
            ring->available_wrap = true;
            ring->used_wrap = true;
        } else if (base >> 16 == 0) {
            ring->next_used = ring->next_available;
            ring->used_wrap = ring->available_wrap;
        }
    }
    ring->signalled_used = ring->next_used;
}

static bool add(struct chain *chain, uint64_t guest, uint32_t length, uint16_t flags)
{
    struct segment *segment;
    if (chain->count == chain->room) {
        return false;
    }
    segment = &chain->segment[chain->count++];
    segment->guest = guest;
    segment->length = length;
    segment->writable = (flags & WRITE) != 0;
    return true;
}

/* An indirect table: its entries name their successors (split), or follow each other (packed). */
static bool add_table(
    struct chain *chain, const struct memory *memory, uint64_t table, uint32_t bytes, bool linked)
{
    uint32_t entries = bytes / DESCRIPTOR;
    uint32_t entry = 0;
    if (bytes == 0 || bytes % DESCRIPTOR != 0) {
        return false;
    }
    while (entry < entries) {
        uint64_t here;
        const uint8_t *at = memory_of_guest(memory, table + (uint64_t)entry * DESCRIPTOR, DESCRIPTOR, &here);
        uint16_t flags;
        if (!at || here < DESCRIPTOR) {
            return false;
        }
        flags = get16(at + (linked ? 12 : 14));
        if ((flags & INDIRECT) != 0 || !add(chain, get64(at), get32(at + 8), flags)) {
            return false;
        }
        if (linked && (flags & NEXT) == 0) {
            return true;
        }
        entry = linked ? get16(at + 14) : entry + 1;
    }
    return !linked;
}

static bool walk_split(const struct ring *ring, struct chain *chain, uint32_t head, const struct memory *memory)
{
    uint32_t index = head;
    while (index < ring->entries) {
        const uint8_t *at = descriptor(ring, index);
        uint64_t guest = get64(at);
        uint32_t length = get32(at + 8);
        uint16_t flags = get16(at + 12);
        if ((flags & INDIRECT) != 0) {
            return ring->indirect && (flags & NEXT) == 0 && add_table(chain, memory, guest, length, true);
        }
        if (!add(chain, guest, length, flags)) {
            return false;
        }
        if ((flags & NEXT) == 0) {
            return true;
        }
        index = get16(at + 14);
    }
    return false;
}

static enum ring_taken take_split(struct ring *ring, struct chain *chain, const struct memory *memory)
{
    uint32_t mask = ring->entries - 1;
    if (ring->next_available == ring->seen_available) {
        uint16_t seen = load16(ring->available + 2);
        uint16_t waiting = (uint16_t)(seen - ring->next_available);
        if (waiting == 0) {
            return RING_EMPTY;
        }
        if (waiting > ring->entries) {
            return RING_BROKEN;
        }
        ring->seen_available = seen;
    }
    chain->id = get16(ring->available + 4 + 2 * (size_t)(ring->next_available & mask));
    chain->slots = 1;
    chain->valid = walk_split(ring, chain, chain->id, memory);
    ring->next_available++;
    return RING_CHAIN;
}

static bool is_available(const struct ring *ring, uint16_t flags)
{
    return ((flags & AVAILABLE) != 0) == ring->available_wrap && ((flags & USED) != 0) != ring->available_wrap;
}

/* Counts descriptors to the chain's end even when it is invalid; the last one has the id. */
static bool walk_packed(const struct ring *ring, struct chain *chain, uint16_t flags, const struct memory *memory)
{
    bool valid = true;
    while (true) {
        uint32_t at = (uint32_t)ring->next_available + chain->slots;
        const uint8_t *where = descriptor(ring, at < ring->entries ? at : at - ring->entries);
        if (chain->slots > 0) {
            flags = get16(where + 14);
        }
        chain->slots++;
        chain->id = get16(where + 12);
        if ((flags & INDIRECT) != 0) {
            valid = valid && ring->indirect && (flags & NEXT) == 0
                    && add_table(chain, memory, get64(where), get32(where + 8), false);
        } else {
            valid = valid && add(chain, get64(where), get32(where + 8), flags);
        }
        if ((flags & NEXT) == 0) {
            return valid;
        }
        if (chain->slots == ring->entries) {
            return false;
        }
    }
}

static void advance(uint16_t *index, bool *wrap, uint32_t by, uint32_t entries)
{
    uint32_t next = *index + by;
    if (next >= entries) {
        next -= entries;
        *wrap = !*wrap;
    }
    *index = (uint16_t)next;
}

enum ring_taken ring_take(struct ring *ring, struct chain *chain, const struct memory *memory)
{
    uint16_t flags;
    chain->count = 0;
    chain->slots = 0;
    if (!ring->packed) {
        return take_split(ring, chain, memory);
    }
    flags = load16(descriptor(ring, ring->next_available) + 14);
    if (!is_available(ring, flags)) {
        return RING_EMPTY;
    }
    chain->valid = walk_packed(ring, chain, flags, memory);
    advance(&ring->next_available, &ring->available_wrap, chain->slots, ring->entries);
    return RING_CHAIN;
}

void ring_untake(struct ring *ring, const struct chain *chain)
{
    if (!ring->packed) {
        ring->next_available--;
    } else if (ring->next_available >= chain->slots) {
        ring->next_available = (uint16_t)(ring->next_available - chain->slots);
    } else {
        ring->next_available = (uint16_t)(ring->next_available + ring->entries - chain->slots);
        ring->available_wrap = !ring->available_wrap;
    }
}

void ring_push(struct ring *ring, uint16_t id, uint16_t slots, uint32_t bytes)
{
    if (!ring->packed) {
        uint8_t *element = ring->used + 4 + 8 * (size_t)(ring->next_used & (ring->entries - 1));
        uint32_t id32 = id;
        memcpy(element, &id32, 4);
        memcpy(element + 4, &bytes, 4);
        ring->next_used++;
        store16(ring->used + 2, ring->next_used); /* behind the reply and the element */
    } else {
        uint8_t *at = descriptor(ring, ring->next_used);
        memcpy(at + 8, &bytes, 4);
        memcpy(at + 12, &id, 2);
        store16(at + 14, (uint16_t)((ring->used_wrap ? AVAILABLE | USED : 0) | (bytes > 0 ? WRITE : 0)));
        ring->used_since += slots;
        advance(&ring->next_used, &ring->used_wrap, slots, ring->entries);
    }
}

static bool wants_call_packed(struct ring *ring)
{
    uint32_t wish = __atomic_load_n((const uint32_t *)ring->available, __ATOMIC_RELAXED);
    uint32_t mode = wish >> 16 & 3;
    bool lap = ring->used_since >= ring->entries;
    bool once = ring->signalled_once;
    uint16_t before = ring->signalled_used;
    uint16_t event = wish & 0x7fff;
    ring->used_since = 0;
    ring->signalled_once = true;
    ring->signalled_used = ring->next_used;
    if (mode != EVENTS_AT_DESCRIPTOR || !ring->event_idx || !once || lap) {
        return mode != EVENTS_DISABLED;
    }
    if ((wish >> 15 & 1) != ring->used_wrap) {
        event = (uint16_t)(event - ring->entries);
    }
    return passed(
        event, ring->next_used, ring->next_used < before ? (uint16_t)(before - ring->entries) : before);
}

bool ring_wants_call(struct ring *ring)
{
    uint16_t before = ring->signalled_used;
    bool once = ring->signalled_once;
    /* What was pushed is seen before the driver's wish is read; it does the reverse. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (ring->packed) {
        return wants_call_packed(ring);
    }
    if (!ring->event_idx) {
        return (load16(ring->available) & NO_INTERRUPT) == 0;
    }
    ring->signalled_once = true;
    ring->signalled_used = ring->next_used;
    return !once || passed(load16(ring->available + 4 + 2 * (size_t)ring->entries), ring->next_used, before);
}

static void wish(struct ring *ring, uint32_t value)
{
    __atomic_store_n((uint32_t *)ring->used, value, __ATOMIC_RELEASE);
}

void ring_disable_kicks(struct ring *ring)
{
    if (ring->packed) {
        wish(ring, EVENTS_DISABLED << 16);
    } else if (!ring->event_idx) {
        store16(ring->used, NO_NOTIFY);
    }
    /* With EVENT_IDX the event asked for stays behind. */
}

bool ring_enable_kicks(struct ring *ring)
{
    if (ring->packed) {
        uint32_t at = ring->next_available | (ring->available_wrap ? 0x8000u : 0);
        wish(ring, ring->event_idx ? EVENTS_AT_DESCRIPTOR << 16 | at : 0);
    } else if (ring->event_idx) {
        store16(ring->used + 4 + 8 * (size_t)ring->entries, ring->next_available);
    } else {
        store16(ring->used, 0);
    }
    /* The wish is seen before the ring is read again; the driver does the reverse. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (ring->packed) {
        return is_available(ring, load16(descriptor(ring, ring->next_available) + 14));
    }
    return load16(ring->available + 2) != ring->next_available;
}

uint32_t ring_base(const struct ring *ring)
{
    if (!ring->packed) {
        return ring->next_available;
    }
    return ring->next_available | (ring->available_wrap ? 0x8000u : 0) | (uint32_t)ring->next_used << 16
           | (ring->used_wrap ? 1u << 31 : 0);
}
