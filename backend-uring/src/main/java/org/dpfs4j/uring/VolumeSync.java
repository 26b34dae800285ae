package org.dpfs4j.uring;

import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.fs.Deferred;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Line;
import org.dpfs4j.io.Owner;
import org.dpfs4j.io.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a file system durable for everybody who asks, on one worker at a time: who asks while a round is under way is
 * answered by the next one, which all who wait share. So guests that ask without end hold one worker.
 */
final class VolumeSync {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeSync.class);

    /** A round belongs to no request: the end of one must not end it. */
    private static final Owner ROUND = cause -> LOG.error("a round of syncfs failed", cause);

    private record Waiter(StatusReply reply, Deferred token) {
        void answer(int result) {
            token.answer(() -> LaneTree.status(result, reply));
        }
    }

    private final Line line;
    private List<Waiter> waiting = new ArrayList<>();
    private boolean running;

    /** Nobody asks yet; rounds wait behind nothing but each other. */
    VolumeSync(Source source) {
        line = new Line(source);
    }

    /** Answers {@code reply} after a round that begins from now on; {@code fd}, which is open for reading, is closed. */
    void ask(Lane lane, int fd, StatusReply reply) {
        var waiter = new Waiter(reply, reply.defer());
        boolean first;
        synchronized (this) {
            waiting.add(waiter);
            first = !running;
            running = true;
        }
        if (first) {
            run(lane, fd);
        } else {
            new FileCalls(lane.syscalls()).close(fd);
        }
    }

    /** One round; the next one waits behind the calls of others. */
    private void run(Lane lane, int fd) {
        lane.call(line, ROUND, worker -> round(new FileCalls(worker.syscalls()), fd), (result, owner) -> {
            if (result < 0) {
                // It did not run: the workers are closed, or it failed.
                end(take(), result);
            }
            if (goesOn()) {
                run(lane, fd);
            } else {
                new FileCalls(lane.syscalls()).close(fd);
            }
        });
    }

    private int round(FileCalls calls, int fd) {
        end(take(), calls.syncFileSystem(fd));
        return 0;
    }

    private static void end(List<Waiter> round, int result) {
        round.forEach(waiter -> waiter.answer(result));
    }

    /** All who wait now. */
    private synchronized List<Waiter> take() {
        var round = waiting;
        waiting = new ArrayList<>();
        return round;
    }

    /** Whether somebody waits; if not, the next who asks begins anew. */
    private synchronized boolean goesOn() {
        running = !waiting.isEmpty();
        return running;
    }
}
