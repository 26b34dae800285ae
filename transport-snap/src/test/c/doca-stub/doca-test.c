/* The provider for DOCA against a device that the stub plays. Each rule prints its name; the first that is broken ends the process with 1. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device-stub.h"
#include "vfsp.h"

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s: not so: %s (%s:%d)\n", rule, #condition, __FILE__, __LINE__);                         \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

#define MAX 64

static const char *rule;
static void *handle;
static struct vfsp_req listed[MAX];
static struct vfsp_evt events[MAX];
static int event_count;

static void begin(const char *name)
{
    rule = name;
    printf("%s\n", name);
}

/* Polls both ways until nothing happens any more; requests are added to `listed`, events to `events`. */
static int pump(int before)
{
    int quiet = 0;
    int found = before;
    while (quiet < 8) {
        int io = vfsp_poll_io(handle, 0, listed + found, MAX - found);
        int ctl = vfsp_poll_ctl(handle, events + event_count, MAX - event_count);
        CHECK(io >= 0 && ctl >= 0);
        found += io;
        event_count += ctl;
        quiet = io + ctl > 0 ? 0 : quiet + 1;
    }
    return found;
}

static bool said(uint32_t type, uint32_t generation)
{
    int i;
    for (i = 0; i < event_count; i++) {
        if (events[i].type == type && events[i].generation == generation) {
            return true;
        }
    }
    return false;
}

/* The request as one stream. */
static uint8_t *request(const struct vfsp_req *req)
{
    uint8_t *bytes = malloc(req->in_len + 1);
    const struct vfsp_iov *iov = (const struct vfsp_iov *)(uintptr_t)req->in_iov;
    uint32_t done = 0;
    uint32_t i;
    for (i = 0; i < req->in_cnt; i++) {
        memcpy(bytes + done, (const void *)(uintptr_t)iov[i].base, iov[i].len);
        done += (uint32_t)iov[i].len;
    }
    CHECK(done == req->in_len);
    return bytes;
}

/* Writes a reply with as many bytes of `fill` behind its header. */
static void reply(const struct vfsp_req *req, uint32_t length, uint8_t fill)
{
    const struct vfsp_iov *iov = (const struct vfsp_iov *)(uintptr_t)req->out_iov;
    struct fuse_in_header in;
    struct fuse_out_header out = {length, 0, 0};
    uint8_t *bytes = malloc(length);
    uint32_t done = 0;
    uint32_t i;
    uint8_t *whole = request(req);
    memcpy(&in, whole, sizeof in);
    free(whole);
    out.unique = in.unique;
    memset(bytes, fill, length);
    memcpy(bytes, &out, sizeof out);
    for (i = 0; i < req->out_cnt && done < length; i++) {
        uint32_t part = iov[i].len < length - done ? (uint32_t)iov[i].len : length - done;
        memcpy((void *)(uintptr_t)iov[i].base, bytes + done, part);
        done += part;
    }
    CHECK(done == length);
    free(bytes);
}

static int complete(const struct vfsp_req *req, uint32_t length, int32_t status)
{
    struct vfsp_cpl answer = {req->cookie, length, status};
    return vfsp_complete(handle, 0, &answer, 1);
}

static struct doca_devemu_vfs_fuse_req *sending(uint32_t opcode, uint64_t unique, size_t op_in, size_t in, size_t out)
{
    struct doca_devemu_vfs_fuse_req *req = calloc(1, sizeof *req);
    if (in) {
        req->datain = host_list(in, 4096);
    }
    if (out) {
        req->dataout = host_list(out, 4096);
        memset(req->dataout.bytes, 0xee, out);
    }
    req->in.len = (uint32_t)(sizeof req->in + op_in + in);
    host_sends(req, opcode, unique);
    return req;
}

static void forget(struct doca_devemu_vfs_fuse_req *req)
{
    CHECK(req->completed == 1);
    host_list_free(&req->datain);
    host_list_free(&req->dataout);
    free(req);
}

static void a_name_comes_from_host_memory(void)
{
    struct doca_devemu_vfs_fuse_req *req = calloc(1, sizeof *req);
    uint8_t *bytes;
    begin("a name comes from host memory");
    req->datain = host_list(12, 3);
    memcpy(req->datain.bytes, "hello world", 12);
    req->in.len = sizeof req->in + 12;
    host_sends(req, FUSE_LOOKUP, 7);
    CHECK(pump(0) == 1);
    CHECK(listed[0].in_len == 52 && listed[0].out_cap == 16 + sizeof(struct fuse_entry_out) && listed[0].queue == 1);
    bytes = request(&listed[0]);
    CHECK(!memcmp(bytes + 40, "hello world", 12));
    free(bytes);
    reply(&listed[0], 16 + sizeof(struct fuse_entry_out), 0x11);
    CHECK(req->completed == 0);
    CHECK(complete(&listed[0], 16 + sizeof(struct fuse_entry_out), 0) == 1);
    CHECK(req->result == DOCA_SUCCESS && req->out.unique == 7 && req->op_out[5] == 0x11);
    forget(req);
}

static void what_needs_no_dma_does_not_overtake(void)
{
    struct doca_devemu_vfs_fuse_req *first;
    struct doca_devemu_vfs_fuse_req *second;
    uint8_t *bytes;
    begin("what needs no DMA does not overtake what does");
    first = sending(FUSE_WRITE, 8, sizeof(struct fuse_write_in), 1 << 20, 0);
    memset(first->datain.bytes, 0x22, 1 << 20);
    second = sending(FUSE_GETATTR, 9, sizeof(struct fuse_getattr_in), 0, 0);
    CHECK(pump(0) == 2);
    CHECK(listed[0].in_len == 40 + sizeof(struct fuse_write_in) + (1 << 20));
    bytes = request(&listed[0]);
    CHECK(bytes[listed[0].in_len - 1] == 0x22 && ((struct fuse_in_header *)bytes)->unique == 8);
    free(bytes);
    reply(&listed[0], 24, 0);
    reply(&listed[1], 16 + sizeof(struct fuse_attr_out), 0);
    CHECK(complete(&listed[1], 16 + sizeof(struct fuse_attr_out), 0) == 1);
    CHECK(complete(&listed[0], 24, 0) == 1);
    forget(first);
    forget(second);
}

static void an_older_drivers_shorter_struct_is_taken(void)
{
    struct doca_devemu_vfs_fuse_req *req;
    begin("an older driver's shorter struct is taken as it is");
    req = sending(FUSE_GETATTR, 10, 8, 0, 0);
    CHECK(pump(0) == 1);
    CHECK(listed[0].in_len == 48);
    reply(&listed[0], 16, 0);
    CHECK(complete(&listed[0], 16, 0) == 1);
    forget(req);
}

static void only_what_was_read_is_sent(void)
{
    struct doca_devemu_vfs_fuse_req *req;
    int before = dma_tasks();
    begin("only what was read is sent to the host");
    req = sending(FUSE_READ, 11, sizeof(struct fuse_read_in), 0, 1 << 20);
    CHECK(pump(0) == 1);
    CHECK(listed[0].out_cap == 16 + (1 << 20));
    reply(&listed[0], 16 + 10000, 0x33);
    CHECK(complete(&listed[0], 16 + 10000, 0) == 1);
    CHECK(req->completed == 0); /* the data are under way */
    CHECK(pump(0) == 0);
    CHECK(dma_tasks() == before + 3);
    CHECK(req->dataout.bytes[0] == 0x33 && req->dataout.bytes[9999] == 0x33 && req->dataout.bytes[10000] == 0xee);
    CHECK(req->out.len == 16 + 10000 && req->result == DOCA_SUCCESS);
    forget(req);
}

static void both_forms_of_an_attribute(void)
{
    struct doca_devemu_vfs_fuse_req *size;
    struct doca_devemu_vfs_fuse_req *value;
    begin("an attribute's size lies in the struct, its value in the data");
    size = sending(FUSE_GETXATTR, 12, sizeof(struct fuse_getxattr_in), 8, 0);
    value = sending(FUSE_GETXATTR, 13, sizeof(struct fuse_getxattr_in), 8, 100);
    CHECK(pump(0) == 2);
    CHECK(listed[0].out_cap == 16 + sizeof(struct fuse_getxattr_out) && listed[1].out_cap == 116);
    reply(&listed[0], 24, 0x44);
    reply(&listed[1], 26, 0x44);
    complete(&listed[0], 24, 0);
    complete(&listed[1], 26, 0);
    pump(0);
    CHECK(size->op_out[0] == 0x44 && value->dataout.bytes[9] == 0x44 && value->dataout.bytes[10] == 0xee);
    forget(size);
    forget(value);
}

static void two_structs_are_one_stream(void)
{
    struct doca_devemu_vfs_fuse_req *req;
    begin("two structs of a reply are one stream");
    req = sending(FUSE_CREATE, 14, sizeof(struct fuse_create_in), 5, 0);
    CHECK(pump(0) == 1);
    CHECK(listed[0].out_cap == 16 + sizeof(struct fuse_entry_out) + sizeof(struct fuse_open_out));
    reply(&listed[0], listed[0].out_cap, 0x55);
    complete(&listed[0], listed[0].out_cap, 0);
    CHECK(req->open_out.open_flags == 0x55555555);
    forget(req);
}

static void no_reply_is_one(void)
{
    struct doca_devemu_vfs_fuse_req *req;
    begin("FORGET comes through hiprio and gets no reply");
    req = sending(FUSE_FORGET, 15, sizeof(struct fuse_forget_in), 0, 0);
    CHECK(pump(0) == 1);
    CHECK(listed[0].flags == (VFSP_REQ_HIPRIO | VFSP_REQ_NO_REPLY) && listed[0].out_cap == 0 && listed[0].queue == 0);
    CHECK(complete(&listed[0], 0, 0) == 1);
    forget(req);
}

static void answers_are_taken_once(void)
{
    struct doca_devemu_vfs_fuse_req *req;
    begin("an answer is taken once, and only one that fits");
    req = sending(FUSE_GETATTR, 16, sizeof(struct fuse_getattr_in), 0, 0);
    CHECK(pump(0) == 1);
    CHECK(complete(&listed[0], listed[0].out_cap + 1, 0) == -EINVAL);
    CHECK(req->out.error == -EIO && req->out.len == 16 && req->out.unique == 16);
    CHECK(complete(&listed[0], 16, 0) == -ENOENT);
    forget(req);
    req = sending(FUSE_GETATTR, 17, sizeof(struct fuse_getattr_in), 0, 0);
    CHECK(pump(0) == 1);
    CHECK(complete(&listed[0], 0, -EIO) == 1);
    CHECK(req->out.error == -EIO && req->result == DOCA_SUCCESS);
    forget(req);
}

static void a_failed_dma_is_an_error(void)
{
    struct doca_devemu_vfs_fuse_req *req;
    begin("a DMA that fails is an error for the host");
    break_next_dma();
    req = sending(FUSE_LOOKUP, 18, 0, 10, 0);
    CHECK(pump(0) == 0);
    CHECK(req->out.error == -EIO);
    forget(req);
    req = sending(FUSE_READ, 19, sizeof(struct fuse_read_in), 0, 8192);
    CHECK(pump(0) == 1);
    reply(&listed[0], 16 + 8192, 1);
    break_next_dma();
    complete(&listed[0], 16 + 8192, 0);
    pump(0);
    CHECK(req->out.error == -EIO && req->out.len == 16);
    forget(req);
}

static void *elsewhere(void *argument)
{
    struct vfsp_cpl *answer = argument;
    CHECK(vfsp_complete(handle, 0, answer, 1) == -EPERM);
    CHECK(vfsp_poll_io(handle, 0, listed, 1) == -EPERM);
    CHECK(vfsp_detach(handle, 0) == -EPERM);
    CHECK(vfsp_post(handle, 0, answer, 1) == 1);
    CHECK(vfsp_post(handle, 0, answer, 1) == -ENOENT);
    return NULL;
}

static void others_may_only_post(void)
{
    struct doca_devemu_vfs_fuse_req *req;
    struct vfsp_cpl answer;
    pthread_t thread;
    begin("another thread may post, and do nothing else");
    req = sending(FUSE_GETATTR, 20, sizeof(struct fuse_getattr_in), 0, 0);
    CHECK(pump(0) == 1);
    reply(&listed[0], 16, 0);
    answer = (struct vfsp_cpl){listed[0].cookie, 16, 0};
    pthread_create(&thread, NULL, elsewhere, &answer);
    pthread_join(thread, NULL);
    CHECK(req->completed == 0);
    pump(0);
    forget(req);
}

static void too_little_memory_is_waited_for(void)
{
    struct doca_devemu_vfs_fuse_req *req[20];
    int found;
    int i;
    begin("requests wait for memory, in order, and each is answered");
    for (i = 0; i < 20; i++) {
        req[i] = sending(FUSE_READ, 100 + (uint64_t)i, sizeof(struct fuse_read_in), 0, 1 << 20);
    }
    found = pump(0);
    CHECK(found > 0 && found < 20);
    for (i = 0; i < 20; i++) {
        uint8_t *bytes = request(&listed[i]);
        CHECK(i < found && ((struct fuse_in_header *)bytes)->unique == 100 + (uint64_t)i);
        free(bytes);
        reply(&listed[i], 17, 1);
        CHECK(complete(&listed[i], 17, 0) == 1);
        found = pump(found);
    }
    CHECK(found == 20);
    for (i = 0; i < 20; i++) {
        forget(req[i]);
    }
}

static void a_reset_waits_for_the_server(void)
{
    struct doca_devemu_vfs_fuse_req *old;
    struct doca_devemu_vfs_fuse_req *late;
    struct doca_devemu_vfs_fuse_req *next;
    begin("a reset waits until the server has let go, and the host's memory is left alone");
    event_count = 0;
    old = sending(FUSE_READ, 30, sizeof(struct fuse_read_in), 0, 8192);
    CHECK(pump(0) == 1 && listed[0].generation == 0);
    host_resets();
    late = sending(FUSE_GETATTR, 31, sizeof(struct fuse_getattr_in), 0, 0);
    vfsp_poll_ctl(handle, events, 1);
    CHECK(events[0].type == VFSP_EVT_RESET_BEGIN && events[0].generation == 0);
    event_count = 1;
    CHECK(pump(1) == 1);
    CHECK(late->result == DOCA_ERROR_BAD_STATE);
    CHECK(vfsp_reset_done(handle, 0, 1) == -EINVAL);
    CHECK(vfsp_reset_done(handle, 0, 0) == 0);
    pump(1);
    CHECK(resets_completed() == 0);
    reply(&listed[0], 16 + 8192, 0x66);
    CHECK(complete(&listed[0], 16 + 8192, 0) == 1);
    CHECK(old->dataout.bytes[0] == 0xee);
    pump(1);
    CHECK(resets_completed() == 1 && said(VFSP_EVT_DEV_READY, 1));
    next = sending(FUSE_GETATTR, 32, sizeof(struct fuse_getattr_in), 0, 0);
    CHECK(pump(0) == 1 && listed[0].generation == 1);
    reply(&listed[0], 16, 0);
    CHECK(complete(&listed[0], 16, 0) == 1);
    forget(old);
    forget(late);
    forget(next);
}

static void a_function_reset_starts_anew(void)
{
    struct doca_devemu_vfs_fuse_req *next;
    begin("a reset of the function starts its contexts anew");
    event_count = 0;
    host_resets_function();
    pump(0);
    CHECK(said(VFSP_EVT_FLR_BEGIN, 1) && device_starts() == 1);
    CHECK(vfsp_reset_done(handle, 0, 1) == 0);
    pump(0);
    CHECK(said(VFSP_EVT_DEV_READY, 2) && device_starts() == 2);
    next = sending(FUSE_GETATTR, 40, sizeof(struct fuse_getattr_in), 0, 0);
    CHECK(pump(0) == 1 && listed[0].generation == 2);
    reply(&listed[0], 16, 0);
    complete(&listed[0], 16, 0);
    forget(next);
}

static void stopping_waits_for_answers(void)
{
    struct doca_devemu_vfs_fuse_req *last;
    begin("stopping waits for what is in flight");
    event_count = 0;
    last = sending(FUSE_GETATTR, 50, sizeof(struct fuse_getattr_in), 0, 0);
    CHECK(pump(0) == 1);
    CHECK(vfsp_stop(handle) == 0);
    pump(1);
    CHECK(!said(VFSP_EVT_STOPPED, 2) && vfsp_detach(handle, 0) == -EBUSY && vfsp_close(handle) == -EBUSY);
    reply(&listed[0], 16, 0);
    complete(&listed[0], 16, 0);
    pump(0);
    CHECK(said(VFSP_EVT_STOPPED, 2) && last->out.unique == 50);
    forget(last);
}

static void nothing_is_left(void)
{
    begin("nothing is left behind");
    CHECK(vfsp_detach(handle, 0) == 0);
    CHECK(vfsp_close(handle) == 0);
    CHECK(objects() == 0);
}

static void refuses(const char *kv, int code, const char *word)
{
    char err[200] = "";
    void *h = NULL;
    int result = vfsp_open(kv, &h, err, sizeof err);
    if (result != -code || !strstr(err, word) || objects() != 0) {
        fprintf(stderr, "%s: %s: %d, %s, %d objects left\n", rule, kv, result, err, objects());
        exit(1);
    }
}

static void what_is_wrong_is_said(void)
{
    struct vfsp_mgr managers[4];
    char err[200];
    begin("what is wrong is said in a sentence");
    refuses("", EINVAL, "no device");
    refuses("dev.0.tag=t\n", EINVAL, "function");
    refuses("dev.0.function=vf=0,1\ndev.0.tag=t\n", ENOTSUP, "virtual");
    refuses("dev.0.function=pf=0\ndev.0.tag=a-tag-of-21-bytes-xxx\n", EINVAL, "tag");
    refuses("dev.0.function=pf=9\ndev.0.tag=t\n", ENODEV, "pf=9");
    refuses("manager=mlx5_7\ndev.0.function=pf=0\ndev.0.tag=t\n", ENODEV, "mlx5_7");
    refuses("dev.0.function=pf=0\ndev.0.tag=t\ndev.0.colour=red\n", EINVAL, "colour");
    refuses("dev.0.function=pf=0\ndev.0.tag=t\ndev.0.queue_size=100\n", EINVAL, "queue_size");
    refuses("dev.1.function=pf=0\ndev.1.tag=t\n", EINVAL, "dev.0");
    CHECK(vfsp_list(managers, 4, err, sizeof err) == 1);
    CHECK(!strcmp(managers[0].rdma, "mlx5_0") && managers[0].caps == (VFSP_MGR_FS | VFSP_MGR_HOTPLUG));
    CHECK(managers[0].num_functions == 2);
}

int main(void)
{
    char err[200] = "";
    struct vfsp_info info;
    what_is_wrong_is_said();
    begin("a device gets ready");
    CHECK(vfsp_open("pool_mb=16\ndev.0.function=STUBVUID1\ndev.0.tag=t\ndev.0.client_arch=x86_64\n", &handle, err,
              sizeof err) == 0);
    CHECK(vfsp_info(handle, 0, &info) == 0 && !strcmp(info.function, "STUBVUID1") && info.client_arch == 0);
    CHECK(vfsp_attach(handle, 0, -1) == -EAGAIN);
    CHECK(vfsp_start(handle) == 0);
    CHECK(vfsp_attach(handle, 0, -1) == 0);
    CHECK(vfsp_attach(handle, 0, -1) == -EBUSY);
    pump(0);
    CHECK(said(VFSP_EVT_DEV_READY, 0) && events[0].arg1 == 2);
    a_name_comes_from_host_memory();
    what_needs_no_dma_does_not_overtake();
    an_older_drivers_shorter_struct_is_taken();
    only_what_was_read_is_sent();
    both_forms_of_an_attribute();
    two_structs_are_one_stream();
    no_reply_is_one();
    answers_are_taken_once();
    a_failed_dma_is_an_error();
    others_may_only_post();
    too_little_memory_is_waited_for();
    a_reset_waits_for_the_server();
    a_function_reset_starts_anew();
    stopping_waits_for_answers();
    nothing_is_left();
    return 0;
}
