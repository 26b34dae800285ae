package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.I32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** What statfs(2) answers: {@code struct statfs} of {@code asm/statfs.h}, the same on x86-64 and arm64. */
public final class Statfs extends Struct {
    /** 120 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("f_type"),
            U64.withName("f_bsize"),
            U64.withName("f_blocks"),
            U64.withName("f_bfree"),
            U64.withName("f_bavail"),
            U64.withName("f_files"),
            U64.withName("f_ffree"),
            MemoryLayout.sequenceLayout(2, I32).withName("f_fsid"),
            U64.withName("f_namelen"),
            U64.withName("f_frsize"),
            U64.withName("f_flags"),
            MemoryLayout.sequenceLayout(4, U64).withName("f_spare"));

    /** Size in bytes. */
    public static final int BYTES = 120;

    private static final long F_TYPE = at(LAYOUT, "f_type");
    private static final long F_BSIZE = at(LAYOUT, "f_bsize");
    private static final long F_BLOCKS = at(LAYOUT, "f_blocks");
    private static final long F_BFREE = at(LAYOUT, "f_bfree");
    private static final long F_BAVAIL = at(LAYOUT, "f_bavail");
    private static final long F_FILES = at(LAYOUT, "f_files");
    private static final long F_FFREE = at(LAYOUT, "f_ffree");
    private static final long F_NAMELEN = at(LAYOUT, "f_namelen");
    private static final long F_FRSIZE = at(LAYOUT, "f_frsize");
    private static final long F_FLAGS = at(LAYOUT, "f_flags");

    /** The structure at {@code offset} of {@code memory}. */
    public Statfs(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** The magic number of the file system's kind. */
    public long type() {
        return getLong(F_TYPE);
    }

    /** Fills {@link #type()}. */
    public Statfs type(long type) {
        putLong(F_TYPE, type);
        return this;
    }

    /** Preferred size of a transfer in bytes. */
    public long blockBytes() {
        return getLong(F_BSIZE);
    }

    /** Fills {@link #blockBytes()}. */
    public Statfs blockBytes(long blockBytes) {
        putLong(F_BSIZE, blockBytes);
        return this;
    }

    /** Size of the file system in units of {@link #fragmentBytes()}. */
    public long blocks() {
        return getLong(F_BLOCKS);
    }

    /** Fills {@link #blocks()}. */
    public Statfs blocks(long blocks) {
        putLong(F_BLOCKS, blocks);
        return this;
    }

    /** Free units. */
    public long freeBlocks() {
        return getLong(F_BFREE);
    }

    /** Fills {@link #freeBlocks()}. */
    public Statfs freeBlocks(long freeBlocks) {
        putLong(F_BFREE, freeBlocks);
        return this;
    }

    /** Free units for those who are not root. */
    public long availableBlocks() {
        return getLong(F_BAVAIL);
    }

    /** Fills {@link #availableBlocks()}. */
    public Statfs availableBlocks(long availableBlocks) {
        putLong(F_BAVAIL, availableBlocks);
        return this;
    }

    /** How many inodes there can be. */
    public long files() {
        return getLong(F_FILES);
    }

    /** Fills {@link #files()}. */
    public Statfs files(long files) {
        putLong(F_FILES, files);
        return this;
    }

    /** How many of them are free. */
    public long freeFiles() {
        return getLong(F_FFREE);
    }

    /** Fills {@link #freeFiles()}. */
    public Statfs freeFiles(long freeFiles) {
        putLong(F_FFREE, freeFiles);
        return this;
    }

    /** Longest name of an entry in bytes. */
    public long nameMax() {
        return getLong(F_NAMELEN);
    }

    /** Fills {@link #nameMax()}. */
    public Statfs nameMax(long nameMax) {
        putLong(F_NAMELEN, nameMax);
        return this;
    }

    /** The unit of the block counts, in bytes. */
    public long fragmentBytes() {
        return getLong(F_FRSIZE);
    }

    /** Fills {@link #fragmentBytes()}. */
    public Statfs fragmentBytes(long fragmentBytes) {
        putLong(F_FRSIZE, fragmentBytes);
        return this;
    }

    /** The {@code ST_*} mount flags. */
    public long flags() {
        return getLong(F_FLAGS);
    }

    /** Fills {@link #flags()}. */
    public Statfs flags(long flags) {
        putLong(F_FLAGS, flags);
        return this;
    }
}
