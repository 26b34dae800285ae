package org.dpfs4j.uring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.dpfs4j.io.Syscalls;

/**
 * The descriptors of this process, which all devices share: those that can be given up at any time (cached), and those that
 * cannot (held: open files, and nodes that cannot be opened again).
 *
 * <p>A quarter is for what is cached, in equal parts; when a device comes, the others give up what is too much. Of the rest
 * a device may hold as much as all devices leave free: one alone gets half, two get a third each, and however greedy those
 * before were, something is left for the next.
 */
final class DescriptorBudget {
    /** Gives up cached descriptors above {@link Account#cachedMax}. */
    @FunctionalInterface
    interface Trim {
        void trim(FileCalls calls);
    }

    /** For everything else in this process. */
    private static final long OWN_DESCRIPTORS = 4096;

    /** As many as it may be useful to ask for. */
    private static final long WANTED = 1 << 20;

    /** A device can always do a little. */
    private static final long CACHED_MIN = 16;

    private static final long CLOSED = -1;

    private static DescriptorBudget process;

    private final long cachedPool;
    private final long heldPool;
    private final AtomicLong held = new AtomicLong();
    private final List<Account> accounts = new ArrayList<>();
    private volatile long cachedShare;

    /** So many descriptors to be shared. */
    DescriptorBudget(long descriptors) {
        cachedPool = descriptors / 4;
        heldPool = descriptors - cachedPool;
        cachedShare = cachedPool;
    }

    /** That of this process, whose limit on descriptors is raised as far as possible at first. */
    static synchronized DescriptorBudget ofProcess(Syscalls syscalls) {
        // The limit is the process's, so there is one for all backends of all configurations.
        if (process == null) {
            var descriptors = DescriptorLimit.raise(syscalls, WANTED);
            process = new DescriptorBudget(descriptors - Math.min(OWN_DESCRIPTORS, descriptors / 2));
        }
        return process;
    }

    /** Descriptors to be shared. */
    long total() {
        return cachedPool + heldPool;
    }

    /** A device comes; the others make room for it. */
    synchronized Account open(BudgetConfig limits, FileCalls calls) {
        var account = new Account(limits.cachedMax(), limits.pinnedMax());
        accounts.add(account);
        divide();
        for (var other : accounts) {
            other.trim.trim(calls);
        }
        return account;
    }

    private synchronized void close(Account account) {
        if (accounts.remove(account)) {
            divide();
        }
    }

    private void divide() {
        cachedShare = Math.max(CACHED_MIN, cachedPool / Math.max(1, accounts.size()));
    }

    /** What one device has. Used by all its lanes. */
    final class Account implements AutoCloseable {
        private final int cachedMax;
        private final int pinnedMax;
        private final AtomicLong mine = new AtomicLong();
        private final AtomicLong pinned = new AtomicLong();
        private volatile Trim trim = calls -> {};

        private Account(int cachedMax, int pinnedMax) {
            this.cachedMax = cachedMax;
            this.pinnedMax = pinnedMax;
        }

        /** Says who gives up what is too much. */
        void trimmedBy(Trim trimmer) {
            trim = trimmer;
        }

        /** How many descriptors this device may have cached now. */
        long cachedMax() {
            return Math.min(cachedMax, cachedShare);
        }

        /** Takes descriptors for an open file: its own, and its node's, which is not given up as long; false: no more. */
        boolean holdOpen() {
            return hold(2, 4);
        }

        /** Gives back what {@link #holdOpen} took. */
        void releaseOpen() {
            release(2);
        }

        /** Takes the descriptor that an owner's locks on a file need; false: no more. Some are left for opening files. */
        boolean holdLock() {
            return hold(1, 3);
        }

        /** Gives back what {@link #holdLock} took. */
        void releaseLock() {
            release(1);
        }

        /** Takes the descriptor of a file that is only kept ready; false: they are needed for better. */
        boolean holdReady() {
            return hold(1, 1);
        }

        /** Gives back what {@link #holdReady} took. */
        void releaseReady() {
            release(1);
        }

        /** Takes the descriptor of a node that cannot be given up; false: no more. Some are left for opening files. */
        boolean pin() {
            if (pinned.incrementAndGet() <= pinnedMax && hold(1, 3)) {
                return true;
            }
            pinned.decrementAndGet();
            return false;
        }

        /** Gives back what {@link #pin} took. */
        void unpin() {
            pinned.decrementAndGet();
            release(1);
        }

        /** Nodes that hold a descriptor for good. */
        long pinned() {
            return pinned.get();
        }

        private boolean hold(int count, int quarters) {
            var all = held.addAndGet(count);
            while (true) {
                var own = mine.get();
                if (own == CLOSED || own + count > (heldPool - all) * quarters / 4) {
                    held.addAndGet(-count);
                    return false;
                }
                if (mine.compareAndSet(own, own + count)) {
                    return true;
                }
            }
        }

        private void release(int count) {
            long own;
            do {
                own = mine.get();
                if (own == CLOSED) {
                    return;
                }
            } while (!mine.compareAndSet(own, own - count));
            held.addAndGet(-count);
        }

        /** The device is gone, with all it held. */
        @Override
        public void close() {
            DescriptorBudget.this.close(this);
            var own = mine.getAndSet(CLOSED);
            held.addAndGet(own == CLOSED ? 0 : -own);
        }
    }
}
