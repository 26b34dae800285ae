package org.dpfs4j.tck.posix;

import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** Who may read, write and search: owner, group, others, groups beside the first, root, and access(2). */
public interface PermissionRules extends PosixRules {
    int READ = 4;
    int WRITE = 2;
    int EXECUTE = 1;

    /** Proves for all modes of one class of users that access and open agree with the bits, and with nothing else. */
    private static void bitsCount(Actor owner, Actor user, int shift) {
        owner.file("f", 0);
        for (var bits = 0; bits < 8; bits++) {
            // Classes before this one get nothing, those behind everything: neither may count.
            owner.chmod("f", bits << shift | ((1 << shift) - 1)).ok();
            for (var mask = 1; mask < 8; mask++) {
                var result = user.access("f", mask);
                if ((bits & mask) == mask) {
                    result.ok();
                } else {
                    result.fails(Errno.EACCES);
                }
            }
            opens(user, OpenFlags.RDONLY, (bits & READ) != 0);
            opens(user, OpenFlags.WRONLY, (bits & WRITE) != 0);
            opens(user, OpenFlags.RDWR, (bits & 6) == 6);
        }
    }

    private static void opens(Actor user, int flags, boolean allowed) {
        var result = user.open("f", flags);
        if (allowed) {
            user.close(result.fd());
        } else {
            result.fails(Errno.EACCES);
        }
    }

    @Test
    default void theOwnersBitsCountForTheOwner() {
        bitsCount(alice(), alice(), 6);
    }

    @Test
    default void theGroupsBitsCountForTheGroup() {
        var owner = world().actor("owner", 60020, CAROL);
        bitsCount(owner, carol(), 3);
    }

    @Test
    default void theGroupsBitsCountForOneGroupOfTen() {
        alice().file("f", 0);
        alice().chown("f", -1, TEAM).ok();
        for (var bits = 0; bits < 8; bits++) {
            alice().chmod("f", bits << 3).ok();
            for (var mask = 1; mask < 8; mask++) {
                var result = carol().access("f", mask);
                if ((bits & mask) == mask) {
                    result.ok();
                } else {
                    result.fails(Errno.EACCES);
                }
            }
            opens(carol(), OpenFlags.RDONLY, (bits & READ) != 0);
            opens(carol(), OpenFlags.WRONLY, (bits & WRITE) != 0);
        }
    }

    @Test
    default void theLastBitsCountForOthers() {
        bitsCount(alice(), bob(), 0);
    }

    @Test
    default void theOwnerIsNotSavedByBitsOfGroupOrOthers() {
        alice().file("f", 0077);
        alice().open("f", OpenFlags.RDONLY).fails(Errno.EACCES);
        alice().access("f", READ).fails(Errno.EACCES);
    }

    @Test
    default void theGroupIsNotSavedByTheBitsOfOthers() {
        alice().file("f", 0707);
        alice().chown("f", -1, TEAM).ok();
        carol().open("f", OpenFlags.RDONLY).fails(Errno.EACCES);
        bob().open("f", OpenFlags.RDONLY).ok();
    }

    @Test
    default void rootReadsAndWritesButRunsOnlyWhatSomebodyMay() {
        alice().file("f", 0);
        root().access("f", READ | WRITE).ok();
        root().access("f", EXECUTE).fails(Errno.EACCES);
        root().open("f", OpenFlags.RDWR).ok();
        alice().chmod("f", 0001).ok();
        root().access("f", EXECUTE).ok();
        alice().mkdir("d", 0).ok();
        root().access("d", EXECUTE | READ | WRITE).ok();
        root().file("d/inner", 0644);
    }

    @Test
    default void existenceNeedsNoRightOnTheFile() {
        alice().file("f", 0);
        bob().access("f", 0).ok();
        assertThat(bob().stat("f").uid()).isEqualTo(ALICE);
        bob().access("missing", 0).fails(Errno.ENOENT);
    }

    @Test
    default void entriesAreReachedThroughSearchableDirectoriesOnly() {
        alice().mkdir("d", 0755).ok();
        alice().file("d/f", "inside");
        alice().chmod("d", 0744).ok();
        bob().tryStat("d/f").fails(Errno.EACCES);
        bob().open("d/f", OpenFlags.RDONLY).fails(Errno.EACCES);
        bob().access("d/f", 0).fails(Errno.EACCES);
        assertThat(bob().list("d")).containsKey("f");
        alice().chmod("d", 0711).ok();
        assertThat(bob().content("d/f")).isEqualTo("inside");
        bob().open("d", OpenFlags.RDONLY).fails(Errno.EACCES);
    }

    @Test
    default void entriesAreChangedInWritableDirectoriesOnly() {
        alice().mkdir("d", 0755).ok();
        alice().file("d/f", 0666);
        alice().mkdir("d/e", 0777).ok();
        alice().file("other", 0666);
        bob().open("d/new", OpenFlags.CREAT | OpenFlags.WRONLY, 0644).fails(Errno.EACCES);
        bob().mkdir("d/new", 0755).fails(Errno.EACCES);
        bob().mknod("d/new", Mode.FIFO | 0644, 0).fails(Errno.EACCES);
        bob().symlink("x", "d/new").fails(Errno.EACCES);
        bob().link("other", "d/new").fails(Errno.EACCES);
        bob().rename("d/f", "d/g").fails(Errno.EACCES);
        bob().rename("d/f", "g").fails(Errno.EACCES);
        bob().rename("other", "d/g").fails(Errno.EACCES);
        bob().unlink("d/f").fails(Errno.EACCES);
        bob().rmdir("d/e").fails(Errno.EACCES);
        bob().open("d/f", OpenFlags.WRONLY | OpenFlags.CREAT, 0644).ok();
    }

    @Test
    default void membersOfTheGroupChangeEntriesOfItsDirectories() {
        alice().mkdir("d", 0770).ok();
        alice().chown("d", -1, TEAM).ok();
        carol().file("d/f", 0644);
        carol().mkdir("d/e", 0755).ok();
        carol().rename("d/f", "d/g").ok();
        carol().unlink("d/g").ok();
        carol().rmdir("d/e").ok();
        bob().open("d/f", OpenFlags.CREAT | OpenFlags.WRONLY, 0644).fails(Errno.EACCES);
    }

    @Test
    default void permissionsTakenAreTakenAtOnce() {
        alice().mkdir("d", 0755).ok();
        alice().file("d/f", 0644);
        bob().access("d/f", READ).ok();
        alice().chmod("d/f", 0600).ok();
        bob().access("d/f", READ).fails(Errno.EACCES);
        alice().chmod("d", 0700).ok();
        bob().access("d/f", 0).fails(Errno.EACCES);
        alice().chmod("d", 0755).ok();
        bob().access("d/f", 0).ok();
    }

    @Test
    default void aDirectoryIsReadableWithTheRightToReadOnly() {
        alice().mkdir("d", 0311).ok();
        alice().file("d/f", 0644);
        alice().open("d", OpenFlags.RDONLY).fails(Errno.EACCES);
        alice().open("d", OpenFlags.PATH).ok();
        alice().open("d/f", OpenFlags.RDONLY).ok();
    }
}
