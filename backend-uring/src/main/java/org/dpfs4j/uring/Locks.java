package org.dpfs4j.uring;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Syscalls;

/**
 * The locks of all devices of a backend, by file. A file has a monitor of its own, held for a few system calls that do not
 * wait; where they might, on another machine's files, only workers take it.
 */
final class Locks {
    /** How long the waits of a file are tried in one turn of a lane. */
    private static final long SETTLE_NANOS = 100_000;

    private static final long WITHOUT_LIMIT = Long.MAX_VALUE / 2;

    private final ConcurrentHashMap<LockedFile.Key, LockedFile> files = new ConcurrentHashMap<>();
    private final WaitGraph graph = new WaitGraph();

    WaitGraph graph() {
        return graph;
    }

    /** How many files have locks or waits. */
    int fileCount() {
        return files.size();
    }

    /**
     * Does something to a file, alone, and lets those who wait have what it has set free.
     *
     * @param calls the calling thread's
     * @param lane the lane this runs on, which goes on later when much waits; null elsewhere
     */
    int on(LockedFile.Key key, FileCalls calls, Lane lane, LockedFile.Task task) {
        var file = use(key);
        var locking = new LockCalls(calls);
        int result;
        boolean settled;
        synchronized (file) {
            result = task.run(file, locking);
            settled = file.settle(locking, lane == null ? WITHOUT_LIMIT : SETTLE_NANOS);
        }
        if (!settled) {
            lane.execute(() -> on(key, calls, lane, (same, none) -> 0));
        }
        release(file);
        return result;
    }

    /** The file, which stays the same until it is released as often. */
    LockedFile use(LockedFile.Key key) {
        return files.compute(key, (same, known) -> {
            var file = known == null ? new LockedFile(this, key) : known;
            file.users++;
            return file;
        });
    }

    void release(LockedFile file) {
        files.compute(file.key(), (same, known) -> --file.users == 0 ? null : file);
    }

    /** Ends the locks that a device has on these files. */
    void drop(ShareLocks share, Collection<LockedFile.Key> keys) {
        var syscalls = new Syscalls();
        try {
            var calls = new FileCalls(syscalls);
            for (var key : keys) {
                on(key, calls, null, (file, locking) -> file.drop(locking, share));
            }
        } finally {
            syscalls.close();
        }
    }
}
