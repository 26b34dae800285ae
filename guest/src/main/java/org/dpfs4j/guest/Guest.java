package org.dpfs4j.guest;

import java.io.IOException;
import java.time.Duration;

/** A Linux guest that mounts a share by its tag, runs workloads on it and powers off. */
public interface Guest extends AutoCloseable {
    /** Waits for the guest's end; one that takes longer than {@code limit}, or minutes to boot, is killed, and its result says so. */
    GuestResult await(Duration limit) throws InterruptedException;

    /** Ends the guest at once, as a crash of its machine would. */
    void kill();

    boolean isRunning();

    /** Kills the guest if it still runs, and removes what was made for it. */
    @Override
    void close() throws IOException;
}
