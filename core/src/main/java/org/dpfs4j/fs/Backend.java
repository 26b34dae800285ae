package org.dpfs4j.fs;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dpfs4j.config.Need;
import org.dpfs4j.io.Lanes;

/**
 * One {@code [backend.NAME]} of the configuration: what all its devices share (a root directory, a client of a server),
 * from start to stop of the process.
 */
public interface Backend extends AutoCloseable {
    /** What of the host it uses; asked before {@link #start}, in a process that may not be the one that serves. */
    default List<Need> needs() {
        return List.of();
    }

    /**
     * Begins to serve. Completes when the backend is usable; exceptionally, with a message of one sentence for the
     * operator, when it never will be.
     */
    CompletionStage<Void> start(Lanes lanes);

    /**
     * Opens the tree for one device, at its INIT. Two devices on one backend share no id. Completes when the share is
     * usable; the guest's mount waits for it. When the guest has gone before, or begun anew, the future is cancelled: then
     * what was begun ends at once, and leaves nothing.
     */
    CompletionStage<Share> open(Tenant tenant);

    /**
     * Reaches once for what is behind it, such as a server, after {@link #start}. Completes with some words on what was found;
     * exceptionally, with a message of one sentence for the operator, when it could not serve now; and within a limited time.
     * Empty when there is nothing to reach for.
     */
    default CompletionStage<Optional<String>> probe() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** Ends the backend; its shares have been closed. */
    @Override
    void close();
}
