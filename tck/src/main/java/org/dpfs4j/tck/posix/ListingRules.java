package org.dpfs4j.tck.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Whence;
import org.junit.jupiter.api.Test;

/** Reading directories, and what the file system says of itself. */
public interface ListingRules extends PosixRules {
    /** How often {@link Actor#tick} may pass before a closed file is closed everywhere. */
    int CLOSE_TICKS = 200;

    long FLAG_IMMUTABLE = 0x10;
    long FLAG_APPEND = 0x20;
    long FLAG_NO_DUMP = 0x40;
    long GET_FLAGS = 0x8008_6601L;
    long SET_FLAGS = 0x4008_6602L;

    @Test
    default void everyEntryIsListedOnceWithItsType() {
        root().file("f", 0644);
        root().mkdir("d", 0755).ok();
        root().symlink("x", "l").ok();
        root().mknod("p", Mode.FIFO | 0644, 0).ok();
        root().mknod("s", Mode.SOCKET | 0644, 0).ok();
        root().mknod("c", Mode.CHARACTER_DEVICE | 0644, 0x103).ok();
        root().mknod("b", Mode.BLOCK_DEVICE | 0644, 0x103).ok();
        assertThat(root().list(".")).isEqualTo(Map.of("f", 8, "d", 4, "l", 10, "p", 1, "s", 12, "c", 2, "b", 6));
    }

    @Test
    default void aListingHasTheDotsAndTheInodesOfStat() {
        alice().mkdir("d", 0755).ok();
        alice().file("d/f", 0644);
        alice().mkdir("d/e", 0755).ok();
        var inodes = new HashMap<String, Long>();
        var fd = alice().open("d", OpenFlags.DIRECTORY).fd();
        alice().entries(fd).forEach(entry -> inodes.put(entry.name(), entry.inode()));
        assertThat(inodes).containsOnlyKeys(".", "..", "f", "e");
        for (var name : inodes.keySet()) {
            assertThat(alice().stat("d/" + name).inode()).as(name).isEqualTo(inodes.get(name));
        }
        assertThat(alice().entries(fd)).isEmpty();
    }

    @Test
    default void tenThousandEntriesAreListedOnce() {
        alice().mkdir("d", 0755).ok();
        alice().repeat(10_000, "mknodat", Actor.HERE, "d/entry#", Mode.REGULAR | 0644, 0)
                .ok();
        var names = new HashSet<String>();
        var fd = alice().open("d", OpenFlags.DIRECTORY).fd();
        for (var entries = alice().entries(fd); !entries.isEmpty(); entries = alice().entries(fd)) {
            entries.forEach(entry -> assertThat(names.add(entry.name())).isTrue());
        }
        assertThat(names).hasSize(10_002);
        alice().rmdir("d").fails(Errno.ENOTEMPTY, Errno.EEXIST);
        alice().repeat(10_000, "unlinkat", Actor.HERE, "d/entry#", 0).ok();
        alice().rmdir("d").ok();
    }

    @Test
    default void aListingIsResumedAtAnyEntry() {
        alice().mkdir("d", 0755).ok();
        alice().repeat(100, "mknodat", Actor.HERE, "d/entry#", Mode.REGULAR | 0644, 0)
                .ok();
        var fd = alice().open("d", OpenFlags.DIRECTORY).fd();
        var all = alice().entries(fd);
        while (all.size() < 102) {
            all.addAll(alice().entries(fd));
        }
        for (var at : new int[] {0, 1, 50, 99, 100}) {
            alice().quiet(1, "lseek", fd, all.get(at).next(), Whence.SET).ok();
            var next = alice().entries(fd, 300);
            assertThat(next.getFirst().name()).isEqualTo(all.get(at + 1).name());
        }
        alice().quiet(1, "lseek", fd, 0, Whence.SET).ok();
        assertThat(alice().entries(fd).getFirst().name())
                .isEqualTo(all.getFirst().name());
    }

    @Test
    default void entriesAreRemovedWhileTheyAreListed() {
        alice().mkdir("d", 0755).ok();
        alice().repeat(300, "mknodat", Actor.HERE, "d/entry#", Mode.REGULAR | 0644, 0)
                .ok();
        var fd = alice().open("d", OpenFlags.DIRECTORY).fd();
        var removed = 0;
        for (var entries = alice().entries(fd, 1024); !entries.isEmpty(); entries = alice().entries(fd, 1024)) {
            for (var entry : entries) {
                if (!entry.name().startsWith(".")) {
                    alice().quiet(1, "unlinkat", Actor.HERE, "d/" + entry.name(), 0)
                            .ok();
                    removed++;
                }
            }
        }
        assertThat(removed).isEqualTo(300);
        alice().rmdir("d").ok();
    }

    @Test
    default void entriesThatStayAreListedWhileOthersComeAndGo() {
        alice().mkdir("d", 0755).ok();
        alice().repeat(200, "mknodat", Actor.HERE, "d/stays#", Mode.REGULAR | 0644, 0)
                .ok();
        var fd = alice().open("d", OpenFlags.DIRECTORY).fd();
        var names = new HashSet<String>();
        var turn = 0;
        for (var entries = alice().entries(fd, 1024); !entries.isEmpty(); entries = alice().entries(fd, 1024)) {
            entries.forEach(entry -> names.add(entry.name()));
            alice().quiet(1, "mknodat", Actor.HERE, "d/new" + turn, Mode.REGULAR | 0644, 0)
                    .ok();
            alice().quiet(1, "unlinkat", Actor.HERE, "d/new" + turn++, 0).ok();
        }
        assertThat(names.stream().filter(name -> name.startsWith("stays")).count())
                .isEqualTo(200);
    }

    @Test
    default void whatIsMadeIsListedAtOnce() {
        alice().mkdir("d", 0755).ok();
        assertThat(alice().list("d")).isEmpty();
        alice().file("d/f", 0644);
        assertThat(alice().list("d")).containsOnlyKeys("f");
        alice().rename("d/f", "d/g").ok();
        assertThat(alice().list("d")).containsOnlyKeys("g");
        alice().unlink("d/g").ok();
        assertThat(alice().list("d")).isEmpty();
    }

    @Test
    default void onlyDirectoriesAreListedAndNeedRoom() {
        alice().file("f", 0644);
        var file = alice().open("f", OpenFlags.RDONLY).fd();
        alice().quiet(1, "getdents64", file, Actor.Room.of(1000), 1000).fails(Errno.ENOTDIR);
        var directory = alice().open(".", OpenFlags.DIRECTORY).fd();
        alice().quiet(1, "getdents64", directory, Actor.Room.of(8), 8).fails(Errno.EINVAL);
    }

    @Test
    default void theFileSystemSaysHowLargeItIs() {
        alice().file("f", 0644);
        var state = alice().quiet(1, "statfs", "f", Actor.Room.of(120)).struct(120);
        assertThat(state.getLong(8)).as("block size").isPositive();
        assertThat(state.getLong(16)).as("blocks").isPositive();
        assertThat(state.getLong(24)).as("free blocks").isBetween(state.getLong(32), state.getLong(16));
        assertThat(state.getLong(64)).as("longest name").isEqualTo(255);
        assertThat(state.getLong(72)).as("fragment size").isPositive();
        alice().quiet(1, "fstatfs", alice().open("f", 0).fd(), Actor.Room.of(120))
                .ok();
    }

    @Test
    default void blocksAndSizeAgree() {
        alice().file("f", "x".repeat(1000));
        alice().call("fsync", alice().open("f", OpenFlags.RDWR).fd()).ok();
        assertThat(alice().stat("f").blocks()).isBetween(1L, 128L);
    }

    @Test
    default void flagsOfFilesAreReadAndSet() {
        alice().file("f", "content");
        var fd = alice().open("f", OpenFlags.RDONLY).fd();
        var before = supported(flags(alice(), fd)).struct(8).getLong(0);
        supported(alice().quiet(1, "ioctl", fd, SET_FLAGS, word(before | FLAG_NO_DUMP)))
                .ok();
        assertThat(flags(alice(), fd).struct(8).getLong(0)).isEqualTo(before | FLAG_NO_DUMP);
        bob().quiet(1, "ioctl", bob().open("f", 0).fd(), SET_FLAGS, word(before))
                .fails(Errno.EPERM, Errno.EACCES);
        alice().quiet(1, "ioctl", fd, SET_FLAGS, word(before)).ok();
        assertThat(flags(alice(), fd).struct(8).getLong(0)).isEqualTo(before);
    }

    @Test
    default void anImmutableFileStaysAsItIs() {
        root().file("f", "content");
        var fd = root().open("f", OpenFlags.RDWR).fd();
        var before = supported(flags(root(), fd)).struct(8).getLong(0);
        supported(root().quiet(1, "ioctl", fd, SET_FLAGS, word(before | FLAG_IMMUTABLE)))
                .ok();
        try {
            root().open("f", OpenFlags.WRONLY).fails(Errno.EPERM);
            root().unlink("f").fails(Errno.EPERM);
            root().rename("f", "g").fails(Errno.EPERM);
            root().link("f", "g").fails(Errno.EPERM);
            root().chmod("f", 0600).fails(Errno.EPERM);
            root().truncate("f", 0).fails(Errno.EPERM);
        } finally {
            root().quiet(1, "ioctl", fd, SET_FLAGS, word(before)).ok();
        }
    }

    @Test
    default void anAppendOnlyFileOnlyGrows() {
        root().file("f", "content");
        var fd = root().open("f", OpenFlags.RDWR).fd();
        var before = supported(flags(root(), fd)).struct(8).getLong(0);
        supported(root().quiet(1, "ioctl", fd, SET_FLAGS, word(before | FLAG_APPEND)))
                .ok();
        try {
            root().open("f", OpenFlags.WRONLY).fails(Errno.EPERM);
            root().write(root().open("f", OpenFlags.WRONLY | OpenFlags.APPEND).fd(), "more")
                    .ok();
            root().unlink("f").fails(Errno.EPERM);
            root().truncate("f", 0).fails(Errno.EPERM);
        } finally {
            root().quiet(1, "ioctl", fd, SET_FLAGS, word(before)).ok();
        }
    }

    private static Result flags(Actor who, int fd) {
        return who.quiet(1, "ioctl", fd, GET_FLAGS, Actor.Room.of(8));
    }

    private static byte[] word(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putLong(value)
                .array();
    }

    @Test
    default void anUnknownIoctlIsRefused() {
        alice().file("f", 0644);
        var fd = alice().open("f", OpenFlags.RDONLY).fd();
        alice().quiet(1, "ioctl", fd, 0x5401, Actor.Room.of(64)).fails(Errno.ENOTTY);
        alice().quiet(1, "ioctl", fd, 0x1234_5678, Actor.Room.of(64)).fails(Errno.ENOTTY, Errno.EOPNOTSUPP);
    }

    @Test
    default void aFileHandleLeadsBackToTheFile() {
        root().file("f", "content");
        var room = ByteBuffer.allocate(136)
                .order(ByteOrder.nativeOrder())
                .putInt(0, 128)
                .array();
        var handle = root().quiet(1, "name_to_handle_at", Actor.HERE, "f", Actor.Room.of(136, room), new byte[8], 0);
        supported(handle).ok();
        var mount = root().open(".", OpenFlags.DIRECTORY).fd();
        var bytes = handle.struct(136).array();
        var fd = root().quiet(1, "open_by_handle_at", mount, bytes, OpenFlags.RDWR)
                .fd();
        assertThat(root().pread(fd, 100, 0).text()).isEqualTo("content");
        root().unlink("f").ok();
        root().close(fd);
        // Linux tells a FUSE server of the close some time after it: until then the file is there.
        var again = root().quiet(1, "open_by_handle_at", mount, bytes, OpenFlags.RDWR);
        for (int tries = 0; again.isOk() && tries < CLOSE_TICKS; tries++) {
            root().quiet(1, "close", again.fd()).ok();
            root().tick();
            again = root().quiet(1, "open_by_handle_at", mount, bytes, OpenFlags.RDWR);
        }
        again.fails(Errno.ESTALE);
    }
}
