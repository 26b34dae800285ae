package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of STATFS: {@code struct fuse_statfs_out}. */
public final class StatfsOut extends Struct {
    /** {@code struct fuse_kstatfs}. */
    static final StructLayout KSTATFS_LAYOUT = MemoryLayout.structLayout(
            U64.withName("blocks"),
            U64.withName("bfree"),
            U64.withName("bavail"),
            U64.withName("files"),
            U64.withName("ffree"),
            U32.withName("bsize"),
            U32.withName("namelen"),
            U32.withName("frsize"),
            U32.withName("padding"),
            MemoryLayout.sequenceLayout(6, U32).withName("spare"));

    /** 80 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(KSTATFS_LAYOUT.withName("st"));

    /** Size in bytes. */
    public static final int BYTES = 80;

    private static final long BLOCKS = at(LAYOUT, "st", "blocks");
    private static final long BFREE = at(LAYOUT, "st", "bfree");
    private static final long BAVAIL = at(LAYOUT, "st", "bavail");
    private static final long FILES = at(LAYOUT, "st", "files");
    private static final long FFREE = at(LAYOUT, "st", "ffree");
    private static final long BSIZE = at(LAYOUT, "st", "bsize");
    private static final long NAMELEN = at(LAYOUT, "st", "namelen");
    private static final long FRSIZE = at(LAYOUT, "st", "frsize");

    /** The structure at {@code offset} of {@code memory}. */
    public StatfsOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** Size of the file system in units of {@link #fragmentBytes()}. */
    public long blocks() {
        return getLong(BLOCKS);
    }

    /** Fills {@link #blocks()}. */
    public StatfsOut blocks(long blocks) {
        putLong(BLOCKS, blocks);
        return this;
    }

    /** Free units. */
    public long freeBlocks() {
        return getLong(BFREE);
    }

    /** Fills {@link #freeBlocks()}. */
    public StatfsOut freeBlocks(long freeBlocks) {
        putLong(BFREE, freeBlocks);
        return this;
    }

    /** Free units for those who are not root. */
    public long availableBlocks() {
        return getLong(BAVAIL);
    }

    /** Fills {@link #availableBlocks()}. */
    public StatfsOut availableBlocks(long availableBlocks) {
        putLong(BAVAIL, availableBlocks);
        return this;
    }

    /** How many inodes there can be. */
    public long files() {
        return getLong(FILES);
    }

    /** Fills {@link #files()}. */
    public StatfsOut files(long files) {
        putLong(FILES, files);
        return this;
    }

    /** How many of them are free. */
    public long freeFiles() {
        return getLong(FFREE);
    }

    /** Fills {@link #freeFiles()}. */
    public StatfsOut freeFiles(long freeFiles) {
        putLong(FFREE, freeFiles);
        return this;
    }

    /** Preferred size of a transfer in bytes. */
    public long blockBytes() {
        return getUnsigned(BSIZE);
    }

    /** Fills {@link #blockBytes()}. */
    public StatfsOut blockBytes(long blockBytes) {
        putUnsigned(BSIZE, blockBytes);
        return this;
    }

    /** Longest name of an entry in bytes. */
    public long nameMax() {
        return getUnsigned(NAMELEN);
    }

    /** Fills {@link #nameMax()}. */
    public StatfsOut nameMax(long nameMax) {
        putUnsigned(NAMELEN, nameMax);
        return this;
    }

    /** The unit of the block counts, in bytes. */
    public long fragmentBytes() {
        return getUnsigned(FRSIZE);
    }

    /** Fills {@link #fragmentBytes()}. */
    public StatfsOut fragmentBytes(long fragmentBytes) {
        putUnsigned(FRSIZE, fragmentBytes);
        return this;
    }

    /** Fills all fields from what statfs(2) answered. */
    public StatfsOut from(Statfs statfs) {
        clear();
        return blocks(statfs.blocks())
                .freeBlocks(statfs.freeBlocks())
                .availableBlocks(statfs.availableBlocks())
                .files(statfs.files())
                .freeFiles(statfs.freeFiles())
                .blockBytes(statfs.blockBytes())
                .nameMax(statfs.nameMax())
                .fragmentBytes(statfs.fragmentBytes());
    }
}
