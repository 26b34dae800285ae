package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mount} as a process of its own, and this machine's kernel as its client. */
class MountTest {
    private static final int LIMIT_SECONDS = 60;
    private static final int LARGE_BYTES = 64 << 20;
    private static final int ENTRIES = 5000;

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();
    private Path directory;
    private Path mount;

    @BeforeEach
    void makeTheDirectories() throws IOException {
        assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "/dev/fuse is not there, or not for this user");
        assumeTrue("root".equals(System.getProperty("user.name")), "only root mounts");
        directory = Files.createDirectory(folder.resolve("shared"));
        mount = Files.createDirectory(folder.resolve("mount"));
    }

    @AfterEach
    void leaveNoMount() throws Exception {
        for (var process : processes) {
            process.destroyForcibly().waitFor();
        }
        while (mount != null && isMounted()) {
            assertThat(run("umount", "-l", mount.toString())).isZero();
        }
    }

    /** A server of the directory, after it has said that it is ready. */
    private Process mounted(String log, String... options) throws IOException {
        var process = started(log, options);
        await().atMost(LIMIT_SECONDS, TimeUnit.SECONDS)
                .until(() -> !process.isAlive() || errors(log).stream().anyMatch(line -> line.endsWith(" ready")));
        assumeTrue(
                errors(log).stream().noneMatch(line -> line.contains("this process may not")),
                "this process may not mount");
        assertThat(isMounted()).isTrue();
        return process;
    }

    private Process started(String log, String... options) throws IOException {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "mount",
                "--lanes=2",
                "--shared-dir=" + directory));
        words.addAll(List.of(options));
        words.add(mount.toString());
        var process = new ProcessBuilder(words)
                .redirectOutput(folder.resolve(log + ".out").toFile())
                .redirectError(folder.resolve(log).toFile())
                .start();
        processes.add(process);
        // Who waits for an answer that never comes is freed by the end of the server.
        CompletableFuture.delayedExecutor(2 * LIMIT_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        return process;
    }

    private List<String> errors(String log) throws IOException {
        return Files.readAllLines(folder.resolve(log));
    }

    private boolean isMounted() throws IOException {
        return Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + mount + " ");
    }

    private static int run(String... words) throws Exception {
        return exitCode(new ProcessBuilder(words).redirectErrorStream(true).start());
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private void assertEnds(Process process, String log) throws Exception {
        assertThat(exitCode(process)).isZero();
        assertThat(isMounted()).isFalse();
        assertThat(errors(log).getLast()).endsWith("ended");
        assertThat(errors(log)).noneMatch(line -> line.contains("ERROR") || line.startsWith("\tat "));
    }

    private static byte[] digest(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[1 << 20];
            for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path large(Path file) throws IOException {
        var random = new Random(1);
        var block = new byte[1 << 20];
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i < LARGE_BYTES / block.length; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        return file;
    }

    private static List<String> names(Path of) throws IOException {
        try (var entries = Files.list(of)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatIsDoneInTheMountIsDoneInTheDirectory() throws Exception {
        var server = mounted("log");
        var tree = Files.createDirectories(mount.resolve("a/b/tree"));
        for (int i = 0; i < ENTRIES; i++) {
            Files.createFile(tree.resolve("entry-" + i));
        }
        Files.move(tree, mount.resolve("tree"));
        var seen = names(mount.resolve("tree"));
        assertThat(seen).hasSize(ENTRIES).isEqualTo(names(directory.resolve("tree")));
        Files.writeString(mount.resolve("tree/entry-7"), "seven");
        assertThat(directory.resolve("tree/entry-7")).content().isEqualTo("seven");
        Files.move(mount.resolve("tree/entry-7"), mount.resolve("tree/entry-8"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(directory.resolve("tree/entry-8")).content().isEqualTo("seven");
        assertThat(run("rm", "-rf", mount.resolve("tree").toString())).isZero();
        assertThat(names(directory)).containsExactly("a");
        server.destroy();
        assertEnds(server, "log");
    }

    @Test
    void largeFilesArriveBothWaysAndForReadersOnAllLanes() throws Exception {
        var server = mounted("log");
        large(directory.resolve("out"));
        var expected = digest(directory.resolve("out"));
        var readers = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return digest(mount.resolve("out"));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }))
                .toList();
        for (var reader : readers) {
            assertThat(reader.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(expected);
        }
        assertThat(digest(large(mount.resolve("in")))).isEqualTo(expected);
        assertThat(digest(directory.resolve("in"))).isEqualTo(expected);
        server.destroy();
        assertEnds(server, "log");
    }

    @Test
    void withoutIoUringItIsTheSame() throws Exception {
        var server = mounted("log", "--io=epoll", "-o", "ro,noexec,fsname=elsewhere");
        Files.writeString(directory.resolve("file"), "content");
        assertThat(mount.resolve("file")).content().isEqualTo("content");
        assertThatThrownBy(() -> Files.createFile(mount.resolve("new")))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("Read-only");
        assertThat(Files.readAllLines(Path.of("/proc/self/mounts")))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("elsewhere " + mount + " fuse.dpfs4j ro,nosuid,nodev,noexec,")
                        .contains("default_permissions", "allow_other"));
        server.destroy();
        assertEnds(server, "log");
    }

    @Test
    void whoUnmountsEndsTheServerAndItCanBeMountedAgain() throws Exception {
        for (int i = 0; i < 2; i++) {
            var server = mounted("log" + i);
            Files.writeString(mount.resolve("file"), "written " + i);
            assertThat(run("umount", mount.toString())).isZero();
            assertEnds(server, "log" + i);
            assertThat(directory.resolve("file")).content().isEqualTo("written " + i);
        }
    }

    @Test
    void aMountInUseIsDetachedAndTheServerEnds() throws Exception {
        var server = mounted("log");
        Files.writeString(mount.resolve("file"), "content");
        var open = Files.newByteChannel(mount.resolve("file"));
        server.destroy();
        assertThat(exitCode(server)).isZero();
        assertThatThrownBy(() -> open.read(ByteBuffer.allocate(10)))
                .hasMessageContaining("Transport endpoint is not connected");
        try {
            open.close();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("Transport endpoint is not connected");
        }
        assertThat(isMounted()).isFalse();
        assertThat(errors("log")).anyMatch(line -> line.contains("is in use: it is detached"));
    }

    @Test
    void aKilledReaderHindersNobody() throws Exception {
        var server = mounted("log");
        large(directory.resolve("file"));
        for (int i = 0; i < 3; i++) {
            var reader = new ProcessBuilder(
                            "sh", "-c", "while cat " + mount.resolve("file") + " > /dev/null; do :; done")
                    .start();
            processes.add(reader);
            await().until(() -> reader.descendants().findAny().isPresent());
            reader.descendants().forEach(ProcessHandle::destroyForcibly);
            exitCode(reader.destroyForcibly());
        }
        assertThat(digest(mount.resolve("file"))).isEqualTo(digest(directory.resolve("file")));
        server.destroy();
        assertEnds(server, "log");
    }

    @Test
    void anAbortedConnectionEndsTheServer() throws Exception {
        var server = mounted("log");
        var number = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" " + mount + " "))
                .map(line -> line.split(" ", 4)[2].split(":", 2)[1])
                .findFirst()
                .orElseThrow();
        // In a mount namespace of its own: the directory need not be mounted here.
        var folderOfControls = "/sys/fs/fuse/connections";
        var aborted = run(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t fusectl none " + folderOfControls + "; echo 1 > " + folderOfControls + "/" + number
                        + "/abort");
        assumeTrue(aborted == 0, "connections cannot be aborted here");
        assertEnds(server, "log");
    }

    @Test
    void aMountWhoseServerIsGoneIsOneSentence() throws Exception {
        var killed = mounted("killed");
        killed.destroyForcibly();
        exitCode(killed);
        assertThat(exitCode(started("log"))).isEqualTo(1);
        assertThat(errors("log").getLast())
                .startsWith("dpfs4j: ")
                .contains(mount.toString(), "Transport endpoint is not connected", "umount it first");
    }

    @Test
    void aDirectoryCanBeMountedOverItself() throws Exception {
        Files.writeString(directory.resolve("file"), "below");
        mount = directory;
        var server = mounted("log");
        assertThat(mount.resolve("file")).content().isEqualTo("below");
        Files.writeString(mount.resolve("file"), "through");
        server.destroy();
        assertEnds(server, "log");
        assertThat(directory.resolve("file")).content().isEqualTo("through");
    }

    @Test
    void aMountPointInsideTheDirectoryIsRefused() throws Exception {
        mount = Files.createDirectory(directory.resolve("inner"));
        assertThat(exitCode(started("log"))).isEqualTo(2);
        assertThat(errors("log"))
                .containsExactly("MOUNTPOINT: mount-point is inside " + directory
                        + ", which is served here: the server would wait for itself");
    }
}
