#define _GNU_SOURCE
#include "device-stub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MISUSE(what)                                                                                                   \
    do {                                                                                                               \
        fprintf(stderr, "misuse: %s (%s:%d)\n", what, __FILE__, __LINE__);                                             \
        exit(1);                                                                                                       \
    } while (0)
#define MUST(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            MISUSE(#condition);                                                                                        \
        }                                                                                                              \
    } while (0)

/* Something that happens when an engine makes progress. */
struct happening {
    void (*happen)(void *);
    void *argument;
    struct happening *next;
};

struct doca_pe {
    struct happening *first;
    int contexts;
};

struct doca_ctx {
    struct doca_pe *pe;
    enum doca_ctx_states state;
    union doca_data user;
    doca_ctx_state_changed_callback_t changed;
};

struct doca_devemu_vfs_dev {
    struct doca_ctx ctx;
    bool wants_stop;
    stub_reset_cb on_reset;
    union doca_data reset_user;
    stub_flr_cb on_flr;
    union doca_data flr_user;
    char tag[21];
};

struct doca_devemu_vfs_io {
    struct doca_ctx ctx;
    struct doca_devemu_vfs_dev *dev;
    uint32_t owned;
    bool wants_stop;
#define FIELD(name, shape, i, t) stub_##name##_cb name;
    STUB_OPERATIONS(FIELD)
};

struct doca_dma {
    struct doca_ctx ctx;
    stub_memcpy_cb done;
    stub_memcpy_cb failed;
    uint32_t tasks;
    uint32_t most;
};

struct doca_dma_task_memcpy {
    struct doca_dma *dma;
    const struct doca_buf *from;
    struct doca_buf *to;
    union doca_data user;
};

struct doca_buf {
    uint8_t *head;
    size_t room;
    uint8_t *data;
    size_t data_len;
    struct doca_buf *next;
    bool host;
};

struct doca_mmap {
    int unused;
};

static int made;
static int starts;
static int completed_resets;
static int tasks;
static bool breaking;
static uint32_t user_bytes;
static struct doca_devemu_vfs_dev *the_dev;
static struct doca_devemu_vfs_io *the_io;
static char a_thing; /* what handles point to that have nothing in them */

static void *make(size_t bytes)
{
    made++;
    return calloc(1, bytes);
}

static doca_error_t unmake(void *thing)
{
    made--;
    free(thing);
    return DOCA_SUCCESS;
}

static void later(struct doca_pe *pe, void (*happen)(void *), void *argument)
{
    struct happening **at = &pe->first;
    while (*at) {
        at = &(*at)->next;
    }
    *at = calloc(1, sizeof **at);
    (*at)->happen = happen;
    (*at)->argument = argument;
}

/* --- the host ------------------------------------------------------------------------------------------------------- */

struct host_list host_list(size_t bytes, size_t piece)
{
    struct host_list list = {NULL, malloc(bytes), bytes};
    struct doca_buf **at = &list.first;
    size_t done = 0;
    while (done < bytes) {
        struct doca_buf *buf = calloc(1, sizeof *buf);
        buf->head = buf->data = list.bytes + done;
        buf->room = buf->data_len = bytes - done < piece ? bytes - done : piece;
        buf->host = true;
        done += buf->room;
        *at = buf;
        at = &buf->next;
    }
    return list;
}

void host_list_free(struct host_list *list)
{
    while (list->first) {
        struct doca_buf *next = list->first->next;
        free(list->first);
        list->first = next;
    }
    free(list->bytes);
    memset(list, 0, sizeof *list);
}

static void deliver(void *argument)
{
    struct doca_devemu_vfs_fuse_req *req = argument;
    struct doca_devemu_vfs_io *io = the_io;
    if (!io || io->ctx.state != DOCA_CTX_STATE_RUNNING) {
        return; /* the host's problem */
    }
    req->io = io;
    req->user = aligned_alloc(64, (user_bytes + 63) / 64 * 64);
    memset(req->user, 0xa5, user_bytes);
    io->owned++;
    switch (req->in.opcode) {
    case FUSE_LOOKUP:
        io->lookup(req, req->user, &req->in, req->datain.first, &req->out, (void *)req->op_out);
        break;
    case FUSE_FORGET:
        io->forget(req, req->user, &req->in, (void *)req->op_in);
        break;
    case FUSE_GETATTR:
        io->getattr(req, req->user, &req->in, (void *)req->op_in, &req->out, (void *)req->op_out);
        break;
    case FUSE_WRITE:
        io->write(req, req->user, &req->in, (void *)req->op_in, req->datain.first, &req->out, (void *)req->op_out);
        break;
    case FUSE_READ:
        io->read(req, req->user, &req->in, (void *)req->op_in, &req->out, req->dataout.first);
        break;
    case FUSE_CREATE:
        io->create(req, req->user, &req->in, (void *)req->op_in, req->datain.first, &req->out, (void *)req->op_out,
            &req->open_out);
        break;
    case FUSE_GETXATTR:
        io->getxattr(req, req->user, &req->in, (void *)req->op_in, req->datain.first, &req->out, (void *)req->op_out,
            req->dataout.first);
        break;
    default:
        MISUSE("an operation that the stub does not send");
    }
}

void host_sends(struct doca_devemu_vfs_fuse_req *req, uint32_t opcode, uint64_t unique)
{
    req->in.opcode = opcode;
    req->in.unique = unique;
    later(the_io->ctx.pe, deliver, req);
}

static void reset_now(void *dev)
{
    (void)dev;
    the_dev->on_reset((struct doca_devemu_virtio_dev *)the_dev, the_dev->reset_user);
}

static void flr_now(void *dev)
{
    (void)dev;
    the_dev->on_flr((struct doca_devemu_pci_dev *)the_dev, the_dev->flr_user);
}

void host_resets(void)
{
    later(the_dev->ctx.pe, reset_now, NULL);
}

void host_resets_function(void)
{
    later(the_dev->ctx.pe, flr_now, NULL);
}

int resets_completed(void)
{
    return completed_resets;
}

int device_starts(void)
{
    return starts;
}

int dma_tasks(void)
{
    return tasks;
}

void break_next_dma(void)
{
    breaking = true;
}

int objects(void)
{
    return made;
}

uint32_t host_owned(void)
{
    return the_io ? the_io->owned : 0;
}

/* --- contexts and engines ------------------------------------------------------------------------------------------- */

static void enter(struct doca_ctx *ctx, enum doca_ctx_states state)
{
    enum doca_ctx_states before = ctx->state;
    ctx->state = state;
    if (ctx->changed) {
        ctx->changed(ctx->user, ctx, before, state);
    }
}

/* The device runs when its io context does, and is idle when that is. */
static void settle(void *unused)
{
    struct doca_devemu_vfs_dev *dev = the_dev;
    (void)unused;
    if (!dev) {
        return;
    }
    if (dev->ctx.state == DOCA_CTX_STATE_STARTING && the_io && the_io->ctx.state == DOCA_CTX_STATE_RUNNING) {
        enter(&dev->ctx, DOCA_CTX_STATE_RUNNING);
    } else if (dev->ctx.state == DOCA_CTX_STATE_STOPPING && (!the_io || the_io->ctx.state == DOCA_CTX_STATE_IDLE)) {
        enter(&dev->ctx, DOCA_CTX_STATE_IDLE);
    }
}

static void settle_io(void *argument)
{
    struct doca_devemu_vfs_io *io = argument;
    if (io == the_io && io->ctx.state == DOCA_CTX_STATE_STOPPING && io->owned == 0) {
        enter(&io->ctx, DOCA_CTX_STATE_IDLE);
        later(io->dev->ctx.pe, settle, NULL);
    }
}

static void run_io(void *argument)
{
    struct doca_devemu_vfs_io *io = argument;
    enter(&io->ctx, DOCA_CTX_STATE_RUNNING);
    later(io->dev->ctx.pe, settle, NULL);
}

doca_error_t doca_ctx_start(struct doca_ctx *ctx)
{
    MUST(ctx->state == DOCA_CTX_STATE_IDLE);
    if (the_dev && ctx == &the_dev->ctx) {
        starts++;
        enter(ctx, DOCA_CTX_STATE_STARTING);
        later(ctx->pe, settle, NULL);
        return DOCA_ERROR_IN_PROGRESS;
    }
    if (the_io && ctx == &the_io->ctx) {
        enter(ctx, DOCA_CTX_STATE_STARTING);
        later(ctx->pe, run_io, the_io);
        return DOCA_ERROR_IN_PROGRESS;
    }
    enter(ctx, DOCA_CTX_STATE_RUNNING);
    return DOCA_SUCCESS;
}

doca_error_t doca_ctx_stop(struct doca_ctx *ctx)
{
    MUST(ctx->state == DOCA_CTX_STATE_RUNNING || ctx->state == DOCA_CTX_STATE_STARTING);
    if (the_dev && ctx == &the_dev->ctx) {
        enter(ctx, DOCA_CTX_STATE_STOPPING);
        later(ctx->pe, settle, NULL);
        return DOCA_ERROR_IN_PROGRESS;
    }
    if (the_io && ctx == &the_io->ctx) {
        enter(ctx, DOCA_CTX_STATE_STOPPING);
        later(ctx->pe, settle_io, the_io);
        return DOCA_ERROR_IN_PROGRESS;
    }
    enter(ctx, DOCA_CTX_STATE_IDLE);
    return DOCA_SUCCESS;
}

doca_error_t doca_ctx_set_user_data(struct doca_ctx *ctx, union doca_data user)
{
    ctx->user = user;
    return DOCA_SUCCESS;
}

doca_error_t doca_ctx_get_user_data(const struct doca_ctx *ctx, union doca_data *user)
{
    *user = ctx->user;
    return DOCA_SUCCESS;
}

doca_error_t doca_ctx_set_state_changed_cb(struct doca_ctx *ctx, doca_ctx_state_changed_callback_t changed)
{
    ctx->changed = changed;
    return DOCA_SUCCESS;
}

doca_error_t doca_pe_create(struct doca_pe **pe)
{
    *pe = make(sizeof **pe);
    return DOCA_SUCCESS;
}

doca_error_t doca_pe_destroy(struct doca_pe *pe)
{
    while (pe->first) {
        struct happening *next = pe->first->next;
        free(pe->first);
        pe->first = next;
    }
    return unmake(pe);
}

uint8_t doca_pe_progress(struct doca_pe *pe)
{
    struct happening *now = pe->first;
    if (!now) {
        return 0;
    }
    pe->first = now->next;
    now->happen(now->argument);
    free(now);
    return 1;
}

doca_error_t doca_pe_connect_ctx(struct doca_pe *pe, struct doca_ctx *ctx)
{
    ctx->pe = pe;
    return DOCA_SUCCESS;
}

/* --- devices -------------------------------------------------------------------------------------------------------- */

const char *doca_error_get_descr(doca_error_t error)
{
    return error == DOCA_ERROR_NOT_PERMITTED ? "not permitted" : "an error of the stub";
}

doca_error_t doca_devinfo_create_list(struct doca_devinfo ***list, uint32_t *n)
{
    *list = make(2 * sizeof **list);
    (*list)[0] = (struct doca_devinfo *)"mlx5_plain";
    (*list)[1] = (struct doca_devinfo *)"mlx5_0";
    *n = 2;
    return DOCA_SUCCESS;
}

doca_error_t doca_devinfo_destroy_list(struct doca_devinfo **list)
{
    return unmake(list);
}

doca_error_t doca_devinfo_get_ibdev_name(const struct doca_devinfo *info, char *name, uint32_t size)
{
    snprintf(name, size, "%s", (const char *)info);
    return DOCA_SUCCESS;
}

doca_error_t doca_devemu_vfs_is_default_vfs_type_supported(const struct doca_devinfo *info, uint8_t *supported)
{
    *supported = !strcmp((const char *)info, "mlx5_0");
    return DOCA_SUCCESS;
}

doca_error_t doca_dev_open(struct doca_devinfo *info, struct doca_dev **dev)
{
    (void)info;
    *dev = make(1);
    return DOCA_SUCCESS;
}

doca_error_t doca_dev_close(struct doca_dev *dev)
{
    return unmake(dev);
}

doca_error_t doca_devinfo_rep_destroy_list(struct doca_devinfo_rep **list)
{
    return unmake(list);
}

doca_error_t doca_devinfo_rep_get_vuid(const struct doca_devinfo_rep *rep, char *vuid, uint32_t size)
{
    snprintf(vuid, size, "%s", (const char *)rep);
    return DOCA_SUCCESS;
}

doca_error_t doca_devinfo_rep_get_pci_func_type(const struct doca_devinfo_rep *rep, enum doca_pci_func_type *type)
{
    (void)rep;
    *type = DOCA_PCI_FUNC_TYPE_PF;
    return DOCA_SUCCESS;
}

doca_error_t doca_dev_rep_open(struct doca_devinfo_rep *info, struct doca_dev_rep **rep)
{
    (void)info;
    *rep = make(1);
    return DOCA_SUCCESS;
}

doca_error_t doca_dev_rep_close(struct doca_dev_rep *rep)
{
    return unmake(rep);
}

doca_error_t doca_devemu_vfs_find_default_vfs_type_by_dev(struct doca_dev *dev, const struct doca_devemu_vfs_type **type)
{
    (void)dev;
    *type = (const struct doca_devemu_vfs_type *)&a_thing;
    return DOCA_SUCCESS;
}

const struct doca_devemu_pci_type *doca_devemu_vfs_type_as_pci_type(const struct doca_devemu_vfs_type *type)
{
    return (const struct doca_devemu_pci_type *)type;
}

doca_error_t doca_devemu_pci_type_create_rep_list(
    const struct doca_devemu_pci_type *type, struct doca_devinfo_rep ***list, uint32_t *n)
{
    (void)type;
    *list = make(2 * sizeof **list);
    (*list)[0] = (struct doca_devinfo_rep *)"STUBVUID0";
    (*list)[1] = (struct doca_devinfo_rep *)"STUBVUID1";
    *n = 2;
    return DOCA_SUCCESS;
}

doca_error_t doca_devemu_pci_cap_type_is_hotplug_supported(
    const struct doca_devinfo *info, const struct doca_devemu_pci_type *type, uint8_t *supported)
{
    (void)info;
    (void)type;
    *supported = 1;
    return DOCA_SUCCESS;
}

doca_error_t doca_devemu_vfs_cfg_create(struct doca_devemu_vfs_cfg **cfg)
{
    *cfg = make(1);
    return DOCA_SUCCESS;
}

doca_error_t doca_devemu_vfs_cfg_destroy(struct doca_devemu_vfs_cfg *cfg)
{
    return unmake(cfg);
}

doca_error_t doca_devemu_vfs_cfg_add_dev(struct doca_devemu_vfs_cfg *cfg, struct doca_dev *dev)
{
    (void)cfg;
    (void)dev;
    return DOCA_SUCCESS;
}

doca_error_t doca_devemu_vfs_cfg_set_vfs_fuse_req_user_data_size(struct doca_devemu_vfs_cfg *cfg, uint32_t bytes)
{
    (void)cfg;
    user_bytes = bytes;
    return DOCA_SUCCESS;
}

doca_error_t doca_devemu_vfs_init(struct doca_devemu_vfs_cfg *cfg)
{
    (void)cfg;
    made++;
    return DOCA_SUCCESS;
}

void doca_devemu_vfs_teardown(void)
{
    made--;
}

doca_error_t doca_devemu_vfs_dev_create(const struct doca_devemu_vfs_type *type, struct doca_dev_rep *rep,
    struct doca_pe *pe, struct doca_devemu_vfs_dev **dev)
{
    (void)type;
    (void)rep;
    MUST(!the_dev);
    the_dev = *dev = make(sizeof **dev);
    the_dev->ctx.pe = pe;
    return DOCA_SUCCESS;
}

doca_error_t doca_devemu_vfs_dev_destroy(struct doca_devemu_vfs_dev *dev)
{
    MUST(dev->ctx.state == DOCA_CTX_STATE_IDLE);
    the_dev = NULL;
    return unmake(dev);
}

doca_error_t doca_devemu_vfs_dev_set_tag(struct doca_devemu_vfs_dev *dev, const char *tag)
{
    MUST(strlen(tag) < sizeof dev->tag);
    strcpy(dev->tag, tag);
    return DOCA_SUCCESS;
}

doca_error_t doca_devemu_vfs_dev_set_num_request_queues(struct doca_devemu_vfs_dev *dev, uint32_t n)
{
    (void)dev;
    return n > 0 ? DOCA_SUCCESS : DOCA_ERROR_NOT_FOUND;
}

doca_error_t doca_devemu_vfs_dev_set_fuse_client_arch(
    struct doca_devemu_vfs_dev *dev, enum doca_devemu_vfs_fuse_client_arch arch)
{
    (void)dev;
    (void)arch;
    return DOCA_SUCCESS;
}

struct doca_ctx *doca_devemu_vfs_dev_as_ctx(struct doca_devemu_vfs_dev *dev)
{
    return &dev->ctx;
}

struct doca_devemu_virtio_dev *doca_devemu_vfs_dev_as_virtio_dev(struct doca_devemu_vfs_dev *dev)
{
    return (struct doca_devemu_virtio_dev *)dev;
}

struct doca_devemu_pci_dev *doca_devemu_vfs_dev_as_pci_dev(struct doca_devemu_vfs_dev *dev)
{
    return (struct doca_devemu_pci_dev *)dev;
}

doca_error_t doca_devemu_virtio_dev_set_num_queues(struct doca_devemu_virtio_dev *dev, uint16_t n)
{
    (void)dev;
    return n > 1 ? DOCA_SUCCESS : DOCA_ERROR_NOT_FOUND;
}

doca_error_t doca_devemu_virtio_dev_set_queue_size(struct doca_devemu_virtio_dev *dev, uint16_t size)
{
    (void)dev;
    return (size & (size - 1)) == 0 ? DOCA_SUCCESS : DOCA_ERROR_NOT_FOUND;
}

doca_error_t doca_devemu_virtio_dev_set_num_required_running_virtio_io_ctxs(
    struct doca_devemu_virtio_dev *dev, uint32_t n)
{
    (void)dev;
    MUST(n == 1);
    return DOCA_SUCCESS;
}

doca_error_t doca_devemu_virtio_dev_event_reset_register(
    struct doca_devemu_virtio_dev *dev, stub_reset_cb cb, union doca_data user)
{
    ((struct doca_devemu_vfs_dev *)dev)->on_reset = cb;
    ((struct doca_devemu_vfs_dev *)dev)->reset_user = user;
    return DOCA_SUCCESS;
}

doca_error_t doca_devemu_virtio_dev_reset_complete(struct doca_devemu_virtio_dev *dev)
{
    (void)dev;
    MUST(the_io->owned == 0);
    completed_resets++;
    return DOCA_SUCCESS;
}

doca_error_t doca_devemu_pci_dev_event_flr_register(
    struct doca_devemu_pci_dev *dev, stub_flr_cb cb, union doca_data user)
{
    ((struct doca_devemu_vfs_dev *)dev)->on_flr = cb;
    ((struct doca_devemu_vfs_dev *)dev)->flr_user = user;
    return DOCA_SUCCESS;
}

/* --- io ------------------------------------------------------------------------------------------------------------- */

doca_error_t doca_devemu_vfs_io_create(
    struct doca_devemu_vfs_dev *dev, struct doca_pe *pe, struct doca_devemu_vfs_io **io)
{
    MUST(!the_io);
    the_io = *io = make(sizeof **io);
    the_io->dev = dev;
    the_io->ctx.pe = pe;
    return DOCA_SUCCESS;
}

doca_error_t doca_devemu_vfs_io_destroy(struct doca_devemu_vfs_io *io)
{
    MUST(io->ctx.state == DOCA_CTX_STATE_IDLE);
    the_io = NULL;
    return unmake(io);
}

struct doca_ctx *doca_devemu_vfs_io_as_ctx(struct doca_devemu_vfs_io *io)
{
    return &io->ctx;
}

#define DEFINE(name, shape, i, t)                                                                                      \
    doca_error_t doca_devemu_vfs_io_event_vfs_fuse_##name##_req_handler_register(                                      \
        struct doca_devemu_vfs_io *io, stub_##name##_cb handler)                                                       \
    {                                                                                                                  \
        MUST(io->ctx.state == DOCA_CTX_STATE_IDLE);                                                                    \
        io->name = handler;                                                                                            \
        return DOCA_SUCCESS;                                                                                           \
    }
STUB_OPERATIONS(DEFINE)

struct doca_devemu_vfs_io *doca_devemu_vfs_fuse_req_get_vfs_io(struct doca_devemu_vfs_fuse_req *req)
{
    return req->io;
}

size_t doca_devemu_vfs_fuse_req_get_datain_data_len(struct doca_devemu_vfs_fuse_req *req)
{
    return req->datain.length;
}

size_t doca_devemu_vfs_fuse_req_get_dataout_data_len(struct doca_devemu_vfs_fuse_req *req)
{
    return req->dataout.length;
}

void doca_devemu_vfs_fuse_req_complete(struct doca_devemu_vfs_fuse_req *req, doca_error_t result)
{
    MUST(req->completed == 0);
    MUST(req->io == the_io);
    req->completed++;
    req->result = result;
    free(req->user);
    req->io->owned--;
    later(req->io->ctx.pe, settle_io, req->io);
}

/* --- DMA ------------------------------------------------------------------------------------------------------------ */

doca_error_t doca_dma_create(struct doca_dev *dev, struct doca_dma **dma)
{
    (void)dev;
    *dma = make(sizeof **dma);
    return DOCA_SUCCESS;
}

doca_error_t doca_dma_destroy(struct doca_dma *dma)
{
    MUST(dma->tasks == 0 && dma->ctx.state == DOCA_CTX_STATE_IDLE);
    return unmake(dma);
}

struct doca_ctx *doca_dma_as_ctx(struct doca_dma *dma)
{
    return &dma->ctx;
}

doca_error_t doca_dma_set_ordered_completions(struct doca_dma *dma, uint8_t ordered)
{
    (void)dma;
    MUST(ordered);
    return DOCA_SUCCESS;
}

doca_error_t doca_dma_task_memcpy_set_conf(
    struct doca_dma *dma, stub_memcpy_cb done, stub_memcpy_cb failed, uint32_t most)
{
    dma->done = done;
    dma->failed = failed;
    dma->most = most;
    return DOCA_SUCCESS;
}

doca_error_t doca_dma_task_memcpy_alloc_init(struct doca_dma *dma, const struct doca_buf *from, struct doca_buf *to,
    union doca_data user, struct doca_dma_task_memcpy **task)
{
    MUST(from->host != to->host);
    MUST(from->host || !to->next || to->data_len == 0); /* a chain is no destination: the one buffer alone is written */
    if (dma->tasks == dma->most) {
        return DOCA_ERROR_NO_MEMORY;
    }
    *task = make(sizeof **task);
    **task = (struct doca_dma_task_memcpy){dma, from, to, user};
    dma->tasks++;
    return DOCA_SUCCESS;
}

struct doca_task *doca_dma_task_memcpy_as_task(struct doca_dma_task_memcpy *task)
{
    return (struct doca_task *)task;
}

/* Appends to the destination's data all data of the source's chain. */
static void transfer(void *argument)
{
    struct doca_dma_task_memcpy *task = argument;
    const struct doca_buf *from = task->from;
    struct doca_buf *to = task->to;
    tasks++;
    if (breaking) {
        breaking = false;
        task->dma->failed(task, task->user, task->dma->ctx.user);
        return;
    }
    for (; from; from = from->host ? from->next : NULL) {
        MUST(to->data + to->data_len + from->data_len <= to->head + to->room);
        memcpy(to->data + to->data_len, from->data, from->data_len);
        to->data_len += from->data_len;
    }
    task->dma->done(task, task->user, task->dma->ctx.user);
}

doca_error_t doca_task_submit(struct doca_task *task)
{
    struct doca_dma_task_memcpy *memcpy_task = (struct doca_dma_task_memcpy *)task;
    later(memcpy_task->dma->ctx.pe, transfer, task);
    return DOCA_SUCCESS;
}

void doca_task_free(struct doca_task *task)
{
    ((struct doca_dma_task_memcpy *)task)->dma->tasks--;
    unmake(task);
}

doca_error_t doca_mmap_create(struct doca_mmap **map)
{
    *map = make(sizeof **map);
    return DOCA_SUCCESS;
}

doca_error_t doca_mmap_destroy(struct doca_mmap *map)
{
    return unmake(map);
}

doca_error_t doca_mmap_set_memrange(struct doca_mmap *map, void *at, size_t bytes)
{
    (void)map;
    MUST(at && bytes);
    return DOCA_SUCCESS;
}

doca_error_t doca_mmap_set_permissions(struct doca_mmap *map, uint32_t permissions)
{
    (void)map;
    (void)permissions;
    return DOCA_SUCCESS;
}

doca_error_t doca_mmap_add_dev(struct doca_mmap *map, struct doca_dev *dev)
{
    (void)map;
    (void)dev;
    return DOCA_SUCCESS;
}

doca_error_t doca_mmap_start(struct doca_mmap *map)
{
    (void)map;
    return DOCA_SUCCESS;
}

doca_error_t doca_mmap_stop(struct doca_mmap *map)
{
    (void)map;
    return DOCA_SUCCESS;
}

doca_error_t doca_buf_inventory_create(size_t n, struct doca_buf_inventory **inventory)
{
    MUST(n > 0);
    *inventory = make(1);
    return DOCA_SUCCESS;
}

doca_error_t doca_buf_inventory_destroy(struct doca_buf_inventory *inventory)
{
    return unmake(inventory);
}

doca_error_t doca_buf_inventory_start(struct doca_buf_inventory *inventory)
{
    (void)inventory;
    return DOCA_SUCCESS;
}

doca_error_t doca_buf_inventory_stop(struct doca_buf_inventory *inventory)
{
    (void)inventory;
    return DOCA_SUCCESS;
}

doca_error_t doca_buf_inventory_buf_get_by_addr(
    struct doca_buf_inventory *inventory, struct doca_mmap *map, void *at, size_t bytes, struct doca_buf **buf)
{
    (void)inventory;
    (void)map;
    *buf = make(sizeof **buf);
    (*buf)->head = (*buf)->data = at;
    (*buf)->room = bytes;
    return DOCA_SUCCESS;
}

doca_error_t doca_buf_dec_refcount(struct doca_buf *buf, uint16_t *count)
{
    (void)count;
    return unmake(buf);
}

doca_error_t doca_buf_get_data(const struct doca_buf *buf, void **data)
{
    *data = buf->data;
    return DOCA_SUCCESS;
}

doca_error_t doca_buf_get_data_len(const struct doca_buf *buf, size_t *bytes)
{
    *bytes = buf->data_len;
    return DOCA_SUCCESS;
}

doca_error_t doca_buf_set_data(struct doca_buf *buf, void *data, size_t bytes)
{
    MUST((uint8_t *)data >= buf->head && (uint8_t *)data + bytes <= buf->head + buf->room);
    buf->data = data;
    buf->data_len = bytes;
    return DOCA_SUCCESS;
}

doca_error_t doca_buf_get_next_in_list(struct doca_buf *buf, struct doca_buf **next)
{
    *next = buf->next;
    return DOCA_SUCCESS;
}
