package org.dpfs4j.wire;

/** Flags of a node's attributes ({@code FUSE_ATTR_*}). */
public final class AttrFlags {
    /** The directory is the root of a mount of its own. */
    public static final int SUBMOUNT = 1;

    /** The guest shall map this file instead of reading it. */
    public static final int DAX = 1 << 1;

    private AttrFlags() {}
}
