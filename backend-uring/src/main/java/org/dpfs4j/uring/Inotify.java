package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of the directories that guests look into, of a bounded number at a time: each has a place by its number, and the one
 * that wants the place last has it. A file is known to be quiet by its directory only.
 */
final class Inotify implements Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Inotify.class);

    /** Directories listened to at most; each holds a descriptor. */
    private static final int PLACES = 2048;

    private static final int FLAGS = 02004000; // close on exec, do not wait

    /** {@code IN_*}: modify, attrib, moved from and to, create, delete, delete self, move self, only a directory. */
    private static final int MASK = 0x2 | 0x4 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800 | 0x0100_0000;

    private static final int OVERFLOW = 0x4000;
    private static final int IGNORED = 0x8000;

    /** Offsets in {@code struct inotify_event}. */
    private static final int EVENT_MASK = 4;

    private static final int EVENT_LENGTH = 12;
    private static final int EVENT_NAME = 16;

    private record Watched(int descriptor, int directory, long number, int place) {}

    private final int fd;
    private final long quietNanos;
    private final long epoch = System.nanoTime();
    private final AtomicLongArray numbers = new AtomicLongArray(PLACES);

    /** When each place got its number, since {@link #epoch}. */
    private final AtomicLongArray since = new AtomicLongArray(PLACES);

    private final Watched[] byPlace = new Watched[PLACES];
    private final Map<Integer, Watched> byDescriptor = new HashMap<>();
    private volatile boolean full;

    private Inotify(int fd, long quietNanos) {
        this.quietNanos = quietNanos;
        this.fd = fd;
    }

    /** Begins to listen to nothing; null when this user may not. */
    static Inotify open(Syscalls syscalls, long quietNanos) {
        var fd = (int) syscalls.call(Syscall.INOTIFY_INIT1, FLAGS);
        return fd < 0 ? null : new Inotify(fd, quietNanos);
    }

    @Override
    public String name() {
        return "inotify, up to " + PLACES + " directories at a time (fanotify needs CAP_SYS_ADMIN)";
    }

    @Override
    public int number() {
        return fd;
    }

    private long now() {
        return System.nanoTime() - epoch;
    }

    private static int place(long number) {
        return (int) number & PLACES - 1;
    }

    @Override
    public boolean covers(long device, long number) {
        var place = place(number);
        return numbers.getAcquire(place) == number && now() - since.getOpaque(place) >= quietNanos;
    }

    @Override
    public boolean accepts(long device) {
        return !full;
    }

    @Override
    public void cover(FileCalls calls, int directory, long device, long number, Recent recent) {
        var place = place(number);
        if (numbers.getOpaque(place) == number) {
            return;
        }
        if (byPlace[place] != null) {
            forget(calls, byPlace[place]);
        }
        var own = calls.reopen(directory, OpenFlags.PATH);
        if (own < 0) {
            return;
        }
        var descriptor = (int) calls.syscalls().call(Syscall.INOTIFY_ADD_WATCH, fd, calls.procPath(own), MASK);
        if (descriptor < 0) {
            calls.close(own);
            if (descriptor == -Errno.ENOSPC.code()) {
                full = true;
                LOG.warn(
                        "no more than {} directories can be watched (fs.inotify.max_user_watches): what is in others"
                                + " is trusted by guests for watch-max at most",
                        byDescriptor.size());
            }
            return;
        }
        var watched = new Watched(descriptor, own, number, place);
        var before = byDescriptor.put(descriptor, watched);
        if (before != null) {
            // The same directory, by another way or number.
            numbers.setOpaque(before.place, 0);
            byPlace[before.place] = null;
            calls.close(before.directory);
        }
        byPlace[place] = watched;
        // What has changed before is not known: it counts only when it has been quiet for long enough.
        since.setOpaque(place, now());
        numbers.setRelease(place, number);
    }

    private void forget(FileCalls calls, Watched watched) {
        numbers.setRelease(watched.place, 0);
        byPlace[watched.place] = null;
        byDescriptor.remove(watched.descriptor);
        calls.syscalls().call(Syscall.INOTIFY_RM_WATCH, fd, watched.descriptor);
        calls.close(watched.directory);
    }

    @Override
    public void take(FileCalls calls, Recent recent) {
        var room = FileCalls.BULK_BYTES;
        for (var bytes = read(calls, room); bytes > 0; bytes = read(calls, room)) {
            for (long at = calls.bulk(); at < calls.bulk() + bytes; ) {
                heard(calls, at, recent);
                at += EVENT_NAME + Memory.ALL.get(JAVA_INT, at + EVENT_LENGTH);
            }
        }
    }

    private long read(FileCalls calls, int room) {
        return calls.syscalls().call(Syscall.READ, fd, calls.bulk(), room);
    }

    private void heard(FileCalls calls, long event, Recent recent) {
        var mask = Memory.ALL.get(JAVA_INT, event + EVENT_MASK);
        if ((mask & OVERFLOW) != 0) {
            recent.addAll();
            return;
        }
        var watched = byDescriptor.get(Memory.ALL.get(JAVA_INT, event));
        if (watched == null) {
            return;
        }
        recent.add(watched.number);
        if ((mask & IGNORED) != 0) {
            forget(calls, watched);
            return;
        }
        var named = Memory.ALL.get(JAVA_INT, event + EVENT_LENGTH) > 0
                && Memory.ALL.get(JAVA_BYTE, event + EVENT_NAME) != 0;
        if (named) {
            var child = calls.openName(watched.directory, event + EVENT_NAME, false);
            if (child >= 0) {
                add(calls, child, recent);
                calls.close(child);
            }
        }
    }

    private static void add(FileCalls calls, int file, Recent recent) {
        if (calls.knownAttributes(file) == 0) {
            var statx = calls.statx();
            recent.add(Recent.number(FileKey.device(statx), statx.ino()));
        }
    }

    @Override
    public void close(FileCalls calls) {
        for (int place = 0; place < PLACES; place++) {
            numbers.setOpaque(place, 0);
        }
        byDescriptor.values().forEach(watched -> calls.close(watched.directory));
        byDescriptor.clear();
        calls.close(fd);
    }
}
