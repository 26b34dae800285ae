/*
 * virtio-fs functions that a BlueField-3 emulates, through DOCA DevEmu (the API of 3.1 and later: one handler for each operation).
 *
 * Two threads meet in a device. The control thread calls vfsp_poll_ctl: it drives the device's context, and all its callbacks run there. The owner of the
 * group calls vfsp_poll_io: it drives the io context and the DMA engine. They tell each other by the atomic fields.
 *
 *   request   arrived (host memory) -> loading (DMA to us) -> listed (the server has it) -> returning (DMA to the host) -> given back to the library
 */
#ifndef DOCA_DEVICE_H
#define DOCA_DEVICE_H

#include <doca_buf.h>
#include <doca_buf_inventory.h>
#include <doca_ctx.h>
#include <doca_dev.h>
#include <doca_devemu_pci.h>
#include <doca_devemu_pci_type.h>
#include <doca_devemu_vfs.h>
#include <doca_devemu_vfs_dev.h>
#include <doca_devemu_vfs_fuse_kernel.h>
#include <doca_devemu_vfs_io.h>
#include <doca_devemu_vfs_type.h>
#include <doca_devemu_virtio_dev.h>
#include <doca_dma.h>
#include <doca_error.h>
#include <doca_mmap.h>
#include <doca_pe.h>

#include <stdatomic.h>

#include "config.h"

#define CLASSES 3
#define LARGE (1024u * 1024 + 65536) /* the most that one request carries in each direction */
#define OUT_HEADER 16u
#define IOVS 6
#define EVENTS_MAX 16
#define TAG_MAX 20 /* bytes that the library takes */

/* Memory that the DMA engine knows. */
struct buffer {
    struct buffer *next;
    struct doca_buf *doca;
    uint8_t *at;
    uint32_t size;
    int class;
};

struct pool {
    uint8_t *memory;
    size_t bytes;
    struct doca_mmap *map;
    struct doca_buf_inventory *inventory;
    struct buffer *buffer;
    uint32_t buffers;
    struct buffer *free[CLASSES];
};

enum state { ARRIVED, LOADING, READY, LISTED, RETURNING };

/* A request while it is ours; lies in the library's memory, behind its own. */
struct exchange {
    struct exchange *next;
    struct device *device;
    struct doca_devemu_vfs_fuse_req *req;
    struct fuse_in_header *in;
    void *op_in;
    struct doca_buf *datain;
    struct fuse_out_header *out;
    void *op_out[2];
    struct doca_buf *dataout;
    uint32_t op_in_len;
    uint32_t op_out_len[2];
    uint32_t datain_len;
    uint32_t dataout_len;
    enum state state;
    bool failed;
    struct buffer *in_buffer;
    struct buffer *out_buffer;
    struct slot *slot;
    uint32_t generation;
    uint32_t in_len;
    uint32_t fixed_len; /* bytes of the reply before dataout */
    uint32_t out_cap;
    uint32_t out_len;
    struct doca_buf *segment; /* returning: the host's next buffer */
    uint32_t sent;
    struct vfsp_iov iov[IOVS];
};

/* What a cookie names. */
struct slot {
    _Atomic uint64_t live; /* the cookie while nobody has answered; claimed by compare-and-set */
    struct slot *next;     /* free list, or the stack of what was posted */
    struct exchange *exchange;
    uint32_t index;
    uint32_t times;
    uint32_t out_len;
    int32_t status;
};

struct fifo {
    struct exchange *first;
    struct exchange *last;
};

enum phase { NEW, STARTING, RUNNING, RESTARTING, STOPPING, STOPPED };
enum reset { NO_RESET, VIRTIO_RESET, FUNCTION_RESET };

struct device {
    struct provider *provider;
    struct group *group;
    const struct config_device *config;
    uint16_t index;
    char function[VFSP_FUNCTION_MAX + 1];
    struct doca_dev_rep *rep;
    struct doca_devemu_vfs_dev *dev;
    /* The owner's. */
    struct doca_devemu_vfs_io *io;
    struct doca_dma *dma;
    bool io_stopping;
    bool io_idle;
    uint32_t owned; /* requests that are ours, in whatever state */
    struct fifo arrived;
    struct fifo loading;
    uint64_t looks;
    /* The control thread's. */
    enum phase phase;
    enum reset reset;
    bool idle; /* the device's context has stopped */
    struct vfsp_evt event[EVENTS_MAX];
    int events;
    /* What they tell each other. */
    _Atomic uint32_t generation;
    atomic_bool hold;     /* a reset has begun: nothing goes to the server or to the host */
    atomic_bool released; /* the server has let the generation go */
    atomic_bool drained;  /* and so has the owner */
    atomic_bool io_wanted;
    atomic_bool io_gone;
};

struct group {
    struct provider *provider;
    uint16_t index;
    _Atomic uint64_t owner; /* a thread's number, or 0 */
    struct device *device[CONFIG_DEVICES_MAX];
    int devices;
    int turn;
    struct doca_pe *io_pe;
    struct doca_pe *dma_pe;
    struct pool pool;
    struct slot *slot;
    uint32_t slots;
    struct slot *free;
    _Atomic(struct slot *) posted;
    _Atomic uint64_t stat[VFSP_STATS];
};

struct provider {
    struct config *config;
    struct doca_dev *dev;
    const struct doca_devemu_vfs_type *type;
    struct doca_pe *pe;
    bool initialised;
    struct device *device;
    int devices;
    struct group *group;
    int groups;
    atomic_bool started;
    atomic_bool stopping;
};

/* handlers.c: registers one handler for each operation. */
doca_error_t register_handlers(struct doca_devemu_vfs_io *io);

/* io.c: the owner's side. */
void arrive(struct exchange *exchange);
void io_advance(struct device *device);
int io_list(struct device *device, struct vfsp_req *out, int max);
void io_answer(struct slot *slot);
void count(struct group *group, enum vfsp_stat which, uint64_t by);

/* pool.c */
bool pool_open(struct pool *pool, struct doca_dev *dev, size_t bytes);
void pool_close(struct pool *pool);
struct buffer *pool_take(struct pool *pool, uint32_t bytes);
void pool_give(struct pool *pool, struct buffer *buffer);

/* control.c: the control thread's side. */
int control_open(struct provider *provider, char *err, uint32_t errlen);
void control_close(struct provider *provider);
void control_advance(struct device *device);
int control_list(struct vfsp_mgr *out, int max, char *err, uint32_t errlen);

#endif
