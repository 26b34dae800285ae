package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;
import static org.dpfs4j.tck.Locking.TO_END;
import static org.dpfs4j.tck.Locking.closing;
import static org.dpfs4j.tck.Locking.flock;
import static org.dpfs4j.tck.Locking.none;
import static org.dpfs4j.tck.Locking.read;
import static org.dpfs4j.tck.Locking.write;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.dpfs4j.client.Seen;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.metrics.Gauge;
import org.dpfs4j.tck.Client;
import org.dpfs4j.tck.Pending;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.LockType;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Locks against programs of the host, at their limits, and with nothing left behind. */
class LockTest {
    private static final long A = 1;
    private static final long B = 2;
    private static final long C = 3;

    private static Seen.Opened file(Client client) {
        return client.create(ROOT_ID, "f", 0644).ok().opened();
    }

    private static ShareLocks locks(Ground.Site site) {
        return ((UringShare) site.share).locks();
    }

    /** Another program that locks a file, for as long as it is open. */
    private static final class Program implements AutoCloseable {
        private final Process process;

        private Program(Path file, String... how) throws IOException {
            var command = new ArrayList<>(List.of(how));
            command.add(file.toString());
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var first = process.inputReader().readLine();
            assertThat(first).as("%s", command).isEqualTo("locked");
        }

        /** Has the whole file by flock(2). */
        static Program flock(Path file) throws IOException {
            return new Program(file, "sh", "-c", "exec 9<\"$0\"; flock -x 9; echo locked; read end");
        }

        /** Has bytes 0 to 9 by fcntl(2). */
        static Program fcntl(Path file) throws IOException {
            var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
            return new Program(
                    file, java, "-Xshare:auto", "-cp", System.getProperty("java.class.path"), Locker.class.getName());
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The program that locks bytes 0 to 9 of a file for writing. */
    static final class Locker {
        private Locker() {}

        public static void main(String[] arguments) throws IOException {
            try (var channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE);
                    var lock = channel.lock(0, 10, false)) {
                System.out.println(lock.isValid() ? "locked" : "not locked");
                var end = System.in.read();
                assert end < 0;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "REMOTE"})
    void aClosedFileIsNotAskedWhichOneItWas(Ground ground) throws Throwable {
        try (var site = ground.open()) {
            var file = file(site.client);
            var number = Descriptors.open(site.path("f")).getFirst();
            var again = site.other.open(file.nodeId(), OpenFlags.RDWR).ok();
            site.client.setlk(file, write(A, 0, 9)).ok();
            // As if its file system gave another answer by now, or none.
            Descriptors.replace(number, Files.createFile(site.path("g")));

            site.client.release(file).ok();

            assertThat(locks(site).ownerCount()).isZero();
            site.other.setlk(again, write(B, 0, 9)).ok();
        }
    }

    @Test
    void eitherRequestReleasesAllThatAHandleIs() throws IOException {
        try (var site = Ground.MEMORY.open()) {
            var file = file(site.client);
            site.client.setlk(file, write(A, 0, 9)).ok();
            site.client.releasedir(file).ok();
            assertThat(locks(site).ownerCount()).isZero();
            site.client.release(site.client.opendir(ROOT_ID).ok()).ok();
            assertThat(((UringShare) site.share).handlesOpen()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "REMOTE"})
    void aProgramOfTheHostAndAGuestExcludeEachOther(Ground ground) throws IOException {
        try (var site = ground.open()) {
            var file = file(site.client);
            Pending<Void> waiter;
            try (var program = Program.fcntl(site.path("f"))) {
                site.client.setlk(file, read(A, 9, 9)).fails(Errno.EAGAIN);
                site.client.setlk(file, write(A, 10, 20)).ok();
                var seen = site.client.getlk(file, read(A, 5, 30)).ok();
                assertThat(seen).isEqualTo(new Seen.Lock(0, 9, LockType.WRITE, 0));
                waiter = site.client.startSetlkw(file, write(A, 0, 9));
                site.client.getattr(file).ok();
                assertThat(waiter.isAnswered()).isFalse();
                assertThat(program.process.isAlive()).isTrue();
            }
            waiter.await().ok();
            try (var channel = FileChannel.open(site.path("f"), StandardOpenOption.WRITE)) {
                assertThat(channel.tryLock(20, 1, false)).isNull();
                assertThat(channel.tryLock(21, 1, false)).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "REMOTE"})
    void flockIsSharedWithProgramsOfTheHost(Ground ground) throws IOException {
        try (var site = ground.open()) {
            var file = file(site.client);
            Pending<Void> waiter;
            try (var program = Program.flock(site.path("f"))) {
                site.client.setlk(file, flock(A, LockType.READ)).fails(Errno.EAGAIN);
                waiter = site.client.startSetlkw(file, flock(A, LockType.WRITE));
                assertThat(program.process.isAlive()).isTrue();
            }
            waiter.await().ok();
            assertThat(flockOfTheHost(site.path("f"))).isEqualTo(1);
            site.client.release(file, closing(A)).ok();
            assertThat(flockOfTheHost(site.path("f"))).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "MEMORY_WITHOUT_IO_URING"})
    void whatWasClosedOnAnotherQueueBeforeIsNotInTheWay(Ground ground) throws IOException {
        try (var site = ground.open()) {
            var closed = file(site.client);
            var open = site.other
                    .open(site.other.lookup(ROOT_ID, "f").ok().nodeId(), OpenFlags.RDWR)
                    .ok();
            site.client.setlk(closed, flock(A, LockType.WRITE)).ok();
            site.client.setlk(closed, write(A, 0, 9)).ok();
            var begun = new CountDownLatch(1);
            site.lanes.lane(0).execute(() -> hold(begun));
            var release = site.client.startRelease(closed, closing(A));
            var whole = site.other.startSetlk(open, flock(B, LockType.WRITE));
            var seen = site.other.startGetlk(open, write(B, 0, 9));
            // The other lane has tried both.
            site.other.statfs(ROOT_ID).ok();
            begun.countDown();
            release.await().ok();
            whole.await().ok();
            assertThat(seen.await().ok().type()).isEqualTo(LockType.UNLOCK);
        }
    }

    private static void hold(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int flockOfTheHost(Path file) throws IOException {
        try {
            return new ProcessBuilder("flock", "-n", file.toString(), "true")
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "REMOTE"})
    void nothingIsLeftBehind(Ground ground) throws IOException {
        try (var site = ground.open()) {
            var file = file(site.client);
            for (int round = 0; round < 20; round++) {
                site.client.setlk(file, write(A, 0, 9)).ok();
                site.client.setlk(file, flock(A, LockType.WRITE)).ok();
                site.client.setlk(file, read(B, 0, 9)).fails(Errno.EAGAIN);
                var left = site.other.startSetlkw(file, write(B, 0, 9));
                var given = site.other.startSetlkw(file, write(C, 0, 9));
                var closed = site.client.startSetlkw(file, flock(B, LockType.READ));
                site.other.getattr(file).ok();
                left.cancel();
                left.await().fails(Errno.EINTR);
                site.client.flush(file, A).ok();
                given.await().ok();
                site.client.setlk(file, none(C, 0, TO_END)).ok();
                site.client.setlk(file, flock(A, LockType.UNLOCK)).ok();
                closed.await().ok();
                site.client.setlk(file, flock(B, LockType.UNLOCK)).ok();
            }
            await().untilAsserted(() -> {
                assertThat(site.backend.locks().fileCount()).isZero();
                assertThat(locks(site).isEmpty()).isTrue();
                assertThat(locks(site).rangeCount()).isZero();
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "REMOTE"})
    void anInterruptThatMeetsTheUnlockLeavesNoLock(Ground ground) throws IOException {
        try (var site = ground.open()) {
            var file = file(site.client);
            for (int round = 0; round < 200; round++) {
                site.client.setlk(file, write(A, 0, 9)).ok();
                var waiter = site.other.startSetlkw(file, write(B, 0, 9));
                site.other.getattr(file).ok();
                var unlock = site.client.startSetlkw(file, none(A, 0, 9));
                waiter.cancel();
                unlock.await().ok();
                var answer = waiter.await();
                if (answer.isOk()) {
                    site.client.setlk(file, write(C, 5, 5)).fails(Errno.EAGAIN);
                    site.other.flush(file, B).ok();
                } else {
                    answer.fails(Errno.EINTR);
                }
                site.client.setlk(file, write(C, 0, 9)).ok();
                site.client.setlk(file, none(C, 0, 9)).ok();
            }
            await().untilAsserted(
                            () -> assertThat(site.backend.locks().fileCount()).isZero());
        }
    }

    @Test
    void aWaitMayHaveAnEnd() throws IOException {
        var settings = new LockConfig(true, true, Duration.ofMillis(20), Duration.ZERO);
        try (var site = Ground.MEMORY.open(config -> config.with(settings))) {
            var file = file(site.client);
            site.client.setlk(file, write(A, 0, 9)).ok();
            site.client.startSetlkw(file, write(B, 0, 9)).await().fails(Errno.EAGAIN);
            site.client.setlk(file, none(A, 0, 9)).ok();
            site.client.setlk(file, write(C, 0, 9)).ok();
        }
    }

    /** A parent that has the lock kills its child, which waits for it, and waits for the child: no signal ends that in a guest. */
    @Test
    void aWaitForWhatTheSameOpenFileHasLockedHasAnEnd() throws IOException {
        var settings = new LockConfig(true, true, Duration.ZERO, Duration.ofMillis(20));
        try (var site = Ground.MEMORY.open(config -> config.with(settings))) {
            var file = file(site.client);
            site.client.setlk(file, write(A, 0, 9)).ok();
            var node = site.other.lookup(ROOT_ID, "f").ok().nodeId();
            var another = site.other.open(node, OpenFlags.RDWR).ok();
            var patient = site.other.startSetlkw(another, write(C, 0, 9));
            site.client.startSetlkw(file, write(B, 0, 9)).await().fails(Errno.EAGAIN);
            assertThat(patient.isAnswered()).isFalse();
            site.client.setlk(file, none(A, 0, 9)).ok();
            patient.await().ok();
        }
    }

    @Test
    void locksThatAreNotTheServersAreNotOffered() throws IOException {
        try (var site =
                Ground.MEMORY.open(config -> config.with(new LockConfig(false, false, Duration.ZERO, Duration.ZERO)))) {
            var file = file(site.client);
            assertThat(site.share.features() & LockConfig.DEFAULT.features()).isZero();
            site.client.setlk(file, write(A, 0, 9)).fails(Errno.ENOSYS);
            site.client.setlk(file, flock(A, LockType.WRITE)).fails(Errno.ENOSYS);
            site.client.getlk(file, write(A, 0, 9)).fails(Errno.ENOSYS);
        }
    }

    @Test
    void tooManyRangesAreRefusedAndTheOthersStay() throws IOException {
        try (var site = Ground.MEMORY.open()) {
            var file = file(site.client);
            var taken = 0;
            while (site.client.setlk(file, write(A, 2L * taken, 2L * taken)).isOk()) {
                taken++;
                assertThat(taken).isLessThanOrEqualTo(LockConfig.RANGES_MAX);
            }
            site.client.setlk(file, write(A, -2 + 2L * taken, -2 + 2L * taken)).fails(Errno.ENOLCK);
            site.client.setlk(file, none(A, 0, 1)).ok();
            site.client.setlk(file, none(A, 2, 3)).ok();
            site.client.setlk(file, write(B, 0, 0)).ok();
            site.client.setlk(file, none(A, 0, TO_END)).ok();
            assertThat(locks(site).rangeCount()).isEqualTo(1);
        }
    }

    @Test
    void whatAGuestHasLockedIsShown() throws IOException {
        try (var site = Ground.MEMORY.open()) {
            var file = file(site.client);
            site.client.setlk(file, write(A, 0, 9)).ok();
            site.client.setlk(file, write(A, 20, 29)).ok();
            site.client.setlk(file, flock(B, LockType.READ)).ok();
            var waiter = site.client.startSetlkw(file, write(C, 5, 5));
            var shown = new EnumMap<Gauge, Long>(Gauge.class);
            await().until(() -> locks(site).waiterCount() == 1);
            site.share.tell(shown::put);
            assertThat(shown).contains(entry(Gauge.LOCK_OWNERS, 2L));
            assertThat(shown).contains(entry(Gauge.LOCK_RANGES, 3L));
            assertThat(shown).contains(entry(Gauge.LOCK_WAITERS, 1L));
            site.client.flush(file, A).ok();
            waiter.await().ok();
        }
    }

    @Test
    void tooManyOwnersAreRefusedAndOtherDevicesGoOn() throws IOException {
        try (var site = Ground.MEMORY.open()) {
            var file = file(site.client);
            for (long owner = 0; owner < LockConfig.OWNERS_MAX; owner++) {
                site.client.setlk(file, read(owner, 0, 9)).ok();
            }
            site.client.setlk(file, read(LockConfig.OWNERS_MAX, 0, 9)).fails(Errno.ENOLCK);
            try (var share = site.backend
                            .open(new Tenant("other", ClientArch.own(), -1L))
                            .toCompletableFuture()
                            .join();
                    var guest = new Client(site.lanes.lane(1), share, share.features())) {
                var node = guest.lookup(ROOT_ID, "f").ok().nodeId();
                var theirs = guest.open(node, OpenFlags.RDWR).ok();
                guest.setlk(theirs, read(0, 0, 9)).ok();
                var waiter = guest.startSetlkw(theirs, write(0, 5, 5));
                for (long owner = 0; owner < LockConfig.OWNERS_MAX; owner++) {
                    site.client.setlk(file, none(owner, 0, TO_END)).ok();
                }
                waiter.await().ok();
            }
            assertThat(locks(site).ownerCount()).isZero();
        }
    }

    @Test
    void waitersOfOneGuestGetTheLockInTheOrderOfTheirComing() throws IOException {
        try (var site = Ground.MEMORY.open()) {
            var file = file(site.client);
            site.client.setlk(file, write(1000, 0, 9)).ok();
            var waiters = new ArrayList<Pending<Void>>();
            for (long owner = 0; owner < 10; owner++) {
                waiters.add(site.client.startSetlkw(file, write(owner, 5, 5)));
            }
            site.client.setlk(file, none(1000, 0, 9)).ok();
            for (int owner = 0; owner < 10; owner++) {
                assertThat(turnOf(waiters)).isEqualTo(owner);
                waiters.set(owner, null);
                site.client.setlk(file, none(owner, 0, 9)).ok();
            }
        }
    }

    @Test
    void manyWaitersOfTwoDevicesAllHaveTheirTurn() throws IOException {
        try (var site = Ground.MEMORY.open()) {
            var file = file(site.client);
            site.client.setlk(file, write(1000, 0, 9)).ok();
            var waiters = new ArrayList<Pending<Void>>();
            for (long owner = 0; owner < 200; owner++) {
                var guest = owner % 2 == 0 ? site.client : site.other;
                waiters.add(guest.startSetlkw(file, write(owner, 5, 5)));
            }
            site.client.getattr(file).ok();
            site.other.getattr(file).ok();
            site.client.setlk(file, none(1000, 0, 9)).ok();
            for (int turn = 0; turn < waiters.size(); turn++) {
                var next = turnOf(waiters);
                waiters.set(next, null);
                site.client.setlk(file, none(next, 0, 9)).ok();
            }
            assertThat(locks(site).waiterCount()).isZero();
        }
    }

    /** Whoever has the lock; only one can. */
    private static int turnOf(List<Pending<Void>> waiters) {
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> waiters.stream().anyMatch(one -> one != null && one.isAnswered()));
        var found = -1;
        for (int i = 0; i < waiters.size(); i++) {
            if (waiters.get(i) != null && waiters.get(i).isAnswered()) {
                waiters.get(i).await().ok();
                assertThat(found).as("two have the lock").isNegative();
                found = i;
            }
        }
        return found;
    }
}
