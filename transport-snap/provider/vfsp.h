/*
 * The DPU provider ABI, version 1.0: how dpfs4j reaches a device that a DPU emulates.
 *
 * A provider is a shared library with the functions below. The server loads it by an absolute path, polls it in batches and is never called back, so no
 * lock of a vendor's library is ever held across Java. Everything is little-endian and naturally aligned, without padding; addresses are uint64_t. All
 * functions but vfsp_abi_version return a value >= 0 or a negative errno.
 *
 * Order of calls: open, info, start, then each group's thread attaches and polls; stop, and poll on until STOPPED came for every device, detach, close.
 */
#ifndef VFSP_H
#define VFSP_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the provider ABI is little-endian"
#endif

#define VFSP_ABI_VERSION 0x10000u /* major << 16 | minor */
#define VFSP_API __attribute__((visibility("default")))

/* The longest strings given out, without the NUL that always ends them. */
#define VFSP_TAG_MAX 36
#define VFSP_FUNCTION_MAX 127

/* A piece of memory: struct iovec on an LP64 machine. */
struct vfsp_iov {
    uint64_t base;
    uint64_t len;
};

enum vfsp_req_flag {
    VFSP_REQ_HIPRIO = 1,   /* came through queue 0 */
    VFSP_REQ_NO_REPLY = 2, /* is completed with out_len 0 */
    VFSP_REQ_DATA_LATE = 4 /* reserved */
};

/*
 * A request. Both lists are streams of bytes: where one piece ends says nothing about what is in it. Lists and bytes stay where they are until the
 * completion of the cookie has returned.
 */
struct vfsp_req {
    uint64_t cookie;     /* the provider's token, unique while in flight */
    uint64_t in_iov;     /* address of struct vfsp_iov[in_cnt]: the request, readable */
    uint64_t out_iov;    /* address of struct vfsp_iov[out_cnt]: room for the reply, writable */
    uint32_t in_cnt;     /* pieces */
    uint32_t out_cnt;
    uint32_t in_len;     /* bytes: the sums of the pieces */
    uint32_t out_cap;
    uint32_t generation; /* of the device, when the request came */
    uint16_t dev;        /* N of dev.N. in the configuration */
    uint16_t queue;      /* 0 is hiprio */
    uint16_t group;
    uint16_t flags;      /* enum vfsp_req_flag */
    uint32_t rsv0;
    uint64_t rsv1;
};

/* An answer: bytes 0 to out_len of the reply are valid (out_len is the length in the FUSE header), or status < 0 says that there is none. */
struct vfsp_cpl {
    uint64_t cookie;
    uint32_t out_len;
    int32_t status; /* 0, also for a FUSE error; a negative errno where transport failed */
};

enum vfsp_evt_type {
    VFSP_EVT_DEV_READY = 1,        /* arg0 = features, arg1 = queues with hiprio */
    VFSP_EVT_RESET_BEGIN = 2,      /* this generation ends: finish its requests, then vfsp_reset_done */
    VFSP_EVT_FLR_BEGIN = 3,        /* the same, by a reset of the PCI function */
    VFSP_EVT_DEV_DOWN = 4,         /* this generation has ended, by a reset or not: nobody waits, and the next one may come at once */
    VFSP_EVT_STOPPED = 5,          /* nothing of this device comes any more */
    VFSP_EVT_HOTPLUG_STATE = 6,    /* arg0: 0 unplugged, 1 plugging, 2 plugged */
    VFSP_EVT_NUM_VFS = 7,          /* arg0 = count */
    VFSP_EVT_ERROR = 8,            /* code = negative errno */
    VFSP_EVT_PLUG_REQUEST_DONE = 9 /* code */
};

struct vfsp_evt {
    uint32_t type; /* enum vfsp_evt_type */
    uint16_t dev;
    uint16_t rsv;
    uint32_t generation; /* for RESET_BEGIN, FLR_BEGIN, DEV_DOWN and STOPPED the one that ends */
    int32_t code;
    uint64_t arg0;
    uint64_t arg1;
};

enum vfsp_cap {
    VFSP_CAP_CTL_MAY_BLOCK = 1, /* vfsp_poll_ctl may take a second: it wants a thread of its own */
    VFSP_CAP_WAIT_FD = 2,
    VFSP_CAP_HOTPLUG = 4,
    VFSP_CAP_FIXED_POOL = 8 /* pool_base and pool_len are valid: all buffers lie there */
};

enum vfsp_arch {
    VFSP_ARCH_NATIVE = 0, /* the provider translates, or does not know: the server's own */
    VFSP_ARCH_X86_64 = 1,
    VFSP_ARCH_AARCH64 = 2
};

struct vfsp_info {
    uint32_t caps;           /* enum vfsp_cap */
    uint16_t request_queues; /* without hiprio */
    uint16_t queue_size;     /* descriptors in a queue */
    uint16_t groups;
    uint16_t client_arch;    /* enum vfsp_arch */
    uint16_t max_iov;        /* pieces in a list */
    uint16_t rsv;
    uint32_t max_in;         /* bytes */
    uint32_t max_out;        /* bytes */
    uint64_t pool_base;
    uint64_t pool_len;
    char tag[40];
    char function[128];      /* vuid or PCI address */
};

enum vfsp_mgr_cap {
    VFSP_MGR_FS = 1,
    VFSP_MGR_BLK = 2,
    VFSP_MGR_NET = 4,
    VFSP_MGR_NVME = 8,
    VFSP_MGR_HOTPLUG = 16,
    VFSP_MGR_VF = 32
};

/* A device of this machine that emulates others. */
struct vfsp_mgr {
    char rdma[64]; /* the name of the RDMA device, such as mlx5_0 */
    uint32_t caps; /* enum vfsp_mgr_cap */
    uint32_t max_virtqs;
    uint32_t max_pfs;
    uint32_t num_functions;
};

/* What vfsp_stats gives, in this order. */
enum vfsp_stat {
    VFSP_STAT_REQUESTS,
    VFSP_STAT_COMPLETIONS,
    VFSP_STAT_STALE,   /* completions of an older generation: their buffers are free again, the host saw nothing */
    VFSP_STAT_REFUSED, /* completions answered with an error */
    VFSP_STAT_BYTES_IN,
    VFSP_STAT_BYTES_OUT,
    VFSP_STAT_POLLS,
    VFSP_STAT_EMPTY_POLLS,
    VFSP_STATS
};

static_assert(sizeof(struct vfsp_iov) == 16, "vfsp_iov");
static_assert(sizeof(struct vfsp_req) == 64, "vfsp_req");
static_assert(offsetof(struct vfsp_req, in_cnt) == 24, "vfsp_req.in_cnt");
static_assert(offsetof(struct vfsp_req, generation) == 40, "vfsp_req.generation");
static_assert(offsetof(struct vfsp_req, group) == 48, "vfsp_req.group");
static_assert(sizeof(struct vfsp_cpl) == 16, "vfsp_cpl");
static_assert(sizeof(struct vfsp_evt) == 32, "vfsp_evt");
static_assert(offsetof(struct vfsp_evt, arg0) == 16, "vfsp_evt.arg0");
static_assert(sizeof(struct vfsp_info) == 208, "vfsp_info");
static_assert(offsetof(struct vfsp_info, max_in) == 16, "vfsp_info.max_in");
static_assert(offsetof(struct vfsp_info, tag) == 40, "vfsp_info.tag");
static_assert(offsetof(struct vfsp_info, function) == 80, "vfsp_info.function");
static_assert(sizeof(struct vfsp_mgr) == 80, "vfsp_mgr");

#ifdef __cplusplus
extern "C" {
#endif

/* VFSP_ABI_VERSION of the provider: the server refuses another major number. */
VFSP_API uint32_t vfsp_abi_version(void);

/* Writes sizeof of iov, req, cpl, evt, info and mgr as the provider's compiler saw them; returns 6. */
VFSP_API int vfsp_sizes(uint32_t out[6]);

/* Names the provider and its version, for the log; returns the whole length without NUL, also when buf was too small. */
VFSP_API int vfsp_name(char *buf, uint32_t len);

/* Lists devices that can emulate; returns how many there are (max of them are written). -EPERM, -ENODEV with a sentence in err. */
VFSP_API int vfsp_list(struct vfsp_mgr *out, int max, char *err, uint32_t errlen);

/*
 * Opens devices. kv: lines key=value. Global: manager, groups (1), pool_mb. For each device, dev.N. in front and N from 0 without gaps: function (pf=I,
 * vf=I,J or a vuid), tag, request_queues (1), queue_size (a power of two, 512), client_arch (x86_64, aarch64, native), group (N mod groups), mock (0; 1 is
 * polled rarely). Keys that begin with x- (dev.N.x-) are the provider's own; any other unknown key is -EINVAL with a sentence in err.
 */
VFSP_API int vfsp_open(const char *kv, void **h, char *err, uint32_t errlen);

/* Tells what a device really got. Any thread, after open. */
VFSP_API int vfsp_info(void *h, uint16_t dev, struct vfsp_info *out);

/* Lets hosts in: once, any thread. */
VFSP_API int vfsp_start(void *h);

/* Makes the calling thread the owner of a group, the only one that may poll_io, complete, arm and detach it (-EPERM to others). cpu -1: do not pin. */
VFSP_API int vfsp_attach(void *h, uint16_t group, int cpu);

/* Takes up to max requests; never blocks. Owner. */
VFSP_API int vfsp_poll_io(void *h, uint16_t group, struct vfsp_req *out, int max);

/* Takes up to max control events. One thread, which may own groups. */
VFSP_API int vfsp_poll_ctl(void *h, struct vfsp_evt *out, int max);

/*
 * Answers requests, each exactly once. Every entry is processed; returns n, or the negative errno of the first that was refused: -ENOENT for a cookie that is
 * unknown or was answered before, -EINVAL for an out_len above out_cap (the guest gets EIO). An older generation is taken and shown to nobody. Owner.
 */
VFSP_API int vfsp_complete(void *h, uint16_t group, const struct vfsp_cpl *c, int n);

/* The same from any thread, without locks: the answers go out with the owner's next poll_io, which vfsp_wait_fd wakes. */
VFSP_API int vfsp_post(void *h, uint16_t group, const struct vfsp_cpl *c, int n);

/* A descriptor of the provider's that becomes readable when an armed group has work. -ENOTSUP: this provider is polled only. */
VFSP_API int vfsp_wait_fd(void *h, uint16_t group);

/* Asks for vfsp_wait_fd to wake; 0 when armed, 1 when there is work and the owner should poll instead. Owner. */
VFSP_API int vfsp_arm(void *h, uint16_t group);

/* Says that nothing of this generation is in flight in the server: the host's reset, which waited, goes on. Any thread. */
VFSP_API int vfsp_reset_done(void *h, uint16_t dev, uint32_t generation);

/* Begins to stop: hosts get no more answers to come than those in flight; STOPPED follows for each device. Any thread. */
VFSP_API int vfsp_stop(void *h);

/* Ends ownership of a group. Owner. */
VFSP_API int vfsp_detach(void *h, uint16_t group);

/* Frees everything; the handle is gone. After all groups are detached. */
VFSP_API int vfsp_close(void *h);

/* Fills v with as many of enum vfsp_stat as fit; returns how many. Any thread. */
VFSP_API int vfsp_stats(void *h, uint16_t group, uint64_t *v, int max);

#ifdef __cplusplus
}
#endif

#endif
