/*
 * A provider without hardware, for tests: the test is the host, through the vfspf_* functions at the end, and everything that a server must not do is
 * written down as a violation. Requests are cut at random, down to single bytes, each piece by itself between canaries; what was completed is
 * poisoned and looked at again later. Keys of its own: x-seed, x-max-pieces, x-max-bytes, x-attach-eagain (how often), x-open-error (a text), x-start-error,
 * x-poll-error (errnos), x-may-block, x-no-wait-fd, x-translates, x-never-stops (0 or 1), x-loop (requests in flight that it makes itself, without a
 * host and without checks: how fast is the server?) and x-loop-op (getattr, read, write).
 *
 * gcc -shared -fPIC -O2 -pthread -I.. -o libvfsp_fake.so vfsp_fake.c
 */
#define _GNU_SOURCE
#include "vfsp.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define DEVS 16
#define GROUPS 16
#define SLOTS 8192 /* requests known at a time: cookies carry the slot in their low bits */
#define EVENTS 256
#define QUARANTINE 128
#define CANARY 16
#define CANARY_BYTE 0xC5
#define POISON 0xDB
#define IN_HEADER 40
#define OUT_HEADER 16
#define LOOP_DATA 4096

enum state { FREE, QUEUED, LISTED, DONE };

struct slot {
    enum state state;
    uint64_t cookie;
    uint16_t dev, queue, group, flags;
    uint32_t generation, in_len, out_cap, in_cnt, out_cnt, delay;
    uint8_t *block; /* pieces between canaries, then both lists */
    size_t block_len, pieces_len;
    uint8_t *sent; /* the request as the host sent it */
    uint8_t *reply;
    uint32_t reply_len;
    int32_t status;
    int lost; /* of a generation that is over: the host hears nothing */
};

struct dev {
    char tag[VFSP_TAG_MAX + 1], function[VFSP_FUNCTION_MAX + 1];
    uint16_t request_queues, queue_size, arch, group;
    int group_given, resetting, stopped, stop_told;
    uint32_t generation;
};

struct block { /* what was completed, and must stay as it was left */
    uint8_t *at;
    size_t len;
};

struct loop {
    uint8_t in[IN_HEADER + 40 + LOOP_DATA], out[OUT_HEADER + LOOP_DATA + 256];
    struct vfsp_iov in_iov, out_iov;
    uint64_t cookie;
    int listed;
};

struct group {
    pthread_t owner;
    int attached, armed, fd;
    uint32_t fifo[SLOTS];
    uint32_t head, tail;
    struct vfsp_cpl posted[2 * SLOTS];
    uint32_t posted_count;
    struct loop *loop;
    uint32_t *ready;
    uint32_t ready_count;
    _Atomic uint32_t loop_listed;
    int loop_state; /* 0: INIT is to be sent, 1: is on its way, 2: done */
    _Atomic uint64_t stats[VFSP_STATS];
};

struct handle {
    pthread_mutex_t lock;
    struct dev devs[DEVS];
    int dev_count, group_count, started, stopping, failed_attaches;
    struct group groups[GROUPS];
    struct slot slots[SLOTS];
    uint32_t free[SLOTS], free_count;
    uint64_t sequence, random;
    struct vfsp_evt events[EVENTS];
    uint32_t event_count;
    pthread_t control;
    int has_control;
    struct block quarantine[QUARANTINE];
    uint32_t quarantine_at;
    uint32_t max_delay, max_pieces, max_bytes, attach_eagain, loop_count;
    int start_error, poll_error, may_block, no_wait_fd, translates, never_stops, loop_op;
    char open_error[128], violations[2048];
    int violation_count;
};

static _Atomic int all_violations;

static void violation(struct handle *h, const char *format, ...) {
    size_t used = strlen(h->violations);
    va_list args;
    h->violation_count++;
    atomic_fetch_add(&all_violations, 1);
    if (used < sizeof h->violations - 1) {
        va_start(args, format);
        vsnprintf(h->violations + used, sizeof h->violations - used, format, args);
        va_end(args);
        used = strlen(h->violations);
        snprintf(h->violations + used, sizeof h->violations - used, "\n");
    }
}

static uint64_t next_random(uint64_t *state) { /* xorshift64* */
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545F4914F6CDD1Dull;
}

static void count(struct group *g, enum vfsp_stat stat, uint64_t n) {
    atomic_store_explicit(&g->stats[stat], atomic_load_explicit(&g->stats[stat], memory_order_relaxed) + n, memory_order_relaxed);
}

static void event(struct handle *h, uint32_t type, uint16_t dev, uint32_t generation, int32_t code, uint64_t arg0, uint64_t arg1) {
    if (h->event_count < EVENTS)
        h->events[h->event_count++] = (struct vfsp_evt){type, dev, 0, generation, code, arg0, arg1};
}

static void wake(struct group *g) {
    uint64_t one = 1;
    if (g->armed) {
        g->armed = 0;
        if (write(g->fd, &one, sizeof one) < 0)
            perror("eventfd");
    }
}

/* ---- configuration ---- */

uint32_t vfsp_abi_version(void) { return VFSP_ABI_VERSION; }

int vfsp_sizes(uint32_t out[6]) {
    uint32_t sizes[6] = {sizeof(struct vfsp_iov), sizeof(struct vfsp_req),  sizeof(struct vfsp_cpl),
                         sizeof(struct vfsp_evt), sizeof(struct vfsp_info), sizeof(struct vfsp_mgr)};
    memcpy(out, sizes, sizeof sizes);
    return 6;
}

int vfsp_name(char *buf, uint32_t len) { return snprintf(buf, len, "fake 1.0"); }

/* VFSPF_MANAGERS: how many there are (1), or a negative errno. */
int vfsp_list(struct vfsp_mgr *out, int max, char *err, uint32_t errlen) {
    const char *text = getenv("VFSPF_MANAGERS");
    int managers = text ? atoi(text) : 1;
    if (managers < 0)
        snprintf(err, errlen, "the fake shall not tell");
    for (int i = 0; i < managers && i < max; i++) {
        memset(&out[i], 0, sizeof out[i]);
        snprintf(out[i].rdma, sizeof out[i].rdma, "mlx5_%d", i);
        out[i].caps = i == 0 ? VFSP_MGR_FS | VFSP_MGR_BLK | VFSP_MGR_HOTPLUG : VFSP_MGR_NET;
        out[i].max_virtqs = 64;
        out[i].max_pfs = 4;
        out[i].num_functions = 2;
    }
    return managers;
}

static int wrong(char *err, uint32_t errlen, const char *what, const char *line) {
    snprintf(err, errlen, "%s: %s", what, line);
    return -EINVAL;
}

static int device_key(struct handle *h, char *key, const char *value, char *err, uint32_t errlen) {
    char *dot;
    long n = strtol(key + 4, &dot, 10);
    struct dev *d;
    if (*dot != '.' || n < 0 || n >= DEVS || n > h->dev_count)
        return wrong(err, errlen, "no such device", key);
    if (n == h->dev_count) {
        h->devs[n] = (struct dev){.request_queues = 1, .queue_size = 512, .generation = 1};
        h->dev_count++;
    }
    d = &h->devs[n];
    key = dot + 1;
    if (!strcmp(key, "function")) {
        snprintf(d->function, sizeof d->function, "%s", value);
    } else if (!strcmp(key, "tag")) {
        if (strlen(value) > VFSP_TAG_MAX)
            return wrong(err, errlen, "the tag is too long", value);
        snprintf(d->tag, sizeof d->tag, "%s", value);
    } else if (!strcmp(key, "request_queues")) {
        d->request_queues = (uint16_t)atoi(value);
    } else if (!strcmp(key, "queue_size")) {
        d->queue_size = (uint16_t)atoi(value);
        if (d->queue_size == 0 || (d->queue_size & (d->queue_size - 1)))
            return wrong(err, errlen, "queue_size is no power of two", value);
    } else if (!strcmp(key, "client_arch")) {
        d->arch = !strcmp(value, "x86_64") ? VFSP_ARCH_X86_64 : !strcmp(value, "aarch64") ? VFSP_ARCH_AARCH64 : VFSP_ARCH_NATIVE;
    } else if (!strcmp(key, "group")) {
        d->group = (uint16_t)atoi(value);
        d->group_given = 1;
    } else if (strcmp(key, "mock") && strncmp(key, "x-", 2)) {
        return wrong(err, errlen, "unknown key", key);
    }
    return 0;
}

static int global_key(struct handle *h, const char *key, const char *value, char *err, uint32_t errlen) {
    if (!strcmp(key, "groups")) h->group_count = atoi(value);
    else if (!strcmp(key, "x-seed")) h->random = strtoull(value, NULL, 0) | 1;
    else if (!strcmp(key, "x-max-pieces")) h->max_pieces = (uint32_t)atoi(value);
    else if (!strcmp(key, "x-max-bytes")) h->max_bytes = (uint32_t)atoi(value);
    else if (!strcmp(key, "x-attach-eagain")) h->attach_eagain = (uint32_t)atoi(value);
    else if (!strcmp(key, "x-open-error")) snprintf(h->open_error, sizeof h->open_error, "%s", value);
    else if (!strcmp(key, "x-start-error")) h->start_error = atoi(value);
    else if (!strcmp(key, "x-poll-error")) h->poll_error = atoi(value);
    else if (!strcmp(key, "x-may-block")) h->may_block = atoi(value);
    else if (!strcmp(key, "x-no-wait-fd")) h->no_wait_fd = atoi(value);
    else if (!strcmp(key, "x-translates")) h->translates = atoi(value);
    else if (!strcmp(key, "x-never-stops")) h->never_stops = atoi(value);
    else if (!strcmp(key, "x-loop")) h->loop_count = (uint32_t)atoi(value);
    else if (!strcmp(key, "x-loop-op")) h->loop_op = value[0];
    else if (strcmp(key, "manager") && strcmp(key, "pool_mb")) return wrong(err, errlen, "unknown key", key);
    return 0;
}

static void free_handle(struct handle *h);
static void make_loop(struct handle *h, struct group *g);

int vfsp_open(const char *kv, void **out, char *err, uint32_t errlen) {
    struct handle *h = calloc(1, sizeof *h);
    char *text = strdup(kv), *save = NULL;
    int result = 0;
    if (!h || !text) return -ENOMEM;
    pthread_mutex_init(&h->lock, NULL);
    h->group_count = 1;
    h->random = 0x9E3779B97F4A7C15ull;
    h->max_pieces = 64;
    h->max_bytes = 8u << 20;
    for (int i = 0; i < GROUPS; i++) h->groups[i].fd = -1;
    for (char *line = strtok_r(text, "\n", &save); line && !result; line = strtok_r(NULL, "\n", &save)) {
        char *value = strchr(line, '=');
        if (!value) {
            result = wrong(err, errlen, "not key=value", line);
            break;
        }
        *value++ = 0;
        result = strncmp(line, "dev.", 4) ? global_key(h, line, value, err, errlen) : device_key(h, line, value, err, errlen);
    }
    free(text);
    if (!result && h->open_error[0]) {
        snprintf(err, errlen, "%s", h->open_error);
        result = -EIO;
    }
    if (!result && (h->dev_count == 0 || h->group_count < 1 || h->group_count > GROUPS)) result = wrong(err, errlen, "no device, or no group", "");
    for (int i = 0; i < h->dev_count && !result; i++) {
        struct dev *d = &h->devs[i];
        if (!d->group_given) d->group = (uint16_t)(i % h->group_count);
        if (d->group >= h->group_count) result = wrong(err, errlen, "no such group", d->function);
    }
    if (result) {
        free_handle(h);
        return result;
    }
    for (uint32_t i = 0; i < SLOTS; i++) h->free[h->free_count++] = SLOTS - 1 - i;
    for (int i = 0; i < h->group_count; i++) {
        h->groups[i].fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (h->loop_count) make_loop(h, &h->groups[i]);
    }
    *out = h;
    return 0;
}

int vfsp_info(void *handle, uint16_t dev, struct vfsp_info *out) {
    struct handle *h = handle;
    struct dev *d = &h->devs[dev];
    if (dev >= h->dev_count) return -ENODEV;
    memset(out, 0, sizeof *out);
    out->caps = (h->may_block ? VFSP_CAP_CTL_MAY_BLOCK : 0) | (h->no_wait_fd ? 0 : VFSP_CAP_WAIT_FD);
    out->request_queues = d->request_queues;
    out->queue_size = d->queue_size;
    out->groups = (uint16_t)h->group_count;
    out->client_arch = h->translates ? VFSP_ARCH_NATIVE : d->arch;
    out->max_iov = (uint16_t)(h->max_pieces > 65535 ? 65535 : h->max_pieces);
    out->max_in = out->max_out = h->max_bytes;
    snprintf(out->tag, sizeof out->tag, "%s", d->tag);
    snprintf(out->function, sizeof out->function, "%s", d->function);
    return 0;
}

int vfsp_start(void *handle) {
    struct handle *h = handle;
    if (h->start_error) return -h->start_error;
    if (h->started++) return -EALREADY;
    for (int i = 0; i < h->dev_count; i++) event(h, VFSP_EVT_DEV_READY, (uint16_t)i, h->devs[i].generation, 0, 1ull << 32, h->devs[i].request_queues + 1u);
    return 0;
}

static int foreign(struct handle *h, uint16_t group, const char *call) {
    struct group *g = &h->groups[group];
    if (group >= h->group_count) return -EINVAL;
    if (g->attached && pthread_equal(g->owner, pthread_self())) return 0;
    pthread_mutex_lock(&h->lock);
    violation(h, "%s of group %d by a thread that does not own it", call, group);
    pthread_mutex_unlock(&h->lock);
    return -EPERM;
}

int vfsp_attach(void *handle, uint16_t group, int cpu) {
    struct handle *h = handle;
    struct group *g = &h->groups[group];
    cpu_set_t cpus;
    if (group >= h->group_count) return -EINVAL;
    if (!h->started || g->attached) return -EBUSY;
    if (h->attach_eagain) {
        h->attach_eagain--;
        return -EAGAIN;
    }
    if (cpu >= 0) {
        CPU_ZERO(&cpus);
        CPU_SET((size_t)cpu, &cpus);
        if (sched_setaffinity(0, sizeof cpus, &cpus) < 0) return -errno;
    }
    g->owner = pthread_self();
    g->attached = 1;
    return 0;
}

/* ---- requests ---- */

static void check_quarantined(struct handle *h, struct block *b) {
    for (size_t i = 0; i < b->len; i++)
        if (b->at[i] != POISON) {
            violation(h, "memory of a request was written after its completion");
            break;
        }
    free(b->at);
    b->at = NULL;
}

static void quarantine(struct handle *h, struct slot *s) {
    struct block *b = &h->quarantine[h->quarantine_at++ % QUARANTINE];
    if (b->at) check_quarantined(h, b);
    memset(s->block, POISON, s->block_len);
    *b = (struct block){s->block, s->block_len};
    s->block = NULL;
}

/* Random lengths that add up, some of them 0; every third list has single bytes only at its beginning. */
static uint32_t cut(uint64_t *random, uint32_t len, uint32_t max, uint32_t *lengths) {
    uint32_t n = 0, fine = next_random(random) % 3 == 0;
    while (len > 0 && n < max - 1) {
        uint32_t most = fine && n < 80 ? 1 : (next_random(random) & 1) ? len : len < 48 ? len : 48;
        uint32_t piece = next_random(random) % 16 ? 1 + (uint32_t)(next_random(random) % most) : 0;
        lengths[n++] = piece;
        len -= piece;
    }
    if (len > 0) lengths[n++] = len;
    return n;
}

static uint8_t *lay_out(uint8_t *at, uint32_t n, const uint32_t *lengths, struct vfsp_iov *list) {
    for (uint32_t i = 0; i < n; i++) {
        memset(at, CANARY_BYTE, CANARY);
        list[i] = (struct vfsp_iov){(uint64_t)(uintptr_t)(at + CANARY), lengths[i]};
        at += CANARY + lengths[i];
    }
    memset(at, CANARY_BYTE, CANARY);
    return at + CANARY;
}

static struct vfsp_iov *lists(struct slot *s) { return (struct vfsp_iov *)(void *)(s->block + s->pieces_len); }

static int make(struct handle *h, struct slot *s, const uint8_t *bytes, uint64_t seed) {
    uint64_t random = seed | 1;
    uint32_t max = h->max_pieces < 1 ? 1 : h->max_pieces;
    uint32_t *lengths = malloc(2 * sizeof(uint32_t) * max), *out_lengths = lengths + max;
    const uint8_t *from = bytes;
    uint8_t *at;
    struct vfsp_iov *list;
    if (!lengths) return -ENOMEM;
    next_random(&random);
    s->in_cnt = seed ? cut(&random, s->in_len, max, lengths) : (lengths[0] = s->in_len) > 0;
    s->out_cnt = seed ? cut(&random, s->out_cap, max, out_lengths) : (out_lengths[0] = s->out_cap) > 0;
    s->pieces_len = s->in_len + s->out_cap + (size_t)CANARY * (s->in_cnt + s->out_cnt + 2);
    s->pieces_len = (s->pieces_len + 15) & ~(size_t)15;
    s->block_len = s->pieces_len + sizeof(struct vfsp_iov) * (s->in_cnt + s->out_cnt);
    s->block = malloc(s->block_len);
    s->sent = malloc(s->in_len ? s->in_len : 1);
    if (!s->block || !s->sent) return -ENOMEM;
    memset(s->block, CANARY_BYTE, s->pieces_len);
    list = lists(s);
    at = lay_out(s->block, s->in_cnt, lengths, list);
    lay_out(at, s->out_cnt, out_lengths, list + s->in_cnt);
    for (uint32_t i = 0; i < s->in_cnt; i++) {
        memcpy((void *)(uintptr_t)list[i].base, from, list[i].len);
        from += list[i].len;
    }
    memcpy(s->sent, bytes, s->in_len);
    free(lengths);
    return 0;
}

/* Both streams must still be what they were, and nothing beside the pieces may have changed. */
static void check(struct handle *h, struct slot *s) {
    struct vfsp_iov *list = lists(s);
    uint8_t *at = s->block, *sent = s->sent;
    for (uint32_t i = 0; i <= s->in_cnt + s->out_cnt; i++) {
        /* Behind the last piece of either list stands one more canary. */
        for (int twice = i == s->in_cnt ? 2 : 1; twice > 0; twice--) {
            for (int k = 0; k < CANARY; k++)
                if (*at++ != CANARY_BYTE) {
                    violation(h, "written beside a piece of request %llx", (unsigned long long)s->cookie);
                    return;
                }
        }
        if (i == s->in_cnt + s->out_cnt) break;
        if ((uint8_t *)(uintptr_t)list[i].base != at) {
            violation(h, "the list of request %llx was changed", (unsigned long long)s->cookie);
            return;
        }
        if (i < s->in_cnt) {
            if (memcmp(at, sent, list[i].len)) violation(h, "request %llx was changed", (unsigned long long)s->cookie);
            sent += list[i].len;
        }
        at += list[i].len;
    }
}

static void release(struct handle *h, struct slot *s) {
    free(s->block);
    free(s->sent);
    free(s->reply);
    memset(s, 0, sizeof *s);
    h->free[h->free_count++] = (uint32_t)(s - h->slots);
}

static void fail_reply(struct slot *s) {
    int32_t header[2] = {OUT_HEADER, -EIO};
    s->reply_len = s->out_cap < OUT_HEADER ? 0 : OUT_HEADER;
    s->reply = calloc(1, OUT_HEADER);
    memcpy(s->reply, header, sizeof header);
    if (s->in_len >= 16) memcpy(s->reply + 8, s->sent + 8, 8);
}

static void take_reply(struct handle *h, struct slot *s, uint32_t out_len) {
    struct vfsp_iov *list = lists(s) + s->in_cnt;
    uint32_t done = 0;
    s->reply = malloc(out_len ? out_len : 1);
    s->reply_len = out_len;
    for (uint32_t i = 0; i < s->out_cnt && done < out_len; i++) {
        uint32_t part = list[i].len < out_len - done ? (uint32_t)list[i].len : out_len - done;
        memcpy(s->reply + done, (void *)(uintptr_t)list[i].base, part);
        done += part;
    }
    if (out_len > 0 && (out_len < OUT_HEADER || memcmp(s->reply, &out_len, 4)))
        violation(h, "an answer of %u bytes whose header says something else", out_len);
    if (out_len >= OUT_HEADER && s->in_len >= 16 && memcmp(s->reply + 8, s->sent + 8, 8)) violation(h, "an answer to another request");
}

static int complete_one(struct handle *h, struct group *g, uint16_t group, const struct vfsp_cpl *c) {
    struct slot *s = &h->slots[c->cookie % SLOTS];
    int result = 0;
    if (s->cookie != c->cookie || s->state != LISTED || s->group != group) {
        violation(h, "cookie %llx is unknown, or completed twice", (unsigned long long)c->cookie);
        count(g, VFSP_STAT_REFUSED, 1);
        return -ENOENT;
    }
    check(h, s);
    s->status = c->status;
    if (c->out_len > s->out_cap) {
        violation(h, "an answer of %u bytes where there is room for %u", c->out_len, s->out_cap);
        count(g, VFSP_STAT_REFUSED, 1);
        s->status = -EIO;
        fail_reply(s);
        result = -EINVAL;
    } else if (s->generation != h->devs[s->dev].generation) {
        s->lost = 1;
        count(g, VFSP_STAT_STALE, 1);
    } else if (c->status < 0) {
        fail_reply(s);
    } else {
        if ((s->flags & VFSP_REQ_NO_REPLY) && c->out_len) violation(h, "an answer that nobody waits for");
        take_reply(h, s, c->out_len);
    }
    count(g, VFSP_STAT_COMPLETIONS, 1);
    count(g, VFSP_STAT_BYTES_OUT, c->out_len);
    s->state = DONE;
    quarantine(h, s);
    return result;
}

static int complete_all(struct handle *h, uint16_t group, const struct vfsp_cpl *c, int n) {
    int first = 0;
    for (int i = 0; i < n; i++) {
        int result = complete_one(h, &h->groups[group], group, &c[i]);
        if (result < 0 && !first) first = result;
    }
    return first ? first : n;
}

/* ---- the loop ---- */

static void header(uint8_t *in, uint32_t len, uint32_t opcode, uint64_t unique) {
    uint64_t root = 1;
    memset(in, 0, len);
    memcpy(in, &len, 4);
    memcpy(in + 4, &opcode, 4);
    memcpy(in + 8, &unique, 8);
    memcpy(in + 16, &root, 8);
}

static void make_loop(struct handle *h, struct group *g) {
    uint32_t size = LOOP_DATA;
    g->loop = calloc(h->loop_count, sizeof *g->loop);
    g->ready = calloc(h->loop_count, sizeof *g->ready);
    for (uint32_t i = 0; i < h->loop_count; i++) {
        struct loop *l = &g->loop[i];
        uint32_t in_len = IN_HEADER + (h->loop_op == 'r' ? 40 : h->loop_op == 'w' ? 40 + LOOP_DATA : 16);
        header(l->in, in_len, h->loop_op == 'r' ? 15 : h->loop_op == 'w' ? 16 : 3, i + 2);
        if (h->loop_op == 'r' || h->loop_op == 'w') memcpy(l->in + IN_HEADER + 16, &size, 4);
        l->in_iov = (struct vfsp_iov){(uint64_t)(uintptr_t)l->in, in_len};
        l->out_iov = (struct vfsp_iov){(uint64_t)(uintptr_t)l->out, OUT_HEADER + (h->loop_op == 'r' ? LOOP_DATA : 256)};
        l->cookie = i;
        g->ready[g->ready_count++] = i;
    }
}

static int loop_poll(struct handle *h, struct group *g, uint16_t group, struct vfsp_req *out, int max) {
    static _Thread_local uint8_t init[IN_HEADER + 64];
    static _Thread_local struct vfsp_iov init_iov;
    int n = 0;
    if (h->stopping || g->loop_state == 1) return 0;
    if (g->loop_state == 0) { /* INIT 7.31, by the first slot's room for an answer */
        uint32_t version[2] = {7, 31};
        header(init, sizeof init, 26, 1);
        memcpy(init + IN_HEADER, version, sizeof version);
        init_iov = (struct vfsp_iov){(uint64_t)(uintptr_t)init, sizeof init};
        g->loop_state = 1;
        max = 1;
    }
    for (; n < max && g->ready_count > 0; n++) {
        struct loop *l = &g->loop[g->ready[--g->ready_count]];
        struct vfsp_iov *in = g->loop_state == 1 ? &init_iov : &l->in_iov;
        l->listed = 1;
        out[n] = (struct vfsp_req){.cookie = l->cookie,
                                   .in_iov = (uint64_t)(uintptr_t)in,
                                   .out_iov = (uint64_t)(uintptr_t)&l->out_iov,
                                   .in_cnt = 1,
                                   .out_cnt = 1,
                                   .in_len = (uint32_t)in->len,
                                   .out_cap = (uint32_t)l->out_iov.len,
                                   .generation = 1,
                                   .queue = 1,
                                   .group = group};
        for (int d = 0; d < h->dev_count; d++)
            if (h->devs[d].group == group) out[n].dev = (uint16_t)d;
    }
    atomic_fetch_add_explicit(&g->loop_listed, (uint32_t)n, memory_order_relaxed);
    return n;
}

static int loop_complete(struct handle *h, struct group *g, const struct vfsp_cpl *c, int n) {
    int first = n;
    for (int i = 0; i < n; i++) {
        uint32_t index = (uint32_t)(c[i].cookie % h->loop_count);
        struct loop *l = &g->loop[index];
        int32_t error;
        if (l->cookie != c[i].cookie || !l->listed) {
            violation(h, "cookie %llx is unknown, or completed twice", (unsigned long long)c[i].cookie);
            first = first < 0 ? first : -ENOENT;
            continue;
        }
        memcpy(&error, l->out + 4, 4);
        if (c[i].status < 0 || error) violation(h, "a request of the loop failed: %d, %d", c[i].status, error);
        l->listed = 0;
        l->cookie += h->loop_count;
        g->loop_state = 2;
        g->ready[g->ready_count++] = index;
    }
    count(g, VFSP_STAT_COMPLETIONS, (uint64_t)n);
    atomic_fetch_sub_explicit(&g->loop_listed, (uint32_t)n, memory_order_relaxed);
    return first;
}

/* ---- polling ---- */

static int list(struct handle *h, struct group *g, struct vfsp_req *out, int max) {
    int n = 0;
    while (n < max && g->head != g->tail) {
        struct slot *s = &h->slots[g->fifo[g->head % SLOTS]];
        if (s->delay > 0) { /* and with it all behind it: order is kept */
            s->delay--;
            break;
        }
        g->head++;
        if (s->state != QUEUED) continue;
        s->state = LISTED;
        out[n++] = (struct vfsp_req){.cookie = s->cookie,
                                     .in_iov = (uint64_t)(uintptr_t)lists(s),
                                     .out_iov = (uint64_t)(uintptr_t)(lists(s) + s->in_cnt),
                                     .in_cnt = s->in_cnt,
                                     .out_cnt = s->out_cnt,
                                     .in_len = s->in_len,
                                     .out_cap = s->out_cap,
                                     .generation = s->generation,
                                     .dev = s->dev,
                                     .queue = s->queue,
                                     .group = s->group,
                                     .flags = s->flags};
        count(g, VFSP_STAT_BYTES_IN, s->in_len);
    }
    return n;
}

int vfsp_poll_io(void *handle, uint16_t group, struct vfsp_req *out, int max) {
    struct handle *h = handle;
    struct group *g = &h->groups[group];
    uint64_t ignored;
    int n = foreign(h, group, "poll_io");
    if (n < 0) return n;
    if (h->poll_error) return -h->poll_error;
    if (h->loop_count) {
        n = loop_poll(h, g, group, out, max);
    } else {
        pthread_mutex_lock(&h->lock);
        if (read(g->fd, &ignored, sizeof ignored) < 0 && errno != EAGAIN) perror("eventfd");
        g->armed = 0;
        complete_all(h, group, g->posted, (int)g->posted_count);
        g->posted_count = 0;
        n = list(h, g, out, max);
        pthread_mutex_unlock(&h->lock);
    }
    count(g, VFSP_STAT_POLLS, 1);
    count(g, n ? VFSP_STAT_REQUESTS : VFSP_STAT_EMPTY_POLLS, n ? (uint64_t)n : 1);
    return n;
}

int vfsp_complete(void *handle, uint16_t group, const struct vfsp_cpl *c, int n) {
    struct handle *h = handle;
    int result = foreign(h, group, "complete");
    if (result < 0) return result;
    if (h->loop_count) return loop_complete(h, &h->groups[group], c, n);
    pthread_mutex_lock(&h->lock);
    result = complete_all(h, group, c, n);
    pthread_mutex_unlock(&h->lock);
    return result;
}

int vfsp_post(void *handle, uint16_t group, const struct vfsp_cpl *c, int n) {
    struct handle *h = handle;
    struct group *g = &h->groups[group];
    int result = n;
    if (group >= h->group_count) return -EINVAL;
    pthread_mutex_lock(&h->lock);
    for (int i = 0; i < n; i++) {
        struct slot *s = &h->slots[c[i].cookie % SLOTS];
        int posted = 0;
        for (uint32_t k = 0; k < g->posted_count; k++) posted |= g->posted[k].cookie == c[i].cookie;
        if (s->cookie != c[i].cookie || s->state != LISTED || posted) {
            violation(h, "cookie %llx is unknown, or posted twice", (unsigned long long)c[i].cookie);
            count(g, VFSP_STAT_REFUSED, 1);
            result = result < 0 ? result : -ENOENT;
        } else {
            g->posted[g->posted_count++] = c[i];
        }
    }
    wake(g);
    pthread_mutex_unlock(&h->lock);
    return result;
}

int vfsp_wait_fd(void *handle, uint16_t group) {
    struct handle *h = handle;
    return group >= h->group_count ? -EINVAL : h->no_wait_fd ? -ENOTSUP : h->groups[group].fd;
}

int vfsp_arm(void *handle, uint16_t group) {
    struct handle *h = handle;
    struct group *g = &h->groups[group];
    int result = foreign(h, group, "arm");
    if (result < 0) return result;
    pthread_mutex_lock(&h->lock);
    result = g->head != g->tail || g->posted_count || (h->loop_count && g->ready_count && !h->stopping);
    g->armed = !result;
    pthread_mutex_unlock(&h->lock);
    return result;
}

static uint32_t in_flight(struct handle *h, int dev, uint32_t generation) {
    uint32_t n = 0;
    for (int i = 0; i < SLOTS; i++) n += h->slots[i].state == LISTED && h->slots[i].dev == dev && (!generation || h->slots[i].generation == generation);
    if (h->loop_count) n += atomic_load(&h->groups[h->devs[dev].group].loop_listed);
    return n;
}

static void tell_stopped(struct handle *h) {
    for (int i = 0; i < h->dev_count && h->stopping && !h->never_stops; i++) {
        struct dev *d = &h->devs[i];
        if (!d->stop_told && h->groups[d->group].head == h->groups[d->group].tail && !in_flight(h, i, 0)) {
            d->stop_told = 1;
            event(h, VFSP_EVT_STOPPED, (uint16_t)i, d->generation, 0, 0, 0);
        }
    }
}

int vfsp_poll_ctl(void *handle, struct vfsp_evt *out, int max) {
    struct handle *h = handle;
    int n;
    pthread_mutex_lock(&h->lock);
    if (!h->has_control++) h->control = pthread_self();
    if (!pthread_equal(h->control, pthread_self())) violation(h, "poll_ctl by two threads");
    tell_stopped(h);
    n = (int)h->event_count < max ? (int)h->event_count : max;
    memcpy(out, h->events, sizeof *out * (size_t)n);
    memmove(h->events, h->events + n, sizeof *out * (h->event_count -= (uint32_t)n));
    pthread_mutex_unlock(&h->lock);
    return n;
}

int vfsp_reset_done(void *handle, uint16_t dev, uint32_t generation) {
    struct handle *h = handle;
    struct dev *d = &h->devs[dev];
    int result = 0;
    if (dev >= h->dev_count) return -ENODEV;
    pthread_mutex_lock(&h->lock);
    if (!d->resetting || generation != d->generation - 1) {
        violation(h, "reset_done for generation %u of device %u, which is not reset", generation, dev);
        result = -EINVAL;
    } else {
        uint32_t left = in_flight(h, dev, generation);
        if (left) violation(h, "reset_done with %u requests in flight", left);
        d->resetting = 0;
        event(h, VFSP_EVT_DEV_READY, dev, d->generation, 0, 1ull << 32, d->request_queues + 1u);
    }
    pthread_mutex_unlock(&h->lock);
    return result;
}

int vfsp_stop(void *handle) {
    struct handle *h = handle;
    pthread_mutex_lock(&h->lock);
    h->stopping = 1;
    pthread_mutex_unlock(&h->lock);
    return 0;
}

int vfsp_detach(void *handle, uint16_t group) {
    struct handle *h = handle;
    int result = foreign(h, group, "detach");
    if (result < 0) return result;
    pthread_mutex_lock(&h->lock);
    for (int i = 0; i < h->dev_count; i++)
        if (h->devs[i].group == group && in_flight(h, i, 0)) violation(h, "detached with requests in flight");
    h->groups[group].attached = 0;
    pthread_mutex_unlock(&h->lock);
    return 0;
}

static void free_handle(struct handle *h) {
    for (int i = 0; i < QUARANTINE; i++)
        if (h->quarantine[i].at) check_quarantined(h, &h->quarantine[i]);
    for (int i = 0; i < SLOTS; i++)
        if (h->slots[i].state != FREE) release(h, &h->slots[i]);
    for (int i = 0; i < GROUPS; i++) {
        if (h->groups[i].fd >= 0) close(h->groups[i].fd);
        free(h->groups[i].loop);
        free(h->groups[i].ready);
    }
    free(h);
}

int vfsp_close(void *handle) {
    struct handle *h = handle;
    for (int i = 0; i < h->group_count; i++)
        if (h->groups[i].attached) {
            violation(h, "closed with group %d attached", i);
            return -EBUSY;
        }
    free_handle(h);
    return 0;
}

int vfsp_stats(void *handle, uint16_t group, uint64_t *v, int max) {
    struct handle *h = handle;
    int n = max < VFSP_STATS ? max : VFSP_STATS;
    if (group >= h->group_count) return -EINVAL;
    for (int i = 0; i < n; i++) v[i] = atomic_load_explicit(&h->groups[group].stats[i], memory_order_relaxed);
    return n;
}

/* ---- the host: the test ---- */

/* Makes a request arrive; split_seed 0 leaves both streams in one piece. Returns its cookie, or a negative errno: -EBUSY while the device is reset. */
VFSP_API int64_t vfspf_push(void *handle, uint16_t group, uint16_t dev, uint16_t queue, const void *bytes, uint32_t len, uint32_t out_cap, uint64_t split_seed) {
    struct handle *h = handle;
    struct dev *d = &h->devs[dev];
    struct slot *s;
    uint32_t opcode = 0;
    int64_t result;
    if (dev >= h->dev_count || group != d->group || queue > d->request_queues) return -EINVAL;
    pthread_mutex_lock(&h->lock);
    result = d->resetting ? -EBUSY : h->stopping ? -ESHUTDOWN : !h->free_count ? -ENOSPC : 0;
    if (!result) {
        uint32_t index = h->free[--h->free_count];
        s = &h->slots[index];
        if (len >= 8) memcpy(&opcode, (const uint8_t *)bytes + 4, 4);
        *s = (struct slot){.state = QUEUED, .dev = dev, .queue = queue, .group = group, .generation = d->generation, .in_len = len, .out_cap = out_cap};
        s->cookie = ++h->sequence * SLOTS + index;
        s->flags = (uint16_t)((queue ? 0 : VFSP_REQ_HIPRIO) | (!out_cap || opcode == 2 || opcode == 42 ? VFSP_REQ_NO_REPLY : 0));
        s->delay = h->max_delay ? (uint32_t)(next_random(&h->random) % (h->max_delay + 1)) : 0;
        result = make(h, s, bytes, split_seed);
        if (result < 0) {
            release(h, s);
        } else {
            result = (int64_t)s->cookie;
            h->groups[group].fifo[h->groups[group].tail++ % SLOTS] = index;
            wake(&h->groups[group]);
        }
    }
    pthread_mutex_unlock(&h->lock);
    return result;
}

/* Takes the answer to a request; its length, -EAGAIN before it is there, -ESTALE when the host does not hear it any more, -ENOENT for an unknown cookie. */
VFSP_API int vfspf_pop_reply(void *handle, uint64_t cookie, void *buf, uint32_t cap, int32_t *status) {
    struct handle *h = handle;
    struct slot *s = &h->slots[cookie % SLOTS];
    int result;
    pthread_mutex_lock(&h->lock);
    if (s->cookie != cookie || s->state == FREE) {
        result = -ENOENT;
    } else if (s->state != DONE) {
        result = -EAGAIN;
    } else {
        result = s->lost ? -ESTALE : (int)s->reply_len;
        if (status) *status = s->status;
        if (!s->lost && s->reply) memcpy(buf, s->reply, s->reply_len < cap ? s->reply_len : cap);
        release(h, s);
    }
    pthread_mutex_unlock(&h->lock);
    return result;
}

/*
 * Makes something happen: RESET_BEGIN, FLR_BEGIN and DEV_DOWN end the device's generation, what is not listed yet is lost; others are only told. After
 * DEV_DOWN nobody waits for the server: the next generation begins at once. One that names a generation is only told.
 */
VFSP_API int vfspf_inject(void *handle, const struct vfsp_evt *evt) {
    struct handle *h = handle;
    struct dev *d = &h->devs[evt->dev];
    int result = 0;
    if (evt->dev >= h->dev_count) return -ENODEV;
    pthread_mutex_lock(&h->lock);
    if (evt->generation) {
        event(h, evt->type, evt->dev, evt->generation, evt->code, evt->arg0, evt->arg1);
    } else if (evt->type == VFSP_EVT_RESET_BEGIN || evt->type == VFSP_EVT_FLR_BEGIN || evt->type == VFSP_EVT_DEV_DOWN) {
        if (d->resetting) {
            result = -EBUSY;
        } else {
            for (int i = 0; i < SLOTS; i++)
                if (h->slots[i].state == QUEUED && h->slots[i].dev == evt->dev) {
                    h->slots[i].state = DONE;
                    h->slots[i].lost = 1;
                }
            d->resetting = evt->type != VFSP_EVT_DEV_DOWN;
            event(h, evt->type, evt->dev, d->generation++, 0, 0, 0);
            if (!d->resetting) event(h, VFSP_EVT_DEV_READY, evt->dev, d->generation, 0, 1ull << 32, d->request_queues + 1u);
        }
    } else {
        event(h, evt->type, evt->dev, d->generation, evt->code, evt->arg0, evt->arg1);
    }
    pthread_mutex_unlock(&h->lock);
    return result;
}

/* Each request is listed after a random number of polls, up to this one. */
VFSP_API int vfspf_set_delay(void *handle, uint32_t polls) {
    struct handle *h = handle;
    pthread_mutex_lock(&h->lock);
    h->max_delay = polls;
    pthread_mutex_unlock(&h->lock);
    return 0;
}

/* How many violations there were, and the first of them as lines of text; of all handles, closed ones too and without a text, when there is no handle. */
VFSP_API int vfspf_violations(void *handle, char *buf, uint32_t len) {
    struct handle *h = handle;
    int result;
    if (!h) {
        if (len) buf[0] = 0;
        return atomic_load(&all_violations);
    }
    pthread_mutex_lock(&h->lock);
    result = h->violation_count;
    snprintf(buf, len, "%s", h->violations);
    pthread_mutex_unlock(&h->lock);
    return result;
}
