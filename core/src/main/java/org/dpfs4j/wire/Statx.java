package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.I32;
import static org.dpfs4j.wire.Wire.I64;
import static org.dpfs4j.wire.Wire.U16;
import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The attributes of a file as statx(2) answers them: {@code struct statx} of {@code linux/stat.h}. A field counts only
 * when its bit is in {@link #mask()}. Long only because the structure is.
 */
public final class Statx extends Struct {
    /** {@code struct statx_timestamp}. */
    static final StructLayout TIMESTAMP_LAYOUT =
            MemoryLayout.structLayout(I64.withName("tv_sec"), U32.withName("tv_nsec"), I32.withName("__reserved"));

    /** 256 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U32.withName("stx_mask"),
            U32.withName("stx_blksize"),
            U64.withName("stx_attributes"),
            U32.withName("stx_nlink"),
            U32.withName("stx_uid"),
            U32.withName("stx_gid"),
            U16.withName("stx_mode"),
            MemoryLayout.sequenceLayout(1, U16).withName("__spare0"),
            U64.withName("stx_ino"),
            U64.withName("stx_size"),
            U64.withName("stx_blocks"),
            U64.withName("stx_attributes_mask"),
            TIMESTAMP_LAYOUT.withName("stx_atime"),
            TIMESTAMP_LAYOUT.withName("stx_btime"),
            TIMESTAMP_LAYOUT.withName("stx_ctime"),
            TIMESTAMP_LAYOUT.withName("stx_mtime"),
            U32.withName("stx_rdev_major"),
            U32.withName("stx_rdev_minor"),
            U32.withName("stx_dev_major"),
            U32.withName("stx_dev_minor"),
            U64.withName("stx_mnt_id"),
            U32.withName("stx_dio_mem_align"),
            U32.withName("stx_dio_offset_align"),
            MemoryLayout.paddingLayout(96));

    /** Size in bytes. */
    public static final int BYTES = 256;

    /** How many bytes of the front are the same as in {@code struct fuse_statx}. */
    static final long FUSE_BYTES = at(LAYOUT, "stx_mnt_id");

    private static final long MASK = at(LAYOUT, "stx_mask");
    private static final long BLKSIZE = at(LAYOUT, "stx_blksize");
    private static final long ATTRIBUTES = at(LAYOUT, "stx_attributes");
    private static final long ATTRIBUTES_MASK = at(LAYOUT, "stx_attributes_mask");
    private static final long MODE = at(LAYOUT, "stx_mode");
    private static final long NLINK = at(LAYOUT, "stx_nlink");
    private static final long UID = at(LAYOUT, "stx_uid");
    private static final long GID = at(LAYOUT, "stx_gid");
    private static final long INO = at(LAYOUT, "stx_ino");
    private static final long SIZE = at(LAYOUT, "stx_size");
    private static final long BLOCKS = at(LAYOUT, "stx_blocks");
    private static final long ATIME_SEC = at(LAYOUT, "stx_atime", "tv_sec");
    private static final long ATIME_NSEC = at(LAYOUT, "stx_atime", "tv_nsec");
    private static final long BTIME_SEC = at(LAYOUT, "stx_btime", "tv_sec");
    private static final long BTIME_NSEC = at(LAYOUT, "stx_btime", "tv_nsec");
    private static final long CTIME_SEC = at(LAYOUT, "stx_ctime", "tv_sec");
    private static final long CTIME_NSEC = at(LAYOUT, "stx_ctime", "tv_nsec");
    private static final long MTIME_SEC = at(LAYOUT, "stx_mtime", "tv_sec");
    private static final long MTIME_NSEC = at(LAYOUT, "stx_mtime", "tv_nsec");
    private static final long RDEV_MAJOR = at(LAYOUT, "stx_rdev_major");
    private static final long RDEV_MINOR = at(LAYOUT, "stx_rdev_minor");
    private static final long DEV_MAJOR = at(LAYOUT, "stx_dev_major");
    private static final long DEV_MINOR = at(LAYOUT, "stx_dev_minor");
    private static final long MNT_ID = at(LAYOUT, "stx_mnt_id");
    private static final long DIO_MEM_ALIGN = at(LAYOUT, "stx_dio_mem_align");
    private static final long DIO_OFFSET_ALIGN = at(LAYOUT, "stx_dio_offset_align");

    /** The structure at {@code offset} of {@code memory}. */
    public Statx(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** Which fields are filled ({@link StatxMask}). */
    public int mask() {
        return getInt(MASK);
    }

    /** Fills {@link #mask()}. */
    public Statx mask(int mask) {
        putInt(MASK, mask);
        return this;
    }

    /** Preferred size of a transfer in bytes. */
    public long blockBytes() {
        return getUnsigned(BLKSIZE);
    }

    /** Fills {@link #blockBytes()}. */
    public Statx blockBytes(long blockBytes) {
        putUnsigned(BLKSIZE, blockBytes);
        return this;
    }

    /** The {@code STATX_ATTR_*} bits. */
    public long attributes() {
        return getLong(ATTRIBUTES);
    }

    /** Fills {@link #attributes()}. */
    public Statx attributes(long attributes) {
        putLong(ATTRIBUTES, attributes);
        return this;
    }

    /** Which of {@link #attributes()} the file system knows. */
    public long attributesMask() {
        return getLong(ATTRIBUTES_MASK);
    }

    /** Fills {@link #attributesMask()}. */
    public Statx attributesMask(long attributesMask) {
        putLong(ATTRIBUTES_MASK, attributesMask);
        return this;
    }

    /** Type and permissions ({@link Mode}). */
    public int mode() {
        return getShort(MODE);
    }

    /** Fills {@link #mode()}. */
    public Statx mode(int mode) {
        putShort(MODE, mode);
        return this;
    }

    /** How many names the file has. */
    public long linkCount() {
        return getUnsigned(NLINK);
    }

    /** Fills {@link #linkCount()}. */
    public Statx linkCount(long linkCount) {
        putUnsigned(NLINK, linkCount);
        return this;
    }

    /** The owner, as an unsigned bit pattern. */
    public int uid() {
        return getInt(UID);
    }

    /** Fills {@link #uid()}. */
    public Statx uid(int uid) {
        putInt(UID, uid);
        return this;
    }

    /** The group, as an unsigned bit pattern. */
    public int gid() {
        return getInt(GID);
    }

    /** Fills {@link #gid()}. */
    public Statx gid(int gid) {
        putInt(GID, gid);
        return this;
    }

    /** The inode number. */
    public long ino() {
        return getLong(INO);
    }

    /** Fills {@link #ino()}. */
    public Statx ino(long ino) {
        putLong(INO, ino);
        return this;
    }

    /** Size in bytes. */
    public long sizeBytes() {
        return getLong(SIZE);
    }

    /** Fills {@link #sizeBytes()}. */
    public Statx sizeBytes(long sizeBytes) {
        putLong(SIZE, sizeBytes);
        return this;
    }

    /** Storage used in units of 512 bytes. */
    public long blocks() {
        return getLong(BLOCKS);
    }

    /** Fills {@link #blocks()}. */
    public Statx blocks(long blocks) {
        putLong(BLOCKS, blocks);
        return this;
    }

    /** Major number of a character or block node. */
    public int rdevMajor() {
        return getInt(RDEV_MAJOR);
    }

    /** Fills {@link #rdevMajor()}. */
    public Statx rdevMajor(int rdevMajor) {
        putInt(RDEV_MAJOR, rdevMajor);
        return this;
    }

    /** Minor number of a character or block node. */
    public int rdevMinor() {
        return getInt(RDEV_MINOR);
    }

    /** Fills {@link #rdevMinor()}. */
    public Statx rdevMinor(int rdevMinor) {
        putInt(RDEV_MINOR, rdevMinor);
        return this;
    }

    /** Major number of the device that holds the file. */
    public int deviceMajor() {
        return getInt(DEV_MAJOR);
    }

    /** Fills {@link #deviceMajor()}. */
    public Statx deviceMajor(int deviceMajor) {
        putInt(DEV_MAJOR, deviceMajor);
        return this;
    }

    /** Minor number of the device that holds the file. */
    public int deviceMinor() {
        return getInt(DEV_MINOR);
    }

    /** Fills {@link #deviceMinor()}. */
    public Statx deviceMinor(int deviceMinor) {
        putInt(DEV_MINOR, deviceMinor);
        return this;
    }

    /** The mount that the file was reached through. */
    public long mountId() {
        return getLong(MNT_ID);
    }

    /** Fills {@link #mountId()}. */
    public Statx mountId(long mountId) {
        putLong(MNT_ID, mountId);
        return this;
    }

    /** Alignment of memory for direct I/O in bytes, 0 when there is none. */
    public long directMemoryAlignment() {
        return getUnsigned(DIO_MEM_ALIGN);
    }

    /** Fills {@link #directMemoryAlignment()}. */
    public Statx directMemoryAlignment(long directMemoryAlignment) {
        putUnsigned(DIO_MEM_ALIGN, directMemoryAlignment);
        return this;
    }

    /** Alignment of offsets for direct I/O in bytes. */
    public long directOffsetAlignment() {
        return getUnsigned(DIO_OFFSET_ALIGN);
    }

    /** Fills {@link #directOffsetAlignment()}. */
    public Statx directOffsetAlignment(long directOffsetAlignment) {
        putUnsigned(DIO_OFFSET_ALIGN, directOffsetAlignment);
        return this;
    }

    /** Time of the last access in seconds since 1970, may be negative. */
    public long atimeSeconds() {
        return getLong(ATIME_SEC);
    }

    /** Nanoseconds of {@link #atimeSeconds()}, below 10^9. */
    public int atimeNanos() {
        return getInt(ATIME_NSEC);
    }

    /** Fills the time of the last access: seconds since 1970 and nanoseconds below 10^9. */
    public Statx atime(long seconds, int nanos) {
        putLong(ATIME_SEC, seconds);
        putInt(ATIME_NSEC, nanos);
        return this;
    }

    /** Time of the last modification in seconds since 1970, may be negative. */
    public long mtimeSeconds() {
        return getLong(MTIME_SEC);
    }

    /** Nanoseconds of {@link #mtimeSeconds()}, below 10^9. */
    public int mtimeNanos() {
        return getInt(MTIME_NSEC);
    }

    /** Fills the time of the last modification: seconds since 1970 and nanoseconds below 10^9. */
    public Statx mtime(long seconds, int nanos) {
        putLong(MTIME_SEC, seconds);
        putInt(MTIME_NSEC, nanos);
        return this;
    }

    /** Time of the last change of the attributes in seconds since 1970, may be negative. */
    public long ctimeSeconds() {
        return getLong(CTIME_SEC);
    }

    /** Nanoseconds of {@link #ctimeSeconds()}, below 10^9. */
    public int ctimeNanos() {
        return getInt(CTIME_NSEC);
    }

    /** Fills the time of the last change of the attributes: seconds since 1970 and nanoseconds below 10^9. */
    public Statx ctime(long seconds, int nanos) {
        putLong(CTIME_SEC, seconds);
        putInt(CTIME_NSEC, nanos);
        return this;
    }

    /** Time of creation in seconds since 1970, may be negative. */
    public long btimeSeconds() {
        return getLong(BTIME_SEC);
    }

    /** Nanoseconds of {@link #btimeSeconds()}, below 10^9. */
    public int btimeNanos() {
        return getInt(BTIME_NSEC);
    }

    /** Fills the time of creation: seconds since 1970 and nanoseconds below 10^9. */
    public Statx btime(long seconds, int nanos) {
        putLong(BTIME_SEC, seconds);
        putInt(BTIME_NSEC, nanos);
        return this;
    }
}
