/*
 * The control thread of a device: listens, talks vhost-user with one front end at a time, and makes resets of what it says.
 *
 * A DPU has no rings that stop for a while: a front end that asks where a ring is (GET_VRING_BASE), sets a running ring up anew, resets the
 * device or goes away has reset it. So a machine must not be paused on this provider.
 *
 *   message  u32 request | u32 flags: version 1 in bits 0-1, 2 answer, 3 answer wanted | u32 payload bytes | payload
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"

#define FDS_MAX REGIONS_MAX
#define PAYLOAD_MAX 4096u
#define ANSWER 4u
#define ANSWER_WANTED 8u
#define NO_FD 0x100u
#define CONFIG_BYTES 256u

#define F_PROTOCOL (1ull << 30)
#define P_MQ (1ull << 0)
#define P_REPLY_ACK (1ull << 3)
#define P_CONFIG (1ull << 9)
#define P_RESET_DEVICE (1ull << 13)
#define P_MEM_SLOTS (1ull << 15)

enum request {
    GET_FEATURES = 1,
    SET_FEATURES = 2,
    SET_OWNER = 3,
    RESET_OWNER = 4,
    SET_MEM_TABLE = 5,
    SET_VRING_NUM = 8,
    SET_VRING_ADDR = 9,
    SET_VRING_BASE = 10,
    GET_VRING_BASE = 11,
    SET_VRING_KICK = 12,
    SET_VRING_CALL = 13,
    SET_VRING_ERR = 14,
    GET_PROTOCOL_FEATURES = 15,
    SET_PROTOCOL_FEATURES = 16,
    GET_QUEUE_NUM = 17,
    SET_VRING_ENABLE = 18,
    GET_CONFIG = 24,
    SET_CONFIG = 25,
    RESET_DEVICE = 34,
    GET_MAX_MEM_SLOTS = 36,
    ADD_MEM_REG = 37,
    REM_MEM_REG = 38
};

struct message {
    uint32_t request;
    uint32_t flags;
    uint32_t size;
    uint8_t payload[PAYLOAD_MAX];
    int fds;
    int fd[FDS_MAX];
};

static uint32_t u32(const struct message *message, uint32_t at)
{
    uint32_t value;
    memcpy(&value, message->payload + at, sizeof value);
    return value;
}

static uint64_t u64(const struct message *message, uint32_t at)
{
    uint64_t value;
    memcpy(&value, message->payload + at, sizeof value);
    return value;
}

/* --- the socket --------------------------------------------------------------------------------------------------- */

/* Waits until a descriptor is readable; false when the provider ends. */
static bool await(struct device *device, int fd)
{
    while (true) {
        struct pollfd polls[2] = {{fd, POLLIN, 0}, {device->provider->end, POLLIN, 0}};
        int ready = poll(polls, 2, -1);
        if (ready < 0 && errno != EINTR) {
            return false;
        }
        if (ready > 0) {
            return polls[1].revents == 0;
        }
    }
}

static void collect(struct message *message, struct msghdr *header)
{
    struct cmsghdr *control;
    for (control = CMSG_FIRSTHDR(header); control; control = CMSG_NXTHDR(header, control)) {
        size_t bytes;
        size_t at;
        if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        bytes = control->cmsg_len - CMSG_LEN(0);
        for (at = 0; at + sizeof(int) <= bytes; at += sizeof(int)) {
            int fd;
            memcpy(&fd, CMSG_DATA(control) + at, sizeof fd);
            if (message->fds < FDS_MAX) {
                message->fd[message->fds++] = fd;
            } else {
                close(fd);
            }
        }
    }
}

static bool receive(struct device *device, struct message *message, void *to, uint32_t length)
{
    uint32_t done = 0;
    while (done < length) {
        union {
            struct cmsghdr aligned;
            char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
        } control;
        struct iovec iov = {(char *)to + done, length - done};
        struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
            .msg_controllen = sizeof control};
        ssize_t count;
        if (!await(device, device->socket)) {
            return false;
        }
        count = recvmsg(device->socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (count > 0) {
            done += (uint32_t)count;
            collect(message, &header);
            if ((header.msg_flags & MSG_CTRUNC) != 0) {
                return false;
            }
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            return false;
        }
    }
    return true;
}

static void close_fds(struct message *message)
{
    while (message->fds > 0) {
        close(message->fd[--message->fds]);
    }
}

/* The first descriptor that came, which is the caller's from now on; -1 when there is none. */
static int take_fd(struct message *message)
{
    int fd = -1;
    if (message->fds > 0) {
        fd = message->fd[0];
        memmove(message->fd, message->fd + 1, (size_t)--message->fds * sizeof fd);
    }
    return fd;
}

static bool answer(struct device *device, const struct message *message, const void *payload, uint32_t size)
{
    uint8_t bytes[12 + 12 + CONFIG_BYTES];
    uint32_t header[3] = {message->request, 1 | ANSWER, size};
    memcpy(bytes, header, sizeof header);
    memcpy(bytes + sizeof header, payload, size);
    return send(device->socket, bytes, sizeof header + size, MSG_DONTWAIT | MSG_NOSIGNAL)
           == (ssize_t)(sizeof header + size);
}

static bool answer_u64(struct device *device, const struct message *message, uint64_t value)
{
    return answer(device, message, &value, sizeof value);
}

/* --- rings -------------------------------------------------------------------------------------------------------- */

static void stop_queue(struct queue *queue)
{
    if (queue->running) {
        if (queue->pending) {
            ring_untake(&queue->ring, &queue->chain);
        }
        queue->base = ring_base(&queue->ring);
    }
    queue->running = false;
    queue->kicked = false;
    queue->pending = false;
    queue->called_for = false;
    queue->kicks_on = false;
    queue->broken = false;
    memset(queue->in_flight, 0, 65536 / 8);
}

/* Ends a generation: the server is told, and drops the session before any ring stops. */
static void reset(struct device *device)
{
    int i;
    pthread_mutex_lock(&device->lock);
    if (device->live) {
        uint32_t ending = device->generation;
        device->resetting = true;
        if (!device->stopped) {
            device_say(device, VFSP_EVT_RESET_BEGIN, 0, 0, 0);
        }
        while (device->generation == ending && !atomic_load(&device->provider->ending) && !device->stopped) {
            pthread_cond_wait(&device->changed, &device->lock);
        }
        device->generation = ending + 1;
        device->live = false;
        device->failed = false;
        device->in_flight = 0;
    }
    for (i = 0; i < device->queues; i++) {
        stop_queue(&device->queue[i]);
    }
    device->resetting = false;
    pthread_mutex_unlock(&device->lock);
}

static bool place_ring(struct device *device, struct queue *queue)
{
    return ring_place(&queue->ring, &device->memory, queue->descriptors, queue->available, queue->used);
}

/* Starts a queue when everything is known, in whichever order it came. Locked. */
static void start_when_ready(struct device *device, struct queue *queue)
{
    if (queue->running || !queue->kicked || !queue->placed || queue->entries == 0 || device->memory.count == 0) {
        return;
    }
    queue->ring.entries = queue->entries;
    queue->ring.packed = (device->features & VIRTIO_PACKED) != 0;
    if (!place_ring(device, queue)) {
        queue->broken = true;
        return;
    }
    ring_begin(&queue->ring, device->features, queue->base);
    queue->running = true;
    queue->broken = false;
    if (!device->live) {
        device->live = true;
        device_say(device, VFSP_EVT_DEV_READY, 0, device->features, (uint64_t)device->queues);
    }
}

/* After what was said about a queue, or all of them: what is ready starts, and a sleeping owner looks at it. */
static void start(struct device *device)
{
    int i;
    pthread_mutex_lock(&device->lock);
    for (i = 0; i < device->queues; i++) {
        start_when_ready(device, &device->queue[i]);
    }
    pthread_mutex_unlock(&device->lock);
    group_kick(device->group);
}

/* Running rings lie elsewhere now, or nowhere. Locked. */
static void move_rings(struct device *device)
{
    int i;
    for (i = 0; i < device->queues; i++) {
        struct queue *queue = &device->queue[i];
        if (queue->running && !place_ring(device, queue)) {
            queue->broken = true;
        }
    }
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

static uint64_t offered(const struct device *device)
{
    const char *packed = config_own(device->config, "x-packed");
    return VIRTIO_VERSION_1 | VIRTIO_INDIRECT | VIRTIO_EVENT_IDX | F_PROTOCOL
           | (packed && !strcmp(packed, "0") ? 0 : VIRTIO_PACKED);
}

static uint64_t offered_protocol(const struct device *device)
{
    const char *space = config_own(device->config, "x-config-space");
    return P_MQ | P_REPLY_ACK | P_RESET_DEVICE | P_MEM_SLOTS | (space && !strcmp(space, "0") ? 0 : P_CONFIG);
}

static bool set_features(struct device *device, const struct message *message)
{
    uint64_t bits = u64(message, 0);
    int i;
    if ((bits & ~offered(device)) != 0) {
        return false;
    }
    pthread_mutex_lock(&device->lock);
    device->features = bits;
    for (i = 0; i < device->queues && (bits & F_PROTOCOL) == 0; i++) {
        device->queue[i].enabled = true;
    }
    pthread_mutex_unlock(&device->lock);
    return true;
}

static struct place place_at(const struct message *message, uint32_t at)
{
    struct place place = {u64(message, at), u64(message, at + 8), u64(message, at + 16), u64(message, at + 24)};
    return place;
}

/* The whole table anew. The old one goes first: nothing of a guest is touched outside the lock. */
static bool set_memory(struct device *device, const struct message *message)
{
    uint32_t count;
    uint32_t i;
    bool ok = true;
    if (message->size < 8) {
        return false;
    }
    count = u32(message, 0);
    if (count > REGIONS_MAX || (message->size - 8) / 32 < count || (uint32_t)message->fds < count) {
        return false;
    }
    pthread_mutex_lock(&device->lock);
    memory_clear(&device->memory);
    for (i = 0; i < count && ok; i++) {
        struct place place = place_at(message, 8 + 32 * i);
        ok = memory_add(&device->memory, &place, message->fd[i]);
    }
    move_rings(device);
    pthread_mutex_unlock(&device->lock);
    start(device);
    return ok;
}

static bool change_memory(struct device *device, const struct message *message, bool add)
{
    struct place place;
    bool ok;
    if (message->size != 40 || (add && message->fds == 0)) {
        return false;
    }
    place = place_at(message, 8);
    pthread_mutex_lock(&device->lock);
    ok = add ? memory_add(&device->memory, &place, message->fd[0]) : memory_remove(&device->memory, &place);
    move_rings(device);
    pthread_mutex_unlock(&device->lock);
    start(device);
    return ok;
}

/* The queue that a message is about, in 32 bits at its beginning; NULL when there is none. */
static struct queue *queue_of(struct device *device, const struct message *message, uint32_t size)
{
    uint32_t index;
    if (message->size != size) {
        return NULL;
    }
    index = size == 8 && message->request >= SET_VRING_KICK && message->request <= SET_VRING_ERR
                ? (uint32_t)u64(message, 0) & 0xff
                : u32(message, 0);
    return index < (uint32_t)device->queues ? &device->queue[index] : NULL;
}

static void swap_fd(struct device *device, int *where, int fd)
{
    int old;
    pthread_mutex_lock(&device->lock);
    old = *where;
    *where = fd;
    pthread_mutex_unlock(&device->lock);
    if (old >= 0) {
        /* The front end has it open, too: it would stay where the owner waits. */
        epoll_ctl(device->group->waiting, EPOLL_CTL_DEL, old, NULL);
        close(old);
    }
}

/* An eventfd, a pipe or a socket, which cannot block anybody; anything else is no signal. */
static bool signals(int fd)
{
    struct stat stat;
    int flags = fcntl(fd, F_GETFL);
    mode_t type;
    if (flags < 0 || fstat(fd, &stat) != 0) {
        return false;
    }
    type = stat.st_mode & S_IFMT;
    return (type == 0 || type == S_IFIFO || type == S_IFSOCK) && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

static bool set_signal(struct device *device, struct message *message, struct queue *queue)
{
    bool none = (u64(message, 0) & NO_FD) != 0;
    int fd = none ? -1 : take_fd(message);
    if (!none && fd < 0) {
        return false;
    }
    if (message->request == SET_VRING_ERR || (fd >= 0 && !signals(fd))) {
        bool ok = message->request == SET_VRING_ERR;
        if (fd >= 0) {
            close(fd);
        }
        return ok;
    }
    if (message->request == SET_VRING_CALL) {
        uint64_t one = 1;
        if (fd >= 0) {
            ssize_t written = write(fd, &one, sizeof one); /* what the old one was told may be lost */
            (void)written;
        }
        swap_fd(device, &queue->call, fd);
        return true;
    }
    if (fd >= 0) {
        struct epoll_event event = {.events = EPOLLIN};
        if (epoll_ctl(device->group->waiting, EPOLL_CTL_ADD, fd, &event) != 0) {
            close(fd);
            return false;
        }
    }
    swap_fd(device, &queue->kick, fd);
    queue->kicked = true;
    start(device);
    return true;
}

static bool set_number(struct device *device, const struct message *message, struct queue *queue)
{
    uint32_t value = u32(message, 4);
    if (message->request == SET_VRING_ENABLE) {
        if (value > 1) {
            return false;
        }
        pthread_mutex_lock(&device->lock);
        queue->enabled = value == 1;
        pthread_mutex_unlock(&device->lock);
        group_kick(device->group);
        return true;
    }
    if (queue->running) {
        reset(device);
    }
    if (message->request == SET_VRING_NUM) {
        if (value == 0 || value > device->config->queue_size) {
            return false;
        }
        queue->entries = value;
    } else {
        queue->base = value;
    }
    return true;
}

static bool set_addresses(struct device *device, const struct message *message, struct queue *queue)
{
    pthread_mutex_lock(&device->lock);
    queue->descriptors = u64(message, 8);
    queue->used = u64(message, 16);
    queue->available = u64(message, 24);
    queue->placed = true;
    if (queue->running && !place_ring(device, queue)) {
        queue->broken = true;
    }
    pthread_mutex_unlock(&device->lock);
    start(device);
    return true;
}

static bool get_base(struct device *device, const struct message *message, const struct queue *queue)
{
    uint32_t state[2] = {u32(message, 0), 0};
    if (queue->running) {
        reset(device);
    }
    state[1] = queue->base;
    return answer(device, message, state, sizeof state);
}

static bool get_config(struct device *device, const struct message *message)
{
    uint8_t reply[12 + CONFIG_BYTES] = {0};
    uint8_t space[CONFIG_BYTES] = {0};
    uint32_t queues = device->config->request_queues;
    uint32_t at;
    uint32_t size;
    if (message->size < 12) {
        return false;
    }
    at = u32(message, 0);
    size = u32(message, 4);
    if (size > CONFIG_BYTES || at > CONFIG_BYTES - size) {
        return false;
    }
    memcpy(space, device->config->tag, strlen(device->config->tag));
    memcpy(space + VFSP_TAG_MAX, &queues, sizeof queues);
    memcpy(reply, &at, 4);
    memcpy(reply + 4, &size, 4);
    memcpy(reply + 12, space + at, size);
    return answer(device, message, reply, 12 + size);
}

static bool on_vring(struct device *device, struct message *message, bool *answered)
{
    struct queue *queue = queue_of(device, message, message->request == SET_VRING_ADDR ? 40 : 8);
    if (!queue) {
        return false;
    }
    switch (message->request) {
    case SET_VRING_ADDR:
        return set_addresses(device, message, queue);
    case GET_VRING_BASE:
        *answered = true;
        return get_base(device, message, queue);
    case SET_VRING_KICK:
    case SET_VRING_CALL:
    case SET_VRING_ERR:
        return set_signal(device, message, queue);
    default:
        return set_number(device, message, queue);
    }
}

static bool on_get(struct device *device, struct message *message)
{
    switch (message->request) {
    case GET_FEATURES:
        return answer_u64(device, message, offered(device));
    case GET_PROTOCOL_FEATURES:
        return answer_u64(device, message, offered_protocol(device));
    case GET_QUEUE_NUM:
        return answer_u64(device, message, (uint64_t)device->queues);
    default:
        return answer_u64(device, message, REGIONS_MAX);
    }
}

/* Does what a message says; false when it makes no sense. */
static bool apply(struct device *device, struct message *message, bool *answered)
{
    switch (message->request) {
    case GET_FEATURES:
    case GET_PROTOCOL_FEATURES:
    case GET_QUEUE_NUM:
    case GET_MAX_MEM_SLOTS:
        *answered = true;
        return on_get(device, message);
    case GET_CONFIG:
        *answered = get_config(device, message);
        return *answered;
    case SET_FEATURES:
        return message->size == 8 && set_features(device, message);
    case SET_PROTOCOL_FEATURES:
        return message->size == 8 && (u64(message, 0) & ~offered_protocol(device)) == 0;
    case SET_OWNER:
    case RESET_OWNER:
    case SET_CONFIG: /* nothing there can be written */
        return true;
    case SET_MEM_TABLE:
        return set_memory(device, message);
    case ADD_MEM_REG:
    case REM_MEM_REG:
        return change_memory(device, message, message->request == ADD_MEM_REG);
    case RESET_DEVICE:
        reset(device);
        return true;
    default:
        break;
    }
    return ((message->request >= SET_VRING_NUM && message->request <= SET_VRING_ERR)
               || message->request == SET_VRING_ENABLE)
           && on_vring(device, message, answered);
}

/* One message; false at the end, and when the front end makes no sense and does not ask what we think of it. */
static bool serve(struct device *device, struct message *message)
{
    bool answered = false;
    bool wanted;
    bool ok;
    close_fds(message);
    if (!receive(device, message, message, 12) || message->size > PAYLOAD_MAX || (message->flags & 7) != 1
        || !receive(device, message, message->payload, message->size)) {
        return false;
    }
    wanted = (message->flags & ANSWER_WANTED) != 0;
    ok = apply(device, message, &answered);
    if (answered) {
        return ok;
    }
    return wanted ? answer_u64(device, message, ok ? 0 : 1) : ok;
}

/* What the next front end finds is as at the beginning. */
static void forget(struct device *device)
{
    int i;
    reset(device);
    for (i = 0; i < device->queues; i++) {
        struct queue *queue = &device->queue[i];
        swap_fd(device, &queue->kick, -1);
        swap_fd(device, &queue->call, -1);
        queue->entries = 0;
        queue->base = 0;
        queue->placed = false;
        queue->kicked = false;
        queue->enabled = false;
    }
    pthread_mutex_lock(&device->lock);
    memory_clear(&device->memory);
    device->features = 0;
    pthread_mutex_unlock(&device->lock);
}

void *control(void *argument)
{
    struct device *device = argument;
    while (await(device, device->listener)) {
        struct message message = {0};
        device->socket = accept4(device->listener, NULL, NULL, SOCK_CLOEXEC);
        if (device->socket < 0) {
            continue;
        }
        while (serve(device, &message)) {
        }
        close_fds(&message);
        forget(device);
        close(device->socket);
        device->socket = -1;
    }
    return NULL;
}
