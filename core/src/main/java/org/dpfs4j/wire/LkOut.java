package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of GETLK: {@code struct fuse_lk_out}: the lock that is in the way. */
public final class LkOut extends Struct {
    /** 24 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(FileLock.LAYOUT.withName("lk"));

    /** Size in bytes. */
    public static final int BYTES = 24;

    private static final long START = at(LAYOUT, "lk", "start");
    private static final long END = at(LAYOUT, "lk", "end");
    private static final long TYPE = at(LAYOUT, "lk", "type");
    private static final long PID = at(LAYOUT, "lk", "pid");

    /** The structure at {@code offset} of {@code memory}. */
    public LkOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** First byte of the range. */
    public long start() {
        return getLong(START);
    }

    /** Fills {@link #start()}. */
    public LkOut start(long start) {
        putLong(START, start);
        return this;
    }

    /** Last byte of the range, inclusive. */
    public long end() {
        return getLong(END);
    }

    /** Fills {@link #end()}. */
    public LkOut end(long end) {
        putLong(END, end);
        return this;
    }

    /** The kind of lock ({@link LockType}); {@link LockType#UNLOCK} when nothing is in the way. */
    public int type() {
        return getInt(TYPE);
    }

    /** Fills {@link #type()}. */
    public LkOut type(int type) {
        putInt(TYPE, type);
        return this;
    }

    /** The process that holds it. */
    public int pid() {
        return getInt(PID);
    }

    /** Fills {@link #pid()}. */
    public LkOut pid(int pid) {
        putInt(PID, pid);
        return this;
    }
}
