package org.dpfs4j.uring;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dpfs4j.io.Source;

/**
 * One of the file systems under the root: how quick it is, and what it can do without waiting, learned from its first
 * calls. Nothing is tried that the guest did not ask for, so that a read-only tree is learned as well.
 */
final class Volume {
    /** Makes a {@link Pace} of a limit and a first guess in nanoseconds. */
    @FunctionalInterface
    interface Pacing {
        Pace pace(long limitNanos, long guessNanos);
    }

    private static final long MICROSECOND = 1_000;

    /** Above this the lane's other devices wait too long. */
    private static final long LANE_LIMIT = 100 * MICROSECOND;

    /** A hop to a worker and back costs about this. */
    private static final long HOP = 20 * MICROSECOND;

    private final boolean local;
    private final Pace metadata;
    private final Pace searches;
    private final Pace listings;
    private final Pace reads;
    private final Pace writes;
    private final Pace changes;
    private final Source source = new Source();
    private final VolumeSync sync = new VolumeSync(source);
    private final Semaphore sealing = new Semaphore(1);
    private volatile boolean readsWithoutWaiting = true;
    private volatile boolean writesWithoutWaiting = true;
    private final AtomicBoolean said = new AtomicBoolean();

    /** A file system of that {@code statfs(2)} type. */
    Volume(long type) {
        this(isLocal(type), isLocal(type) ? Pace::new : Pace::never);
    }

    Volume(boolean local, Pacing pacing) {
        this.local = local;
        metadata = pacing.pace(LANE_LIMIT, 0);
        searches = pacing.pace(HOP, 5 * HOP);
        listings = pacing.pace(LANE_LIMIT, 0);
        reads = pacing.pace(LANE_LIMIT, 0);
        writes = pacing.pace(LANE_LIMIT, 0);
        changes = pacing.pace(HOP, 5 * HOP);
    }

    /** Whether calls wait for this machine's memory and disks only, never for another machine, a process or an event. */
    private static boolean isLocal(long type) {
        return switch ((int) type) {
            case 0xEF53, // ext2, ext3, ext4
                    0x01021994, // tmpfs
                    0x58465342, // XFS
                    0x9123683E, // btrfs
                    0x794C7630, // overlay
                    0xF2F52010, // F2FS
                    0x2FC12FC1, // ZFS
                    0xCA451A4E, // bcachefs
                    0x858458F6, // ramfs
                    0xE0F5E1E2, // EROFS
                    0x73717368, // squashfs
                    0x9660, // ISO 9660
                    0x4D44, // FAT
                    0x2011BAB0, // exFAT
                    0x7366746E -> true; // NTFS
            default -> false;
        };
    }

    /**
     * Whether the data is kept by this machine's kernel: closing a file then reports nothing, and calls may be tried on a
     * lane. Of others (NFS, FUSE, and those whose files are events, such as proc) no call waits on a lane at all.
     */
    boolean local() {
        return local;
    }

    /** What calls on it wait for, whichever device they come from. */
    Source source() {
        return source;
    }

    /** Attributes and opening. */
    Pace metadata() {
        return metadata;
    }

    /** Looking for names that the kernel has not at hand; a file system in memory does not keep that a name is missing. */
    Pace searches() {
        return searches;
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

    /** Makes all of it durable, for everybody who asks. */
    VolumeSync sync() {
        return sync;
    }

    /** Whoever reads a whole file to seal it (fs-verity) has this: one at a time. */
    Semaphore sealing() {
        return sealing;
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

    /** True once: what does not work here is said to the operator only then. */
    boolean isFirstToSay() {
        return said.compareAndSet(false, true);
    }
}
