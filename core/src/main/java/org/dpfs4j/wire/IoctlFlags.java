package org.dpfs4j.wire;

/** How an {@link IoctlIn} is sent or answered ({@code FUSE_IOCTL_*}). */
public final class IoctlFlags {
    /** A 32-bit caller on a 64-bit guest. */
    public static final int COMPAT = 1;

    /** Argument and size follow no rule. */
    public static final int UNRESTRICTED = 1 << 1;

    /** The answer names ranges; the guest shall ask again with them. */
    public static final int RETRY = 1 << 2;

    /** The caller is a 32-bit program. */
    public static final int BITS_32 = 1 << 3;

    /** The open file is a directory. */
    public static final int DIR = 1 << 4;

    /** An x32 caller. */
    public static final int COMPAT_X32 = 1 << 5;

    private IoctlFlags() {}
}
