package org.dpfs4j.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServerProcessTest {
    @TempDir
    private Path folder;

    @Test
    void aServerThatEndsAtOnceIsAFailureWithItsLastWords() {
        assertThatThrownBy(() -> ServerProcess.start("sh -c 'echo no such thing; exit 1'", "a", folder, folder))
                .isInstanceOf(CaseFailure.class)
                .hasMessage("the server ended at once; it said: no such thing");
    }

    @Test
    void theServerAndItsChildrenAreEndedAndCounted() throws Exception {
        var command = "sh -c 'sleep 100 & : > {socket}; : > {dir}/here; while :; do :; done'";
        long pid;
        try (var server = ServerProcess.start(command, "a", folder, folder)) {
            pid = server.pid();
            assertThat(ProcessHandle.of(pid)).isPresent();
            assertThat(folder.resolve("here")).exists();
            var first = ServerUse.of(pid);
            while (ServerUse.of(pid).orElseThrow().equals(first.orElse(null))) {
                Thread.onSpinWait();
            }
        }
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void aPathIsOneWordForTheShell() throws Exception {
        var strange = Files.createDirectory(folder.resolve("it's a $(folder)"));
        try (var server =
                ServerProcess.start("sh -c ': > \"$1\"; exec sleep 100' sh {socket}", "a", strange, strange)) {
            assertThat(server.socket()).exists();
        }
    }
}
