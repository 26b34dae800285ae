package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.dpfs4j.fs.BackendProvider;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UringBackendTest {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @TempDir
    Path directory;

    /** What this process has open, by what it leads to. */
    private static List<String> descriptors() throws IOException {
        try (var all = Files.list(DESCRIPTORS)) {
            return all.map(UringBackendTest::target).sorted().toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed";
        }
    }

    private static List<String> below(Path root) throws IOException {
        return descriptors().stream()
                .filter(target -> target.startsWith(root.toString()))
                .toList();
    }

    @Test
    void itIsFoundByItsType() {
        assertThat(ServiceLoader.load(BackendProvider.class).stream()
                        .map(provider -> provider.get().type()))
                .contains("uring");
    }

    @Test
    void aRootThatIsNotThereIsOneSentence() {
        try (var lanes = new Lanes(1, IoMode.EPOLL)) {
            var missing = new UringBackend(UringConfig.of(directory.resolve("missing")));
            assertThatThrownBy(() -> missing.start(lanes).toCompletableFuture().join())
                    .hasRootCauseMessage("the shared directory " + directory.resolve("missing") + " does not exist");
        }
    }

    @Test
    void aRootThatIsAFileIsOneSentence() throws IOException {
        var file = Files.createFile(directory.resolve("file"));
        try (var lanes = new Lanes(1, IoMode.EPOLL)) {
            var backend = new UringBackend(UringConfig.of(file));
            assertThatThrownBy(() -> backend.start(lanes).toCompletableFuture().join())
                    .hasRootCauseMessage(file + " is to be shared and is not a directory");
        }
    }

    @Test
    void twoDevicesShareNoIds() throws IOException {
        Files.createFile(directory.resolve("a"));
        try (var lanes = new Lanes(1, IoMode.EPOLL);
                var backend = new UringBackend(UringConfig.of(directory))) {
            backend.start(lanes).toCompletableFuture().join();
            var tenant = new Tenant("t", ClientArch.own(), InitFlags.ASYNC_READ);
            try (var one = backend.open(tenant).toCompletableFuture().join();
                    var two = backend.open(tenant).toCompletableFuture().join()) {
                assertThat(one.features()).isEqualTo(InitFlags.ASYNC_READ);
                var first = new Client(lanes.lane(0), one, 0);
                var second = new Client(lanes.lane(0), two, 0);
                var node = first.lookup(Protocol.ROOT_ID, "a").ok().nodeId();
                second.getattr(node).fails(Errno.ESTALE);
                first.close();
                second.close();
            }
        }
    }

    @Test
    void aClosedShareLeavesNothingOpen() throws IOException {
        for (int i = 0; i < 20; i++) {
            Files.createFile(directory.resolve("file-" + i));
        }
        try (var lanes = new Lanes(1, IoMode.AUTO);
                var backend = new UringBackend(UringConfig.of(directory))) {
            backend.start(lanes).toCompletableFuture().join();
            var before = below(directory).size();
            for (int round = 0; round < 3; round++) {
                var share = backend.open(new Tenant("t", ClientArch.own(), -1))
                        .toCompletableFuture()
                        .join();
                var client = new Client(lanes.lane(0), share, share.features());
                use(client);
                assertThat(below(directory).size()).isGreaterThan(before + 20);
                share.close();
                assertThat(below(directory)).hasSize(before);
                client.lookup(Protocol.ROOT_ID, "file-1").fails(Errno.ESTALE);
                client.close();
            }
        }
        assertThat(below(directory)).isEmpty();
    }

    private static void use(Client client) {
        for (int i = 0; i < 20; i++) {
            var node = client.lookup(Protocol.ROOT_ID, "file-" + i).ok().nodeId();
            client.lookup(Protocol.ROOT_ID, "file-" + i).ok();
            client.lookup(Protocol.ROOT_ID, "missing").fails(Errno.ENOENT);
            var file = client.open(node, OpenFlags.RDWR).ok();
            client.write(file, 0, new byte[10]).ok();
            client.truncate(node, 5).ok();
            if (i % 2 == 0) {
                client.release(file).ok();
            }
        }
        client.create(Protocol.ROOT_ID, "made", 0644).ok();
        client.create(Protocol.ROOT_ID, "made", 0644, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.EXCL)
                .fails(Errno.EEXIST);
        client.create(Protocol.ROOT_ID, "made", 0644, OpenFlags.RDWR | OpenFlags.CREAT)
                .ok();
        client.mkdir(Protocol.ROOT_ID, "file-1", 0755).fails(Errno.EEXIST);
        client.list(Protocol.ROOT_ID);
        var directory = client.opendir(Protocol.ROOT_ID).ok();
        client.readdirplus(directory, 0, 4096).ok();
        client.unlink(Protocol.ROOT_ID, "made").ok();
    }
}
