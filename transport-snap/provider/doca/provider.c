/*
 * The provider for BlueField-3: DOCA DevEmu virtio-fs, the API of DOCA 3.1 and later. Compiled on the DPU against its SDK; `make doca` in the folder above.
 *
 * Not run on hardware by those who wrote it: docs/deploy-bluefield.md says what is known and what is not.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"

#ifndef DOCA_VERSION_TEXT
#define DOCA_VERSION_TEXT "of unknown version"
#endif

#define POOL_MB 256u
#define POOL_MB_MIN 16u
#define EVENTS_A_POLL 64 /* completions of the library in one poll, at most */
#define MOCK_TURN 64

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
    static const char name[] = "doca " DOCA_VERSION_TEXT;
    if (len > 0) {
        copy_text(buf, len, name);
    }
    return sizeof name - 1;
}

int vfsp_list(struct vfsp_mgr *out, int max, char *err, uint32_t errlen)
{
    return control_list(out, max, err, errlen);
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

/* --- opening and closing ------------------------------------------------------------------------------------------- */

static int check(const struct config *config, char *err, uint32_t errlen)
{
    int i;
    for (i = 0; i < config->devices; i++) {
        const struct config_device *device = &config->device[i];
        if (!*device->function) {
            return fail(err, errlen, EINVAL, "dev.%d.function is missing: pf=I or a vuid", i);
        }
        if (!strncmp(device->function, "vf=", 3)) {
            return fail(err, errlen, ENOTSUP, "dev.%d.function: virtio-fs has no virtual functions on a BlueField", i);
        }
        if (!*device->tag || strlen(device->tag) > TAG_MAX) {
            return fail(err, errlen, EINVAL, "dev.%d.tag must have 1 to %d bytes", i, TAG_MAX);
        }
    }
    if (config->pool_mb && config->pool_mb / config->groups < POOL_MB_MIN) {
        return fail(err, errlen, EINVAL, "pool_mb must be %u for each group at least", POOL_MB_MIN);
    }
    return 0;
}

static bool open_group(struct provider *provider, struct group *group)
{
    uint32_t pool_mb = provider->config->pool_mb ? provider->config->pool_mb / provider->config->groups : POOL_MB;
    uint32_t i;
    int d;
    for (d = 0; d < group->devices; d++) {
        const struct config_device *config = group->device[d]->config;
        group->slots += (config->request_queues + 1u) * config->queue_size;
    }
    group->slot = calloc(group->slots ? group->slots : 1, sizeof *group->slot);
    for (i = group->slots; group->slot && i-- > 0;) {
        group->slot[i].index = i;
        group->slot[i].next = group->free;
        group->free = &group->slot[i];
    }
    return group->slot && doca_pe_create(&group->io_pe) == DOCA_SUCCESS && doca_pe_create(&group->dma_pe) == DOCA_SUCCESS
           && pool_open(&group->pool, provider->dev, (size_t)pool_mb << 20);
}

static bool lay_out(struct provider *provider)
{
    const struct config *config = provider->config;
    int i;
    provider->group = calloc(config->groups, sizeof *provider->group);
    provider->device = calloc((size_t)config->devices, sizeof *provider->device);
    if (!provider->group || !provider->device) {
        return false;
    }
    provider->groups = config->groups;
    provider->devices = config->devices;
    for (i = 0; i < provider->groups; i++) {
        provider->group[i].provider = provider;
        provider->group[i].index = (uint16_t)i;
    }
    for (i = 0; i < provider->devices; i++) {
        struct device *device = &provider->device[i];
        device->provider = provider;
        device->config = &config->device[i];
        device->index = (uint16_t)i;
        device->group = &provider->group[device->config->group];
        device->group->device[device->group->devices++] = device;
        atomic_store(&device->io_gone, true);
    }
    return true;
}

static void close_all(struct provider *provider)
{
    int i;
    for (i = 0; i < provider->groups; i++) {
        struct group *group = &provider->group[i];
        pool_close(&group->pool);
        if (group->dma_pe) {
            doca_pe_destroy(group->dma_pe);
        }
        if (group->io_pe) {
            doca_pe_destroy(group->io_pe);
        }
        free(group->slot);
    }
    control_close(provider);
    free(provider->device);
    free(provider->group);
    free(provider->config);
    free(provider);
}

int vfsp_open(const char *kv, void **h, char *err, uint32_t errlen)
{
    struct provider *provider = calloc(1, sizeof *provider);
    int result;
    int i;
    if (!provider) {
        return fail(err, errlen, ENOMEM, "no memory");
    }
    provider->config = config_read(kv, NULL, NULL, err, errlen);
    result = provider->config ? check(provider->config, err, errlen) : -EINVAL;
    if (result == 0 && !lay_out(provider)) {
        result = fail(err, errlen, ENOMEM, "no memory");
    }
    if (result == 0) {
        result = control_open(provider, err, errlen);
    }
    for (i = 0; i < provider->groups && result == 0; i++) {
        if (!open_group(provider, &provider->group[i])) {
            result = fail(err, errlen, ENOMEM, "no memory for requests: are there huge pages, and is memlock unlimited?");
        }
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
    out->caps = VFSP_CAP_CTL_MAY_BLOCK; /* starting and stopping a function may */
    out->request_queues = device->config->request_queues;
    out->queue_size = device->config->queue_size;
    out->groups = (uint16_t)provider->groups;
    out->client_arch = VFSP_ARCH_NATIVE; /* the library translates */
    out->max_iov = IOVS;
    out->max_in = LARGE;
    out->max_out = LARGE;
    copy_text(out->tag, sizeof out->tag, device->config->tag);
    copy_text(out->function, sizeof out->function, device->function);
    return 0;
}

int vfsp_start(void *h)
{
    struct provider *provider = h;
    return atomic_exchange(&provider->started, true) ? -EALREADY : 0;
}

int vfsp_stop(void *h)
{
    struct provider *provider = h;
    atomic_store(&provider->stopping, true);
    return 0;
}

/* --- groups ---------------------------------------------------------------------------------------------------------- */

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
    int i;
    if (!is_owner(group)) {
        return group ? -EPERM : -EINVAL;
    }
    for (i = 0; i < group->devices; i++) {
        if (group->device[i]->io) {
            return -EBUSY; /* before STOPPED: the library would go on using this thread's contexts */
        }
    }
    atomic_store(&group->owner, 0);
    return 0;
}

/* Answers what others have posted, in the order they came. */
static void drain_posted(struct group *group)
{
    struct slot *slot;
    struct slot *first = NULL;
    if (!atomic_load_explicit(&group->posted, memory_order_relaxed)) {
        return;
    }
    slot = atomic_exchange(&group->posted, NULL);
    while (slot) {
        struct slot *next = slot->next;
        slot->next = first;
        first = slot;
        slot = next;
    }
    while (first) {
        struct slot *next = first->next;
        io_answer(first);
        first = next;
    }
}

static void progress(struct doca_pe *pe)
{
    int i;
    for (i = 0; i < EVENTS_A_POLL && doca_pe_progress(pe); i++) {
    }
}

int vfsp_poll_io(void *h, uint16_t group_index, struct vfsp_req *out, int max)
{
    struct group *group = group_of(h, group_index);
    int found = 0;
    int i;
    if (!is_owner(group)) {
        return group ? -EPERM : -EINVAL;
    }
    drain_posted(group);
    progress(group->io_pe);
    progress(group->dma_pe);
    for (i = 0; i < group->devices; i++) {
        struct device *device = group->device[(group->turn + i) % group->devices];
        io_advance(device);
        if (found < max && (!device->config->mock || device->looks++ % MOCK_TURN == 0)) {
            found += io_list(device, out + found, max - found);
        }
    }
    group->turn = group->devices ? (group->turn + 1) % group->devices : 0;
    count(group, VFSP_STAT_POLLS, 1);
    count(group, VFSP_STAT_EMPTY_POLLS, found == 0);
    return found;
}

int vfsp_wait_fd(void *h, uint16_t group_index)
{
    (void)h;
    (void)group_index;
    return -ENOTSUP; /* whether the library's notification misses nothing needs hardware to find out */
}

int vfsp_arm(void *h, uint16_t group_index)
{
    struct group *group = group_of(h, group_index);
    if (!is_owner(group)) {
        return group ? -EPERM : -EINVAL;
    }
    return -ENOTSUP;
}

int vfsp_poll_ctl(void *h, struct vfsp_evt *out, int max)
{
    struct provider *provider = h;
    int found = 0;
    int i;
    progress(provider->pe);
    for (i = 0; i < provider->devices; i++) {
        struct device *device = &provider->device[i];
        int part;
        control_advance(device);
        part = device->events < max - found ? device->events : max - found;
        memcpy(out + found, device->event, (size_t)part * sizeof *out);
        memmove(device->event, device->event + part, (size_t)(device->events - part) * sizeof *out);
        device->events -= part;
        found += part;
    }
    return found;
}

int vfsp_reset_done(void *h, uint16_t dev, uint32_t generation)
{
    struct provider *provider = h;
    struct device *device;
    if (dev >= provider->devices) {
        return -ENODEV;
    }
    device = &provider->device[dev];
    if (!atomic_load(&device->hold) || atomic_load(&device->generation) != generation) {
        return -EINVAL;
    }
    atomic_store(&device->released, true);
    return 0;
}

/* --- answers --------------------------------------------------------------------------------------------------------- */

/* Takes an answer: the slot is the caller's then. NULL and *error when it is refused and nothing is left to do. */
static struct slot *claim(struct group *group, const struct vfsp_cpl *answer, int *error)
{
    uint32_t index = (uint32_t)answer->cookie;
    struct slot *slot = index < group->slots ? &group->slot[index] : NULL;
    uint64_t cookie = answer->cookie;
    if (!slot || cookie >> 32 == 0 || !atomic_compare_exchange_strong(&slot->live, &cookie, 0)) {
        *error = -ENOENT;
        count(group, VFSP_STAT_REFUSED, 1);
        return NULL;
    }
    slot->out_len = answer->out_len;
    slot->status = answer->status;
    if (answer->status >= 0 && answer->out_len > slot->exchange->out_cap) {
        *error = -EINVAL;
        slot->status = -EIO;
        count(group, VFSP_STAT_REFUSED, 1);
    }
    return slot;
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
        struct slot *slot = claim(group, &c[i], &error);
        if (slot) {
            io_answer(slot);
        }
        first = first ? first : error;
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
        struct slot *slot = claim(group, &c[i], &error);
        if (slot) {
            slot->next = atomic_load(&group->posted);
            while (!atomic_compare_exchange_weak(&group->posted, &slot->next, slot)) {
            }
        }
        first = first ? first : error;
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
