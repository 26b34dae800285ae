package org.dpfs4j.uring;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dpfs4j.config.Need;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.wire.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory tree of this machine. Its root is held by a descriptor from {@link #start} on: what is mounted over it or
 * renamed later changes nothing. Devices of one backend share what was learned about the file systems, and nothing else.
 */
public final class UringBackend implements Backend {
    private static final Logger LOG = LoggerFactory.getLogger(UringBackend.class);

    /** For everything else in this process. */
    private static final long OWN_DESCRIPTORS = 4096;

    private final UringConfig config;
    private final Volumes volumes;
    private final Syscalls syscalls = new Syscalls();
    private UringConfig limited;
    private Fd root;

    /** A backend that serves {@code config.root()}. */
    public UringBackend(UringConfig config) {
        this(config, new Volumes(Volume::new));
    }

    UringBackend(UringConfig config, Volumes volumes) {
        this.config = config;
        this.volumes = volumes;
    }

    @Override
    public List<Need> needs() {
        return List.of(new Need.Tree(config.root(), false, false));
    }

    @Override
    public synchronized CompletionStage<Void> start(Lanes lanes) {
        if (!Files.exists(config.root())) {
            return refused("the shared directory " + config.root() + " does not exist");
        }
        if (!Files.isDirectory(config.root())) {
            return refused(config.root() + " is to be shared and is not a directory");
        }
        var fd = new FileCalls(syscalls).openRoot(config.root().toString());
        if (fd < 0) {
            return refused("the shared directory " + config.root() + " cannot be opened: " + Errno.of(-fd));
        }
        root = new Fd(fd);
        limit();
        return CompletableFuture.completedFuture(null);
    }

    /** Makes room for descriptors, or makes do with less. */
    private void limit() {
        var wanted = (long) config.budget().nodesMax() + config.budget().handlesMax() + OWN_DESCRIPTORS;
        var descriptors = DescriptorLimit.raise(syscalls, wanted);
        limited = config;
        if (descriptors < wanted) {
            limited = config.with(config.budget().within(descriptors - Math.min(OWN_DESCRIPTORS, descriptors / 2)));
            LOG.info(
                    "{}: this process may have {} descriptors (ulimit -n), so a guest can know {} files and open {}",
                    config.root(),
                    descriptors,
                    limited.budget().nodesMax(),
                    limited.budget().handlesMax());
        }
    }

    private static <T> CompletionStage<T> refused(String sentence) {
        return CompletableFuture.failedFuture(new IOException(sentence));
    }

    @Override
    public synchronized CompletionStage<Share> open(Tenant tenant) {
        if (root == null || !root.acquire()) {
            return refused("the backend of " + config.root() + " is closed");
        }
        var calls = new FileCalls(syscalls);
        try {
            return CompletableFuture.completedFuture(UringShare.open(limited, tenant, volumes, calls, root.number()));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        } finally {
            root.release();
        }
    }

    @Override
    public synchronized void close() {
        if (root != null) {
            root.close();
        }
    }
}
