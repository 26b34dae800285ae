package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** The attributes of a node: {@code struct fuse_attr}, inside the replies of LOOKUP, GETATTR and their like. */
public final class Attr extends Struct {
    /** 88 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("ino"),
            U64.withName("size"),
            U64.withName("blocks"),
            U64.withName("atime"),
            U64.withName("mtime"),
            U64.withName("ctime"),
            U32.withName("atimensec"),
            U32.withName("mtimensec"),
            U32.withName("ctimensec"),
            U32.withName("mode"),
            U32.withName("nlink"),
            U32.withName("uid"),
            U32.withName("gid"),
            U32.withName("rdev"),
            U32.withName("blksize"),
            U32.withName("flags"));

    /** Size in bytes. */
    public static final int BYTES = 88;

    private static final long INO = at(LAYOUT, "ino");
    private static final long SIZE = at(LAYOUT, "size");
    private static final long BLOCKS = at(LAYOUT, "blocks");
    private static final long ATIME = at(LAYOUT, "atime");
    private static final long MTIME = at(LAYOUT, "mtime");
    private static final long CTIME = at(LAYOUT, "ctime");
    private static final long ATIMENSEC = at(LAYOUT, "atimensec");
    private static final long MTIMENSEC = at(LAYOUT, "mtimensec");
    private static final long CTIMENSEC = at(LAYOUT, "ctimensec");
    private static final long MODE = at(LAYOUT, "mode");
    private static final long NLINK = at(LAYOUT, "nlink");
    private static final long UID = at(LAYOUT, "uid");
    private static final long GID = at(LAYOUT, "gid");
    private static final long RDEV = at(LAYOUT, "rdev");
    private static final long BLKSIZE = at(LAYOUT, "blksize");
    private static final long FLAGS = at(LAYOUT, "flags");

    /** The structure at {@code offset} of {@code memory}. */
    public Attr(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** The inode number that programs in the guest see. */
    public long ino() {
        return getLong(INO);
    }

    /** Fills {@link #ino()}. */
    public Attr ino(long ino) {
        putLong(INO, ino);
        return this;
    }

    /** Size in bytes. */
    public long sizeBytes() {
        return getLong(SIZE);
    }

    /** Fills {@link #sizeBytes()}. */
    public Attr sizeBytes(long sizeBytes) {
        putLong(SIZE, sizeBytes);
        return this;
    }

    /** Storage used in units of 512 bytes. */
    public long blocks() {
        return getLong(BLOCKS);
    }

    /** Fills {@link #blocks()}. */
    public Attr blocks(long blocks) {
        putLong(BLOCKS, blocks);
        return this;
    }

    /** Type and permissions ({@link Mode}). */
    public int mode() {
        return getInt(MODE);
    }

    /** Fills {@link #mode()}. */
    public Attr mode(int mode) {
        putInt(MODE, mode);
        return this;
    }

    /** How many names the file has. */
    public long linkCount() {
        return getUnsigned(NLINK);
    }

    /** Fills {@link #linkCount()}. */
    public Attr linkCount(long linkCount) {
        putUnsigned(NLINK, linkCount);
        return this;
    }

    /** The owner, as an unsigned bit pattern. */
    public int uid() {
        return getInt(UID);
    }

    /** Fills {@link #uid()}. */
    public Attr uid(int uid) {
        putInt(UID, uid);
        return this;
    }

    /** The group, as an unsigned bit pattern. */
    public int gid() {
        return getInt(GID);
    }

    /** Fills {@link #gid()}. */
    public Attr gid(int gid) {
        putInt(GID, gid);
        return this;
    }

    /** The device of a character or block node, see {@link DeviceNumber}. */
    public int rdev() {
        return getInt(RDEV);
    }

    /** Fills {@link #rdev()}. */
    public Attr rdev(int rdev) {
        putInt(RDEV, rdev);
        return this;
    }

    /** Preferred size of a transfer in bytes. */
    public long blockBytes() {
        return getUnsigned(BLKSIZE);
    }

    /** Fills {@link #blockBytes()}. */
    public Attr blockBytes(long blockBytes) {
        putUnsigned(BLKSIZE, blockBytes);
        return this;
    }

    /** {@link AttrFlags}. */
    public int flags() {
        return getInt(FLAGS);
    }

    /** Fills {@link #flags()}. */
    public Attr flags(int flags) {
        putInt(FLAGS, flags);
        return this;
    }

    /** Time of the last access in seconds since 1970, may be negative. */
    public long atimeSeconds() {
        return getLong(ATIME);
    }

    /** Nanoseconds of {@link #atimeSeconds()}, below 10^9. */
    public int atimeNanos() {
        return getInt(ATIMENSEC);
    }

    /** Fills the time of the last access: seconds since 1970 and nanoseconds below 10^9. */
    public Attr atime(long seconds, int nanos) {
        putLong(ATIME, seconds);
        putInt(ATIMENSEC, nanos);
        return this;
    }

    /** Time of the last modification in seconds since 1970, may be negative. */
    public long mtimeSeconds() {
        return getLong(MTIME);
    }

    /** Nanoseconds of {@link #mtimeSeconds()}, below 10^9. */
    public int mtimeNanos() {
        return getInt(MTIMENSEC);
    }

    /** Fills the time of the last modification: seconds since 1970 and nanoseconds below 10^9. */
    public Attr mtime(long seconds, int nanos) {
        putLong(MTIME, seconds);
        putInt(MTIMENSEC, nanos);
        return this;
    }

    /** Time of the last change of the attributes in seconds since 1970, may be negative. */
    public long ctimeSeconds() {
        return getLong(CTIME);
    }

    /** Nanoseconds of {@link #ctimeSeconds()}, below 10^9. */
    public int ctimeNanos() {
        return getInt(CTIMENSEC);
    }

    /** Fills the time of the last change of the attributes: seconds since 1970 and nanoseconds below 10^9. */
    public Attr ctime(long seconds, int nanos) {
        putLong(CTIME, seconds);
        putInt(CTIMENSEC, nanos);
        return this;
    }

    /** Fills all fields from another structure. */
    public Attr copy(Attr other) {
        copyFrom(other, 0, LAYOUT.byteSize());
        return this;
    }

    /** Fills all fields from what statx(2) answered; {@link #flags()} becomes 0. */
    public Attr from(Statx statx) {
        return ino(statx.ino())
                .sizeBytes(statx.sizeBytes())
                .blocks(statx.blocks())
                .atime(statx.atimeSeconds(), statx.atimeNanos())
                .mtime(statx.mtimeSeconds(), statx.mtimeNanos())
                .ctime(statx.ctimeSeconds(), statx.ctimeNanos())
                .mode(statx.mode())
                .linkCount(statx.linkCount())
                .uid(statx.uid())
                .gid(statx.gid())
                .rdev(DeviceNumber.encode(statx.rdevMajor(), statx.rdevMinor()))
                .blockBytes(statx.blockBytes())
                .flags(0);
    }
}
