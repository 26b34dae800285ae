package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A guest that is a process of this machine, with a folder that is removed with it. */
abstract sealed class ProcessGuest implements Guest permits HostGuest, QemuGuest, UmlGuest {
    private final Path home;
    private final GuestProcess process;

    ProcessGuest(Path home, GuestProcess process) {
        this.home = home;
        this.process = process;
    }

    /** The folder. */
    final Path home() {
        return home;
    }

    @Override
    public final GuestResult await(Duration limit) throws InterruptedException {
        return process.await(limit);
    }

    @Override
    public final void kill() {
        process.kill();
    }

    @Override
    public final boolean isRunning() {
        return process.isRunning();
    }

    @Override
    public final void close() throws IOException {
        process.kill();
        GuestCache.delete(home);
    }
}
