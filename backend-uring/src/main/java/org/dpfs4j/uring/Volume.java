package org.dpfs4j.uring;

/**
 * One of the file systems under the root: how quick it is, and what it can do without waiting, learned from its first
 * calls. Nothing is tried that the guest did not ask for, so that a read-only tree is learned as well.
 */
final class Volume {
    private static final long MICROSECOND = 1_000;

    /** Above this the lane's other devices wait too long. */
    private static final long LANE_LIMIT = 100 * MICROSECOND;

    /** A hop to a worker and back costs about this. */
    private static final long HOP = 20 * MICROSECOND;

    private final boolean local;
    private final Pace metadata = new Pace(LANE_LIMIT, 0);
    private final Pace listings = new Pace(LANE_LIMIT, 0);
    private final Pace reads = new Pace(LANE_LIMIT, 0);
    private final Pace writes = new Pace(LANE_LIMIT, 0);
    private final Pace changes = new Pace(HOP, 5 * HOP);
    private volatile boolean readsWithoutWaiting = true;
    private volatile boolean writesWithoutWaiting = true;

    /** A file system of that {@code statfs(2)} type. */
    Volume(long type) {
        local = !isRemote(type);
    }

    /** Whether closing a file can report an error: where another machine or process keeps the data. */
    static boolean isRemote(long type) {
        return switch ((int) type) {
            case 0x6969, // NFS
                    0x65735546, // FUSE
                    0x517B, // SMB
                    0xFF534D42, // CIFS
                    0xFE534D42, // SMB2
                    0x00C36400, // Ceph
                    0x5346414F, // AFS
                    0x6B414653, // kAFS
                    0x73757245, // Coda
                    0x01021997 -> true; // 9P
            default -> false;
        };
    }

    /** Whether the data is kept by this machine's kernel: closing then reports nothing. */
    boolean local() {
        return local;
    }

    /** Attributes and opening. */
    Pace metadata() {
        return metadata;
    }

    /** Reading directories. */
    Pace listings() {
        return listings;
    }

    /** Reads that may wait. */
    Pace reads() {
        return reads;
    }

    /** Writes that may wait. */
    Pace writes() {
        return writes;
    }

    /** Names and attributes that change: they reach a journal unless the file system has none. */
    Pace changes() {
        return changes;
    }

    /**
     * Whether a read can be asked not to wait (RWF_NOWAIT). Where not (tmpfs, overlay), the ring would hand it to a kernel
     * thread.
     */
    boolean readsWithoutWaiting() {
        return readsWithoutWaiting;
    }

    /** A read has answered that it cannot be asked. */
    void readsMayWait() {
        readsWithoutWaiting = false;
    }

    /** As {@link #readsWithoutWaiting}, for writes (not ext4, tmpfs). */
    boolean writesWithoutWaiting() {
        return writesWithoutWaiting;
    }

    /** A write has answered that it cannot be asked. */
    void writesMayWait() {
        writesWithoutWaiting = false;
    }
}
