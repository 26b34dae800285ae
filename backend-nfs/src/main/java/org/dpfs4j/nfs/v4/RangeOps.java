package org.dpfs4j.nfs.v4;

/** Operations of minor version 2 on ranges of files (RFC 7862, 15.1, 15.2, 15.4, 15.11). */
public final class RangeOps {
    private static final int DATA = 0;
    private static final int HOLE = 1;

    private RangeOps() {}

    public static void allocate(Compound call, StateHolder file, long offset, long bytes) {
        range(call, Op.ALLOCATE, file, offset, bytes);
    }

    public static void deallocate(Compound call, StateHolder file, long offset, long bytes) {
        range(call, Op.DEALLOCATE, file, offset, bytes);
    }

    private static void range(Compound call, int op, StateHolder file, long offset, long bytes) {
        call.op(op);
        call.stateId(file);
        call.out().putLong(offset);
        call.out().putLong(bytes);
    }

    public static void seek(Compound call, StateHolder file, long offset, boolean hole) {
        call.op(Op.SEEK);
        call.stateId(file);
        call.out().putLong(offset);
        call.out().putInt(hole ? HOLE : DATA);
    }

    /** The result of a SEEK: an offset, or -1 when there is no data any more. */
    public static long found(Results results, boolean hole) {
        var in = results.ok(Op.SEEK);
        var end = in.getFlag();
        var offset = in.getLong();
        return end && !hole ? -1 : offset;
    }

    /** Copies from the saved file to the current one, before it answers. */
    public static void copy(Compound call, StateHolder from, long offset, StateHolder to, long toOffset, long bytes) {
        call.op(Op.COPY);
        call.stateId(from);
        call.stateId(to);
        call.out().putLong(offset);
        call.out().putLong(toOffset);
        call.out().putLong(bytes);
        call.out().putFlag(true);
        call.out().putFlag(true);
        call.out().putInt(0);
    }

    /** The result of a COPY: how many bytes; {@code written} hears how durable they are. -1: the server does it later. */
    public static long copied(Results results, Written written) {
        var in = results.ok(Op.COPY);
        var later = in.getCount(1);
        if (later > 0) {
            in.skip(16);
        }
        var bytes = in.getLong();
        written.read(in);
        in.getFlag();
        in.getFlag();
        return later > 0 || bytes < 0 ? -1 : bytes;
    }
}
