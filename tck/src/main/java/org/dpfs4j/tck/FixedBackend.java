package org.dpfs4j.tck;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Lanes;

/** A backend whose shares hold nothing: every lane gets the file system that is made for it. */
public final class FixedBackend implements Backend {
    private final Function<Lane, FileSystem> fileSystems;

    /** A backend of these file systems; it does everything that guests offer. */
    public FixedBackend(Function<Lane, FileSystem> fileSystems) {
        this.fileSystems = fileSystems;
    }

    @Override
    public CompletionStage<Void> start(Lanes lanes) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Share> open(Tenant tenant) {
        return CompletableFuture.completedFuture(new FixedShare(fileSystems, tenant.offeredFlags()));
    }

    @Override
    public void close() {}

    private record FixedShare(Function<Lane, FileSystem> fileSystems, long features) implements Share {
        @Override
        public FileSystem attach(Lane lane, long negotiatedFlags) {
            return fileSystems.apply(lane);
        }

        @Override
        public void close() {}
    }
}
