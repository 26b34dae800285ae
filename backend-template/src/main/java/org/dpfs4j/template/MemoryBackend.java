package org.dpfs4j.template;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Lanes;

/** A tree in memory. It belongs to the backend, so it outlives its guests' mounts, and devices of one backend share it. */
public final class MemoryBackend implements Backend {
    private final MemoryConfig config;
    private final Tree tree;

    /** An empty tree. */
    public MemoryBackend(MemoryConfig config) {
        this.config = config;
        tree = new Tree(config.sizeBytes());
    }

    /** Nothing has to be reached first; a client of a server would connect here and complete when it is logged in. */
    @Override
    public CompletionStage<Void> start(Lanes lanes) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Share> open(Tenant tenant) {
        return CompletableFuture.completedFuture(new MemoryShare(tree, config, tenant));
    }

    @Override
    public void close() {
        tree.close();
    }
}
