package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.dpfs4j.io.EventFd;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.OpenFlags;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the changes of a tree on this machine, on a thread of its own: by fanotify, which hears of whole file systems
 * and needs CAP_SYS_ADMIN, or else by inotify, which hears of some directories. Changes by our own guests count, too: it is
 * not known which of them has made one, and to tell the others too little would be wrong. What is written through a shared
 * mapping is heard of by neither.
 */
final class HostWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostWatch.class);

    /** For how many {@code watch-max} a file must be left alone before it counts as quiet. */
    private static final int QUIET = 10;

    private static final int REQUESTS = 64;
    private static final int POLLIN = 1;
    private static final int EINTR = 4;

    /** Events are taken this often at most, so that many of one file are one. */
    private static final Duration PAUSE = Duration.ofMillis(2);

    private static final long END_LIMIT_MILLIS = 5000;

    /** A directory to listen to, by a descriptor of its own. */
    private record Request(int directory, long device, long number) {}

    private final Notices notices;
    private final Recent recent;
    private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requested = new AtomicInteger();
    private final Fd wake;
    private final Thread thread;
    private volatile boolean closed;

    private HostWatch(Notices notices, Duration max, Fd wake, String root) {
        this.notices = notices;
        this.wake = wake;
        recent = new Recent(quietNanos(max));
        recent.addAll();
        thread = Thread.ofPlatform().daemon().name("watch " + root).unstarted(this::listen);
    }

    /** How long a file must be left alone before it counts as quiet. */
    static long quietNanos(Duration max) {
        return Math.multiplyExact(QUIET, max.toNanos());
    }

    /**
     * Listens to the tree below {@code root}. Where this machine's kernel lets us hear of nothing, no file counts as watched,
     * which is said in the log.
     */
    static HostWatch start(Syscalls syscalls, CacheConfig cache, int root, String name) {
        var calls = new FileCalls(syscalls);
        Notices notices = Fanotify.open(calls, root);
        if (notices == null) {
            notices = Inotify.open(syscalls, quietNanos(cache.watchMax()));
        }
        if (notices == null) {
            LOG.warn("{}: changes cannot be watched; guests trust what they know for watch-max at most", name);
        } else {
            LOG.info("{}: changes are watched by {}", name, notices.name());
        }
        return on(notices, syscalls, cache.watchMax(), name);
    }

    /** Listens by {@code notices}, or to nothing when that is null. */
    static HostWatch on(Notices notices, Syscalls syscalls, Duration max, String name) {
        var watch = new HostWatch(notices, max, EventFd.open(syscalls), name);
        if (notices != null) {
            watch.thread.start();
        }
        return watch;
    }

    /** Whether a file has been left alone for a while, and a change of it would be heard of. */
    boolean isQuiet(long device, long ino) {
        var number = Recent.number(device, ino);
        return notices != null && notices.covers(device, number) && !recent.has(number);
    }

    /** As {@link #isQuiet(long, long)} for a directory, which is listened to from now on where that is possible. */
    boolean isQuiet(FileCalls calls, int directory, long device, long ino) {
        var number = Recent.number(device, ino);
        if (notices == null) {
            return false;
        }
        if (notices.covers(device, number)) {
            return !recent.has(number);
        }
        if (notices.accepts(device) && requested.get() < REQUESTS && !closed) {
            request(calls, directory, device, number);
        }
        return false;
    }

    /** Whether a file has changed lately, as far as was heard. */
    boolean changedLately(long device, long ino) {
        return recent.has(Recent.number(device, ino));
    }

    private void request(FileCalls calls, int directory, long device, long number) {
        var own = calls.reopen(directory, OpenFlags.PATH);
        if (own < 0) {
            return;
        }
        requested.incrementAndGet();
        requests.add(new Request(own, device, number));
        EventFd.signal(calls.syscalls(), wake);
        if (closed) {
            // The thread may have gone without it.
            drop(calls);
        }
    }

    private void drop(FileCalls calls) {
        for (var next = requests.poll(); next != null; next = requests.poll()) {
            calls.close(next.directory);
        }
    }

    private void listen() {
        var syscalls = new Syscalls();
        var calls = new FileCalls(syscalls);
        var polled = Memory.allocate(2 * Long.BYTES);
        var signal = Memory.allocate(Long.BYTES);
        try {
            while (!closed) {
                var ready = poll(syscalls, polled, notices.number(), wake.number());
                if (ready < 0 && ready != -EINTR) {
                    throw new IllegalStateException("poll answers " + ready);
                }
                syscalls.call(Syscall.READ, wake.number(), signal, Long.BYTES);
                notices.take(calls, recent);
                for (var next = requests.poll(); next != null; next = requests.poll()) {
                    requested.decrementAndGet();
                    notices.cover(calls, next.directory, next.device, next.number, recent);
                    calls.close(next.directory);
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException | RuntimeException e) {
            LOG.error("watching ends; guests trust what they know for watch-max at most", e);
        } finally {
            closed = true;
            notices.close(calls);
            drop(calls);
            Memory.free(polled);
            Memory.free(signal);
            syscalls.close();
        }
    }

    /** Waits until one of two descriptors is readable; {@code memory} holds two {@code struct pollfd}. */
    private static long poll(Syscalls syscalls, long memory, int first, int second) {
        Memory.ALL.set(JAVA_INT, memory, first);
        Memory.ALL.set(JAVA_INT, memory + 4, POLLIN);
        Memory.ALL.set(JAVA_INT, memory + 8, second);
        Memory.ALL.set(JAVA_INT, memory + 12, POLLIN);
        return syscalls.call(Syscall.PPOLL, memory, 2, 0, 0, Long.BYTES);
    }

    /** Ends the thread. */
    @Override
    public void close() {
        closed = true;
        if (notices != null) {
            var syscalls = new Syscalls();
            EventFd.signal(syscalls, wake);
            syscalls.close();
            try {
                thread.join(END_LIMIT_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        wake.close();
    }
}
