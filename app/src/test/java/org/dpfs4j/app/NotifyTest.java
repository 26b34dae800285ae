package org.dpfs4j.app;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class NotifyTest {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_NONBLOCK = 2 | 0x800;

    @TempDir
    private Path folder;

    /** A service manager: a datagram socket of the Unix family. */
    private static final class Receiver implements AutoCloseable {
        private final Syscalls syscalls = new Syscalls();
        private final Fd fd;

        /** Binds to a name of bytes; one that begins with NUL is abstract. */
        Receiver(byte[] name) {
            fd = new Fd((int) syscalls.call(Syscall.SOCKET, AF_UNIX, SOCK_DGRAM_NONBLOCK, 0));
            var address = syscalls.scratch();
            Memory.ALL.set(JAVA_SHORT, address, (short) AF_UNIX);
            MemorySegment.copy(name, 0, Memory.ALL, JAVA_BYTE, address + 2, name.length);
            assertThat(syscalls.call(Syscall.BIND, fd.number(), address, 2 + name.length))
                    .isZero();
        }

        String next() {
            var length = (int) syscalls.call(Syscall.READ, fd.number(), syscalls.scratch(), 100);
            assertThat(length).as("nothing was sent").isPositive();
            var text = new byte[length];
            MemorySegment.copy(Memory.ALL, JAVA_BYTE, syscalls.scratch(), text, 0, length);
            return new String(text, StandardCharsets.US_ASCII);
        }

        @Override
        public void close() {
            fd.close();
        }
    }

    @Test
    void statesArriveAtASocketFile() {
        var path = folder.resolve("notify");
        try (var receiver = new Receiver((path + "\0").getBytes(StandardCharsets.UTF_8))) {
            var notify = new Notify(path.toString());
            notify.ready();
            notify.stopping();
            assertThat(receiver.next()).isEqualTo("READY=1");
            assertThat(receiver.next()).isEqualTo("STOPPING=1");
        }
    }

    @Test
    void statesArriveAtAnAbstractName() {
        var name = "dpfs4j-test-" + ProcessHandle.current().pid();
        try (var receiver = new Receiver(("\0" + name).getBytes(StandardCharsets.UTF_8))) {
            new Notify("@" + name).ready();
            assertThat(receiver.next()).isEqualTo("READY=1");
        }
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"/nobody/listens/here", "vsock:2:1234", "relative", "@"})
    void whereNobodyListensNothingHappens(String socket) {
        assertThatCode(() -> new Notify(socket).ready()).doesNotThrowAnyException();
    }

    @Test
    void aNameThatDoesNotFitIsNotSentTo() {
        assertThatCode(() -> new Notify("/" + "x".repeat(200)).ready()).doesNotThrowAnyException();
    }
}
