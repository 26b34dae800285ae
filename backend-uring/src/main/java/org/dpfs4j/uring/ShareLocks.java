package org.dpfs4j.uring;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.dpfs4j.io.Lane;
import org.dpfs4j.wire.InitFlags;

/** The locks and waits of one device: counted, and all ended with its session. Used by all lanes at once. */
final class ShareLocks {
    /** How long another lane is waited for. */
    private static final long OTHERS_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private final Locks locks;
    private final LockConfig config;
    private final DescriptorBudget.Account account;
    private final LongPredicate open;
    private final Duration inheritedWaitMax;
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private final Set<Holder> holders = new HashSet<>();
    private final Set<Waiter> waiters = new HashSet<>();
    private int ranges;
    private boolean closed;
    private volatile boolean empty = true;

    /** Locks of a device, with its descriptors, for a guest that offers {@code offered}; {@code open} says whether a handle is. */
    ShareLocks(Locks locks, LockConfig config, DescriptorBudget.Account account, long offered, LongPredicate open) {
        this.locks = locks;
        inheritedWaitMax = (offered & InitFlags.SUBMOUNTS) == 0 ? Duration.ZERO : config.inheritedLockWaitMax();
        this.config = config;
        this.account = account;
        this.open = open;
    }

    /** One more lane that serves the device. */
    void attach(Lane lane) {
        lanes.add(lane);
    }

    /** Whether the device is served by other lanes, too. */
    boolean hasOthersThan(Lane lane) {
        return lanes.stream().anyMatch(each -> each != lane);
    }

    /**
     * Waits until all lanes but one have done what had reached them, a second at most: their first turn sees what lies in
     * their queues, the second is over after that. From a worker.
     */
    void awaitOthersThan(Lane lane) {
        try {
            for (int turn = 0; turn < 2; turn++) {
                for (var other : lanes) {
                    if (other != lane && !other.eventLoop().submit(() -> {}).await(OTHERS_MILLIS)) {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Locks locks() {
        return locks;
    }

    LockConfig config() {
        return config;
    }

    /**
     * {@link LockConfig#inheritedLockWaitMax}; zero where the guest tells of signals. Of Linux' drivers only that for virtio-fs
     * does not (fs/fuse/virtio_fs.c sends no INTERRUPT), and only that offers SUBMOUNTS.
     */
    Duration inheritedWaitMax() {
        return inheritedWaitMax;
    }

    boolean isOpen(long handle) {
        return open.test(handle);
    }

    /** Whether there is nothing to release. */
    boolean isEmpty() {
        return empty;
    }

    private void count() {
        empty = holders.isEmpty() && waiters.isEmpty();
    }

    /** Counts one more owner with locks; false when there is no place for it. */
    synchronized boolean begin(Holder holder) {
        if (closed || holders.size() >= LockConfig.OWNERS_MAX || !account.holdLock()) {
            return false;
        }
        var begins = holders.add(holder);
        if (!begins) {
            account.releaseLock();
        }
        count();
        return begins;
    }

    synchronized void end(Holder holder) {
        if (holders.remove(holder)) {
            account.releaseLock();
        }
        count();
    }

    /** Counts a wait; false when the session has ended. */
    synchronized boolean begin(Waiter waiter) {
        var begins = !closed && waiters.add(waiter);
        count();
        return begins;
    }

    synchronized void end(Waiter waiter) {
        waiters.remove(waiter);
        count();
    }

    /** Whether so many ranges more may be locked. */
    synchronized boolean hasRoomFor(int more) {
        return ranges + more <= LockConfig.RANGES_MAX;
    }

    synchronized void count(int more) {
        ranges += more;
    }

    /** How many owners have locks. */
    synchronized int ownerCount() {
        return holders.size();
    }

    /** How many ranges are locked. */
    synchronized int rangeCount() {
        return ranges;
    }

    /** How many requests wait. */
    synchronized int waiterCount() {
        return waiters.size();
    }

    /** Ends all waits, then all locks; others get them. From any thread. */
    void close() {
        List<Waiter> waiting;
        Set<LockedFile.Key> locked = new HashSet<>();
        synchronized (this) {
            closed = true;
            waiting = List.copyOf(waiters);
            holders.forEach(holder -> locked.add(holder.file().key()));
        }
        waiting.forEach(Waiter::giveUp);
        if (!locked.isEmpty()) {
            locks.drop(this, locked);
        }
    }
}
