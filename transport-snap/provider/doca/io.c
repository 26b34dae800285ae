/* The owner's side: requests from the library to the server and back, and the io context they come through. */
#include <errno.h>
#include <string.h>

#include "device.h"

#define IOCTL_WITH_BOTH 39 /* FUSE_IOCTL: its reply has a struct and data; others have one of them */
#define FORGET 2
#define INTERRUPT 36
#define BATCH_FORGET 42

void count(struct group *group, enum vfsp_stat which, uint64_t by)
{
    atomic_fetch_add_explicit(&group->stat[which], by, memory_order_relaxed);
}

static void put(struct fifo *fifo, struct exchange *exchange)
{
    exchange->next = NULL;
    if (fifo->last) {
        fifo->last->next = exchange;
    } else {
        fifo->first = exchange;
    }
    fifo->last = exchange;
}

static struct exchange *take(struct fifo *fifo)
{
    struct exchange *exchange = fifo->first;
    fifo->first = exchange->next;
    if (!fifo->first) {
        fifo->last = NULL;
    }
    return exchange;
}

void arrive(struct exchange *exchange)
{
    exchange->state = ARRIVED;
    exchange->device->owned++;
    put(&exchange->device->arrived, exchange);
}

/* --- giving back --------------------------------------------------------------------------------------------------- */

static void let_go(struct exchange *exchange)
{
    struct group *group = exchange->device->group;
    if (exchange->in_buffer) {
        pool_give(&group->pool, exchange->in_buffer);
    }
    if (exchange->out_buffer) {
        pool_give(&group->pool, exchange->out_buffer);
    }
    if (exchange->slot) {
        exchange->slot->exchange = NULL;
        exchange->slot->next = group->free;
        group->free = exchange->slot;
    }
    exchange->in_buffer = NULL;
    exchange->out_buffer = NULL;
    exchange->slot = NULL;
}

/* The exchange is the library's memory again. */
static void give_back(struct exchange *exchange, doca_error_t result)
{
    struct device *device = exchange->device;
    let_go(exchange);
    device->owned--;
    doca_devemu_vfs_fuse_req_complete(exchange->req, result);
}

/* Without an answer of the server: the host gets EIO, or nothing when it has reset the device. */
static void fail_exchange(struct exchange *exchange)
{
    if (atomic_load(&exchange->device->hold)) {
        give_back(exchange, DOCA_ERROR_BAD_STATE);
        return;
    }
    if (exchange->out) {
        exchange->out->len = OUT_HEADER;
        exchange->out->error = -EIO;
        exchange->out->unique = exchange->in->unique;
    }
    give_back(exchange, DOCA_SUCCESS);
}

/* --- DMA ----------------------------------------------------------------------------------------------------------- */

static doca_error_t submit(struct exchange *exchange, struct doca_buf *from, struct doca_buf *to)
{
    union doca_data user = {.ptr = exchange};
    struct doca_dma_task_memcpy *task;
    doca_error_t result = doca_dma_task_memcpy_alloc_init(exchange->device->dma, from, to, user, &task);
    if (result == DOCA_SUCCESS) {
        result = doca_task_submit(doca_dma_task_memcpy_as_task(task));
        if (result != DOCA_SUCCESS) {
            doca_task_free(doca_dma_task_memcpy_as_task(task));
        }
    }
    return result;
}

/* Sends the next piece of the reply's data; one task for each of the host's buffers. */
static void send_next(struct exchange *exchange)
{
    uint32_t left = exchange->out_len - exchange->fixed_len - exchange->sent;
    struct doca_buf *host = exchange->segment;
    size_t room = 0;
    void *at = NULL;
    if (left == 0) {
        give_back(exchange, DOCA_SUCCESS);
        return;
    }
    if (!host || doca_buf_get_data_len(host, &room) != DOCA_SUCCESS || doca_buf_get_data(host, &at) != DOCA_SUCCESS
        || doca_buf_get_next_in_list(host, &exchange->segment) != DOCA_SUCCESS) {
        fail_exchange(exchange);
        return;
    }
    if (room > left) {
        room = left;
    }
    doca_buf_set_data(exchange->out_buffer->doca, exchange->out_buffer->at + exchange->sent, room);
    doca_buf_set_data(host, at, 0); /* what is there is appended to */
    exchange->sent += (uint32_t)room;
    if (submit(exchange, exchange->out_buffer->doca, host) != DOCA_SUCCESS) {
        fail_exchange(exchange);
    }
}

static void dma_done(struct doca_dma_task_memcpy *task, union doca_data user, union doca_data context)
{
    struct exchange *exchange = user.ptr;
    (void)context;
    doca_task_free(doca_dma_task_memcpy_as_task(task));
    if (exchange->state == LOADING) {
        exchange->state = READY;
    } else if (atomic_load(&exchange->device->hold)) {
        give_back(exchange, DOCA_ERROR_BAD_STATE);
    } else {
        send_next(exchange);
    }
}

static void dma_failed(struct doca_dma_task_memcpy *task, union doca_data user, union doca_data context)
{
    struct exchange *exchange = user.ptr;
    (void)context;
    doca_task_free(doca_dma_task_memcpy_as_task(task));
    if (exchange->state == LOADING) {
        exchange->failed = true;
        exchange->state = READY;
    } else {
        fail_exchange(exchange);
    }
}

/* --- towards the server --------------------------------------------------------------------------------------------- */

static void piece(struct exchange *exchange, uint32_t *n, uint32_t *sum, const void *at, uint32_t length)
{
    if (at && length > 0) {
        exchange->iov[*n].base = (uintptr_t)at;
        exchange->iov[*n].len = length;
        ++*n;
        *sum += length;
    }
}

/* What the guest's header says about the operation's struct: older drivers send shorter ones. */
static uint32_t op_in_len(const struct exchange *exchange)
{
    uint64_t rest = (uint64_t)sizeof *exchange->in + exchange->datain_len;
    uint64_t said = exchange->in->len > rest ? exchange->in->len - rest : 0;
    return said < exchange->op_in_len ? (uint32_t)said : exchange->op_in_len;
}

static void list_one(struct exchange *exchange, struct vfsp_req *out)
{
    struct device *device = exchange->device;
    struct slot *slot = exchange->slot;
    bool data = exchange->dataout_len > 0;
    uint32_t n = 0;
    uint32_t opcode = exchange->in->opcode;
    uint64_t cookie = (uint64_t)++slot->times << 32 | slot->index;
    exchange->in_len = 0;
    exchange->fixed_len = 0;
    piece(exchange, &n, &exchange->in_len, exchange->in, sizeof *exchange->in);
    piece(exchange, &n, &exchange->in_len, exchange->op_in, op_in_len(exchange));
    piece(exchange, &n, &exchange->in_len, exchange->in_buffer ? exchange->in_buffer->at : NULL, exchange->datain_len);
    memset(out, 0, sizeof *out);
    out->in_cnt = n;
    piece(exchange, &n, &exchange->fixed_len, exchange->out, OUT_HEADER);
    if (!data || opcode == IOCTL_WITH_BOTH) {
        piece(exchange, &n, &exchange->fixed_len, exchange->op_out[0], exchange->op_out_len[0]);
        piece(exchange, &n, &exchange->fixed_len, exchange->op_out[1], exchange->op_out_len[1]);
    }
    exchange->out_cap = exchange->fixed_len;
    piece(exchange, &n, &exchange->out_cap, data ? exchange->out_buffer->at : NULL, exchange->dataout_len);
    exchange->state = LISTED;
    out->cookie = cookie;
    out->in_iov = (uintptr_t)exchange->iov;
    out->out_iov = (uintptr_t)(exchange->iov + out->in_cnt);
    out->out_cnt = n - out->in_cnt;
    out->in_len = exchange->in_len;
    out->out_cap = exchange->out_cap;
    out->generation = exchange->generation;
    out->dev = device->index;
    out->group = device->group->index;
    /* The library does not say which queue it was: what the driver sends through hiprio is known. */
    out->queue = opcode == FORGET || opcode == BATCH_FORGET || opcode == INTERRUPT ? 0 : 1;
    out->flags = (uint16_t)((out->queue == 0 ? VFSP_REQ_HIPRIO : 0) | (exchange->out ? 0 : VFSP_REQ_NO_REPLY));
    atomic_store(&slot->live, cookie);
    count(device->group, VFSP_STAT_REQUESTS, 1);
    count(device->group, VFSP_STAT_BYTES_IN, exchange->in_len);
}

/* Gives a request what it needs; false when there is too little just now. */
static bool equip(struct exchange *exchange)
{
    struct group *group = exchange->device->group;
    exchange->slot = group->free;
    if (exchange->slot) {
        group->free = exchange->slot->next;
        exchange->slot->exchange = exchange;
    }
    if (exchange->datain_len > 0) {
        exchange->in_buffer = pool_take(&group->pool, exchange->datain_len);
    }
    if (exchange->dataout_len > 0) {
        exchange->out_buffer = pool_take(&group->pool, exchange->dataout_len);
    }
    if (exchange->slot && (exchange->in_buffer || exchange->datain_len == 0)
        && (exchange->out_buffer || exchange->dataout_len == 0)) {
        return true;
    }
    let_go(exchange);
    return false;
}

static bool is_short_of(doca_error_t result)
{
    return result == DOCA_ERROR_NO_MEMORY || result == DOCA_ERROR_AGAIN || result == DOCA_ERROR_FULL;
}

/* Fetches what lies in host memory, in the order of arrival; what finds no room waits, and all behind it. */
static void load(struct device *device)
{
    while (device->arrived.first) {
        struct exchange *exchange = device->arrived.first;
        doca_error_t result = DOCA_SUCCESS;
        if (atomic_load(&device->hold) || exchange->datain_len > LARGE) {
            fail_exchange(take(&device->arrived));
            continue;
        }
        if (!equip(exchange)) {
            return;
        }
        exchange->generation = atomic_load(&device->generation);
        exchange->state = READY;
        if (exchange->in_buffer) {
            exchange->state = LOADING;
            doca_buf_set_data(exchange->in_buffer->doca, exchange->in_buffer->at, 0);
            result = submit(exchange, exchange->datain, exchange->in_buffer->doca);
        }
        if (is_short_of(result)) {
            let_go(exchange);
            exchange->state = ARRIVED;
            return;
        }
        put(&device->loading, take(&device->arrived));
        if (result != DOCA_SUCCESS) {
            exchange->failed = true;
            exchange->state = READY;
        }
    }
}

int io_list(struct device *device, struct vfsp_req *out, int max)
{
    int found = 0;
    load(device);
    while (found < max && device->loading.first && device->loading.first->state == READY) {
        struct exchange *exchange = take(&device->loading);
        if (exchange->failed || atomic_load(&device->hold)) {
            fail_exchange(exchange);
        } else {
            list_one(exchange, &out[found++]);
        }
    }
    return found;
}

void io_answer(struct slot *slot)
{
    struct exchange *exchange = slot->exchange;
    struct device *device = exchange->device;
    count(device->group, VFSP_STAT_COMPLETIONS, 1);
    if (exchange->generation != atomic_load(&device->generation)) {
        count(device->group, VFSP_STAT_STALE, 1);
        give_back(exchange, DOCA_ERROR_BAD_STATE);
    } else if (slot->status < 0 || atomic_load(&device->hold)) {
        fail_exchange(exchange);
    } else if (slot->out_len <= exchange->fixed_len) {
        count(device->group, VFSP_STAT_BYTES_OUT, slot->out_len);
        give_back(exchange, DOCA_SUCCESS);
    } else {
        count(device->group, VFSP_STAT_BYTES_OUT, slot->out_len);
        exchange->state = RETURNING;
        exchange->out_len = slot->out_len;
        exchange->segment = exchange->dataout;
        send_next(exchange);
    }
}

/* --- the io context ------------------------------------------------------------------------------------------------- */

static void io_changed(
    const union doca_data user, struct doca_ctx *ctx, enum doca_ctx_states before, enum doca_ctx_states now)
{
    struct device *device = user.ptr;
    (void)ctx;
    (void)before;
    device->io_idle = now == DOCA_CTX_STATE_IDLE;
}

static bool is_begun(doca_error_t result)
{
    return result == DOCA_SUCCESS || result == DOCA_ERROR_IN_PROGRESS;
}

static bool open_dma(struct device *device)
{
    union doca_data user = {.ptr = device};
    struct doca_ctx *ctx;
    uint32_t tasks = (device->config->request_queues + 1u) * device->config->queue_size * 2;
    if (doca_dma_create(device->provider->dev, &device->dma) != DOCA_SUCCESS) {
        device->dma = NULL;
        return false;
    }
    ctx = doca_dma_as_ctx(device->dma);
    return doca_pe_connect_ctx(device->group->dma_pe, ctx) == DOCA_SUCCESS
           && doca_ctx_set_user_data(ctx, user) == DOCA_SUCCESS
           && doca_dma_set_ordered_completions(device->dma, 1) == DOCA_SUCCESS
           && doca_dma_task_memcpy_set_conf(device->dma, dma_done, dma_failed, tasks) == DOCA_SUCCESS
           && is_begun(doca_ctx_start(ctx));
}

static void close_io(struct device *device)
{
    if (device->dma) {
        doca_ctx_stop(doca_dma_as_ctx(device->dma));
        doca_dma_destroy(device->dma);
        device->dma = NULL;
    }
    if (device->io) {
        doca_devemu_vfs_io_destroy(device->io);
        device->io = NULL;
    }
    device->io_idle = false;
    device->io_stopping = false;
    atomic_store(&device->io_gone, true);
}

static bool open_io(struct device *device)
{
    union doca_data user = {.ptr = device};
    struct doca_ctx *ctx;
    if (doca_devemu_vfs_io_create(device->dev, device->group->io_pe, &device->io) != DOCA_SUCCESS) {
        device->io = NULL;
        return false;
    }
    ctx = doca_devemu_vfs_io_as_ctx(device->io);
    atomic_store(&device->io_gone, false);
    return register_handlers(device->io) == DOCA_SUCCESS && open_dma(device)
           && doca_ctx_set_user_data(ctx, user) == DOCA_SUCCESS
           && doca_ctx_set_state_changed_cb(ctx, io_changed) == DOCA_SUCCESS && is_begun(doca_ctx_start(ctx));
}

/* Does what the control thread wants of the owner: it may not touch this context itself. */
void io_advance(struct device *device)
{
    bool wanted = atomic_load(&device->io_wanted);
    if (wanted && !device->io && !open_io(device)) {
        close_io(device);
        atomic_store(&device->io_wanted, false); /* the device stays without one, and never says DEV_READY */
    }
    if (!wanted && device->io && !device->io_stopping && is_begun(doca_ctx_stop(doca_devemu_vfs_io_as_ctx(device->io)))) {
        device->io_stopping = true;
    }
    if (device->io && device->io_stopping && device->io_idle) {
        close_io(device);
    }
    if (device->owned == 0 && atomic_load(&device->hold) && atomic_load(&device->released)) {
        atomic_store(&device->drained, true);
    }
}
