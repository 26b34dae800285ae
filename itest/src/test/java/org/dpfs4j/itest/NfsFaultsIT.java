package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dpfs4j.nfsserver.Export;
import org.dpfs4j.nfsserver.FaultProxy;
import org.dpfs4j.nfsserver.Ganesha;
import org.dpfs4j.nfsserver.GaneshaOptions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real NFS server that goes and comes, is full, forgets, or is behind a bad network; seen by programs on a mount. */
@Timeout(600)
class NfsFaultsIT {
    private static final boolean ALL = Boolean.getBoolean("dpfs4j.all");
    private static final int OPEN_FILES = 50;

    @TempDir
    Path home;

    private Path nfs;

    @BeforeEach
    void needsRoot() throws IOException {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root mounts");
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/fuse")), "there is no /dev/fuse");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        nfs = Files.createDirectory(home.resolve("nfs"));
    }

    @Test
    void aServerKilledFiveTimesLosesNoByteNoLockAndNoOpenFile() throws Exception {
        try (var ganesha = Ganesha.start(nfs, GaneshaOptions.standard().withLease(5));
                var mount = mount("one", ganesha, Export.VFS);
                var other = mount("two", ganesha, Export.VFS);
                var load = Load.start(mount.mount(), OPEN_FILES, 4)) {
            load.lockAll();
            for (int time = 0; time < 5; time++) {
                load.awaitProgress();
                ganesha.kill();
                Thread.sleep(Duration.ofMillis(200));
                ganesha.start();
                load.awaitProgress();
            }
            for (int file = 0; file < OPEN_FILES; file++) {
                try (var channel = FileChannel.open(other.mount().resolve("file-" + file), StandardOpenOption.WRITE)) {
                    assertThat(channel.tryLock()).as("lock of file " + file).isNull();
                }
            }
            load.finish(ganesha.directory());
        }
    }

    @Test
    void aServerThatIsStoppedInOrderAndStartedAgainLosesNothing() throws Exception {
        try (var ganesha = Ganesha.start(nfs, GaneshaOptions.standard().withLease(5));
                var mount = mount("one", ganesha, Export.VFS);
                var load = Load.start(mount.mount(), OPEN_FILES, 4)) {
            load.awaitProgress();
            ganesha.stop();
            ganesha.start();
            load.awaitProgress();
            Files.writeString(mount.mount().resolve("new"), "after the grace period");
            load.finish(ganesha.directory());
            assertThat(ganesha.directory().resolve("new")).hasContent("after the grace period");
        }
    }

    @Test
    void connectionsThatAreCutAtRandomBytesUnderLoadLoseNoByte() throws Exception {
        int cuts = ALL ? 1000 : 100;
        try (var ganesha = Ganesha.start(nfs);
                var proxy = FaultProxy.to(ganesha.address());
                var mount = MountServer.start(home, "one", Backing.nfs(proxy.address(), ganesha.path(Export.VFS)));
                var load = Load.start(mount.mount(), 8, 4)) {
            load.awaitProgress();
            proxy.cutRandomly(cuts, 100_000);
            int names = 0;
            while (proxy.cuts() < cuts) {
                int before = proxy.cuts();
                load.awaitProgress();
                // What must not be done twice.
                Path directory = Files.createDirectory(mount.mount().resolve("d" + names++));
                Files.move(directory, directory.resolveSibling(directory.getFileName() + ".moved"));
                assertThat(proxy.cuts()).isGreaterThanOrEqualTo(before);
            }
            proxy.cutRandomly(cuts, 0);
            load.finish(ganesha.directory());
            for (int name = 0; name < names; name++) {
                assertThat(ganesha.directory().resolve("d" + name + ".moved")).isDirectory();
                assertThat(ganesha.directory().resolve("d" + name)).doesNotExist();
            }
        }
    }

    @Test
    void aBlackHoleIsWaitedOut() throws Exception {
        try (var ganesha = Ganesha.start(nfs);
                var proxy = FaultProxy.to(ganesha.address());
                var mount = MountServer.start(
                        home,
                        "one",
                        Backing.nfs(proxy.address(), ganesha.path(Export.VFS)).with("reply-timeout = \"1s\""));
                var load = Load.start(mount.mount(), 8, 4)) {
            load.awaitProgress();
            int accepted = proxy.accepted();
            proxy.blackHole(true);
            Thread.sleep(Duration.ofSeconds(ALL ? 30 : 5));
            proxy.blackHole(false);
            load.awaitProgress();
            assertThat(proxy.accepted()).as("connections").isGreaterThan(accepted);
            load.finish(ganesha.directory());
        }
    }

    @Test
    void aServerThatStandsStillForLongerThanItsLeaseIsWaitedForAndFilesAreOpenedAgain() throws Exception {
        try (var ganesha = Ganesha.start(nfs, GaneshaOptions.standard().withLease(4));
                var mount = mount("one", ganesha, Export.VFS);
                var load = Load.start(mount.mount(), 8, 4)) {
            load.awaitProgress();
            ganesha.pause();
            Thread.sleep(Duration.ofSeconds(10));
            ganesha.resume();
            load.awaitProgress();
            load.finish(ganesha.directory());
        }
    }

    @Test
    void anIdleMountKeepsItsOpenFilesForManyLeases() throws Exception {
        try (var ganesha = Ganesha.start(nfs, GaneshaOptions.standard().withLease(3));
                var mount = mount("one", ganesha, Export.VFS);
                var channel = create(mount.mount().resolve("f"))) {
            channel.write(ascii("one"));
            assertThat(channel.tryLock()).isNotNull();
            Thread.sleep(Duration.ofSeconds(10));
            channel.write(ascii("two"));
            assertThat(ganesha.directory().resolve("f")).hasContent("onetwo");
        }
    }

    @Test
    void aServerThatComesLaterIsWaitedFor() throws Exception {
        try (var ganesha = Ganesha.start(nfs)) {
            Files.writeString(ganesha.directory().resolve("f"), "there");
            ganesha.stop();
            try (var mount = mount("one", ganesha, Export.VFS)) {
                Thread.sleep(Duration.ofSeconds(1));
                assertThat(mount.process().isAlive()).isTrue();
                ganesha.start();
                assertThat(mount.mount().resolve("f")).hasContent("there");
            }
        }
    }

    @Test
    void aFullFileSystemSaysSoAndKeepsWhatItHas() throws Exception {
        try (var ganesha = Ganesha.start(nfs);
                var mount = mount("one", ganesha, Export.SMALL)) {
            Path kept = Files.write(mount.mount().resolve("kept"), new byte[100_000]);
            Path large = mount.mount().resolve("large");
            assertThatThrownBy(() -> fill(large))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left on device");
            assertThat(Files.size(kept)).isEqualTo(100_000);
            Files.delete(large);
            Files.write(mount.mount().resolve("again"), new byte[1_000_000]);
            assertThatThrownBy(() -> {
                        for (int name = 0; name < 100; name++) {
                            Files.createFile(mount.mount().resolve("name" + name));
                        }
                    })
                    .hasMessageContaining("No space left on device");
        }
    }

    @Test
    void anExportForReadingIsReadAndNotChanged() throws Exception {
        try (var ganesha = Ganesha.start(nfs);
                var mount = mount("one", ganesha, Export.READONLY)) {
            Files.writeString(ganesha.directory().resolve("f"), "there");
            assertThat(mount.mount().resolve("f")).hasContent("there");
            assertThatThrownBy(() -> Files.writeString(mount.mount().resolve("f"), "changed"))
                    .hasMessageContaining("Read-only file system");
            assertThatThrownBy(() -> Files.createDirectory(mount.mount().resolve("d")))
                    .hasMessageContaining("Read-only file system");
            assertThatThrownBy(() -> Files.delete(mount.mount().resolve("f")))
                    .hasMessageContaining("Read-only file system");
        }
    }

    @Test
    void filesThatTheServerHasForgottenAreStaleAndNewOnesAreFine() throws Exception {
        try (var ganesha = Ganesha.start(nfs, GaneshaOptions.standard().withoutGrace());
                var mount = mount("one", ganesha, Export.VFS)) {
            Path file = Files.writeString(mount.mount().resolve("f"), "old");
            try (var channel = FileChannel.open(file)) {
                // Behind the server's back: handles of the old file mean nothing any more.
                Files.delete(ganesha.directory().resolve("f"));
                ganesha.kill();
                ganesha.start();
                Files.writeString(ganesha.directory().resolve("f"), "new");
                assertThatThrownBy(() -> {
                            for (int i = 0; i < 100; i++) {
                                channel.read(ByteBuffer.allocate(10), 1_000_000L * i);
                                channel.size();
                                Thread.sleep(50);
                            }
                        })
                        .isInstanceOf(IOException.class);
                assertThat(file).hasContent("new");
            }
        }
    }

    @Test
    void whatAnotherClientWritesIsSeenByTheNextOpen() throws Exception {
        try (var ganesha = Ganesha.start(nfs);
                var one = mount("one", ganesha, Export.VFS);
                var two = mount("two", ganesha, Export.VFS)) {
            for (int round = 0; round < 20; round++) {
                Files.writeString(one.mount().resolve("f"), "round " + round);
                // Names and attributes may be a second old.
                Thread.sleep(round == 0 ? 0 : 1100);
                assertThat(two.mount().resolve("f")).hasContent("round " + round);
                if (!ALL && round == 3) {
                    return;
                }
            }
        }
    }

    @Test
    void usersAreThemselvesOnTheServer() throws Exception {
        try (var ganesha = Ganesha.start(nfs);
                var mount = mount("one", ganesha, Export.VFS)) {
            Path directory = Files.createDirectory(ganesha.directory().resolve("d"));
            run(true, "chown", "1000:1001", directory.toString());
            Path seen = mount.mount().resolve("d");
            as(1000, true, "echo mine >" + seen.resolve("f"));
            assertThat(Files.getAttribute(directory.resolve("f"), "unix:uid")).isEqualTo(1000);
            assertThat(Files.getAttribute(directory.resolve("f"), "unix:gid")).isEqualTo(1000);
            as(1002, false, "echo other >" + seen.resolve("g"));
            as(1002, false, "echo other >>" + seen.resolve("f"));
            Files.writeString(seen.resolve("f"), "root's\n");
            assertThat(directory.resolve("f")).hasContent("root's");
        }
    }

    @Test
    void groupsOfACallerCountWhereTheyAreToldOrConfigured() throws Exception {
        try (var ganesha = Ganesha.start(nfs);
                var mount = mount("one", ganesha, Export.VFS);
                var told = MountServer.start(
                        home,
                        "two",
                        Backing.nfs(ganesha.address(), ganesha.path(Export.VFS)).with("groups = [\"1000:7,2000\"]"))) {
            Path directory = Files.createDirectory(ganesha.directory().resolve("d"));
            run(true, "chown", "0:2000", directory.toString());
            run(true, "chmod", "2775", directory.toString());
            // Linux names the one group that the directory has when something is made in it, and no other.
            inGroup(2000, true, "echo g >" + mount.mount().resolve("d/made"));
            inGroup(2000, true, "mkdir " + mount.mount().resolve("d/sub"));
            inGroup(2001, false, "echo g >" + mount.mount().resolve("d/other"));
            Files.writeString(directory.resolve("unseen"), "text");
            run(true, "chmod", "2770", directory.toString());
            inGroup(2000, false, "cat " + mount.mount().resolve("d/unseen"));
            inGroup(2000, true, "cat " + told.mount().resolve("d/unseen"));
        }
    }

    @Test
    void guestsUsersCanBeAnonymous() throws Exception {
        try (var ganesha = Ganesha.start(nfs);
                var mount = MountServer.start(
                        home,
                        "one",
                        Backing.nfs(ganesha.address(), ganesha.path(Export.VFS))
                                .with("squash = \"root\"")
                                .with("anonymous-uid = 1500")
                                .with("anonymous-gid = 1600"))) {
            run(true, "chmod", "777", ganesha.directory().toString());
            Path file = Files.createFile(mount.mount().resolve("f"));
            assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(1500);
            assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(1600);
            as(1000, true, "echo mine >" + mount.mount().resolve("g"));
            assertThat(Files.getAttribute(ganesha.directory().resolve("g"), "unix:uid"))
                    .isEqualTo(1000);
        }
    }

    @Test
    void rootIsNobodyOnASquashedExport() throws Exception {
        try (var ganesha = Ganesha.start(nfs);
                var mount = mount("one", ganesha, Export.SQUASHED)) {
            assertThatThrownBy(() -> Files.createDirectory(mount.mount().resolve("d")))
                    .isInstanceOf(FileSystemException.class);
            assertThat(ganesha.directory().resolve("d")).doesNotExist();
        }
    }

    @Test
    void aDirectoryOfAHundredThousandNamesThatChangesIsListedWithoutHolesAndRepeats() throws Exception {
        int names = ALL ? 100_000 : 20_000;
        try (var ganesha = Ganesha.start(nfs);
                var mount = mount("one", ganesha, Export.VFS);
                var other = mount("two", ganesha, Export.VFS)) {
            Path directory = Files.createDirectory(ganesha.directory().resolve("d"));
            for (int name = 0; name < names; name++) {
                Files.createFile(directory.resolve("stays-" + name));
            }
            var stop = new AtomicBoolean();
            var changing = Thread.ofPlatform()
                    .daemon()
                    .start(() -> change(other.mount().resolve("d"), stop));
            for (int round = 0; round < 3; round++) {
                var found = list(mount.mount().resolve("d"));
                assertThat(new HashSet<>(found).size()).as("different names").isEqualTo(found.size());
                assertThat(found.stream()
                                .filter(name -> name.startsWith("stays-"))
                                .count())
                        .as("names that were there all the time")
                        .isEqualTo(names);
            }
            stop.set(true);
            changing.join();
        }
    }

    @Test
    void aFileThatIsRemovedWhileItIsOpenStaysUntilItIsClosed() throws Exception {
        try (var ganesha = Ganesha.start(nfs);
                var mount = mount("one", ganesha, Export.MEM)) {
            Path directory = Files.createDirectory(mount.mount().resolve("d"));
            try (var channel = create(directory.resolve("f"))) {
                channel.write(ascii("still"));
                Files.delete(directory.resolve("f"));
                channel.write(ascii(" here"));
                var content = ByteBuffer.allocate(20);
                assertThat(channel.read(content, 0)).isEqualTo(10);
                assertThat(list(directory)).isEmpty();
            }
            for (int i = 0; i < 100 && Files.exists(directory); i++) {
                try {
                    Files.delete(directory);
                } catch (FileSystemException _) {
                    Thread.sleep(50);
                }
            }
            assertThat(directory).doesNotExist();
        }
    }

    private MountServer mount(String name, Ganesha ganesha, Export export) throws IOException, InterruptedException {
        return MountServer.start(home, name, Backing.nfs(ganesha.address(), ganesha.path(export)));
    }

    private static FileChannel create(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void fill(Path path) throws IOException {
        try (var channel = create(path)) {
            for (int mebibyte = 0; mebibyte < 20; mebibyte++) {
                channel.write(ByteBuffer.allocate(1 << 20));
            }
        }
    }

    private static List<String> list(Path directory) throws IOException {
        var names = new ArrayList<String>();
        try (var stream = Files.newDirectoryStream(directory)) {
            stream.forEach(path -> names.add(path.getFileName().toString()));
        }
        return names;
    }

    private static void change(Path directory, AtomicBoolean stop) {
        try {
            for (int turn = 0; !stop.get(); turn++) {
                Files.createFile(directory.resolve("comes-" + turn));
                Files.deleteIfExists(directory.resolve("comes-" + (turn - 50)));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void as(int user, boolean succeeds, String command) throws IOException, InterruptedException {
        run(succeeds, "setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "sh", "-c", command);
    }

    /** As user 1000 with a group beside its own. */
    private static void inGroup(int group, boolean succeeds, String command) throws IOException, InterruptedException {
        run(succeeds, "setpriv", "--reuid=1000", "--regid=1000", "--groups=" + group, "sh", "-c", command);
    }

    private static void run(boolean succeeds, String... words) throws IOException, InterruptedException {
        var process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor() == 0)
                .as(String.join(" ", words) + ": " + output)
                .isEqualTo(succeeds);
    }
}
