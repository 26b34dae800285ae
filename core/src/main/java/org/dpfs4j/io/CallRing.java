package org.dpfs4j.io;

import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Limits;

/** The fallback where io_uring is not to be had: the same operations as blocking calls on the workers. */
final class CallRing implements Ring {
    private static final int EINTR = 4;

    private final Lane lane;
    private final Operations operations = new Operations();

    CallRing(Lane lane) {
        this.lane = lane;
    }

    @Override
    public <O extends Owner> void readv(O owner, Fd fd, Iovecs target, long offset, Completion<O> done) {
        var vectors = target.arrayAddress();
        var count = Math.min(target.count(), Limits.IOVECS_PER_CALL);
        call(owner, fd, done, worker -> (int) worker.syscalls().preadv2(fd.number(), vectors, count, offset, 0));
    }

    @Override
    public <O extends Owner> void writev(O owner, Fd fd, Iovecs source, long offset, int flags, Completion<O> done) {
        var vectors = source.arrayAddress();
        var count = Math.min(source.count(), Limits.IOVECS_PER_CALL);
        call(owner, fd, done, worker -> (int) worker.syscalls().pwritev2(fd.number(), vectors, count, offset, flags));
    }

    @Override
    public <O extends Owner> void fsync(O owner, Fd fd, boolean dataOnly, Completion<O> done) {
        var call = dataOnly ? Syscall.FDATASYNC : Syscall.FSYNC;
        call(owner, fd, done, worker -> (int) worker.syscalls().call(call, fd.number()));
    }

    private <O extends Owner> void call(O owner, Fd fd, Completion<O> done, BlockingCall call) {
        var index = operations.begin(owner, fd, done);
        // The worker may still act as a guest's user; what a lane's ring does, it does as the server.
        BlockingCall asServer = worker -> {
            worker.identity().becomeServer();
            return call.run(worker);
        };
        lane.workers()
                .submit(lane.line(fd), owner, asServer, result -> lane.execute(() -> operations.end(index, result)));
    }

    @Override
    public void cancel(Owner owner) {
        lane.workers().cancel(owner, -EINTR);
    }

    @Override
    public int inFlight() {
        return operations.count();
    }
}
