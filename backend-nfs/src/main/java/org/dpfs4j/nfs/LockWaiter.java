package org.dpfs4j.nfs;

import java.util.concurrent.TimeUnit;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.Waiting;
import org.dpfs4j.io.Lane;
import org.dpfs4j.nfs.v4.FileHandle;
import org.dpfs4j.wire.Errno;

/**
 * A guest's request that waits for a lock: it asks the server again, after longer and longer pauses, or at once when something
 * says that the lock may be free. Belongs to its lane, but for {@link #wake} and {@link #end}.
 */
final class LockWaiter implements Waiting {
    private static final long PAUSE_FIRST_MILLIS = 20;
    private static final long PAUSE_MAX_MILLIS = 1000;

    private final LockTable table;
    private final Lane lane;
    private final LockWish wish;
    private final StatusReply reply;
    private final Runnable attempt;
    private long pauseMillis = PAUSE_FIRST_MILLIS;
    private boolean asking;
    private boolean wanted;
    private boolean over;

    LockWaiter(LockTable table, Lane lane, LockWish wish, StatusReply reply, Runnable attempt) {
        this.table = table;
        this.lane = lane;
        this.wish = wish;
        this.reply = reply;
        this.attempt = attempt;
    }

    boolean waitsFor(FileHandle file) {
        return wish.file().node().handle().equals(file);
    }

    /** Asks again after a pause. */
    void pause() {
        asking = false;
        if (wanted) {
            wanted = false;
            ask();
            return;
        }
        var pause = pauseMillis;
        pauseMillis = Math.min(PAUSE_MAX_MILLIS, 2 * pauseMillis);
        lane.eventLoop().schedule(this::ask, pause, TimeUnit.MILLISECONDS);
    }

    private void ask() {
        if (!over && !asking) {
            asking = true;
            attempt.run();
        }
    }

    /** The lock may be free. */
    void wake() {
        lane.execute(() -> {
            wanted = asking;
            ask();
        });
    }

    /** Whether the request has not been answered; from now on it has. */
    boolean finish() {
        var first = !over;
        over = true;
        table.waited(this);
        return first;
    }

    @Override
    public boolean leave() {
        return finish();
    }

    /** The guest has gone. */
    void end() {
        lane.execute(() -> {
            if (finish()) {
                reply.fail(Errno.ENOLCK);
            }
        });
    }
}
