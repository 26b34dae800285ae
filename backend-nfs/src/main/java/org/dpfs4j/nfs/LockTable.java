package org.dpfs4j.nfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.dpfs4j.nfs.v4.FileHandle;
import org.dpfs4j.nfs.v4.LockState;
import org.dpfs4j.nfs.v4.States;

/** The locks that a share's guest has, and who waits for one. All lanes use it; none holds it for long. */
final class LockTable {
    private final States states;
    private final Map<NfsNode, List<HeldLocks>> held = new HashMap<>();
    private final Set<LockWaiter> waiters = ConcurrentHashMap.newKeySet();

    LockTable(States states) {
        this.states = states;
    }

    /**
     * Through what an owner gets a lock: what it has locked by already, if that was opened for it, since some servers let an
     * owner lock by one open file only; else by the one that it asks by.
     */
    synchronized HeldLocks of(LockWish wish) {
        var file = wish.file();
        var owner = wish.owner();
        var flock = wish.flock();
        var pid = wish.pid();
        var list = held.computeIfAbsent(file.node(), _ -> new ArrayList<>());
        for (var each : list) {
            if (each.isOf(owner, flock) && (each.file() == file || each.allows(wish.write()))) {
                return each;
            }
        }
        var made = new HeldLocks(new LockState(file.state(), name(file, owner, flock)), file, owner, flock, pid);
        list.add(made);
        return made;
    }

    /**
     * An owner as the server is told: one for each open file, for some servers let a lock-owner belong to one open-owner
     * only; and not the same for both kinds of locks.
     */
    private static byte[] name(OpenFile file, long owner, boolean flock) {
        return ByteBuffer.allocate(2 * Long.BYTES + 1)
                .putLong(owner)
                .putLong(file.owner())
                .put((byte) (flock ? 1 : 0))
                .array();
    }

    /** All that an owner holds of a file, through whatever it was opened by. */
    synchronized List<HeldLocks> of(NfsNode node, long owner, boolean flock) {
        return held.getOrDefault(node, List.of()).stream()
                .filter(each -> each.isOf(owner, flock) && each.state().exists())
                .toList();
    }

    /** All that is held through an open file. */
    synchronized List<HeldLocks> through(OpenFile file) {
        return held.getOrDefault(file.node(), List.of()).stream()
                .filter(each -> each.file() == file && each.state().exists())
                .toList();
    }

    /** An owner got a range: what it had of it by other open files is replaced. */
    synchronized void locked(HeldLocks by, long start, long end, boolean write) {
        for (var each : held.getOrDefault(by.file().node(), List.of())) {
            if (each != by && each.isOf(by.owner(), by.flock())) {
                each.state().unlocked(start, end);
            }
        }
        by.state().locked(start, end, write);
        states.add(by.state());
    }

    /** An owner gave a range up. */
    synchronized void unlocked(NfsNode node, long owner, boolean flock, long start, long end) {
        for (var each : held.getOrDefault(node, List.of())) {
            if (each.isOf(owner, flock)) {
                each.state().unlocked(start, end);
            }
        }
    }

    /** The open file is closed. */
    synchronized void forget(OpenFile file) {
        var list = held.get(file.node());
        if (list != null) {
            list.removeIf(each -> {
                if (each.file() == file) {
                    states.remove(each.state());
                }
                return each.file() == file;
            });
            if (list.isEmpty()) {
                held.remove(file.node());
            }
        }
    }

    /** The process of this guest that has a lock on a range in the way of an owner; 0: none of this guest. */
    synchronized int holder(NfsNode node, long notOwner, long start, long end) {
        for (var each : held.getOrDefault(node, List.of())) {
            if (each.owner() != notOwner && each.state().holds(start, end)) {
                return each.pid();
            }
        }
        return 0;
    }

    /** Whether locks through an open file are lost that the guest believes to have. */
    boolean isLost(OpenFile file) {
        return through(file).stream().anyMatch(each -> each.state().isLost());
    }

    void wait(LockWaiter waiter) {
        waiters.add(waiter);
    }

    void waited(LockWaiter waiter) {
        waiters.remove(waiter);
    }

    /** Locks of a file may be free: who waits for one tries again. */
    void mayBeFree(FileHandle file) {
        waiters.stream().filter(waiter -> waiter.waitsFor(file)).forEach(LockWaiter::wake);
    }

    void mayBeFree(NfsNode node) {
        mayBeFree(node.handle());
    }

    int waiterCount() {
        return waiters.size();
    }

    /** The guest has gone: nobody waits any more. */
    void close() {
        waiters.forEach(LockWaiter::end);
    }
}
