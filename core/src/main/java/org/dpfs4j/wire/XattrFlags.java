package org.dpfs4j.wire;

/** What setxattr(2) expects to be there ({@code XATTR_*}). */
public final class XattrFlags {
    /** The attribute must be new. */
    public static final int CREATE = 1;

    /** The attribute must exist. */
    public static final int REPLACE = 1 << 1;

    private XattrFlags() {}
}
