package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.wire.OpenFlags;

/** A program that reads a file and has a lease on it (fcntl(2), F_SETLEASE): who wants to change the file waits for it. */
final class LeaseHolder implements AutoCloseable {
    private static final int F_SETSIG = 10;
    private static final int F_SETLEASE = 1024;
    private static final int F_GETLEASE = 1025;
    private static final int F_RDLCK = 0;
    private static final int F_UNLCK = 2;

    /** The signal that asks for the lease; nobody minds it. */
    private static final int SIGURG = 23;

    private final Syscalls syscalls = new Syscalls();
    private final int file;

    LeaseHolder(Path path) throws IOException {
        file = Descriptors.open(syscalls, path, OpenFlags.RDONLY);
        assertThat(syscalls.call(Syscall.FCNTL, file, F_SETSIG, SIGURG)).isZero();
        assertThat(syscalls.call(Syscall.FCNTL, file, F_SETLEASE, F_RDLCK)).isZero();
    }

    /** Waits until somebody waits for the lease. */
    void awaitAsked() {
        await().until(() -> syscalls.call(Syscall.FCNTL, file, F_GETLEASE, 0) == F_UNLCK);
    }

    @Override
    public void close() {
        syscalls.call(Syscall.CLOSE, file);
        syscalls.close();
    }
}
