/* One handler for each FUSE operation: their parameters say what the library found in a request, and become one shape. */
#include <string.h>

#include "device.h"

static struct exchange *begin(struct doca_devemu_vfs_fuse_req *req, void *user, struct fuse_in_header *in)
{
    struct exchange *exchange = user;
    union doca_data data;
    memset(exchange, 0, sizeof *exchange);
    exchange->req = req;
    exchange->in = in;
    doca_ctx_get_user_data(doca_devemu_vfs_io_as_ctx(doca_devemu_vfs_fuse_req_get_vfs_io(req)), &data);
    exchange->device = data.ptr;
    return exchange;
}

static void end(struct exchange *exchange)
{
    if (exchange->datain) {
        size_t bytes = doca_devemu_vfs_fuse_req_get_datain_data_len(exchange->req);
        exchange->datain_len = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
    }
    if (exchange->dataout) {
        size_t bytes = doca_devemu_vfs_fuse_req_get_dataout_data_len(exchange->req);
        exchange->dataout_len = bytes > LARGE ? LARGE : (uint32_t)bytes;
    }
    arrive(exchange);
}

/* Parameters behind (req, user, in) and what is done with them: I an operation's struct, D bytes, O the header, T structs of the reply, P room. */
#define BEGIN struct exchange *exchange = begin(req, user, in)
#define HEAD struct doca_devemu_vfs_fuse_req *req, void *user, struct fuse_in_header *in

#define P_I(t) , struct t *op_in
#define P_D , struct doca_buf *datain
#define P_O , struct fuse_out_header *out
#define P_T(t) , struct t *op_out
#define P_P , struct doca_buf *dataout

#define S_I (exchange->op_in = op_in, exchange->op_in_len = op_in ? sizeof *op_in : 0)
#define S_D (exchange->datain = datain)
#define S_O (exchange->out = out)
#define S_T (exchange->op_out[0] = op_out, exchange->op_out_len[0] = op_out ? sizeof *op_out : 0)
#define S_P (exchange->dataout = dataout)

#define HANDLER(name, parameters, take)                                                                                \
    static void on_##name(HEAD parameters)                                                                             \
    {                                                                                                                  \
        BEGIN;                                                                                                         \
        take;                                                                                                          \
        end(exchange);                                                                                                 \
    }

#define H_I(name, i) HANDLER(name, P_I(i), S_I)
#define H_ID(name, i) HANDLER(name, P_I(i) P_D, (S_I, S_D))
#define H_O(name) HANDLER(name, P_O, S_O)
#define H_DO(name) HANDLER(name, P_D P_O, (S_D, S_O))
#define H_IO(name, i) HANDLER(name, P_I(i) P_O, (S_I, S_O))
#define H_IDO(name, i) HANDLER(name, P_I(i) P_D P_O, (S_I, S_D, S_O))
#define H_OT(name, t) HANDLER(name, P_O P_T(t), (S_O, S_T))
#define H_DOT(name, t) HANDLER(name, P_D P_O P_T(t), (S_D, S_O, S_T))
#define H_IOT(name, i, t) HANDLER(name, P_I(i) P_O P_T(t), (S_I, S_O, S_T))
#define H_IDOT(name, i, t) HANDLER(name, P_I(i) P_D P_O P_T(t), (S_I, S_D, S_O, S_T))
#define H_OP(name) HANDLER(name, P_O P_P, (S_O, S_P))
#define H_IOP(name, i) HANDLER(name, P_I(i) P_O P_P, (S_I, S_O, S_P))
#define H_IOTP(name, i, t) HANDLER(name, P_I(i) P_O P_T(t) P_P, (S_I, S_O, S_T, S_P))
#define H_IDOTP(name, i, t) HANDLER(name, P_I(i) P_D P_O P_T(t) P_P, (S_I, S_D, S_O, S_T, S_P))

H_IOT(init, fuse_init_in, fuse_init_out)
H_O(destroy)
H_DOT(lookup, fuse_entry_out)
H_I(forget, fuse_forget_in)
H_ID(batch_forget, fuse_batch_forget_in)
H_I(interrupt, fuse_interrupt_in)
H_IOT(getattr, fuse_getattr_in, fuse_attr_out)
H_IOT(setattr, fuse_setattr_in, fuse_attr_out)
H_OP(readlink)
H_DOT(symlink, fuse_entry_out)
H_IDOT(mknod, fuse_mknod_in, fuse_entry_out)
H_IDOT(mkdir, fuse_mkdir_in, fuse_entry_out)
H_DO(unlink)
H_DO(rmdir)
H_IDO(rename, fuse_rename_in)
H_IDO(rename2, fuse_rename2_in)
H_IDOT(link, fuse_link_in, fuse_entry_out)
H_IOT(open, fuse_open_in, fuse_open_out)
H_IOP(read, fuse_read_in)
H_IDOT(write, fuse_write_in, fuse_write_out)
H_OT(statfs, fuse_statfs_out)
H_IO(release, fuse_release_in)
H_IO(fsync, fuse_fsync_in)
H_IDO(setxattr, fuse_setxattr_in)
H_IDOTP(getxattr, fuse_getxattr_in, fuse_getxattr_out)
H_IOTP(listxattr, fuse_getxattr_in, fuse_getxattr_out)
H_DO(removexattr)
H_IO(flush, fuse_flush_in)
H_IOT(opendir, fuse_open_in, fuse_open_out)
H_IOP(readdir, fuse_read_in)
H_IOP(readdirplus, fuse_read_in)
H_IO(releasedir, fuse_release_in)
H_IO(fsyncdir, fuse_fsync_in)
H_IOT(getlk, fuse_lk_in, fuse_lk_out)
H_IO(setlk, fuse_lk_in)
H_IO(setlkw, fuse_lk_in)
H_IO(access, fuse_access_in)
H_IDOTP(ioctl, fuse_ioctl_in, fuse_ioctl_out)
H_IO(fallocate, fuse_fallocate_in)
H_IOT(lseek, fuse_lseek_in, fuse_lseek_out)
H_IOT(copy_file_range, fuse_copy_file_range_in, fuse_write_out)
H_IO(syncfs, fuse_syncfs_in)

static void create(struct exchange *exchange, struct fuse_open_out *open_out)
{
    exchange->op_out[1] = open_out;
    exchange->op_out_len[1] = open_out ? sizeof *open_out : 0;
    end(exchange);
}

static void on_create(
    HEAD P_I(fuse_create_in) P_D P_O P_T(fuse_entry_out), struct fuse_open_out *open_out)
{
    BEGIN;
    (void)(S_I, S_D, S_O, S_T);
    create(exchange, open_out);
}

#if FUSE_KERNEL_MINOR_VERSION >= 37
static void on_tmpfile(
    HEAD P_I(fuse_create_in) P_D P_O P_T(fuse_entry_out), struct fuse_open_out *open_out)
{
    BEGIN;
    (void)(S_I, S_D, S_O, S_T);
    create(exchange, open_out);
}
#endif

#if FUSE_KERNEL_MINOR_VERSION >= 39
H_IOT(statx, fuse_statx_in, fuse_statx_out)
#endif

#define REGISTER(name)                                                                                                 \
    do {                                                                                                               \
        doca_error_t error = doca_devemu_vfs_io_event_vfs_fuse_##name##_req_handler_register(io, on_##name);           \
        if (error != DOCA_SUCCESS) {                                                                                   \
            return error;                                                                                              \
        }                                                                                                              \
    } while (0)

doca_error_t register_handlers(struct doca_devemu_vfs_io *io)
{
    REGISTER(init);
    REGISTER(destroy);
    REGISTER(lookup);
    REGISTER(forget);
    REGISTER(batch_forget);
    REGISTER(interrupt);
    REGISTER(getattr);
    REGISTER(setattr);
    REGISTER(readlink);
    REGISTER(symlink);
    REGISTER(mknod);
    REGISTER(mkdir);
    REGISTER(unlink);
    REGISTER(rmdir);
    REGISTER(rename);
    REGISTER(rename2);
    REGISTER(link);
    REGISTER(open);
    REGISTER(create);
    REGISTER(read);
    REGISTER(write);
    REGISTER(statfs);
    REGISTER(release);
    REGISTER(fsync);
    REGISTER(setxattr);
    REGISTER(getxattr);
    REGISTER(listxattr);
    REGISTER(removexattr);
    REGISTER(flush);
    REGISTER(opendir);
    REGISTER(readdir);
    REGISTER(readdirplus);
    REGISTER(releasedir);
    REGISTER(fsyncdir);
    REGISTER(getlk);
    REGISTER(setlk);
    REGISTER(setlkw);
    REGISTER(access);
    REGISTER(ioctl);
    REGISTER(fallocate);
    REGISTER(lseek);
    REGISTER(copy_file_range);
    REGISTER(syncfs);
#if FUSE_KERNEL_MINOR_VERSION >= 37
    REGISTER(tmpfile);
#endif
#if FUSE_KERNEL_MINOR_VERSION >= 39
    REGISTER(statx);
#endif
    return DOCA_SUCCESS;
}
