package org.dpfs4j.wire;

/**
 * What guest and server agree on in INIT ({@code FUSE_*} flags), {@code flags} below bit 32 and {@code flags2} above.
 */
public final class InitFlags {
    /** The guest sends several reads of a file at once. */
    public static final long ASYNC_READ = 1L << 0;

    /** Locks of fcntl(2) come to the server. */
    public static final long POSIX_LOCKS = 1L << 1;

    /** Never used by a guest. */
    public static final long FILE_OPS = 1L << 2;

    /** OPEN carries O_TRUNC instead of a SETATTR before it. */
    public static final long ATOMIC_O_TRUNC = 1L << 3;

    /** LOOKUP of {@code .} and {@code ..} works, which NFS export of the mount needs. */
    public static final long EXPORT_SUPPORT = 1L << 4;

    /** WRITE may be larger than a page. */
    public static final long BIG_WRITES = 1L << 5;

    /** The guest leaves the umask to the server. */
    public static final long DONT_MASK = 1L << 6;

    /** Only for /dev/fuse. */
    public static final long SPLICE_WRITE = 1L << 7;

    /** Only for /dev/fuse. */
    public static final long SPLICE_MOVE = 1L << 8;

    /** Only for /dev/fuse. */
    public static final long SPLICE_READ = 1L << 9;

    /** Locks of flock(2) come to the server. */
    public static final long FLOCK_LOCKS = 1L << 10;

    /** IOCTL on directories. */
    public static final long HAS_IOCTL_DIR = 1L << 11;

    /** The guest drops cached data when size or modification time change. */
    public static final long AUTO_INVAL_DATA = 1L << 12;

    /** READDIRPLUS is understood. */
    public static final long DO_READDIRPLUS = 1L << 13;

    /** The guest chooses between READDIR and READDIRPLUS. */
    public static final long READDIRPLUS_AUTO = 1L << 14;

    /** Direct I/O in several requests at once. */
    public static final long ASYNC_DIO = 1L << 15;

    /** The guest keeps written data and answers for size and modification time. */
    public static final long WRITEBACK_CACHE = 1L << 16;

    /** OPEN answered ENOSYS means that no OPEN is needed. */
    public static final long NO_OPEN_SUPPORT = 1L << 17;

    /** LOOKUP and READDIR of one directory may come at once. */
    public static final long PARALLEL_DIROPS = 1L << 18;

    /** The server clears set-id bits on write, truncate and chown. */
    public static final long HANDLE_KILLPRIV = 1L << 19;

    /** The guest enforces access control lists, the server stores them. */
    public static final long POSIX_ACL = 1L << 20;

    /** Only for /dev/fuse. */
    public static final long ABORT_ERROR = 1L << 21;

    /** {@link InitOut#maxPages()} counts. */
    public static final long MAX_PAGES = 1L << 22;

    /** The guest may keep the targets of symbolic links. */
    public static final long CACHE_SYMLINKS = 1L << 23;

    /** OPENDIR answered ENOSYS means that no OPENDIR is needed. */
    public static final long NO_OPENDIR_SUPPORT = 1L << 24;

    /** The guest drops cached data only when told to. */
    public static final long EXPLICIT_INVAL_DATA = 1L << 25;

    /** {@link InitOut#mapAlignment()} counts; the guest may map files (DAX). */
    public static final long MAP_ALIGNMENT = 1L << 26;

    /** {@link AttrFlags#SUBMOUNT} makes a directory a mount of its own. */
    public static final long SUBMOUNTS = 1L << 27;

    /** The server clears set-id bits exactly where the guest asks for it, and on chown. */
    public static final long HANDLE_KILLPRIV_V2 = 1L << 28;

    /** SETXATTR has the long body, {@link SetxattrExtIn}. */
    public static final long SETXATTR_EXT = 1L << 29;

    /** Bits 32 to 63 count. */
    public static final long INIT_EXT = 1L << 30;

    /** Never set. */
    public static final long RESERVED = 1L << 31;

    /** Creation brings a security context, see {@link Extensions}. */
    public static final long SECURITY_CTX = 1L << 32;

    /** {@link AttrFlags#DAX} decides about DAX file by file. */
    public static final long HAS_INODE_DAX = 1L << 33;

    /** Creation brings the caller's group that the parent has, see {@link Extensions}. */
    public static final long CREATE_SUPP_GROUP = 1L << 34;

    /** Only for notifications. */
    public static final long HAS_EXPIRE_ONLY = 1L << 35;

    /** Shared mappings of files opened with {@link OpenReplyFlags#DIRECT_IO}. */
    public static final long DIRECT_IO_ALLOW_MMAP = 1L << 36;

    /** Only for /dev/fuse. */
    public static final long PASSTHROUGH = 1L << 37;

    /** LOOKUP of {@code .} and {@code ..} does not work and shall not come. */
    public static final long NO_EXPORT_SUPPORT = 1L << 38;

    /** Requests may come a second time, see {@link Request#isResent()}. */
    public static final long HAS_RESEND = 1L << 39;

    /** The mount may be mapped to other user ids; header ids may be {@link Protocol#INVALID_ID}. */
    public static final long ALLOW_IDMAP = 1L << 40;

    /** Only for /dev/fuse. */
    public static final long OVER_IO_URING = 1L << 41;

    /** {@link InitOut#requestTimeoutSeconds()} counts. */
    public static final long REQUEST_TIMEOUT = 1L << 42;

    private InitFlags() {}
}
