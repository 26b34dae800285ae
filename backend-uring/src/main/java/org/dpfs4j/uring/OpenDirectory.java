package org.dpfs4j.uring;

import java.util.concurrent.locks.ReentrantLock;
import org.dpfs4j.io.Fd;

/**
 * An open directory. Its position belongs to the descriptor, so that requests of several lanes take turns: a lane that
 * finds it taken goes to a worker and waits there.
 */
final class OpenDirectory implements Handle {
    private static final int EAGAIN = 11;

    /** No cookie of a file system: the position is not known. */
    private static final long UNKNOWN = -1;

    private final Fd fd;
    private final Volume volume;
    private final long nodeId;
    private final long mount;
    private final ReentrantLock turn = new ReentrantLock();
    private long position;

    /**
     * An open directory.
     *
     * @param nodeId the node that was opened
     * @param mount where it was reached, see {@link FileKey#mount}
     */
    OpenDirectory(Fd fd, Volume volume, long nodeId, long mount) {
        this.fd = fd;
        this.volume = volume;
        this.nodeId = nodeId;
        this.mount = mount;
    }

    @Override
    public Fd fd() {
        return fd;
    }

    @Override
    public Volume volume() {
        return volume;
    }

    @Override
    public long nodeId() {
        return nodeId;
    }

    /** Where it was reached, see {@link FileKey#mount}. */
    long mount() {
        return mount;
    }

    /**
     * Reads the entries that follow {@code cookie} into the bulk memory of {@code calls}.
     *
     * @param room bytes to read at most
     * @param mayWait whether to wait for a turn; else -EAGAIN when another thread reads
     * @return bytes of {@code struct linux_dirent64}, 0 at the end, or a negated errno
     */
    int read(FileCalls calls, long cookie, int room, boolean mayWait) {
        if (mayWait) {
            turn.lock();
        } else if (!turn.tryLock()) {
            return -EAGAIN;
        }
        try {
            return readInTurn(calls, cookie, room);
        } finally {
            turn.unlock();
        }
    }

    private int readInTurn(FileCalls calls, long cookie, int room) {
        if (position != cookie) {
            position = UNKNOWN;
            var sought = calls.seekTo(fd.number(), cookie);
            if (sought < 0) {
                return (int) sought;
            }
            position = cookie;
        }
        var bytes = calls.entries(fd.number(), room);
        if (bytes > 0) {
            position = HostEntries.lastCookie(calls.bulk(), bytes);
        } else if (bytes < 0) {
            position = UNKNOWN;
        }
        return bytes;
    }
}
