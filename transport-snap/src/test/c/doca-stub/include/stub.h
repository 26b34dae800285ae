/*
 * What provider/doca uses of DOCA, declared by us to check its syntax and to play a device for it. Nothing here is the vendor's text, values are ours, and
 * nothing is complete: on a DPU the SDK's own headers are used.
 */
#ifndef DOCA_STUB_H
#define DOCA_STUB_H

#include <linux/fuse.h>
#include <stddef.h>
#include <stdint.h>

typedef enum doca_error {
    DOCA_SUCCESS,
    DOCA_ERROR_AGAIN,
    DOCA_ERROR_BAD_STATE,
    DOCA_ERROR_FULL,
    DOCA_ERROR_IN_PROGRESS,
    DOCA_ERROR_IO_FAILED,
    DOCA_ERROR_NO_MEMORY,
    DOCA_ERROR_NOT_FOUND,
    DOCA_ERROR_NOT_PERMITTED
} doca_error_t;

union doca_data {
    void *ptr;
    uint64_t u64;
};

enum doca_ctx_states {
    DOCA_CTX_STATE_IDLE,
    DOCA_CTX_STATE_STARTING,
    DOCA_CTX_STATE_RUNNING,
    DOCA_CTX_STATE_STOPPING
};

enum { DOCA_ACCESS_FLAG_LOCAL_READ_WRITE = 1, DOCA_ACCESS_FLAG_RDMA_READ = 2, DOCA_ACCESS_FLAG_RDMA_WRITE = 4,
    DOCA_ACCESS_FLAG_PCI_RELAXED_ORDERING = 8 };

enum doca_pci_func_type { DOCA_PCI_FUNC_TYPE_PF, DOCA_PCI_FUNC_TYPE_VF };
enum { DOCA_DEVINFO_REP_VUID_SIZE = 128 };
enum doca_devemu_vfs_fuse_client_arch {
    DOCA_DEVEMU_VFS_FUSE_CLIENT_ARCH_X86_64,
    DOCA_DEVEMU_VFS_FUSE_CLIENT_ARCH_AARCH64
};

struct doca_buf;
struct doca_buf_inventory;
struct doca_ctx;
struct doca_dev;
struct doca_dev_rep;
struct doca_devemu_pci_dev;
struct doca_devemu_pci_type;
struct doca_devemu_vfs_cfg;
struct doca_devemu_vfs_dev;
struct doca_devemu_vfs_fuse_req;
struct doca_devemu_vfs_io;
struct doca_devemu_vfs_type;
struct doca_devemu_virtio_dev;
struct doca_devinfo;
struct doca_devinfo_rep;
struct doca_dma;
struct doca_dma_task_memcpy;
struct doca_mmap;
struct doca_pe;
struct doca_task;

typedef void (*doca_ctx_state_changed_callback_t)(
    const union doca_data, struct doca_ctx *, enum doca_ctx_states, enum doca_ctx_states);
typedef void (*stub_memcpy_cb)(struct doca_dma_task_memcpy *, union doca_data, union doca_data);
typedef void (*stub_reset_cb)(struct doca_devemu_virtio_dev *, union doca_data);
typedef void (*stub_flr_cb)(struct doca_devemu_pci_dev *, union doca_data);

const char *doca_error_get_descr(doca_error_t);

doca_error_t doca_devinfo_create_list(struct doca_devinfo ***, uint32_t *);
doca_error_t doca_devinfo_destroy_list(struct doca_devinfo **);
doca_error_t doca_devinfo_get_ibdev_name(const struct doca_devinfo *, char *, uint32_t);
doca_error_t doca_dev_open(struct doca_devinfo *, struct doca_dev **);
doca_error_t doca_dev_close(struct doca_dev *);
doca_error_t doca_devinfo_rep_destroy_list(struct doca_devinfo_rep **);
doca_error_t doca_devinfo_rep_get_vuid(const struct doca_devinfo_rep *, char *, uint32_t);
doca_error_t doca_devinfo_rep_get_pci_func_type(const struct doca_devinfo_rep *, enum doca_pci_func_type *);
doca_error_t doca_dev_rep_open(struct doca_devinfo_rep *, struct doca_dev_rep **);
doca_error_t doca_dev_rep_close(struct doca_dev_rep *);

doca_error_t doca_devemu_vfs_is_default_vfs_type_supported(const struct doca_devinfo *, uint8_t *);
doca_error_t doca_devemu_vfs_find_default_vfs_type_by_dev(struct doca_dev *, const struct doca_devemu_vfs_type **);
const struct doca_devemu_pci_type *doca_devemu_vfs_type_as_pci_type(const struct doca_devemu_vfs_type *);
doca_error_t doca_devemu_pci_type_create_rep_list(
    const struct doca_devemu_pci_type *, struct doca_devinfo_rep ***, uint32_t *);
doca_error_t doca_devemu_pci_cap_type_is_hotplug_supported(
    const struct doca_devinfo *, const struct doca_devemu_pci_type *, uint8_t *);

doca_error_t doca_devemu_vfs_cfg_create(struct doca_devemu_vfs_cfg **);
doca_error_t doca_devemu_vfs_cfg_destroy(struct doca_devemu_vfs_cfg *);
doca_error_t doca_devemu_vfs_cfg_add_dev(struct doca_devemu_vfs_cfg *, struct doca_dev *);
doca_error_t doca_devemu_vfs_cfg_set_vfs_fuse_req_user_data_size(struct doca_devemu_vfs_cfg *, uint32_t);
doca_error_t doca_devemu_vfs_init(struct doca_devemu_vfs_cfg *);
void doca_devemu_vfs_teardown(void);

doca_error_t doca_devemu_vfs_dev_create(
    const struct doca_devemu_vfs_type *, struct doca_dev_rep *, struct doca_pe *, struct doca_devemu_vfs_dev **);
doca_error_t doca_devemu_vfs_dev_destroy(struct doca_devemu_vfs_dev *);
doca_error_t doca_devemu_vfs_dev_set_tag(struct doca_devemu_vfs_dev *, const char *);
doca_error_t doca_devemu_vfs_dev_set_num_request_queues(struct doca_devemu_vfs_dev *, uint32_t);
doca_error_t doca_devemu_vfs_dev_set_fuse_client_arch(
    struct doca_devemu_vfs_dev *, enum doca_devemu_vfs_fuse_client_arch);
struct doca_ctx *doca_devemu_vfs_dev_as_ctx(struct doca_devemu_vfs_dev *);
struct doca_devemu_virtio_dev *doca_devemu_vfs_dev_as_virtio_dev(struct doca_devemu_vfs_dev *);
struct doca_devemu_pci_dev *doca_devemu_vfs_dev_as_pci_dev(struct doca_devemu_vfs_dev *);
doca_error_t doca_devemu_virtio_dev_set_num_queues(struct doca_devemu_virtio_dev *, uint16_t);
doca_error_t doca_devemu_virtio_dev_set_queue_size(struct doca_devemu_virtio_dev *, uint16_t);
doca_error_t doca_devemu_virtio_dev_set_num_required_running_virtio_io_ctxs(struct doca_devemu_virtio_dev *, uint32_t);
doca_error_t doca_devemu_virtio_dev_event_reset_register(
    struct doca_devemu_virtio_dev *, stub_reset_cb, union doca_data);
doca_error_t doca_devemu_virtio_dev_reset_complete(struct doca_devemu_virtio_dev *);
doca_error_t doca_devemu_pci_dev_event_flr_register(struct doca_devemu_pci_dev *, stub_flr_cb, union doca_data);

doca_error_t doca_devemu_vfs_io_create(
    struct doca_devemu_vfs_dev *, struct doca_pe *, struct doca_devemu_vfs_io **);
doca_error_t doca_devemu_vfs_io_destroy(struct doca_devemu_vfs_io *);
struct doca_ctx *doca_devemu_vfs_io_as_ctx(struct doca_devemu_vfs_io *);
struct doca_devemu_vfs_io *doca_devemu_vfs_fuse_req_get_vfs_io(struct doca_devemu_vfs_fuse_req *);
size_t doca_devemu_vfs_fuse_req_get_datain_data_len(struct doca_devemu_vfs_fuse_req *);
size_t doca_devemu_vfs_fuse_req_get_dataout_data_len(struct doca_devemu_vfs_fuse_req *);
void doca_devemu_vfs_fuse_req_complete(struct doca_devemu_vfs_fuse_req *, doca_error_t);

doca_error_t doca_pe_create(struct doca_pe **);
doca_error_t doca_pe_destroy(struct doca_pe *);
uint8_t doca_pe_progress(struct doca_pe *);
doca_error_t doca_pe_connect_ctx(struct doca_pe *, struct doca_ctx *);
doca_error_t doca_ctx_start(struct doca_ctx *);
doca_error_t doca_ctx_stop(struct doca_ctx *);
doca_error_t doca_ctx_set_user_data(struct doca_ctx *, union doca_data);
doca_error_t doca_ctx_get_user_data(const struct doca_ctx *, union doca_data *);
doca_error_t doca_ctx_set_state_changed_cb(struct doca_ctx *, doca_ctx_state_changed_callback_t);

doca_error_t doca_dma_create(struct doca_dev *, struct doca_dma **);
doca_error_t doca_dma_destroy(struct doca_dma *);
struct doca_ctx *doca_dma_as_ctx(struct doca_dma *);
doca_error_t doca_dma_set_ordered_completions(struct doca_dma *, uint8_t);
doca_error_t doca_dma_task_memcpy_set_conf(struct doca_dma *, stub_memcpy_cb, stub_memcpy_cb, uint32_t);
doca_error_t doca_dma_task_memcpy_alloc_init(struct doca_dma *, const struct doca_buf *, struct doca_buf *,
    union doca_data, struct doca_dma_task_memcpy **);
struct doca_task *doca_dma_task_memcpy_as_task(struct doca_dma_task_memcpy *);
doca_error_t doca_task_submit(struct doca_task *);
void doca_task_free(struct doca_task *);

doca_error_t doca_mmap_create(struct doca_mmap **);
doca_error_t doca_mmap_destroy(struct doca_mmap *);
doca_error_t doca_mmap_set_memrange(struct doca_mmap *, void *, size_t);
doca_error_t doca_mmap_set_permissions(struct doca_mmap *, uint32_t);
doca_error_t doca_mmap_add_dev(struct doca_mmap *, struct doca_dev *);
doca_error_t doca_mmap_start(struct doca_mmap *);
doca_error_t doca_mmap_stop(struct doca_mmap *);
doca_error_t doca_buf_inventory_create(size_t, struct doca_buf_inventory **);
doca_error_t doca_buf_inventory_destroy(struct doca_buf_inventory *);
doca_error_t doca_buf_inventory_start(struct doca_buf_inventory *);
doca_error_t doca_buf_inventory_stop(struct doca_buf_inventory *);
doca_error_t doca_buf_inventory_buf_get_by_addr(
    struct doca_buf_inventory *, struct doca_mmap *, void *, size_t, struct doca_buf **);
doca_error_t doca_buf_dec_refcount(struct doca_buf *, uint16_t *);
doca_error_t doca_buf_get_data(const struct doca_buf *, void **);
doca_error_t doca_buf_get_data_len(const struct doca_buf *, size_t *);
doca_error_t doca_buf_set_data(struct doca_buf *, void *, size_t);
doca_error_t doca_buf_get_next_in_list(struct doca_buf *, struct doca_buf **);

/* Operations by the shape of their handlers: the same letters as in provider/doca/handlers.c. */
#define STUB_OPERATIONS(X)                                                                                             \
    X(init, IOT, fuse_init_in, fuse_init_out)                                                                          \
    X(destroy, O, , )                                                                                                  \
    X(lookup, DOT, , fuse_entry_out)                                                                                   \
    X(forget, I, fuse_forget_in, )                                                                                     \
    X(batch_forget, ID, fuse_batch_forget_in, )                                                                        \
    X(interrupt, I, fuse_interrupt_in, )                                                                               \
    X(getattr, IOT, fuse_getattr_in, fuse_attr_out)                                                                    \
    X(setattr, IOT, fuse_setattr_in, fuse_attr_out)                                                                    \
    X(readlink, OP, , )                                                                                                \
    X(symlink, DOT, , fuse_entry_out)                                                                                  \
    X(mknod, IDOT, fuse_mknod_in, fuse_entry_out)                                                                      \
    X(mkdir, IDOT, fuse_mkdir_in, fuse_entry_out)                                                                      \
    X(unlink, DO, , )                                                                                                  \
    X(rmdir, DO, , )                                                                                                   \
    X(rename, IDO, fuse_rename_in, )                                                                                   \
    X(rename2, IDO, fuse_rename2_in, )                                                                                 \
    X(link, IDOT, fuse_link_in, fuse_entry_out)                                                                        \
    X(open, IOT, fuse_open_in, fuse_open_out)                                                                          \
    X(create, IDOTT, fuse_create_in, fuse_entry_out)                                                                   \
    X(read, IOP, fuse_read_in, )                                                                                       \
    X(write, IDOT, fuse_write_in, fuse_write_out)                                                                      \
    X(statfs, OT, , fuse_statfs_out)                                                                                   \
    X(release, IO, fuse_release_in, )                                                                                  \
    X(fsync, IO, fuse_fsync_in, )                                                                                      \
    X(setxattr, IDO, fuse_setxattr_in, )                                                                               \
    X(getxattr, IDOTP, fuse_getxattr_in, fuse_getxattr_out)                                                            \
    X(listxattr, IOTP, fuse_getxattr_in, fuse_getxattr_out)                                                            \
    X(removexattr, DO, , )                                                                                             \
    X(flush, IO, fuse_flush_in, )                                                                                      \
    X(opendir, IOT, fuse_open_in, fuse_open_out)                                                                       \
    X(readdir, IOP, fuse_read_in, )                                                                                    \
    X(readdirplus, IOP, fuse_read_in, )                                                                                \
    X(releasedir, IO, fuse_release_in, )                                                                               \
    X(fsyncdir, IO, fuse_fsync_in, )                                                                                   \
    X(getlk, IOT, fuse_lk_in, fuse_lk_out)                                                                             \
    X(setlk, IO, fuse_lk_in, )                                                                                         \
    X(setlkw, IO, fuse_lk_in, )                                                                                        \
    X(access, IO, fuse_access_in, )                                                                                    \
    X(ioctl, IDOTP, fuse_ioctl_in, fuse_ioctl_out)                                                                     \
    X(fallocate, IO, fuse_fallocate_in, )                                                                              \
    X(lseek, IOT, fuse_lseek_in, fuse_lseek_out)                                                                       \
    X(copy_file_range, IOT, fuse_copy_file_range_in, fuse_write_out)                                                   \
    X(syncfs, IO, fuse_syncfs_in, )                                                                                    \
    STUB_TMPFILE(X)                                                                                                    \
    STUB_STATX(X)

#if FUSE_KERNEL_MINOR_VERSION >= 37
#define STUB_TMPFILE(X) X(tmpfile, IDOTT, fuse_create_in, fuse_entry_out)
#else
#define STUB_TMPFILE(X)
#endif
#if FUSE_KERNEL_MINOR_VERSION >= 39
#define STUB_STATX(X) X(statx, IOT, fuse_statx_in, fuse_statx_out)
#else
#define STUB_STATX(X)
#endif

#define STUB_HEAD struct doca_devemu_vfs_fuse_req *, void *, struct fuse_in_header *
#define STUB_I(i, t) (STUB_HEAD, struct i *)
#define STUB_ID(i, t) (STUB_HEAD, struct i *, struct doca_buf *)
#define STUB_O(i, t) (STUB_HEAD, struct fuse_out_header *)
#define STUB_DO(i, t) (STUB_HEAD, struct doca_buf *, struct fuse_out_header *)
#define STUB_IO(i, t) (STUB_HEAD, struct i *, struct fuse_out_header *)
#define STUB_IDO(i, t) (STUB_HEAD, struct i *, struct doca_buf *, struct fuse_out_header *)
#define STUB_OT(i, t) (STUB_HEAD, struct fuse_out_header *, struct t *)
#define STUB_DOT(i, t) (STUB_HEAD, struct doca_buf *, struct fuse_out_header *, struct t *)
#define STUB_IOT(i, t) (STUB_HEAD, struct i *, struct fuse_out_header *, struct t *)
#define STUB_IDOT(i, t) (STUB_HEAD, struct i *, struct doca_buf *, struct fuse_out_header *, struct t *)
#define STUB_IDOTT(i, t)                                                                                               \
    (STUB_HEAD, struct i *, struct doca_buf *, struct fuse_out_header *, struct t *, struct fuse_open_out *)
#define STUB_OP(i, t) (STUB_HEAD, struct fuse_out_header *, struct doca_buf *)
#define STUB_IOP(i, t) (STUB_HEAD, struct i *, struct fuse_out_header *, struct doca_buf *)
#define STUB_IOTP(i, t) (STUB_HEAD, struct i *, struct fuse_out_header *, struct t *, struct doca_buf *)
#define STUB_IDOTP(i, t)                                                                                               \
    (STUB_HEAD, struct i *, struct doca_buf *, struct fuse_out_header *, struct t *, struct doca_buf *)

#define STUB_DECLARE(name, shape, i, t)                                                                                \
    typedef void(*stub_##name##_cb) STUB_##shape(i, t);                                                                \
    doca_error_t doca_devemu_vfs_io_event_vfs_fuse_##name##_req_handler_register(                                      \
        struct doca_devemu_vfs_io *, stub_##name##_cb);
STUB_OPERATIONS(STUB_DECLARE)

#endif
