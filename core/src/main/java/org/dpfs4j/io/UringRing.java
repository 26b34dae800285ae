package org.dpfs4j.io;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import java.util.concurrent.Executor;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.metrics.LogBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Operations on the io_uring that Netty's event loop owns: one registration per lane. An operation's index is its user
 * data; indices stay small, which keeps Netty on its packed 16-bit path.
 */
final class UringRing implements Ring, IoUringIoHandle {
    private static final Logger LOG = LoggerFactory.getLogger(UringRing.class);

    /** Opcodes of {@code linux/io_uring.h}. */
    private static final byte READV = 1;

    private static final byte WRITEV = 2;
    private static final byte FSYNC = 3;
    private static final byte POLL_ADD = 6;
    private static final byte ASYNC_CANCEL = 14;
    private static final byte READ = 22;
    private static final byte WRITE = 23;

    private static final int FSYNC_DATASYNC = 1;
    private static final int POLLIN = 1;

    /** Of those who wait for the same descriptor, one is woken ({@code EPOLLEXCLUSIVE}). */
    private static final int EXCLUSIVE = 1 << 28;

    private static final int ECANCELED = 125;

    /** User data of cancel requests, whose own results mean nothing. */
    private static final long CANCEL = -1;

    private final Operations operations = new Operations();
    private final Executor lane;
    private final Poller poller;
    private final LogBudget log;
    private IoRegistration registration;

    /** Operations that only wait for something to come, and may do so for ever. */
    private int waits;

    /** A ring whose loop runs what is given to {@code lane}. */
    UringRing(Executor lane, Poller poller, LogBudget log) {
        this.lane = lane;
        this.poller = poller;
        this.log = log;
    }

    void registered(IoRegistration with) {
        registration = with;
    }

    @Override
    public <O extends Owner> void readv(O owner, Fd fd, Iovecs target, long offset, Completion<O> done) {
        transfer(READ, READV, 0, operations.begin(owner, fd, done), fd, target, offset);
    }

    @Override
    public <O extends Owner> void writev(O owner, Fd fd, Iovecs source, long offset, int flags, Completion<O> done) {
        transfer(WRITE, WRITEV, flags, operations.begin(owner, fd, done), fd, source, offset);
    }

    /** A list of one entry is given as it is, which spares the kernel to import an array. */
    private void transfer(byte flat, byte vectored, int flags, int index, Fd fd, Iovecs vectors, long offset) {
        if (vectors.count() == 1) {
            submit(index, flat, fd.number(), offset, vectors.address(0), (int) vectors.length(0), flags);
        } else {
            var count = Math.min(vectors.count(), Limits.IOVECS_PER_CALL);
            submit(index, vectored, fd.number(), offset, vectors.arrayAddress(), count, flags);
        }
    }

    @Override
    public <O extends Owner> void fsync(O owner, Fd fd, boolean dataOnly, Completion<O> done) {
        submit(operations.begin(owner, fd, done), FSYNC, fd.number(), 0, 0, 0, dataOnly ? FSYNC_DATASYNC : 0);
    }

    /** Reads from a stream-like descriptor (an eventfd): at its own position. */
    <O extends Owner> void read(O owner, Fd fd, long address, int length, Completion<O> done) {
        waits++;
        submit(operations.begin(owner, fd, done), READ, fd.number(), -1, address, length, 0);
    }

    /** Completes once when the descriptor is readable. */
    <O extends Owner> void pollReadable(O owner, Fd fd, Completion<O> done) {
        waits++;
        submit(operations.begin(owner, fd, done), POLL_ADD, fd.number(), 0, 0, 0, POLLIN);
    }

    /** As {@link #pollReadable}, where several lanes wait for what one of them will take. */
    <O extends Owner> void pollReadableAlone(O owner, Fd fd, Completion<O> done) {
        waits++;
        submit(operations.begin(owner, fd, done), POLL_ADD, fd.number(), 0, 0, 0, POLLIN | EXCLUSIVE);
    }

    /** Told by who waited at the end of each {@link #read} and {@link #pollReadable}. */
    void waited() {
        waits--;
    }

    private void submit(int index, byte opcode, int fd, long offset, long address, int length, int flags) {
        var ops = new IoUringIoOps(
                opcode, (byte) 0, (short) 0, fd, offset, address, length, flags, index, (short) 0, (short) 0, 0, 0L);
        var token = registration.isValid() ? registration.submit(ops) : 0;
        operations.token(index, token);
        poller.submitted(operations.count() > waits);
        if (token == 0) {
            lane.execute(() -> operations.end(index, -ECANCELED));
        }
    }

    @Override
    public void cancel(Owner owner) {
        for (int index = operations.next(owner, 0); index >= 0; index = operations.next(owner, index + 1)) {
            registration.submit(new IoUringIoOps(
                    ASYNC_CANCEL,
                    (byte) 0,
                    (short) 0,
                    -1,
                    0L,
                    operations.token(index),
                    0,
                    0,
                    CANCEL,
                    (short) 0,
                    (short) 0,
                    0,
                    0L));
        }
    }

    /** What the lane may write to the log. */
    LogBudget log() {
        return log;
    }

    @Override
    public int inFlight() {
        return operations.count();
    }

    /** Never throws: Netty would sleep, or end the loop. */
    @Override
    public void handle(IoRegistration from, IoEvent event) {
        var completion = (IoUringIoEvent) event;
        if (completion.userData() == CANCEL) {
            return;
        }
        try {
            operations.end((int) completion.userData(), completion.res());
            poller.completed(operations.count() > waits);
        } catch (Throwable cause) {
            if (log.take()) {
                LOG.error("completion of {} failed", completion, cause);
            }
        }
    }

    /** The loop ends: what is under way is cancelled, and completes before the registration goes. */
    @Override
    public void close() {
        cancel(null);
        registration.cancel();
    }
}
