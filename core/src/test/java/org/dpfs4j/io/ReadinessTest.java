package org.dpfs4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReadinessTest {
    private static final int EAGAIN = 11;
    private static final int F_DUPFD = 0;

    /** Nobody in this process has so many open. */
    private static final int NO_DESCRIPTOR = 900;

    private final Syscalls syscalls = new Syscalls();

    /** Reads until there is nothing, as users of a readiness do, and asks again. */
    private static final class Reader {
        final Semaphore signals = new Semaphore(0);
        final Fd fd;
        final Lane lane;
        final Readiness readiness;

        Reader(Lane lane, Fd fd) {
            this.lane = lane;
            this.fd = fd;
            readiness = lane.readiness(fd, this::read);
        }

        void read() {
            var own = lane.syscalls();
            long result;
            do {
                result = own.call(Syscall.READ, fd.number(), own.scratch(), Long.BYTES);
                if (result > 0) {
                    signals.release();
                }
            } while (result != -EAGAIN);
            readiness.arm();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void everySignalIsToldToOneLaneOrAnother(IoMode mode) throws Exception {
        var fd = EventFd.open(syscalls);
        try (var lanes = new Lanes(2, mode)) {
            var first = lanes.lane(0)
                    .eventLoop()
                    .submit(() -> new Reader(lanes.lane(0), fd))
                    .get();
            var second = lanes.lane(1)
                    .eventLoop()
                    .submit(() -> new Reader(lanes.lane(1), fd))
                    .get();
            lanes.lane(0).execute(first::read);
            lanes.lane(1).execute(second::read);
            for (int i = 1; i <= 50; i++) {
                EventFd.signal(syscalls, fd);
                var expected = i;
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> first.signals.availablePermits() + second.signals.availablePermits() == expected);
            }
            lanes.lane(0).execute(first.readiness::close);
            lanes.lane(1).execute(second.readiness::close);
            fd.close();
            await("both let go of the descriptor").until(() -> !fd.acquire());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void whatIsNotArmedIsToldWhenItIs(IoMode mode) throws Exception {
        var told = new AtomicInteger();
        try (var fd = EventFd.open(syscalls);
                var lanes = new Lanes(1, mode)) {
            var lane = lanes.lane(0);
            var readiness = lane.eventLoop()
                    .submit(() -> lane.readiness(fd, told::incrementAndGet))
                    .get();
            EventFd.signal(syscalls, fd);
            lane.eventLoop().submit(() -> {}).get(1, TimeUnit.MINUTES);
            assertThat(told).hasValue(0);
            lane.execute(readiness::arm);
            await().until(() -> told.get() == 1);
            lane.eventLoop().submit(readiness::close).get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void whatCannotBePolledIsReadAtIntervalsAndPolledWhenItCan() throws Exception {
        try (var fd = EventFd.open(syscalls);
                var lanes = new Lanes(1, IoMode.IO_URING)) {
            var lane = lanes.lane(0);
            var unknown = new Fd(NO_DESCRIPTOR);
            var reads = new AtomicInteger();
            var readiness = new Readiness[1];
            lane.execute(() -> {
                readiness[0] = lane.readiness(unknown, () -> {
                    reads.incrementAndGet();
                    readiness[0].arm();
                });
                readiness[0].arm();
            });
            await("read again, and asked for again").until(() -> reads.get() >= 4);
            // From now on it is a descriptor: one that is not readable.
            assertThat(syscalls.call(Syscall.FCNTL, fd.number(), F_DUPFD, NO_DESCRIPTOR))
                    .isEqualTo(NO_DESCRIPTOR);
            await("reads after pauses have ended").until(() -> hasSettled(reads));
            var before = reads.get();
            EventFd.signal(syscalls, fd);
            await().until(() -> reads.get() > before);
            lane.eventLoop().submit(() -> readiness[0].close()).get(1, TimeUnit.MINUTES);
            unknown.close();
        }
    }

    private static boolean hasSettled(AtomicInteger reads) throws InterruptedException {
        var before = reads.get();
        Thread.sleep(600);
        return reads.get() == before;
    }
}
