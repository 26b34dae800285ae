package org.dpfs4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Memory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LaneTest {
    private static final int AT_FDCWD = -100;
    private static final int O_RDWR = 2;
    private static final int EINTR = 4;
    private static final int ECANCELED = 125;

    @TempDir
    Path folder;

    /** Collects one result. */
    private static final class Result implements Owner {
        final CompletableFuture<Integer> value = new CompletableFuture<>();

        static void done(int result, Result owner) {
            owner.value.complete(result);
        }

        @Override
        public void broken(Throwable cause) {
            value.completeExceptionally(cause);
        }

        int await() throws Exception {
            return value.get(10, TimeUnit.SECONDS);
        }
    }

    private static <T> T on(Lane lane, Function<Lane, T> task) throws Exception {
        return lane.eventLoop().submit(() -> task.apply(lane)).get(10, TimeUnit.SECONDS);
    }

    private Fd open(String name, String content) throws IOException {
        var path = Files.writeString(folder.resolve(name), content);
        var syscalls = new Syscalls();
        return new Fd((int) syscalls.call(Syscall.OPENAT, AT_FDCWD, syscalls.path(path.toString()), O_RDWR, 0));
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void whatIsWrittenIsReadBackAndMadeDurable(IoMode mode) throws Exception {
        try (var lanes = new Lanes(1, mode);
                var pool = new IovecPool();
                var list = new Iovecs(pool);
                var file = open("a", "0123456789")) {
            var memory = Memory.allocate(16);
            Memory.ALL.asSlice(memory, 4).copyFrom(MemorySegment.ofArray("abcd".getBytes(StandardCharsets.US_ASCII)));
            list.add(memory, 2);
            list.add(memory + 3, 1);
            assertThat(run(lanes.lane(0), (lane, result) -> lane.ring().writev(result, file, list, 1, 0, Result::done)))
                    .isEqualTo(3);
            assertThat(Files.readString(folder.resolve("a"))).isEqualTo("0abd456789");
            assertThat(run(lanes.lane(0), (lane, result) -> lane.ring().fsync(result, file, true, Result::done)))
                    .isZero();
            list.clear();
            list.add(memory, 8);
            assertThat(run(lanes.lane(0), (lane, result) -> lane.ring().readv(result, file, list, 4, Result::done)))
                    .as("short at the end")
                    .isEqualTo(6);
            Memory.free(memory);
        }
    }

    /** What is under way when the lanes end comes to its end on its lane, and so does what that asks for then. */
    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void callsUnderWayWhenTheLanesEndAreCompleted(IoMode mode) throws Exception {
        var lanes = new Lanes(1, mode);
        var lane = lanes.lane(0);
        var running = new CountDownLatch(1);
        var first = new Result();
        var second = new Result();
        lane.execute(() -> lane.call(first, worker -> slow(running), (result, owner) -> {
            lane.call(second, worker -> 8, Result::done);
            owner.value.complete(result);
        }));
        running.await();
        lanes.close();
        assertThat(first.await()).isEqualTo(7);
        assertThat(second.await()).isIn(8, -ECANCELED);
    }

    /** Long enough that the lanes have begun to end. */
    private static int slow(CountDownLatch running) {
        running.countDown();
        try {
            Thread.sleep(300);
        } catch (InterruptedException e) {
            return -EINTR;
        }
        return 7;
    }

    private interface Start {
        void begin(Lane lane, Result result);
    }

    private static int run(Lane lane, Start start) throws Exception {
        var result = new Result();
        lane.execute(() -> start.begin(lane, result));
        return result.await();
    }

    /** Law 3: a read that is prepared and not yet submitted keeps its number from being given to the next open. */
    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void aDescriptorClosedWhileAReadIsPreparedIsNotHandedOn(IoMode mode) throws Exception {
        try (var lanes = new Lanes(1, mode);
                var pool = new IovecPool();
                var list = new Iovecs(pool)) {
            var memory = Memory.allocate(16);
            list.add(memory, 5);
            var right = open("right", "right");
            var result = new Result();
            var other = on(lanes.lane(0), lane -> {
                lane.ring().readv(result, right, list, 0, Result::done);
                right.close();
                try {
                    return open("wrong", "wrong");
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(result.await()).isEqualTo(5);
            assertThat(new String(Memory.at(memory, 5).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII))
                    .isEqualTo("right");
            assertThat(other.number()).isNotEqualTo(right.number());
            await().untilAsserted(() -> assertThat(Path.of("/proc/self/fd/" + right.number()))
                    .as("closed afterwards")
                    .satisfiesAnyOf(
                            path -> assertThat(Files.exists(path)).isFalse(),
                            path -> assertThat(path.toRealPath().endsWith("right"))
                                    .isFalse()));
            other.close();
            Memory.free(memory);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void everySignalOfAWatchedEventFdIsHeard(IoMode mode) throws Exception {
        try (var lanes = new Lanes(1, mode)) {
            var syscalls = new Syscalls();
            var eventFd = EventFd.open(syscalls);
            var heard = new AtomicInteger();
            var watch = on(lanes.lane(0), lane -> lane.watch(eventFd, heard::incrementAndGet));
            for (int i = 1; i <= 100; i++) {
                EventFd.signal(syscalls, eventFd);
                var expected = i;
                await().pollInterval(Duration.ofMillis(1)).until(() -> heard.get() >= expected);
            }
            on(lanes.lane(0), lane -> {
                watch.close();
                return null;
            });
            eventFd.close();
            await("the watch lets go of the descriptor").until(() -> !eventFd.acquire());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void aCallThatHasNotBegunIsCancelled(IoMode mode) throws Exception {
        try (var lanes = new Lanes(1, mode)) {
            var lane = lanes.lane(0);
            var hold = new CompletableFuture<Void>();
            for (int i = 0; i < 16; i++) {
                run0(lane, new Result(), worker -> {
                    hold.join();
                    return 0;
                });
            }
            var queued = new Result();
            run0(lane, queued, worker -> 1);
            lane.execute(() -> lane.cancel(queued));
            assertThat(queued.await()).isEqualTo(-EINTR);
            hold.complete(null);
        }
    }

    private static void run0(Lane lane, Result result, BlockingCall call) {
        lane.execute(() -> lane.call(result, call, Result::done));
    }

    /** A read from an empty pipe-like descriptor never ends by itself. */
    @ParameterizedTest
    @EnumSource(names = "IO_URING")
    void aRunningReadIsCancelled(IoMode mode) throws Exception {
        try (var lanes = new Lanes(1, mode);
                var pool = new IovecPool();
                var list = new Iovecs(pool)) {
            var lane = lanes.lane(0);
            var memory = Memory.allocate(8);
            list.add(memory, 8);
            var eventFd = new Fd((int) new Syscalls().call(Syscall.EVENTFD2, 0, 0));
            var result = new Result();
            on(lane, here -> {
                here.ring().readv(result, eventFd, list, 0, Result::done);
                return null;
            });
            lane.execute(() -> lane.cancel(result));
            assertThat(result.await()).isIn(-ECANCELED, -EINTR);
            eventFd.close();
            await("the operation lets go of the descriptor").until(() -> !eventFd.acquire());
            Memory.free(memory);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void aCompletionThatThrowsBreaksItsOwnerAlone(IoMode mode) throws Exception {
        try (var lanes = new Lanes(1, mode)) {
            var lane = lanes.lane(0);
            var broken = new Result();
            lane.execute(() -> lane.call(broken, worker -> 0, (result, owner) -> {
                throw new IllegalStateException("on purpose");
            }));
            assertThat(broken.value).failsWithin(10, TimeUnit.SECONDS);
            var next = new Result();
            run0(lane, next, worker -> 7);
            assertThat(next.await()).isEqualTo(7);
        }
    }
}
