#define _GNU_SOURCE
#include "device.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUEUE_TURN 32 /* chains of one queue before the next one's turn */

static void count(struct group *group, enum vfsp_stat which, uint64_t by)
{
    atomic_fetch_add_explicit(&group->stat[which], by, memory_order_relaxed);
}

void group_kick(struct group *group)
{
    uint64_t one = 1;
    ssize_t written = write(group->wake, &one, sizeof one);
    (void)written; /* a full eventfd is readable, too */
}

void device_say(struct device *device, uint32_t type, int32_t code, uint64_t arg0, uint64_t arg1)
{
    struct vfsp_evt *event;
    if (device->events == EVENTS_MAX) {
        return; /* there are four of a generation, and the next one waits for reset_done */
    }
    event = &device->event[device->events++];
    memset(event, 0, sizeof *event);
    event->type = type;
    event->dev = device->index;
    event->generation = device->generation;
    event->code = code;
    event->arg0 = arg0;
    event->arg1 = arg1;
}

void device_check_stopped(struct device *device)
{
    if (atomic_load(&device->provider->stopping) && !device->stopped && device->in_flight == 0) {
        device->stopped = true;
        device_say(device, VFSP_EVT_STOPPED, 0, 0, 0);
        pthread_cond_broadcast(&device->changed);
    }
}

static bool open_queue(struct device *device, struct queue *queue)
{
    uint32_t entries = device->config->queue_size;
    uint32_t i;
    queue->kick = -1;
    queue->call = -1;
    queue->chain.room = entries;
    queue->chain.segment = calloc(entries, sizeof *queue->chain.segment);
    queue->in_flight = calloc(65536 / 8, 1);
    queue->exchange = calloc(entries, sizeof *queue->exchange);
    if (!queue->chain.segment || !queue->in_flight || !queue->exchange) {
        return false;
    }
    for (i = entries; i-- > 0;) {
        struct exchange *exchange = &queue->exchange[i];
        exchange->device = device;
        exchange->queue = (uint16_t)(queue - device->queue);
        exchange->segment = calloc(entries, sizeof *exchange->segment);
        exchange->iov = calloc(device->iovs, sizeof *exchange->iov);
        if (!exchange->segment || !exchange->iov) {
            return false;
        }
        exchange->next = queue->free;
        queue->free = exchange;
    }
    return true;
}

bool device_open(struct device *device)
{
    int i;
    device->queues = device->config->request_queues + 1;
    device->iovs = device->config->queue_size + CHUNKS_MAX;
    device->queue = calloc((size_t)device->queues, sizeof *device->queue);
    if (!device->queue) {
        return false;
    }
    for (i = 0; i < device->queues; i++) {
        if (!open_queue(device, &device->queue[i])) {
            return false;
        }
    }
    return true;
}

void device_close(struct device *device)
{
    int i;
    uint32_t e;
    for (i = 0; device->queue && i < device->queues; i++) {
        struct queue *queue = &device->queue[i];
        for (e = 0; queue->exchange && e < device->config->queue_size; e++) {
            free(queue->exchange[e].segment);
            free(queue->exchange[e].iov);
        }
        free(queue->exchange);
        free(queue->in_flight);
        free(queue->chain.segment);
    }
    free(device->queue);
    pool_close(&device->pool);
}

/* Where the next piece of a request's bytes goes: small ones together, large ones at pages. */
struct cursor {
    uint8_t *at;
    uint32_t left;
};

static uint8_t *room(struct exchange *exchange, struct cursor *cursor, uint32_t *length, uint32_t alignment, bool hiprio)
{
    struct pool *pool = &exchange->device->pool;
    uint32_t gap = cursor->left % alignment;
    uint8_t *at;
    cursor->at += gap;
    cursor->left -= gap;
    if (cursor->left == 0) {
        int64_t chunk = exchange->chunks == CHUNKS_MAX ? -1 : pool_take(pool, hiprio);
        if (chunk < 0) {
            return NULL;
        }
        exchange->chunk[exchange->chunks++] = (uint32_t)chunk;
        cursor->at = pool->base + (size_t)chunk * CHUNK;
        cursor->left = CHUNK;
    }
    at = cursor->at;
    if (*length > cursor->left) {
        *length = cursor->left;
    }
    cursor->at += *length;
    cursor->left -= *length;
    return at;
}

/* Appends room for a segment to the list that begins with piece `first`. */
static bool append(struct exchange *exchange, struct cursor cursors[2], uint32_t *total, uint32_t *pieces,
    uint32_t first, uint32_t length, bool hiprio)
{
    bool large = length >= PAGE;
    while (length > 0) {
        uint32_t part = length;
        uint8_t *at = room(exchange, &cursors[large], &part, large ? PAGE : 8, hiprio);
        struct vfsp_iov *next = &exchange->iov[first + *pieces];
        if (!at) {
            return false;
        }
        if (*pieces > 0 && next[-1].base + next[-1].len == (uintptr_t)at) {
            next[-1].len += part;
        } else if (first + *pieces < exchange->device->iovs) {
            next->base = (uintptr_t)at;
            next->len = part;
            ++*pieces;
        } else {
            return false;
        }
        *total += part;
        length -= part;
    }
    return true;
}

/* Copies between the stream of bytes in a list and a stream of guest memory; false when that is not there. */
static bool copy(const struct memory *memory, uint64_t guest, uint64_t length, const struct vfsp_iov **iov,
    uint64_t *skip, bool to_guest)
{
    while (length > 0) {
        uint64_t here;
        uint8_t *theirs = memory_of_guest(memory, guest, length, &here);
        uint8_t *ours;
        if (!theirs) {
            return false;
        }
        if (here > (*iov)->len - *skip) {
            here = (*iov)->len - *skip;
        }
        ours = (uint8_t *)(uintptr_t)((*iov)->base + *skip);
        memcpy(to_guest ? theirs : ours, to_guest ? ours : theirs, here);
        guest += here;
        length -= here;
        *skip += here;
        if (*skip == (*iov)->len) {
            ++*iov;
            *skip = 0;
        }
    }
    return true;
}

static void give_chunks(struct exchange *exchange)
{
    while (exchange->chunks > 0) {
        pool_give(&exchange->device->pool, exchange->chunk[--exchange->chunks]);
    }
}

static bool is_busy(const struct queue *queue, uint16_t id)
{
    return (queue->in_flight[id / 8] >> (id % 8) & 1) != 0;
}

/* What the chain's buffers are, or false when it cannot be walked. */
static bool measure(const struct device *device, const struct queue *queue, uint64_t *in, uint64_t *out)
{
    const struct chain *chain = &queue->chain;
    uint32_t i;
    bool replying = false;
    *in = 0;
    *out = 0;
    if (!chain->valid || chain->id >= queue->ring.entries || is_busy(queue, chain->id)) {
        return false;
    }
    for (i = 0; i < chain->count; i++) {
        const struct segment *segment = &chain->segment[i];
        if ((replying && !segment->writable) || !memory_has(&device->memory, segment->guest, segment->length)) {
            return false;
        }
        replying = segment->writable;
        *(replying ? out : in) += segment->length;
    }
    return true;
}

enum loaded { LOADED, NO_ROOM, NO_MEMORY };

/* Gives a request its buffers and copies its bytes there. */
static enum loaded load(struct device *device, struct queue *queue, struct exchange *exchange)
{
    const struct chain *chain = &queue->chain;
    struct cursor cursors[2] = {{0}, {0}};
    bool hiprio = exchange->queue == 0;
    const struct vfsp_iov *iov = exchange->iov;
    uint64_t skip = 0;
    uint32_t i;
    exchange->in_cnt = exchange->out_cnt = exchange->in_len = exchange->out_cap = exchange->segments = 0;
    for (i = 0; i < chain->count; i++) {
        const struct segment *segment = &chain->segment[i];
        uint32_t length = segment->length;
        bool ok;
        if (segment->writable) {
            if (length > MAX_OUT - exchange->out_cap) {
                length = MAX_OUT - exchange->out_cap;
            }
            exchange->segment[exchange->segments] = *segment;
            exchange->segment[exchange->segments++].length = length;
            ok = append(exchange, cursors, &exchange->out_cap, &exchange->out_cnt, exchange->in_cnt, length, hiprio);
        } else {
            ok = append(exchange, cursors, &exchange->in_len, &exchange->in_cnt, 0, length, hiprio);
        }
        if (!ok) {
            give_chunks(exchange);
            return NO_ROOM;
        }
    }
    for (i = 0; i < chain->count && !chain->segment[i].writable; i++) {
        if (!copy(&device->memory, chain->segment[i].guest, chain->segment[i].length, &iov, &skip, false)) {
            give_chunks(exchange);
            return NO_MEMORY;
        }
    }
    return LOADED;
}

/* The 8 bytes from 8 on of what a guest sent: what its answer must repeat. */
static uint64_t unique_of(const struct exchange *exchange)
{
    uint8_t header[16] = {0};
    uint32_t done = 0;
    uint32_t i;
    uint64_t unique;
    for (i = 0; i < exchange->in_cnt && done < sizeof header; i++) {
        uint64_t part = exchange->iov[i].len < sizeof header - done ? exchange->iov[i].len : sizeof header - done;
        memcpy(header + done, (const void *)(uintptr_t)exchange->iov[i].base, part);
        done += (uint32_t)part;
    }
    memcpy(&unique, header + 8, sizeof unique);
    return unique;
}

static void list(struct exchange *exchange, struct vfsp_req *out)
{
    struct device *device = exchange->device;
    uint64_t cookie = (uint64_t)++exchange->times << 32 | exchange->index;
    memset(out, 0, sizeof *out);
    out->cookie = cookie;
    out->in_iov = (uintptr_t)exchange->iov;
    out->out_iov = (uintptr_t)(exchange->iov + exchange->in_cnt);
    out->in_cnt = exchange->in_cnt;
    out->out_cnt = exchange->out_cnt;
    out->in_len = exchange->in_len;
    out->out_cap = exchange->out_cap;
    out->generation = exchange->generation;
    out->dev = device->index;
    out->queue = exchange->queue;
    out->group = device->group->index;
    out->flags = (uint16_t)((exchange->queue == 0 ? VFSP_REQ_HIPRIO : 0)
                            | (exchange->out_cap == 0 ? VFSP_REQ_NO_REPLY : 0));
    atomic_store(&exchange->live, cookie);
    count(device->group, VFSP_STAT_REQUESTS, 1);
    count(device->group, VFSP_STAT_BYTES_IN, exchange->in_len);
}

static void give_back_empty(struct queue *queue)
{
    ring_push(&queue->ring, queue->chain.id, queue->chain.slots, 0);
    queue->called_for = true;
    queue->pending = false;
}

/* Whether the chain taken became a request; otherwise it was given back, or waits for room. */
static bool enter(struct device *device, struct queue *queue, struct vfsp_req *out)
{
    struct exchange *exchange = queue->free;
    uint64_t in;
    uint64_t room_out;
    enum loaded loaded;
    if (!measure(device, queue, &in, &room_out) || in > MAX_IN) {
        give_back_empty(queue);
        return false;
    }
    /* What an older generation still holds comes back some time. */
    loaded = exchange ? load(device, queue, exchange) : NO_ROOM;
    if (loaded == NO_ROOM) {
        queue->pending_free = device->pool.free_count;
        return false;
    }
    if (loaded == NO_MEMORY) {
        give_back_empty(queue);
        return false;
    }
    queue->pending = false;
    queue->free = exchange->next;
    exchange->id = queue->chain.id;
    exchange->slots = queue->chain.slots;
    exchange->generation = device->generation;
    exchange->unique = unique_of(exchange);
    queue->in_flight[exchange->id / 8] |= (uint8_t)(1 << (exchange->id % 8));
    device->in_flight++;
    list(exchange, out);
    return true;
}

static bool pops(const struct device *device, const struct queue *queue)
{
    return queue->running && queue->enabled && !queue->broken && !device->resetting
           && !atomic_load_explicit(&device->provider->stopping, memory_order_relaxed);
}

static int poll_queue(struct device *device, struct queue *queue, struct vfsp_req *out, int max)
{
    int found = 0;
    int turn;
    for (turn = 0; turn < QUEUE_TURN && found < max && pops(device, queue); turn++) {
        if (!queue->pending) {
            enum ring_taken taken = ring_take(&queue->ring, &queue->chain, &device->memory);
            if (taken == RING_BROKEN) {
                queue->broken = true;
                if (!device->failed) {
                    device->failed = true;
                    device_say(device, VFSP_EVT_ERROR, -EPROTO, 0, 0);
                }
            }
            if (taken != RING_CHAIN) {
                break;
            }
            queue->pending = true;
            if (queue->kicks_on) {
                queue->kicks_on = false;
                ring_disable_kicks(&queue->ring);
            }
        }
        found += enter(device, queue, out + found);
        if (queue->pending) {
            break; /* until there is room */
        }
    }
    return found;
}

static void call_drivers(struct device *device)
{
    int i;
    for (i = 0; i < device->queues; i++) {
        struct queue *queue = &device->queue[i];
        if (queue->called_for && queue->running && !queue->broken) {
            queue->called_for = false;
            if (ring_wants_call(&queue->ring) && queue->call >= 0) {
                uint64_t one = 1;
                ssize_t written = write(queue->call, &one, sizeof one);
                (void)written; /* full: it was told */
            }
        }
    }
}

void device_call(struct device *device)
{
    pthread_mutex_lock(&device->lock);
    call_drivers(device);
    pthread_mutex_unlock(&device->lock);
}

int device_poll(struct device *device, struct vfsp_req *out, int max)
{
    int found = 0;
    int i;
    pthread_mutex_lock(&device->lock);
    for (i = 0; i < device->queues && found < max; i++) {
        found += poll_queue(device, &device->queue[i], out + found, max - found);
    }
    call_drivers(device);
    pthread_mutex_unlock(&device->lock);
    return found;
}

/* Writes the answer into the guest's buffers; returns how many bytes are used. */
static uint32_t write_back(struct device *device, struct exchange *exchange)
{
    struct {
        uint32_t len;
        int32_t error;
        uint64_t unique;
    } failure = {HEADER_OUT, -EIO, exchange->unique};
    struct vfsp_iov header = {(uintptr_t)&failure, sizeof failure};
    const struct vfsp_iov *iov = exchange->iov + exchange->in_cnt;
    uint32_t length = exchange->out_len;
    uint32_t left;
    uint64_t skip = 0;
    uint32_t i;
    if (exchange->status < 0) {
        length = exchange->out_cap >= HEADER_OUT ? HEADER_OUT : 0;
        iov = &header;
    }
    left = length;
    for (i = 0; i < exchange->segments && left > 0; i++) {
        uint32_t part = exchange->segment[i].length < left ? exchange->segment[i].length : left;
        if (!copy(&device->memory, exchange->segment[i].guest, part, &iov, &skip, true)) {
            return 0;
        }
        left -= part;
    }
    return length - left;
}

void device_finish(struct exchange *exchange)
{
    struct device *device = exchange->device;
    struct queue *queue = &device->queue[exchange->queue];
    pthread_mutex_lock(&device->lock);
    if (exchange->generation != device->generation) {
        count(device->group, VFSP_STAT_STALE, 1);
    } else {
        if (queue->running && !queue->broken) {
            uint32_t used = write_back(device, exchange);
            ring_push(&queue->ring, exchange->id, exchange->slots, used);
            queue->called_for = true;
            count(device->group, VFSP_STAT_BYTES_OUT, used);
        }
        queue->in_flight[exchange->id / 8] &= (uint8_t) ~(1 << (exchange->id % 8));
        device->in_flight--;
        if (device->in_flight == 0) {
            device_check_stopped(device);
        }
    }
    give_chunks(exchange);
    exchange->next = queue->free;
    queue->free = exchange;
    pthread_mutex_unlock(&device->lock);
    count(device->group, VFSP_STAT_COMPLETIONS, 1);
}

bool device_arm(struct device *device)
{
    bool work = false;
    int i;
    pthread_mutex_lock(&device->lock);
    for (i = 0; i < device->queues && !work; i++) {
        struct queue *queue = &device->queue[i];
        uint8_t bytes[64];
        if (!pops(device, queue)) {
            continue;
        }
        if (queue->pending) {
            work = device->pool.free_count > queue->pending_free;
            continue;
        }
        if (queue->kick >= 0) {
            ssize_t taken = read(queue->kick, bytes, sizeof bytes);
            (void)taken; /* nothing there is as well */
        }
        queue->kicks_on = true;
        work = ring_enable_kicks(&queue->ring) || queue->kick < 0;
    }
    pthread_mutex_unlock(&device->lock);
    return work;
}
