package org.dpfs4j.app;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;

/** A service manager's end of the notification socket: datagrams of the Unix family. For one thread. */
final class NotifyReceiver implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_NONBLOCK = 2 | 0x800;
    private static final int TEXT_BYTES = 100;

    private final Syscalls syscalls = new Syscalls();
    private final Fd fd;

    private NotifyReceiver(String name) {
        fd = new Fd((int) syscalls.call(Syscall.SOCKET, AF_UNIX, SOCK_DGRAM_NONBLOCK, 0));
        var bytes = name.getBytes(StandardCharsets.UTF_8);
        var address = syscalls.scratch();
        Memory.ALL.set(JAVA_SHORT, address, (short) AF_UNIX);
        MemorySegment.copy(bytes, 0, Memory.ALL, JAVA_BYTE, address + 2, bytes.length);
        assertThat(syscalls.call(Syscall.BIND, fd.number(), address, 2 + bytes.length))
                .isZero();
    }

    static NotifyReceiver at(Path path) {
        return new NotifyReceiver(path + "\0");
    }

    static NotifyReceiver atAbstract(String name) {
        return new NotifyReceiver("\0" + name);
    }

    /** The next text; it must have been sent before. */
    String next() {
        var length = (int) syscalls.call(Syscall.READ, fd.number(), syscalls.scratch(), TEXT_BYTES);
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
