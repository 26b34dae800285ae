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

    private final UringConfig config;
    private final Volumes volumes;
    private final Locks locks = new Locks();
    private final Syscalls syscalls = new Syscalls();
    private DescriptorBudget budget;
    private Fd root;
    private HostWatch watch;

    /** A backend that serves {@code config.root()}. */
    public UringBackend(UringConfig config) {
        this(config, new Volumes(Volume::new), null);
    }

    /** As above, with a budget of its own unless that is null. */
    UringBackend(UringConfig config, Volumes volumes, DescriptorBudget budget) {
        this.config = config;
        this.volumes = volumes;
        this.budget = budget;
    }

    @Override
    public List<Need> needs() {
        var byHandle = config.budget().inodeFileHandles() != FileHandles.NEVER;
        return List.of(new Need.Tree(config.root(), config.access().readonly(), byHandle));
    }

    @Override
    public synchronized CompletionStage<Void> start(Lanes lanes) {
        if (!Files.exists(config.root())) {
            return refused("the shared directory " + config.root() + " does not exist");
        }
        if (!Files.isDirectory(config.root())) {
            return refused(config.root() + " is to be shared and is not a directory");
        }
        var fd = openRoot();
        if (fd < 0) {
            return refused("the shared directory " + config.root() + " cannot be opened: " + Errno.of(-fd));
        }
        root = new Fd(fd);
        if (budget == null) {
            budget = DescriptorBudget.ofProcess(syscalls);
        }
        var calls = new FileCalls(syscalls);
        calls.attributes(fd);
        try (var mounts = new Mounts(config, volumes)) {
            // Says how files are known, as long as somebody reads what a server says at its start.
            if (mounts.join(calls, fd, calls.statx()) == null) {
                return refused(UringShare.noHandles(config));
            }
        }
        LOG.debug("{}: {} descriptors for all devices", config.root(), budget.total());
        if (config.cache().has(CacheOption.WATCH)) {
            watch = HostWatch.start(syscalls, config.cache(), fd, config.root().toString());
        }
        return CompletableFuture.completedFuture(null);
    }

    private int openRoot() {
        var calls = new FileCalls(syscalls);
        var path = config.root().toString();
        if (config.access().readonly()) {
            var fd = calls.openReadOnlyRoot(path);
            if (fd >= 0) {
                return fd;
            }
            LOG.info(
                    "{} is read-only by our own rules alone: making it a read-only mount answered {}",
                    path,
                    Errno.of(-fd));
        }
        return calls.openRoot(path);
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
            return CompletableFuture.completedFuture(UringShare.open(
                    config, tenant, new UringShare.Common(volumes, budget, watch, locks), calls, root.number()));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        } finally {
            root.release();
        }
    }

    /** The locks of all devices. */
    Locks locks() {
        return locks;
    }

    @Override
    public synchronized void close() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
        if (root != null) {
            root.close();
        }
    }
}
