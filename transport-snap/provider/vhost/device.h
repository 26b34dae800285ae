/*
 * A device behind a vhost-user socket, and the groups that poll devices.
 *
 * Two threads meet in a device, under its lock: the control thread, which talks to the front end, and the owner of its group, which takes
 * requests and gives answers. Answers posted by others wait in the group's stack until the owner comes.
 */
#ifndef VHOST_DEVICE_H
#define VHOST_DEVICE_H

#include <pthread.h>
#include <stdatomic.h>

#include "config.h"
#include "pool.h"
#include "ring.h"

#define HEADER_IN 40u
#define HEADER_OUT 16u
#define MAX_IN (1024u * 1024 + 65536)
#define MAX_OUT (1024u * 1024 + 65536)
/* Large pieces begin at a multiple of PAGE in their chunk, so that lists take up to twice the bytes they have. */
#define PAGE 4096u
#define CHUNKS_MAX (2 * (MAX_IN + MAX_OUT) / CHUNK + 4)
#define EVENTS_MAX 16

/* One request in flight. */
struct exchange {
    _Atomic uint64_t live; /* its cookie while nobody has answered; claimed by compare-and-set */
    struct exchange *next; /* free list, or the stack of what was posted */
    uint32_t index;        /* in the group's table: the low half of each cookie */
    uint32_t times;        /* the high half */
    struct device *device;
    uint16_t queue;
    uint16_t id;
    uint16_t slots;
    uint32_t generation;
    uint32_t in_cnt;
    uint32_t out_cnt;
    uint32_t in_len;
    uint32_t out_cap;
    uint64_t unique;
    uint32_t out_len; /* the answer, from here on */
    int32_t status;
    uint32_t segments;
    uint32_t chunks;
    struct segment *segment; /* the writable ones, as the driver gave them */
    struct vfsp_iov *iov;    /* in_cnt, then out_cnt */
    uint32_t chunk[CHUNKS_MAX];
};

struct queue {
    struct ring ring;
    bool running;
    bool enabled;
    bool broken;
    bool kicks_on;
    bool called_for; /* something was pushed since the driver was told */
    bool pending;    /* chain was taken and waits for room */
    uint32_t pending_free;
    struct chain chain;
    uint8_t *in_flight; /* one bit for each id */
    struct exchange *exchange;
    struct exchange *free;
    /* What the front end said. */
    uint32_t entries;
    uint64_t descriptors;
    uint64_t available;
    uint64_t used;
    bool placed;
    bool kicked;
    uint32_t base;
    int kick;
    int call;
};

struct device {
    struct provider *provider;
    struct group *group;
    const struct config_device *config;
    uint16_t index;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    bool has_thread;
    int listener;
    int socket;
    char path[108];
    struct memory memory;
    struct pool pool;
    int queues; /* hiprio and the request queues */
    struct queue *queue;
    uint32_t iovs; /* pieces that both lists of a request have at most */
    uint64_t features;
    uint32_t generation;
    uint32_t in_flight;
    bool live;      /* DEV_READY was said for this generation */
    bool resetting; /* from RESET_BEGIN until all rings have stopped */
    bool failed;    /* ERROR was said for this generation */
    bool stopped;
    struct vfsp_evt event[EVENTS_MAX];
    int events;
};

struct group {
    struct provider *provider;
    uint16_t index;
    _Atomic uint64_t owner; /* a thread's number, or 0 */
    struct device *device[CONFIG_DEVICES_MAX];
    int devices;
    int turn; /* the device to begin with */
    uint64_t polls;
    struct exchange **table; /* by the low half of a cookie */
    uint32_t table_count;
    _Atomic(struct exchange *) posted;
    atomic_bool armed;
    bool woken;
    int waiting; /* an epoll descriptor */
    int wake;    /* an eventfd in it */
    _Atomic uint64_t stat[VFSP_STATS];
};

struct provider {
    struct config *config;
    struct device *device;
    int devices;
    struct group *group;
    int groups;
    int end; /* an eventfd: control threads are to end */
    atomic_bool started;
    atomic_bool stopping;
    atomic_bool ending;
};

/* device.c */
bool device_open(struct device *device);
void device_close(struct device *device);
void device_say(struct device *device, uint32_t type, int32_t code, uint64_t arg0, uint64_t arg1);
/* Takes requests of a device; owner. */
int device_poll(struct device *device, struct vfsp_req *out, int max);
/* Answers a claimed exchange; owner. */
void device_finish(struct exchange *exchange);
/* Tells the drivers; owner. */
void device_call(struct device *device);
/* Asks for kicks; true when there is work. Owner. */
bool device_arm(struct device *device);
/* Says STOPPED when the provider stops and nothing is in flight. Locked. */
void device_check_stopped(struct device *device);
void group_kick(struct group *group);

/* control.c: the control thread of a device. */
void *control(void *device);

#endif
