package org.dpfs4j.wire;

/** Numbers of the FUSE protocol as a whole. */
public final class Protocol {
    /** The major version ({@code FUSE_KERNEL_VERSION}). */
    public static final int MAJOR = 7;

    /** The newest minor version known here ({@code FUSE_KERNEL_MINOR_VERSION}). */
    public static final int MINOR = 45;

    /** The oldest minor version of a guest: that of Linux 4.18; virtio-fs came with 7.31. */
    public static final int OLDEST_MINOR = 27;

    /** The node of the root directory ({@code FUSE_ROOT_ID}). */
    public static final long ROOT_ID = 1;

    /** Bit of {@link Request#unique()} in a request that is sent again ({@code FUSE_UNIQUE_RESEND}). */
    public static final long UNIQUE_RESENT = 1L << 63;

    /** A user or group that the guest could not name ({@code FUSE_INVALID_UIDGID}). */
    public static final int INVALID_ID = -1;

    /** Reply room in bytes that every guest has ({@code FUSE_MIN_READ_BUFFER}). */
    public static final int MIN_READ_BUFFER = 8192;

    private Protocol() {}
}
