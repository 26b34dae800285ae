package org.dpfs4j.tck.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** Locks: of processes (POSIX), of open file descriptions (OFD), and flock(2). */
public interface LockRules extends PosixRules {
    int GETLK = 5;
    int SETLK = 6;
    int SETLKW = 7;
    int OFD_GETLK = 36;
    int OFD_SETLK = 37;
    int OFD_SETLKW = 38;
    int READ_LOCK = 0;
    int WRITE_LOCK = 1;
    int UNLOCK = 2;
    int SHARED = 1;
    int EXCLUSIVE = 2;
    int NO_WAIT = 4;
    int RELEASE = 8;

    /** A {@code struct flock} from the start of the file; length 0 is to its end. */
    private static byte[] range(int type, long start, long length) {
        var lock = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
        return lock.putShort(0, (short) type)
                .putLong(8, start)
                .putLong(16, length)
                .array();
    }

    private static Result lock(Actor actor, int fd, int type, long start, long length) {
        return actor.fcntl(fd, SETLK, range(type, start, length));
    }

    /** What stands in the way of a lock: type, start and length, or only the type of none. */
    private static String conflict(Actor actor, int fd, int command, int type, long start, long length) {
        var answer = actor.quiet(1, "fcntl", fd, command, Actor.Room.of(32, range(type, start, length)));
        answer.ok();
        var found = answer.struct(32);
        return found.getShort(0) == UNLOCK
                ? "none"
                : (found.getShort(0) == READ_LOCK ? "read " : "write ") + found.getLong(8) + " " + found.getLong(16);
    }

    /** A file that both may write; opened by both. */
    private int[] both() {
        alice().file("f", 0666);
        return new int[] {
            alice().open("f", OpenFlags.RDWR).fd(),
            bob().open("f", OpenFlags.RDWR).fd()
        };
    }

    @Test
    default void aWriteLockExcludesAndAReadLockShares() {
        var fd = both();
        lock(alice(), fd[0], WRITE_LOCK, 0, 10).ok();
        lock(bob(), fd[1], READ_LOCK, 0, 10).fails(Errno.EAGAIN, Errno.EACCES);
        lock(bob(), fd[1], WRITE_LOCK, 9, 10).fails(Errno.EAGAIN, Errno.EACCES);
        lock(bob(), fd[1], WRITE_LOCK, 10, 10).ok();
        lock(alice(), fd[0], READ_LOCK, 0, 10).ok();
        lock(bob(), fd[1], READ_LOCK, 0, 10).ok();
        lock(alice(), fd[0], WRITE_LOCK, 0, 10).fails(Errno.EAGAIN, Errno.EACCES);
        lock(bob(), fd[1], UNLOCK, 0, 0).ok();
        lock(alice(), fd[0], WRITE_LOCK, 0, 0).ok();
    }

    @Test
    default void aLockInTheWayIsShown() {
        var fd = both();
        lock(alice(), fd[0], WRITE_LOCK, 100, 50).ok();
        assertThat(conflict(bob(), fd[1], GETLK, READ_LOCK, 0, 0)).isEqualTo("write 100 50");
        assertThat(conflict(bob(), fd[1], GETLK, WRITE_LOCK, 0, 100)).isEqualTo("none");
        assertThat(conflict(alice(), fd[0], GETLK, WRITE_LOCK, 0, 0)).isEqualTo("none");
        lock(alice(), fd[0], READ_LOCK, 100, 0).ok();
        assertThat(conflict(bob(), fd[1], GETLK, READ_LOCK, 0, 0)).isEqualTo("none");
        assertThat(conflict(bob(), fd[1], GETLK, WRITE_LOCK, 0, 0)).isEqualTo("read 100 0");
    }

    @Test
    default void locksOfAProcessAreSplitAndJoined() {
        var fd = both();
        lock(alice(), fd[0], WRITE_LOCK, 0, 100).ok();
        lock(alice(), fd[0], UNLOCK, 40, 20).ok();
        lock(bob(), fd[1], WRITE_LOCK, 40, 20).ok();
        assertThat(conflict(bob(), fd[1], GETLK, WRITE_LOCK, 60, 40)).isEqualTo("write 60 40");
        lock(bob(), fd[1], UNLOCK, 0, 0).ok();
        lock(alice(), fd[0], WRITE_LOCK, 40, 20).ok();
        assertThat(conflict(bob(), fd[1], GETLK, WRITE_LOCK, 0, 0)).isEqualTo("write 0 100");
    }

    @Test
    default void closingAnyDescriptorOfTheFileReleasesTheLocksOfTheProcess() {
        var fd = both();
        lock(alice(), fd[0], WRITE_LOCK, 0, 0).ok();
        var other = alice().open("f", OpenFlags.RDONLY).fd();
        lock(bob(), fd[1], WRITE_LOCK, 0, 0).fails(Errno.EAGAIN, Errno.EACCES);
        alice().close(other);
        lock(bob(), fd[1], WRITE_LOCK, 0, 0).ok();
    }

    @Test
    default void aLockIsWaitedFor() {
        var fd = both();
        lock(alice(), fd[0], WRITE_LOCK, 0, 0).ok();
        var waiting = bob().start(1, "fcntl", fd[1], SETLKW, range(WRITE_LOCK, 0, 0));
        assertThat(waiting.isWaiting()).isTrue();
        lock(alice(), fd[0], UNLOCK, 0, 0).ok();
        waiting.await().ok();
        lock(alice(), fd[0], READ_LOCK, 0, 0).fails(Errno.EAGAIN, Errno.EACCES);
    }

    @Test
    default void aSignalEndsTheWaitForALock() {
        var fd = both();
        var pid = bob().pid();
        lock(alice(), fd[0], WRITE_LOCK, 0, 0).ok();
        endsBySignal(
                pid,
                bob().start(1, "fcntl", fd[1], SETLKW, range(WRITE_LOCK, 0, 0)),
                () -> lock(alice(), fd[0], UNLOCK, 0, 0));
        lock(alice(), fd[0], UNLOCK, 0, 0).ok();
        assertThat(conflict(alice(), fd[0], GETLK, WRITE_LOCK, 0, 0)).isEqualTo("none");
        lock(bob(), fd[1], WRITE_LOCK, 0, 0).ok();
    }

    @Test
    default void aSignalEndsTheWaitForALockOfTheWholeFile() {
        var fd = both();
        var pid = bob().pid();
        alice().call("flock", fd[0], EXCLUSIVE).ok();
        endsBySignal(pid, bob().start(1, "flock", fd[1], EXCLUSIVE), () -> alice().call("flock", fd[0], RELEASE));
        alice().call("flock", fd[0], RELEASE).ok();
        alice().call("flock", fd[0], EXCLUSIVE | NO_WAIT).ok();
        bob().call("flock", fd[1], EXCLUSIVE | NO_WAIT).fails(Errno.EAGAIN);
    }

    /** What waits comes back with EINTR; where no signal ends it, {@code instead} does, so that the process can go on. */
    private void endsBySignal(long pid, Actor.Pending waiting, Runnable instead) {
        assertThat(waiting.isWaiting()).isTrue();
        root().signal(pid);
        var ended = waiting.comesBack();
        if (!ended) {
            instead.run();
        }
        waiting.await().fails(Errno.EINTR);
        assertThat(ended).as("a signal ends the wait").isTrue();
    }

    @Test
    default void theEndOfAProcessReleasesItsLocks() {
        var fd = both();
        lock(alice(), fd[0], WRITE_LOCK, 0, 0).ok();
        var waiting = bob().start(1, "fcntl", fd[1], SETLKW, range(WRITE_LOCK, 0, 0));
        assertThat(waiting.isWaiting()).isTrue();
        alice().end();
        waiting.await().ok();
    }

    @Test
    default void twoThatWaitForEachOtherAreADeadlock() {
        var fd = both();
        lock(alice(), fd[0], WRITE_LOCK, 0, 1).ok();
        lock(bob(), fd[1], WRITE_LOCK, 1, 1).ok();
        var waiting = alice().start(1, "fcntl", fd[0], SETLKW, range(WRITE_LOCK, 1, 1));
        assertThat(waiting.isWaiting()).isTrue();
        bob().fcntl(fd[1], SETLKW, range(WRITE_LOCK, 0, 1)).fails(Errno.EDEADLK);
        lock(bob(), fd[1], UNLOCK, 0, 0).ok();
        waiting.await().ok();
    }

    @Test
    default void aLockNeedsADescriptorForIt() {
        alice().file("f", 0666);
        var reader = alice().open("f", OpenFlags.RDONLY).fd();
        var writer = alice().open("f", OpenFlags.WRONLY).fd();
        lock(alice(), reader, WRITE_LOCK, 0, 0).fails(Errno.EBADF);
        lock(alice(), writer, READ_LOCK, 0, 0).fails(Errno.EBADF);
        lock(alice(), reader, READ_LOCK, 0, 0).ok();
        lock(alice(), reader, 77, 0, 0).fails(Errno.EINVAL);
        lock(alice(), reader, READ_LOCK, -5, 1).fails(Errno.EINVAL);
    }

    @Test
    default void locksOfDescriptionsExcludeEachOtherInOneProcess() {
        alice().file("f", 0666);
        var first = alice().open("f", OpenFlags.RDWR).fd();
        var second = alice().open("f", OpenFlags.RDWR).fd();
        alice().fcntl(first, OFD_SETLK, range(WRITE_LOCK, 0, 10)).ok();
        alice().fcntl(second, OFD_SETLK, range(WRITE_LOCK, 5, 10)).fails(Errno.EAGAIN, Errno.EACCES);
        assertThat(conflict(alice(), second, OFD_GETLK, WRITE_LOCK, 0, 0)).isEqualTo("write 0 10");
        lock(alice(), second, WRITE_LOCK, 5, 10).fails(Errno.EAGAIN, Errno.EACCES);
        var copy = alice().call("dup", first).fd();
        alice().close(first);
        alice().fcntl(second, OFD_SETLK, range(WRITE_LOCK, 5, 10)).fails(Errno.EAGAIN, Errno.EACCES);
        alice().close(copy);
        // Waits: whoever closes a file on a FUSE mount does not wait for what its server has to do then.
        alice().fcntl(second, OFD_SETLKW, range(WRITE_LOCK, 5, 10)).ok();
    }

    @Test
    default void wholeFilesAreLockedSharedAndExclusive() {
        var fd = both();
        alice().call("flock", fd[0], SHARED).ok();
        bob().call("flock", fd[1], SHARED | NO_WAIT).ok();
        bob().call("flock", fd[1], EXCLUSIVE | NO_WAIT).fails(Errno.EAGAIN);
        alice().call("flock", fd[0], RELEASE).ok();
        bob().call("flock", fd[1], EXCLUSIVE | NO_WAIT).ok();
        alice().call("flock", fd[0], SHARED | NO_WAIT).fails(Errno.EAGAIN);
    }

    @Test
    default void aLockOfTheWholeFileIsWaitedFor() {
        var fd = both();
        alice().call("flock", fd[0], EXCLUSIVE).ok();
        var waiting = bob().start(1, "flock", fd[1], EXCLUSIVE);
        assertThat(waiting.isWaiting()).isTrue();
        alice().close(fd[0]);
        waiting.await().ok();
    }

    @Test
    default void aLockOfTheWholeFileBelongsToTheDescription() {
        alice().file("f", 0666);
        var first = alice().open("f", OpenFlags.RDONLY).fd();
        var second = alice().open("f", OpenFlags.RDONLY).fd();
        alice().call("flock", first, EXCLUSIVE).ok();
        alice().call("flock", second, SHARED | NO_WAIT).fails(Errno.EAGAIN);
        var copy = alice().call("dup", first).fd();
        alice().close(first);
        alice().call("flock", second, SHARED | NO_WAIT).fails(Errno.EAGAIN);
        alice().call("flock", copy, RELEASE).ok();
        alice().call("flock", second, SHARED | NO_WAIT).ok();
    }

    @Test
    default void theTwoKindsOfLocksDoNotMeet() {
        var fd = both();
        alice().call("flock", fd[0], EXCLUSIVE).ok();
        lock(bob(), fd[1], WRITE_LOCK, 0, 0).ok();
    }

    @Test
    default void directoriesAreLockedAsAWhole() {
        alice().mkdir("d", 0755).ok();
        var first = alice().open("d", OpenFlags.DIRECTORY).fd();
        var second = bob().open("d", OpenFlags.DIRECTORY).fd();
        alice().call("flock", first, EXCLUSIVE | NO_WAIT).ok();
        bob().call("flock", second, SHARED | NO_WAIT).fails(Errno.EAGAIN);
    }
}
