package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dpfs4j.tck.Locking.TO_END;
import static org.dpfs4j.tck.Locking.closing;
import static org.dpfs4j.tck.Locking.flock;
import static org.dpfs4j.tck.Locking.none;
import static org.dpfs4j.tck.Locking.read;
import static org.dpfs4j.tck.Locking.write;

import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.LockType;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** Locks of fcntl(2) and flock(2), between processes of one guest and between guests. */
public interface LockRules extends Rules {
    /** Owners of locks. */
    long A = 0x1111;

    /** Another one. */
    long B = 0x2222;

    /** One more. */
    long C = 0x3333;

    /** A file, open for reading and writing. */
    default Seen.Opened lockable() {
        return file("locked", "content").opened();
    }

    /** A guest of another device, which has the same file open. */
    record Neighbour(Client client, Seen.Opened file) {}

    /** Another guest that opens the file {@link #lockable} has made. */
    default Neighbour neighbour() {
        var other = fixture().attach(fixture().openShare(), 1);
        var node = other.lookup(ROOT, "locked").ok().nodeId();
        return new Neighbour(other, other.open(node, OpenFlags.RDWR).ok());
    }

    @Test
    default void aWriterExcludesAllOthersFromItsBytes() {
        var file = lockable();
        client().setlk(file, write(A, 10, 19)).ok();
        client().setlk(file, read(B, 19, 30)).fails(Errno.EAGAIN);
        client().setlk(file, write(B, 0, 10)).fails(Errno.EAGAIN);
        client().setlk(file, write(B, 20, TO_END)).ok();
        client().setlk(file, read(B, 0, 9)).ok();
    }

    @Test
    default void readersShareAndKeepWritersOut() {
        var file = lockable();
        client().setlk(file, read(A, 0, TO_END)).ok();
        client().setlk(file, read(B, 5, 9)).ok();
        client().setlk(file, write(A, 5, 5)).fails(Errno.EAGAIN);
        client().setlk(file, write(A, 10, 10)).ok();
    }

    @Test
    default void anOwnersNewLockReplacesItsOldOne() {
        var file = lockable();
        client().setlk(file, write(A, 0, 99)).ok();
        client().setlk(file, read(A, 20, 29)).ok();
        client().setlk(file, none(A, 50, 59)).ok();
        client().setlk(file, read(B, 20, 29)).ok();
        client().setlk(file, write(B, 50, 59)).ok();
        client().setlk(file, read(B, 19, 19)).fails(Errno.EAGAIN);
        client().setlk(file, read(B, 60, 60)).fails(Errno.EAGAIN);
    }

    @Test
    default void getlkSaysWhatIsInTheWay() {
        var file = lockable();
        client().setlk(file, write(A, 10, 19)).ok();
        client().setlk(file, read(A, 30, TO_END)).ok();
        assertThat(client().getlk(file, read(B, 0, 100)).ok())
                .isEqualTo(new Seen.Lock(10, 19, LockType.WRITE, Locking.pid(A)));
        assertThat(client().getlk(file, write(B, 20, 100)).ok())
                .isEqualTo(new Seen.Lock(30, TO_END, LockType.READ, Locking.pid(A)));
        assertThat(client().getlk(file, read(B, 20, 100)).ok().type()).isEqualTo(LockType.UNLOCK);
        assertThat(client().getlk(file, write(A, 0, 100)).ok().type()).isEqualTo(LockType.UNLOCK);
    }

    @Test
    default void guestsSeeEachOthersLocks() {
        var file = lockable();
        var other = neighbour();
        client().setlk(file, write(A, 10, 19)).ok();
        other.client().setlk(other.file(), read(A, 10, 10)).fails(Errno.EAGAIN);
        var seen = other.client().getlk(other.file(), read(A, 0, 100)).ok();
        assertThat(seen).isEqualTo(new Seen.Lock(10, 19, LockType.WRITE, 0));
    }

    /** Waits until one of these is answered, and says which. */
    private static int firstOf(List<Pending<Void>> waiters) {
        var end = System.nanoTime() + Pending.LIMIT.toNanos();
        while (waiters.stream().noneMatch(Pending::isAnswered) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        var answered = waiters.stream().filter(Pending::isAnswered).toList();
        assertThat(answered).hasSize(1);
        return waiters.indexOf(answered.getFirst());
    }

    @Test
    default void waitersGetTheLockOneAfterTheOther() {
        var file = lockable();
        var other = neighbour();
        client().setlk(file, write(A, 0, 9)).ok();
        var waiters = List.of(
                other.client().startSetlkw(other.file(), write(B, 5, 5)), client().startSetlkw(file, write(C, 0, 20)));
        other.client().getattr(other.file()).ok();
        client().getattr(file).ok();
        assertThat(waiters).noneMatch(Pending::isAnswered);
        client().setlk(file, none(A, 0, TO_END)).ok();
        var first = firstOf(waiters);
        waiters.get(first).await().ok();
        if (first == 0) {
            other.client().setlk(other.file(), none(B, 0, TO_END)).ok();
        } else {
            client().setlk(file, none(C, 0, TO_END)).ok();
        }
        waiters.get(1 - first).await().ok();
        client().setlk(file, read(A, 5, 5)).fails(Errno.EAGAIN);
    }

    @Test
    default void aLockMadeWeakerLetsReadersIn() {
        var file = lockable();
        client().setlk(file, write(A, 0, 9)).ok();
        var reader = client().startSetlkw(file, read(B, 0, 9));
        var writer = client().startSetlkw(file, write(C, 0, 9));
        client().setlk(file, read(A, 0, 9)).ok();
        reader.await().ok();
        client().getattr(file).ok();
        assertThat(writer.isAnswered()).isFalse();
        client().setlk(file, none(A, 0, 9)).ok();
        client().setlk(file, none(B, 0, 9)).ok();
        writer.await().ok();
    }

    @Test
    default void theWaitThatClosesACircleIsRefused() {
        var file = lockable();
        var guests = List.of(new Neighbour(client(), file), neighbour(), new Neighbour(client(), file));
        var owners = List.of(A, B, C);
        for (int i = 0; i < 3; i++) {
            var guest = guests.get(i);
            guest.client().setlk(guest.file(), write(owners.get(i), i, i)).ok();
        }
        var waiters = new ArrayList<Pending<Void>>();
        for (int i = 0; i < 3; i++) {
            var guest = guests.get(i);
            var next = (i + 1) % 3;
            waiters.add(guest.client().startSetlkw(guest.file(), write(owners.get(i), next, next)));
        }
        var refused = firstOf(waiters);
        waiters.get(refused).await().fails(Errno.EDEADLK);
        for (int steps = 0, i = refused; steps < 2; steps++, i = (i + 2) % 3) {
            var guest = guests.get(i);
            guest.client().setlk(guest.file(), none(owners.get(i), 0, 9)).ok();
            waiters.get((i + 2) % 3).await().ok();
        }
    }

    @Test
    default void aWaiterThatIsInterruptedNeverGetsTheLock() {
        var file = lockable();
        client().setlk(file, write(A, 0, 9)).ok();
        var waiter = client().startSetlkw(file, write(B, 0, 9));
        client().getattr(file).ok();
        waiter.cancel();
        waiter.await().fails(Errno.EINTR);
        client().setlk(file, none(A, 0, 9)).ok();
        client().setlk(file, write(C, 0, 9)).ok();
    }

    @Test
    default void closingAnyDescriptorEndsTheOwnersLocks() {
        var file = lockable();
        var again = client().open(file.nodeId(), OpenFlags.RDONLY).ok();
        client().setlk(file, write(A, 0, 9)).ok();
        client().setlk(file, write(B, 10, 19)).ok();
        var waiter = client().startSetlkw(file, write(C, 0, 9));
        client().flush(again, A).ok();
        waiter.await().ok();
        client().setlk(file, read(C, 10, 10)).fails(Errno.EAGAIN);
    }

    @Test
    default void theEndOfAnOpenFileEndsWhatCameThroughIt() {
        var file = lockable();
        var again = client().open(file.nodeId(), OpenFlags.RDWR).ok();
        client().setlk(file, write(A, 0, 9)).ok();
        client().setlk(again, write(B, 10, 19)).ok();
        client().release(again).ok();
        client().setlk(file, write(C, 10, 19)).ok();
        client().setlk(file, write(C, 0, 9)).fails(Errno.EAGAIN);
    }

    @Test
    default void flockIsOfTheWholeFileAndKnowsNothingOfRanges() {
        var file = lockable();
        var other = neighbour();
        client().setlk(file, write(C, 0, TO_END)).ok();
        client().setlk(file, flock(A, LockType.WRITE)).ok();
        other.client().setlk(other.file(), flock(A, LockType.READ)).fails(Errno.EAGAIN);
        client().setlk(file, flock(A, LockType.READ)).ok();
        other.client().setlk(other.file(), flock(A, LockType.READ)).ok();
        client().setlk(file, flock(A, LockType.WRITE)).fails(Errno.EAGAIN);
    }

    @Test
    default void flockEndsWithItsOpenFile() {
        var file = lockable();
        var again = client().open(file.nodeId(), OpenFlags.RDWR).ok();
        client().setlk(again, flock(A, LockType.WRITE)).ok();
        var waiter = client().startSetlkw(file, flock(B, LockType.WRITE));
        client().flush(again, A).ok();
        client().getattr(file).ok();
        assertThat(waiter.isAnswered()).isFalse();
        client().release(again, closing(A)).ok();
        waiter.await().ok();
    }

    @Test
    default void theEndOfASessionEndsItsLocksAndWaits() {
        var file = lockable();
        var share = fixture().openShare();
        var guest = fixture().attach(share, 1);
        var node = guest.lookup(ROOT, "locked").ok().nodeId();
        var theirs = guest.open(node, OpenFlags.RDWR).ok();
        guest.setlk(theirs, write(A, 0, 9)).ok();
        client().setlk(file, write(A, 10, 19)).ok();
        var gone = guest.startSetlkw(theirs, write(A, 10, 19));
        guest.getattr(theirs).ok();
        var waiter = client().startSetlkw(file, write(B, 0, 9));
        client().getattr(file).ok();
        fixture().close(share);
        gone.await().fails(Errno.EINTR, Errno.EBADF, Errno.ENOLCK);
        waiter.await().ok();
        client().setlk(file, none(A, 10, 19)).ok();
        client().setlk(file, write(C, 10, 19)).ok();
    }

    @Test
    default void locksThatMakeNoSenseAreRefused() {
        var file = lockable();
        client().setlk(file, write(A, 9, 0)).fails(Errno.EINVAL);
        client().setlk(file, write(A, -1, 5)).fails(Errno.EINVAL);
        client().setlk(file, in -> write(A, 0, 5).apply(in).set("lk.type", 7)).fails(Errno.EINVAL);
        client().getlk(file, none(A, 0, 5)).fails(Errno.EINVAL);
        var forged = new Seen.Opened(file.nodeId(), 0x1234, 0);
        client().setlk(forged, write(A, 0, 5)).fails(Errno.EBADF);
        client().startSetlkw(forged, write(A, 0, 5)).await().fails(Errno.EBADF);
        client().getlk(forged, write(A, 0, 5)).fails(Errno.EBADF);
        var reader = client().open(file.nodeId(), OpenFlags.RDONLY).ok();
        client().setlk(reader, write(A, 0, 5)).fails(Errno.EBADF);
        client().setlk(reader, read(A, 0, 5)).ok();
    }

    @Test
    default void aReaderBecomesAWriterThroughAnotherDescriptor() {
        var file = lockable();
        var reader = client().open(file.nodeId(), OpenFlags.RDONLY).ok();
        client().setlk(reader, read(A, 0, 5)).ok();
        client().setlk(file, write(A, 3, 9)).ok();
        client().setlk(file, read(B, 0, 2)).ok();
        client().setlk(file, write(B, 0, 2)).fails(Errno.EAGAIN);
        client().setlk(file, read(B, 9, 9)).fails(Errno.EAGAIN);
    }
}
