package org.dpfs4j.uring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.LockType;

/**
 * A file of the host with locks of one kind on it: who has which, and who waits. Everything but {@link #key} and
 * {@link #forget} is used under its monitor.
 *
 * <p>The table here says who of the guests is in whose way, and whom a lock that becomes free is for; the host has the same
 * locks, and says whether a program of its own is in the way.
 */
final class LockedFile {
    /**
     * Which file, and which kind: the two know nothing of each other.
     *
     * @param device the device that holds the file
     */
    record Key(long device, long ino, boolean flock) {
        Key withFlock(boolean other) {
            return new Key(device, ino, other);
        }
    }

    /** Something done to a file, alone. */
    @FunctionalInterface
    interface Task {
        /** A result for whoever asks, 0 or a negated errno. */
        int run(LockedFile file, LockCalls calls);
    }

    /** A lock in the way, as a guest sees it. */
    record InTheWay(LockRange<LockOwner> range, int pid) {}

    private static final int IN_THE_WAY = -Errno.EAGAIN.code();
    private static final int NO_LOCKS = -Errno.ENOLCK.code();

    /** How many ranges become of one that is locked otherwise in its middle, less one. */
    private static final int GROWTH = 2;

    private static final long NO_PASS = -1;

    /** Of {@link Locks}: operations, holders and waiters. */
    int users;

    private final Locks locks;
    private final Key key;
    private final LockTable<LockOwner> table = new LockTable<>();
    private final Map<LockOwner, Holder> holders = new HashMap<>();
    private final ConcurrentSkipListMap<Long, Waiter> waiters = new ConcurrentSkipListMap<>();
    private long nextPlace;

    /** Whose lock was in the way last; null when it is a program's of the host. */
    private LockOwner blocker;

    private boolean freed;
    private long freedStart;
    private long freedEnd;
    private long passPlace = NO_PASS;
    private long passStart;
    private long passEnd;

    LockedFile(Locks locks, Key key) {
        this.locks = locks;
        this.key = key;
    }

    Key key() {
        return key;
    }

    /** Locks or unlocks: 0, or a negated errno, -EAGAIN when a lock is in the way. */
    int set(LockCalls calls, LockWish wish) {
        if (wish.type() == LockType.UNLOCK) {
            return unlock(calls, wish);
        }
        if (!wish.owner().share().isOpen(wish.handle())) {
            return -Errno.EBADF.code();
        }
        return key.flock() ? lockWhole(calls, wish) : lockRange(calls, wish);
    }

    private int lockRange(LockCalls calls, LockWish wish) {
        var owner = wish.owner();
        if (isBlocked(wish)) {
            return IN_THE_WAY;
        }
        if (!owner.share().hasRoomFor(GROWTH)) {
            return NO_LOCKS;
        }
        var holder = holder(owner);
        if (holder == null) {
            return NO_LOCKS;
        }
        var result = holder.prepare(calls, wish, table.ranges(owner));
        if (result == 0) {
            result = calls.range(holder.fd(), wish.type(), wish.start(), wish.end());
        }
        if (result == 0) {
            enter(wish);
        }
        dropUnused(calls, holder);
        return inTheWay(result);
    }

    /** As on the host, a lock of another type is given up first, and is gone if the new one is not to be had. */
    private int lockWhole(LockCalls calls, LockWish wish) {
        var owner = wish.owner();
        var before = table.ranges(owner);
        if (!before.isEmpty() && before.getFirst().type() == wish.type()) {
            return 0;
        }
        if (isBlocked(wish)) {
            drop(calls, owner);
            return IN_THE_WAY;
        }
        var holder = owner.share().hasRoomFor(GROWTH) ? holder(owner) : null;
        if (holder == null) {
            return NO_LOCKS;
        }
        var result = holder.prepare(calls, wish, List.of());
        if (result == 0) {
            result = calls.whole(holder.fd(), wish.type());
        }
        if (result == 0) {
            enter(wish);
        } else if (inTheWay(result) == IN_THE_WAY) {
            drop(calls, owner);
        }
        dropUnused(calls, holder);
        return inTheWay(result);
    }

    private boolean isBlocked(LockWish wish) {
        var conflict = table.conflict(wish.owner(), wish.type(), wish.start(), wish.end());
        blocker = conflict == null ? null : conflict.owner();
        return conflict != null;
    }

    private static int inTheWay(int result) {
        return result == -Errno.EACCES.code() ? IN_THE_WAY : result;
    }

    private int unlock(LockCalls calls, LockWish wish) {
        var owner = wish.owner();
        var holder = holders.get(owner);
        if (holder == null) {
            return 0;
        }
        if (table.splits(owner, wish.start(), wish.end()) && !owner.share().hasRoomFor(1)) {
            return NO_LOCKS;
        }
        var result = key.flock()
                ? calls.whole(holder.fd(), LockType.UNLOCK)
                : calls.range(holder.fd(), LockType.UNLOCK, wish.start(), wish.end());
        enter(wish);
        dropUnused(calls, holder);
        return result;
    }

    /** The table follows the host. What is locked for less than before is free for others. */
    private void enter(LockWish wish) {
        var owner = wish.owner();
        var had = table.count(owner) > 0;
        owner.share().count(table.set(owner, wish.type(), wish.start(), wish.end()));
        if (had && wish.type() != LockType.WRITE) {
            free(wish.start(), wish.end());
        }
    }

    private void free(long start, long end) {
        freedStart = freed ? Math.min(freedStart, start) : start;
        freedEnd = freed ? Math.max(freedEnd, end) : end;
        freed = true;
    }

    /** The owner's description, made when there is none; null when there may be no more. */
    private Holder holder(LockOwner owner) {
        var known = holders.get(owner);
        if (known != null) {
            return known;
        }
        var fresh = new Holder(this, owner);
        if (!owner.share().begin(fresh)) {
            return null;
        }
        holders.put(owner, fresh);
        locks.use(key);
        return fresh;
    }

    private void dropUnused(LockCalls calls, Holder holder) {
        if (table.count(holder.owner()) == 0 && holders.remove(holder.owner(), holder)) {
            holder.close(calls);
            holder.owner().share().end(holder);
            locks.release(this);
        }
    }

    /** Ends all locks of a device. */
    int drop(LockCalls calls, ShareLocks share) {
        return drop(calls, holder -> holder.owner().share() == share);
    }

    private int drop(LockCalls calls, Predicate<Holder> whose) {
        for (var holder : List.copyOf(holders.values())) {
            if (whose.test(holder)) {
                drop(calls, holder);
            }
        }
        return 0;
    }

    private void drop(LockCalls calls, Holder holder) {
        var owner = holder.owner();
        var had = table.count(owner) > 0;
        owner.share().count(table.set(owner, LockType.UNLOCK, 0, LockRange.TO_END));
        dropUnused(calls, holder);
        if (had) {
            free(0, LockRange.TO_END);
        }
    }

    /** Ends the locks of one owner. */
    int drop(LockCalls calls, LockOwner owner) {
        var holder = holders.get(owner);
        if (holder != null) {
            drop(calls, holder);
        }
        return 0;
    }

    /**
     * Ends what came through a handle that is closed: waits, and locks that belong to the open file rather than to a
     * process ({@code F_OFD_SETLK} in the guest), of which nothing else tells the end.
     */
    int dropHandle(LockCalls calls, ShareLocks share, long handle) {
        for (var waiter : waiters.values()) {
            if (waiter.wish().handle() == handle && waiter.wish().owner().share() == share) {
                waiter.giveUp();
            }
        }
        return drop(calls, holder -> holder.used(handle) && holder.owner().share() == share);
    }

    /**
     * What is in the way of a lock; null when nothing is.
     *
     * @param wish asked for, and not taken
     */
    InTheWay test(LockCalls calls, LockWish wish) {
        var owner = wish.owner();
        var ours = table.conflict(owner, wish.type(), wish.start(), wish.end());
        if (ours != null) {
            var sameGuest = ours.owner().share() == owner.share();
            return new InTheWay(ours, sameGuest ? holders.get(ours.owner()).pid() : 0);
        }
        var holder = holders.get(owner);
        var fd = holder == null ? wish.file().number() : holder.fd();
        LockRange<LockOwner> theirs = calls.inTheWay(fd, null, wish.type(), wish.start(), wish.end());
        return theirs == null ? null : new InTheWay(theirs, 0);
    }

    /** Lets a request wait; the lock is tried once more, now that nothing can be missed. */
    int enter(LockCalls calls, Waiter waiter) {
        locks.use(key);
        var place = nextPlace++;
        waiter.enter(this, place);
        waiters.put(place, waiter);
        attempt(calls, waiter);
        return 0;
    }

    /** The waiter's time to try by itself. */
    int retry(LockCalls calls, Waiter waiter) {
        waiter.retries();
        if (waiter.begins()) {
            attempt(calls, waiter);
        }
        return 0;
    }

    private void attempt(LockCalls calls, Waiter waiter) {
        var result = set(calls, waiter.wish());
        if (result == IN_THE_WAY
                && !key.flock()
                && blocker != null
                && !locks.graph().add(waiter, blocker)) {
            result = -Errno.EDEADLK.code();
        }
        if (result != IN_THE_WAY) {
            waiter.end(result);
            return;
        }
        waiter.waitsFor(blocker != null && isHeldThrough(waiter.wish()));
        if (blocker == null) {
            locks.graph().remove(waiter);
            waiter.retryLater();
        }
        if (!waiter.stay()) {
            waiter.end(-Errno.EINTR.code());
        }
    }

    /** Whether what is in the way was locked through the open file that {@code wish} came through. */
    private boolean isHeldThrough(LockWish wish) {
        return blocker.share() == wish.owner().share() && holders.get(blocker).used(wish.handle());
    }

    /** The waiter has come to its end; from any thread. */
    void forget(Waiter waiter) {
        waiters.remove(waiter.place());
        locks.graph().remove(waiter);
        locks.release(this);
    }

    /**
     * Tries the locks of those who wait for what was set free, in the order of their coming, and what that sets free.
     *
     * @return false when there is more to try than the time allows
     */
    boolean settle(LockCalls calls, long limitNanos) {
        var start = System.nanoTime();
        while (passPlace != NO_PASS || freed) {
            if (freed) {
                // Who came first is asked first, also when the last round has not come to its end.
                var goesOn = passPlace != NO_PASS;
                passStart = goesOn ? Math.min(passStart, freedStart) : freedStart;
                passEnd = goesOn ? Math.max(passEnd, freedEnd) : freedEnd;
                passPlace = 0;
                freed = false;
            }
            var next = waiters.ceilingEntry(passPlace);
            passPlace = next == null ? NO_PASS : next.getKey() + 1;
            if (next == null || !next.getValue().wish().overlaps(passStart, passEnd)) {
                continue;
            }
            if (next.getValue().begins()) {
                attempt(calls, next.getValue());
            }
            if (System.nanoTime() - start > limitNanos) {
                // Whom they wait for is not known until then.
                waiters.tailMap(passPlace).values().forEach(locks.graph()::remove);
                return false;
            }
        }
        return true;
    }
}
