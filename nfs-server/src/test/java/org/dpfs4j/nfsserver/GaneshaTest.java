package org.dpfs4j.nfsserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server process: it serves when it says so, and comes back where it was. */
class GaneshaTest {
    private static final int PROGRAM = 100003;

    @TempDir
    Path home;

    @Test
    void servesUntilItIsStoppedAndAgainAtTheSamePort() throws Exception {
        try (var server = Ganesha.start(home)) {
            assertThat(answersNull(server)).isTrue();
            int port = server.port();
            server.stop();
            assertThat(server.isRunning()).isFalse();
            server.start();
            assertThat(server.port()).isEqualTo(port);
            assertThat(answersNull(server)).isTrue();
            server.kill();
            assertThat(server.isRunning()).isFalse();
            server.start();
            assertThat(answersNull(server)).isTrue();
        }
    }

    /** Calls procedure 0, which does nothing, and reads the whole answer. */
    private static boolean answersNull(Ganesha server) throws IOException {
        try (var socket = new Socket(server.address().getAddress(), server.port());
                var out = new DataOutputStream(socket.getOutputStream());
                var in = new DataInputStream(socket.getInputStream())) {
            int[] call = {0x80000028, 7, 0, 2, PROGRAM, 4, 0, 0, 0, 0, 0};
            for (int word : call) {
                out.writeInt(word);
            }
            assertThat(in.readInt()).isEqualTo(0x80000018);
            assertThat(in.readInt()).isEqualTo(7);
            return in.readInt() == 1 && in.readInt() == 0;
        }
    }
}
