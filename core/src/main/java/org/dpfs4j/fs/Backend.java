package org.dpfs4j.fs;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.dpfs4j.io.Lanes;

/**
 * One {@code [backend.NAME]} of the configuration: what all its devices share (a root directory, a client of a server),
 * from start to stop of the process.
 */
public interface Backend extends AutoCloseable {
    /**
     * Begins to serve. Completes when the backend is usable; exceptionally, with a message of one sentence for the
     * operator, when it never will be.
     */
    CompletionStage<Void> start(Lanes lanes);

    /**
     * Opens the tree for one device, at its INIT. Two devices on one backend share no id. Completes when the share is
     * usable; the guest's mount waits for it.
     */
    CompletionStage<Share> open(Tenant tenant);

    /** The directories of this machine that it serves with everything below them; none by default. */
    default List<Path> directories() {
        return List.of();
    }

    /** Ends the backend; its shares have been closed. */
    @Override
    void close();
}
