package org.dpfs4j.wire;

import java.lang.foreign.StructLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the views claim about the kernel's headers: layouts and values, under the names that C has for them; long by its
 * tables.
 */
final class WireFacts {
    private WireFacts() {}

    /** Every structure that has a view. */
    static Map<String, StructLayout> structs() {
        return Map.ofEntries(
                Map.entry("fuse_in_header", Request.HEADER),
                Map.entry("fuse_out_header", OutHeader.LAYOUT),
                Map.entry("fuse_access_in", AccessIn.LAYOUT),
                Map.entry("fuse_attr", Attr.LAYOUT),
                Map.entry("fuse_attr_out", AttrOut.LAYOUT),
                Map.entry("fuse_batch_forget_in", BatchForgetIn.LAYOUT),
                Map.entry("fuse_bmap_in", BmapIn.LAYOUT),
                Map.entry("fuse_bmap_out", BmapOut.LAYOUT),
                Map.entry("fuse_copy_file_range_in", CopyFileRangeIn.LAYOUT),
                Map.entry("fuse_copy_file_range_out", CopyFileRangeOut.LAYOUT),
                Map.entry("fuse_create_in", CreateIn.LAYOUT),
                Map.entry("fuse_dirent", Dirent.LAYOUT),
                Map.entry("fuse_direntplus", DirentPlus.LAYOUT),
                Map.entry("fuse_entry_out", EntryOut.LAYOUT),
                Map.entry("fuse_ext_header", Extensions.HEADER),
                Map.entry("fuse_fallocate_in", FallocateIn.LAYOUT),
                Map.entry("fuse_file_lock", FileLock.LAYOUT),
                Map.entry("fuse_flush_in", FlushIn.LAYOUT),
                Map.entry("fuse_forget_in", ForgetIn.LAYOUT),
                Map.entry("fuse_forget_one", ForgetOne.LAYOUT),
                Map.entry("fuse_fsync_in", FsyncIn.LAYOUT),
                Map.entry("fuse_getattr_in", GetattrIn.LAYOUT),
                Map.entry("fuse_getxattr_in", GetxattrIn.LAYOUT),
                Map.entry("fuse_getxattr_out", GetxattrOut.LAYOUT),
                Map.entry("fuse_init_in", InitIn.LAYOUT),
                Map.entry("fuse_init_out", InitOut.LAYOUT),
                Map.entry("fuse_interrupt_in", InterruptIn.LAYOUT),
                Map.entry("fuse_ioctl_in", IoctlIn.LAYOUT),
                Map.entry("fuse_ioctl_out", IoctlOut.LAYOUT),
                Map.entry("fuse_kstatfs", StatfsOut.KSTATFS_LAYOUT),
                Map.entry("fuse_link_in", LinkIn.LAYOUT),
                Map.entry("fuse_lk_in", LkIn.LAYOUT),
                Map.entry("fuse_lk_out", LkOut.LAYOUT),
                Map.entry("fuse_lseek_in", LseekIn.LAYOUT),
                Map.entry("fuse_lseek_out", LseekOut.LAYOUT),
                Map.entry("fuse_mkdir_in", MkdirIn.LAYOUT),
                Map.entry("fuse_mknod_in", MknodIn.LAYOUT),
                Map.entry("fuse_notify_retrieve_in", NotifyRetrieveIn.LAYOUT),
                Map.entry("fuse_open_in", OpenIn.LAYOUT),
                Map.entry("fuse_open_out", OpenOut.LAYOUT),
                Map.entry("fuse_poll_in", PollIn.LAYOUT),
                Map.entry("fuse_poll_out", PollOut.LAYOUT),
                Map.entry("fuse_read_in", ReadIn.LAYOUT),
                Map.entry("fuse_release_in", ReleaseIn.LAYOUT),
                Map.entry("fuse_removemapping_in", RemovemappingIn.LAYOUT),
                Map.entry("fuse_removemapping_one", RemovemappingIn.ONE),
                Map.entry("fuse_rename2_in", Rename2In.LAYOUT),
                Map.entry("fuse_rename_in", RenameIn.LAYOUT),
                Map.entry("fuse_secctx", Extensions.SECURITY),
                Map.entry("fuse_secctx_header", Extensions.SECURITY_HEADER),
                Map.entry("fuse_setattr_in", SetattrIn.LAYOUT),
                Map.entry("fuse_setupmapping_in", SetupmappingIn.LAYOUT),
                Map.entry("fuse_setxattr_in", SetxattrExtIn.LAYOUT),
                Map.entry("fuse_statfs_out", StatfsOut.LAYOUT),
                Map.entry("fuse_statx", StatxOut.STATX_LAYOUT),
                Map.entry("fuse_statx_in", StatxIn.LAYOUT),
                Map.entry("fuse_statx_out", StatxOut.LAYOUT),
                Map.entry("fuse_supp_groups", Extensions.GROUPS),
                Map.entry("fuse_sx_time", Statx.TIMESTAMP_LAYOUT),
                Map.entry("fuse_syncfs_in", SyncfsIn.LAYOUT),
                Map.entry("fuse_write_in", WriteIn.LAYOUT),
                Map.entry("fuse_write_out", WriteOut.LAYOUT),
                Map.entry("statfs", Statfs.LAYOUT),
                Map.entry("statx", Statx.LAYOUT),
                Map.entry("statx_timestamp", Statx.TIMESTAMP_LAYOUT));
    }

    /** Structures of the header that have no view, with the reason. */
    static Map<String, String> structsLeftOut() {
        var reasons = new TreeMap<String, String>();
        for (var notification :
                new String[] {"delete", "inval_entry", "inval_inode", "poll_wakeup", "prune", "retrieve", "store"}) {
            reasons.put("fuse_notify_" + notification + "_out", "virtio-fs in Linux has no notification queue");
        }
        for (var uring : new String[] {"cmd_req", "ent_in_out", "req_header"}) {
            reasons.put("fuse_uring_" + uring, "io_uring commands of /dev/fuse, never inside a request");
        }
        reasons.put("fuse_backing_map", "argument of an ioctl on /dev/fuse");
        reasons.put("fuse_ioctl_iovec", "unrestricted ioctls of CUSE, which virtio-fs does not carry");
        return reasons;
    }

    /** Which view reads a request of each opcode. */
    static Map<String, Class<? extends Request>> views() {
        var views = new TreeMap<String, Class<? extends Request>>();
        for (var each : new String[] {"LOOKUP", "UNLINK", "RMDIR"}) {
            views.put("FUSE_" + each, NameIn.class);
        }
        for (var each : new String[] {"READLINK", "STATFS", "DESTROY"}) {
            views.put("FUSE_" + each, Request.class);
        }
        for (var each : new String[] {"GETLK", "SETLK", "SETLKW"}) {
            views.put("FUSE_" + each, LkIn.class);
        }
        views.put("FUSE_ACCESS", AccessIn.class);
        views.put("FUSE_BATCH_FORGET", BatchForgetIn.class);
        views.put("FUSE_BMAP", BmapIn.class);
        views.put("FUSE_COPY_FILE_RANGE", CopyFileRangeIn.class);
        views.put("FUSE_COPY_FILE_RANGE_64", CopyFileRangeIn.class);
        views.put("FUSE_CREATE", CreateIn.class);
        views.put("FUSE_FALLOCATE", FallocateIn.class);
        views.put("FUSE_FLUSH", FlushIn.class);
        views.put("FUSE_FORGET", ForgetIn.class);
        views.put("FUSE_FSYNC", FsyncIn.class);
        views.put("FUSE_FSYNCDIR", FsyncIn.class);
        views.put("FUSE_GETATTR", GetattrIn.class);
        views.put("FUSE_GETXATTR", GetxattrIn.class);
        views.put("FUSE_INIT", InitIn.class);
        views.put("FUSE_INTERRUPT", InterruptIn.class);
        views.put("FUSE_IOCTL", IoctlIn.class);
        views.put("FUSE_LINK", LinkIn.class);
        views.put("FUSE_LISTXATTR", ListxattrIn.class);
        views.put("FUSE_LSEEK", LseekIn.class);
        views.put("FUSE_MKDIR", MkdirIn.class);
        views.put("FUSE_MKNOD", MknodIn.class);
        views.put("FUSE_NOTIFY_REPLY", NotifyRetrieveIn.class);
        views.put("FUSE_OPEN", OpenIn.class);
        views.put("FUSE_OPENDIR", OpenIn.class);
        views.put("FUSE_POLL", PollIn.class);
        views.put("FUSE_READ", ReadIn.class);
        views.put("FUSE_READDIR", ReaddirIn.class);
        views.put("FUSE_READDIRPLUS", ReaddirIn.class);
        views.put("FUSE_RELEASE", ReleaseIn.class);
        views.put("FUSE_RELEASEDIR", ReleaseIn.class);
        views.put("FUSE_REMOVEMAPPING", RemovemappingIn.class);
        views.put("FUSE_REMOVEXATTR", RemovexattrIn.class);
        views.put("FUSE_RENAME", RenameIn.class);
        views.put("FUSE_RENAME2", Rename2In.class);
        views.put("FUSE_SETATTR", SetattrIn.class);
        views.put("FUSE_SETUPMAPPING", SetupmappingIn.class);
        views.put("FUSE_SETXATTR", SetxattrIn.class);
        views.put("FUSE_STATX", StatxIn.class);
        views.put("FUSE_SYMLINK", SymlinkIn.class);
        views.put("FUSE_SYNCFS", SyncfsIn.class);
        views.put("FUSE_TMPFILE", TmpfileIn.class);
        views.put("FUSE_WRITE", WriteIn.class);
        return views;
    }

    /** Opcodes of the header that have no view, with the reason. */
    static Map<String, String> opcodesLeftOut() {
        return Map.of(
                "CUSE_INIT", "character devices, which virtio-fs does not carry",
                "CUSE_INIT_BSWAP_RESERVED", "a mark of the wrong byte order, never sent",
                "FUSE_INIT_BSWAP_RESERVED", "a mark of the wrong byte order, never sent");
    }

    /** Every constant, as its 64 bits; an int without its sign. */
    static Map<String, Long> constants() throws IllegalAccessException {
        var values = new TreeMap<String, Long>();
        addAll(values, InitFlags.class, "FUSE_", Map.of("RESERVED", "FUSE_INIT_RESERVED"));
        addAll(values, SetattrValid.class, "FATTR_", Map.of());
        addAll(values, OpenReplyFlags.class, "FOPEN_", Map.of());
        addAll(values, AttrFlags.class, "FUSE_ATTR_", Map.of());
        addAll(values, IoctlFlags.class, "FUSE_IOCTL_", Map.of("BITS_32", "FUSE_IOCTL_32BIT"));
        addAll(values, RenameFlags.class, "RENAME_", Map.of());
        addAll(values, XattrFlags.class, "XATTR_", Map.of());
        addAll(values, FallocateMode.class, "FALLOC_FL_", Map.of());
        addAll(values, Whence.class, "SEEK_", Map.of("CURRENT", "SEEK_CUR"));
        addAll(values, StatxMask.class, "STATX_", Map.of());
        addAll(values, LockType.class, "", Map.of("READ", "F_RDLCK", "WRITE", "F_WRLCK", "UNLOCK", "F_UNLCK"));
        addAll(values, OpenFlags.class, "O_", Map.of("ACCESS_MODE", "O_ACCMODE", "ASYNC", "FASYNC"));
        values.remove("O_EXEC"); // FMODE_EXEC is not in a header for programs
        addAll(values, Mode.class, "", modes());
        values.remove("");
        for (var errno : Errno.values()) {
            values.put(errno.name(), (long) errno.code());
        }
        values.put("FUSE_KERNEL_VERSION", (long) Protocol.MAJOR);
        values.put("FUSE_ROOT_ID", Protocol.ROOT_ID);
        values.put("FUSE_UNIQUE_RESEND", Protocol.UNIQUE_RESENT);
        values.put("FUSE_INVALID_UIDGID", Integer.toUnsignedLong(Protocol.INVALID_ID));
        values.put("FUSE_MIN_READ_BUFFER", (long) Protocol.MIN_READ_BUFFER);
        values.put("FUSE_GETATTR_FH", (long) GetattrIn.FH_VALID);
        values.put("FUSE_OPEN_KILL_SUIDGID", (long) OpenIn.KILL_SUIDGID);
        values.put("FUSE_READ_LOCKOWNER", (long) ReadIn.LOCK_OWNER_VALID);
        values.put("FUSE_WRITE_CACHE", (long) WriteIn.FROM_CACHE);
        values.put("FUSE_WRITE_LOCKOWNER", (long) WriteIn.LOCK_OWNER_VALID);
        values.put("FUSE_WRITE_KILL_SUIDGID", (long) WriteIn.KILL_SUIDGID);
        values.put("FUSE_RELEASE_FLUSH", (long) ReleaseIn.FLUSH);
        values.put("FUSE_RELEASE_FLOCK_UNLOCK", (long) ReleaseIn.FLOCK_UNLOCK);
        values.put("FUSE_FSYNC_FDATASYNC", (long) FsyncIn.FDATASYNC);
        values.put("FUSE_LK_FLOCK", (long) LkIn.FLOCK);
        values.put("FUSE_POLL_SCHEDULE_NOTIFY", (long) PollIn.SCHEDULE_NOTIFY);
        values.put("FUSE_SETXATTR_ACL_KILL_SGID", (long) SetxattrExtIn.ACL_KILL_SGID);
        values.put("FUSE_SETUPMAPPING_FLAG_WRITE", SetupmappingIn.WRITE);
        values.put("FUSE_SETUPMAPPING_FLAG_READ", SetupmappingIn.READ);
        values.put("FUSE_MAX_NR_SECCTX", (long) Extensions.SECURITY_CONTEXTS_MAX);
        values.put("FUSE_EXT_GROUPS", (long) Extensions.TYPE_GROUPS);
        values.put("FUSE_COMPAT_SETXATTR_IN_SIZE", SetxattrIn.LAYOUT.byteSize());
        return values;
    }

    /** Macros of the header that are no constant of ours, by their beginning, with the reason. */
    static Map<String, String> macrosLeftOut() {
        return Map.ofEntries(
                Map.entry("FUSE_COMPAT_", "sizes for kernels before 7.27"),
                Map.entry("FUSE_DEV_IOC_", "ioctls of /dev/fuse"),
                Map.entry("FUSE_URING_", "io_uring commands of /dev/fuse"),
                Map.entry("FUSE_KERNEL_MINOR_VERSION", "may be another one than ours"),
                Map.entry("FUSE_DIRENT", "arithmetic: DirentTest"),
                Map.entry("FUSE_NAME_OFFSET", "arithmetic: DirentTest"),
                Map.entry("FUSE_REC_ALIGN", "arithmetic: DirentTest"),
                Map.entry("FUSE_IOCTL_MAX_IOV", "unrestricted ioctls of CUSE"),
                Map.entry("FUSE_EXPIRE_ONLY", "notifications"),
                Map.entry("FOPEN_MAX", "of C's own library"),
                Map.entry("FUSE_REMOVEMAPPING_MAX_ENTRY", "needs the guest's page size"));
    }

    /** Other names for constants of ours. */
    static Map<String, String> aliases() {
        return Map.of(
                "FUSE_DIRECT_IO_RELAX", "FUSE_DIRECT_IO_ALLOW_MMAP", "FUSE_WRITE_KILL_PRIV", "FUSE_WRITE_KILL_SUIDGID");
    }

    private static Map<String, String> modes() {
        return Map.ofEntries(
                Map.entry("FORMAT", "S_IFMT"),
                Map.entry("SOCKET", "S_IFSOCK"),
                Map.entry("SYMLINK", "S_IFLNK"),
                Map.entry("REGULAR", "S_IFREG"),
                Map.entry("BLOCK_DEVICE", "S_IFBLK"),
                Map.entry("DIRECTORY", "S_IFDIR"),
                Map.entry("CHARACTER_DEVICE", "S_IFCHR"),
                Map.entry("FIFO", "S_IFIFO"),
                Map.entry("SET_UID", "S_ISUID"),
                Map.entry("SET_GID", "S_ISGID"),
                Map.entry("STICKY", "S_ISVTX"),
                Map.entry("PERMISSIONS", "")); // not in a header
    }

    private static void addAll(Map<String, Long> values, Class<?> owner, String prefix, Map<String, String> renamed)
            throws IllegalAccessException {
        for (Field field : owner.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers())) {
                var name = renamed.getOrDefault(field.getName(), prefix + field.getName());
                values.put(name, field.getType() == long.class ? field.getLong(null) : unsigned(field.getInt(null)));
            }
        }
    }

    private static long unsigned(int value) {
        return Integer.toUnsignedLong(value);
    }
}
