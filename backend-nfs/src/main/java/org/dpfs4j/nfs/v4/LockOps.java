package org.dpfs4j.nfs.v4;

/** LOCK, LOCKT and LOCKU, and what comes back (RFC 8881, 18.10 to 18.12). */
public final class LockOps {
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int READ_WAITING = 3;
    private static final int WRITE_WAITING = 4;
    private static final int OWNER_BYTES_MAX = 1024;

    /** A lock that is in the way: {@code end} inclusive, -1 for the largest offset. */
    public record Conflict(long start, long end, boolean write) {}

    private LockOps() {}

    private static long length(long start, long end) {
        return end == -1 ? -1 : end - start + 1;
    }

    /** Takes a lock; {@code waits} asks the server to tell us when it can be had. */
    public static void lock(
            Compound call, LockState state, long start, long end, boolean write, boolean waits, boolean reclaim) {
        call.op(Op.LOCK);
        var type = write ? WRITE : READ;
        call.out().putInt(waits ? type + READ_WAITING - READ : type);
        call.out().putFlag(reclaim);
        call.out().putLong(start);
        call.out().putLong(length(start, end));
        if (state.exists() && !reclaim) {
            call.out().putFlag(false);
            call.stateId(state);
        } else {
            call.out().putFlag(true);
            call.out().putInt(0);
            call.stateId(state.open());
            call.out().putInt(0);
            call.out().putLong(0);
            call.out().putOpaque(state.owner());
            return;
        }
        call.out().putInt(0);
    }

    /** Asks what is in the way of a lock. */
    public static void test(Compound call, LockState owner, long start, long end, boolean write) {
        call.op(Op.LOCKT);
        call.out().putInt(write ? WRITE : READ);
        call.out().putLong(start);
        call.out().putLong(length(start, end));
        call.out().putLong(0);
        call.out().putOpaque(owner.owner());
    }

    /** Drops a lock. */
    public static void unlock(Compound call, LockState state, long start, long end) {
        call.op(Op.LOCKU);
        call.out().putInt(WRITE);
        call.out().putInt(0);
        call.stateId(state);
        call.out().putLong(start);
        call.out().putLong(length(start, end));
    }

    /** What a lock that was refused, or tested, is in conflict with. */
    public static Conflict conflict(Results results) {
        var in = results.in();
        var start = in.getLong();
        var length = in.getLong();
        var type = in.getInt();
        in.getLong();
        in.skipOpaque(OWNER_BYTES_MAX);
        var toEnd = length == -1 || length == 0; // 0 is what Ganesha says
        var end = toEnd ? -1 : start + length - 1;
        return new Conflict(start, end, type == WRITE || type == WRITE_WAITING);
    }
}
