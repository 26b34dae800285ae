/*
 * A provider without a DPU: each device is a vhost-user socket, so that a real Linux guest comes through the provider ABI. Requests are copied
 * into buffers of ours and answers copied back, as a DPU's DMA does. For tests, on Linux.
 *
 * Its keys: dev.N.x-socket, the socket's absolute path; dev.N.x-packed and dev.N.x-config-space, 1 unless 0: whether they are offered.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "device.h"

#define QUEUE_SIZE_MAX 1024 /* with more descriptors, a list may need more chunks than CHUNKS_MAX */
#define POOL_MB 64u
#define DEVICE_POOL_MB 8u /* at least */
#define MOCK_TURN 64      /* polls between two looks at a mock */

static const char *const DEVICE_KEYS[] = {"x-socket", "x-packed", "x-config-space", NULL};

uint32_t vfsp_abi_version(void)
{
    return VFSP_ABI_VERSION;
}

int vfsp_sizes(uint32_t out[6])
{
    out[0] = sizeof(struct vfsp_iov);
    out[1] = sizeof(struct vfsp_req);
    out[2] = sizeof(struct vfsp_cpl);
    out[3] = sizeof(struct vfsp_evt);
    out[4] = sizeof(struct vfsp_info);
    out[5] = sizeof(struct vfsp_mgr);
    return 6;
}

int vfsp_name(char *buf, uint32_t len)
{
    static const char name[] = "vhost 1.0";
    if (len > 0) {
        copy_text(buf, len, name);
    }
    return sizeof name - 1;
}

int vfsp_list(struct vfsp_mgr *out, int max, char *err, uint32_t errlen)
{
    (void)out;
    (void)max;
    return fail(err, errlen, ENODEV, "this provider serves vhost-user sockets, there is no emulation manager behind it");
}

static struct group *group_of(void *handle, uint16_t index)
{
    struct provider *provider = handle;
    return index < provider->groups ? &provider->group[index] : NULL;
}

static bool is_owner(const struct group *group)
{
    return group && atomic_load(&group->owner) == (uint64_t)syscall(SYS_gettid);
}

static void count(struct group *group, enum vfsp_stat which, uint64_t by)
{
    atomic_fetch_add_explicit(&group->stat[which], by, memory_order_relaxed);
}

/* --- opening and closing ------------------------------------------------------------------------------------------ */

static int check(const struct config *config, char *err, uint32_t errlen)
{
    int i;
    for (i = 0; i < config->devices; i++) {
        const char *path = config_own(&config->device[i], "x-socket");
        if (!path || path[0] != '/' || strlen(path) >= sizeof((struct sockaddr_un *)0)->sun_path) {
            return fail(err, errlen, EINVAL, "dev.%d.x-socket must be an absolute path of at most 107 bytes", i);
        }
        if (config->device[i].queue_size > QUEUE_SIZE_MAX) {
            return fail(err, errlen, EINVAL, "dev.%d.queue_size is above %d", i, QUEUE_SIZE_MAX);
        }
    }
    if (config->pool_mb && config->pool_mb / (uint32_t)config->devices < DEVICE_POOL_MB) {
        return fail(err, errlen, EINVAL, "pool_mb must be %u for each device at least", DEVICE_POOL_MB);
    }
    return 0;
}

static bool open_group(struct provider *provider, struct group *group)
{
    struct epoll_event event = {.events = EPOLLIN};
    group->provider = provider;
    group->index = (uint16_t)(group - provider->group);
    group->waiting = epoll_create1(EPOLL_CLOEXEC);
    group->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return group->waiting >= 0 && group->wake >= 0
           && epoll_ctl(group->waiting, EPOLL_CTL_ADD, group->wake, &event) == 0;
}

/* Gives every exchange its place in its group's table. */
static bool fill_table(struct group *group)
{
    uint32_t room = 0;
    int d;
    int q;
    uint32_t e;
    for (d = 0; d < group->devices; d++) {
        room += (uint32_t)group->device[d]->queues * group->device[d]->config->queue_size;
    }
    group->table = calloc(room ? room : 1, sizeof *group->table);
    for (d = 0; group->table && d < group->devices; d++) {
        struct device *device = group->device[d];
        for (q = 0; q < device->queues; q++) {
            for (e = 0; e < device->config->queue_size; e++) {
                device->queue[q].exchange[e].index = group->table_count;
                group->table[group->table_count++] = &device->queue[q].exchange[e];
            }
        }
    }
    return group->table != NULL;
}

static bool open_all(struct provider *provider)
{
    const struct config *config = provider->config;
    uint32_t pool_mb = config->pool_mb ? config->pool_mb / (uint32_t)config->devices : POOL_MB;
    int i;
    provider->end = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    provider->group = calloc(config->groups, sizeof *provider->group);
    provider->device = calloc((size_t)config->devices, sizeof *provider->device);
    if (provider->end < 0 || !provider->group || !provider->device) {
        return false;
    }
    for (; provider->groups < config->groups; provider->groups++) {
        if (!open_group(provider, &provider->group[provider->groups])) {
            provider->groups++;
            return false;
        }
    }
    for (i = 0; i < config->devices; i++) {
        struct device *device = &provider->device[i];
        device->provider = provider;
        device->index = (uint16_t)i;
        device->config = &config->device[i];
        device->group = &provider->group[device->config->group];
        device->listener = -1;
        device->socket = -1;
        copy_text(device->path, sizeof device->path, config_own(device->config, "x-socket"));
        pthread_mutex_init(&device->lock, NULL);
        pthread_cond_init(&device->changed, NULL);
        provider->devices++;
        if (!device_open(device) || !pool_open(&device->pool, (size_t)pool_mb << 20)) {
            return false;
        }
        device->group->device[device->group->devices++] = device;
    }
    for (i = 0; i < provider->groups; i++) {
        if (!fill_table(&provider->group[i])) {
            return false;
        }
    }
    return true;
}

static void end_device(struct device *device)
{
    if (device->has_thread) {
        pthread_mutex_lock(&device->lock);
        pthread_cond_broadcast(&device->changed);
        pthread_mutex_unlock(&device->lock);
        pthread_join(device->thread, NULL);
    }
    if (device->listener >= 0) {
        close(device->listener);
        unlink(device->path);
    }
    memory_clear(&device->memory);
    device_close(device);
    pthread_mutex_destroy(&device->lock);
    pthread_cond_destroy(&device->changed);
}

static void close_all(struct provider *provider)
{
    uint64_t one = 1;
    int i;
    atomic_store(&provider->ending, true);
    if (provider->end >= 0) {
        ssize_t written = write(provider->end, &one, sizeof one);
        (void)written;
    }
    for (i = 0; i < provider->devices; i++) {
        end_device(&provider->device[i]);
    }
    for (i = 0; i < provider->groups; i++) {
        close(provider->group[i].waiting);
        close(provider->group[i].wake);
        free(provider->group[i].table);
    }
    if (provider->end >= 0) {
        close(provider->end);
    }
    free(provider->device);
    free(provider->group);
    free(provider->config);
    free(provider);
}

int vfsp_open(const char *kv, void **h, char *err, uint32_t errlen)
{
    struct provider *provider = calloc(1, sizeof *provider);
    int result;
    if (!provider) {
        return fail(err, errlen, ENOMEM, "no memory");
    }
    provider->end = -1;
    provider->config = config_read(kv, DEVICE_KEYS, NULL, err, errlen);
    result = provider->config ? check(provider->config, err, errlen) : -EINVAL;
    if (result == 0 && !open_all(provider)) {
        result = fail(err, errlen, ENOMEM, "no memory, or no more descriptors");
    }
    if (result < 0) {
        close_all(provider);
        return result;
    }
    *h = provider;
    return 0;
}

int vfsp_close(void *h)
{
    struct provider *provider = h;
    int i;
    for (i = 0; i < provider->groups; i++) {
        if (atomic_load(&provider->group[i].owner) != 0) {
            return -EBUSY;
        }
    }
    close_all(provider);
    return 0;
}

int vfsp_info(void *h, uint16_t dev, struct vfsp_info *out)
{
    struct provider *provider = h;
    struct device *device;
    if (dev >= provider->devices) {
        return -ENODEV;
    }
    device = &provider->device[dev];
    memset(out, 0, sizeof *out);
    out->caps = VFSP_CAP_WAIT_FD | VFSP_CAP_FIXED_POOL;
    out->request_queues = device->config->request_queues;
    out->queue_size = device->config->queue_size;
    out->groups = (uint16_t)provider->groups;
    out->client_arch = device->config->client_arch;
    out->max_iov = (uint16_t)device->iovs;
    out->max_in = MAX_IN;
    out->max_out = MAX_OUT;
    out->pool_base = (uintptr_t)device->pool.base;
    out->pool_len = device->pool.bytes;
    copy_text(out->tag, sizeof out->tag, device->config->tag);
    copy_text(out->function, sizeof out->function, device->path);
    return 0;
}

/* A socket that nobody listens at any more is a rest of another process. */
static void remove_rest(const struct sockaddr_un *address)
{
    struct stat stat;
    int fd;
    if (lstat(address->sun_path, &stat) != 0 || !S_ISSOCK(stat.st_mode)) {
        return;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        if (connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 && errno == ECONNREFUSED) {
            unlink(address->sun_path);
        }
        close(fd);
    }
}

static int listen_at(struct device *device)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    copy_text(address.sun_path, sizeof address.sun_path, device->path);
    remove_rest(&address);
    device->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (device->listener < 0) {
        return -errno;
    }
    if (bind(device->listener, (struct sockaddr *)&address, sizeof address) != 0) {
        int error = errno;
        close(device->listener);
        device->listener = -1; /* what is there is not ours to remove */
        return -error;
    }
    return listen(device->listener, 4) == 0 && chmod(device->path, 0600) == 0 ? 0 : -errno;
}

int vfsp_start(void *h)
{
    struct provider *provider = h;
    int i;
    if (atomic_exchange(&provider->started, true)) {
        return -EALREADY;
    }
    for (i = 0; i < provider->devices; i++) {
        struct device *device = &provider->device[i];
        int result = listen_at(device);
        if (result == 0) {
            result = -pthread_create(&device->thread, NULL, control, device);
            device->has_thread = result == 0;
        }
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

int vfsp_stop(void *h)
{
    struct provider *provider = h;
    int i;
    atomic_store(&provider->stopping, true);
    for (i = 0; i < provider->devices; i++) {
        pthread_mutex_lock(&provider->device[i].lock);
        device_check_stopped(&provider->device[i]);
        pthread_mutex_unlock(&provider->device[i].lock);
    }
    return 0;
}

/* --- groups ------------------------------------------------------------------------------------------------------- */

int vfsp_attach(void *h, uint16_t group_index, int cpu)
{
    struct provider *provider = h;
    struct group *group = group_of(h, group_index);
    uint64_t nobody = 0;
    if (!group || cpu < -1 || cpu >= CPU_SETSIZE) {
        return -EINVAL;
    }
    if (!atomic_load(&provider->started)) {
        return -EAGAIN;
    }
    if (!atomic_compare_exchange_strong(&group->owner, &nobody, (uint64_t)syscall(SYS_gettid))) {
        return -EBUSY;
    }
    if (cpu >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(cpu, &set);
        if (sched_setaffinity(0, sizeof set, &set) != 0) {
            int error = errno;
            atomic_store(&group->owner, 0);
            return -error;
        }
    }
    return 0;
}

int vfsp_detach(void *h, uint16_t group_index)
{
    struct group *group = group_of(h, group_index);
    if (!is_owner(group)) {
        return group ? -EPERM : -EINVAL;
    }
    atomic_store(&group->owner, 0);
    return 0;
}

/* Answers what others have posted, in the order they came. */
static void drain_posted(struct group *group)
{
    struct exchange *exchange;
    struct exchange *first = NULL;
    if (!atomic_load_explicit(&group->posted, memory_order_relaxed)) {
        return;
    }
    exchange = atomic_exchange(&group->posted, NULL);
    while (exchange) {
        struct exchange *next = exchange->next;
        exchange->next = first;
        first = exchange;
        exchange = next;
    }
    while (first) {
        struct exchange *next = first->next;
        struct device *device = first->device;
        device_finish(first);
        device_call(device);
        first = next;
    }
}

int vfsp_poll_io(void *h, uint16_t group_index, struct vfsp_req *out, int max)
{
    struct group *group = group_of(h, group_index);
    int found = 0;
    int i;
    bool all;
    if (!is_owner(group)) {
        return group ? -EPERM : -EINVAL;
    }
    atomic_store_explicit(&group->armed, false, memory_order_relaxed);
    drain_posted(group);
    all = group->woken || group->polls++ % MOCK_TURN == 0;
    group->woken = false;
    for (i = 0; i < group->devices && found < max; i++) {
        struct device *device = group->device[(group->turn + i) % group->devices];
        if (all || !device->config->mock) {
            found += device_poll(device, out + found, max - found);
        }
    }
    group->turn = group->devices ? (group->turn + 1) % group->devices : 0;
    count(group, VFSP_STAT_POLLS, 1);
    count(group, VFSP_STAT_EMPTY_POLLS, found == 0);
    return found;
}

int vfsp_wait_fd(void *h, uint16_t group_index)
{
    struct group *group = group_of(h, group_index);
    return group ? group->waiting : -EINVAL;
}

int vfsp_arm(void *h, uint16_t group_index)
{
    struct group *group = group_of(h, group_index);
    uint64_t drained;
    ssize_t taken;
    int i;
    if (!is_owner(group)) {
        return group ? -EPERM : -EINVAL;
    }
    taken = read(group->wake, &drained, sizeof drained);
    (void)taken;
    group->woken = true;
    atomic_store(&group->armed, true);
    if (atomic_load(&group->posted)) {
        return 1;
    }
    for (i = 0; i < group->devices; i++) {
        if (device_arm(group->device[i])) {
            return 1;
        }
    }
    return 0;
}

int vfsp_poll_ctl(void *h, struct vfsp_evt *out, int max)
{
    struct provider *provider = h;
    int found = 0;
    int i;
    for (i = 0; i < provider->devices && found < max; i++) {
        struct device *device = &provider->device[i];
        int part;
        pthread_mutex_lock(&device->lock);
        part = device->events < max - found ? device->events : max - found;
        memcpy(out + found, device->event, (size_t)part * sizeof *out);
        memmove(device->event, device->event + part, (size_t)(device->events - part) * sizeof *out);
        device->events -= part;
        found += part;
        pthread_mutex_unlock(&device->lock);
    }
    return found;
}

int vfsp_reset_done(void *h, uint16_t dev, uint32_t generation)
{
    struct provider *provider = h;
    struct device *device;
    int result = -EINVAL;
    if (dev >= provider->devices) {
        return -ENODEV;
    }
    device = &provider->device[dev];
    pthread_mutex_lock(&device->lock);
    if (device->resetting && device->generation == generation) {
        device->generation++; /* nothing is popped until the control thread has stopped the rings */
        pthread_cond_broadcast(&device->changed);
        result = 0;
    }
    pthread_mutex_unlock(&device->lock);
    return result;
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

/* Takes an answer: the exchange is the caller's then. NULL and *error when it is refused and nothing is left to do. */
static struct exchange *claim(struct group *group, const struct vfsp_cpl *answer, int *error)
{
    uint32_t index = (uint32_t)answer->cookie;
    struct exchange *exchange = index < group->table_count ? group->table[index] : NULL;
    uint64_t cookie = answer->cookie;
    if (!exchange || cookie >> 32 == 0 || !atomic_compare_exchange_strong(&exchange->live, &cookie, 0)) {
        *error = -ENOENT;
        count(group, VFSP_STAT_REFUSED, 1);
        return NULL;
    }
    exchange->out_len = answer->out_len;
    exchange->status = answer->status;
    if (answer->status >= 0 && answer->out_len > exchange->out_cap) {
        *error = -EINVAL;
        exchange->status = -EIO;
        count(group, VFSP_STAT_REFUSED, 1);
    }
    return exchange;
}

int vfsp_complete(void *h, uint16_t group_index, const struct vfsp_cpl *c, int n)
{
    struct group *group = group_of(h, group_index);
    int first = 0;
    int i;
    if (!is_owner(group)) {
        return group ? -EPERM : -EINVAL;
    }
    for (i = 0; i < n; i++) {
        int error = 0;
        struct exchange *exchange = claim(group, &c[i], &error);
        if (exchange) {
            device_finish(exchange);
        }
        first = first ? first : error;
    }
    for (i = 0; i < group->devices; i++) {
        device_call(group->device[i]);
    }
    return first ? first : n;
}

int vfsp_post(void *h, uint16_t group_index, const struct vfsp_cpl *c, int n)
{
    struct group *group = group_of(h, group_index);
    int first = 0;
    int i;
    if (!group) {
        return -EINVAL;
    }
    for (i = 0; i < n; i++) {
        int error = 0;
        struct exchange *exchange = claim(group, &c[i], &error);
        if (exchange) {
            exchange->next = atomic_load(&group->posted);
            while (!atomic_compare_exchange_weak(&group->posted, &exchange->next, exchange)) {
            }
        }
        first = first ? first : error;
    }
    if (atomic_exchange(&group->armed, false)) {
        group_kick(group);
    }
    return first ? first : n;
}

int vfsp_stats(void *h, uint16_t group_index, uint64_t *v, int max)
{
    struct group *group = group_of(h, group_index);
    int i;
    if (!group) {
        return -EINVAL;
    }
    for (i = 0; i < max && i < VFSP_STATS; i++) {
        v[i] = atomic_load_explicit(&group->stat[i], memory_order_relaxed);
    }
    return i;
}
