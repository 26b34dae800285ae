package org.dpfs4j.vhostuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dpfs4j.io.Syscalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The socket file and what it promises. */
@Timeout(60)
class ListeningSocketTest {
    @TempDir
    private Path folder;

    private final Syscalls syscalls = new Syscalls();

    @Test
    void whoeverSeesTheSocketCanConnect() throws Exception {
        for (int i = 0; i < 200; i++) {
            var path = folder.resolve(i + ".sock");
            var stop = new AtomicBoolean();
            var connected = new CompletableFuture<Boolean>();
            Thread.ofPlatform().start(() -> connect(path, stop, connected));
            var socket = ListeningSocket.open(syscalls, VhostUserConfig.at(path));
            assertThat(connected.get()).isTrue();
            socket.close();
        }
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    private static void connect(Path path, AtomicBoolean stop, CompletableFuture<Boolean> connected) {
        while (!stop.get() && !Files.exists(path)) {
            Thread.onSpinWait();
        }
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            connected.complete(channel.isConnected());
        } catch (IOException e) {
            connected.completeExceptionally(e);
        }
    }

    @Test
    void longestPathHasRoomForTheNameBeforeListening() throws IOException {
        var name = "s".repeat(106 - folder.toString().length() - 1);
        ListeningSocket.open(syscalls, VhostUserConfig.at(folder.resolve(name))).close();
        assertThatThrownBy(() -> VhostUserConfig.at(folder.resolve(name + "s")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("106 at most");
    }

    @Test
    void whatIsLeftOfAServerThatWasKilledBeforeItListenedIsReplaced() throws IOException {
        var path = folder.resolve("s.sock");
        try (var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(path + "~"));
        }
        ListeningSocket.open(syscalls, VhostUserConfig.at(path)).close();
        assertThat(folder).isEmptyDirectory();
    }
}
