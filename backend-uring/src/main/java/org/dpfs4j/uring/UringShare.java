package org.dpfs4j.uring;

import java.io.IOException;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Lane;
import org.dpfs4j.metrics.Gauge;
import org.dpfs4j.metrics.Gauges;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;

/** The tree as one device sees it: the nodes its guest knows and what it has open. */
final class UringShare implements Share {
    /** What is done for every guest; the rest is a matter of configuration. */
    private static final long FEATURES = InitFlags.ASYNC_READ
            | InitFlags.BIG_WRITES
            | InitFlags.ATOMIC_O_TRUNC
            | InitFlags.PARALLEL_DIROPS
            | InitFlags.AUTO_INVAL_DATA
            | InitFlags.ASYNC_DIO;

    private final Tree tree;
    private final ShareLocks locks;
    private final long features;

    private UringShare(Tree tree, ShareLocks locks, long features) {
        this.tree = tree;
        this.locks = locks;
        this.features = features;
    }

    /** Opens the tree below the directory {@code root}, which stays the caller's. */
    static UringShare open(UringConfig config, Tenant tenant, Volumes volumes, Locks locks, FileCalls calls, int root)
            throws IOException {
        var fd = calls.openRoot("/proc/self/fd/" + root);
        if (fd < 0) {
            throw new IOException("the root of " + config.root() + " cannot be opened: " + Errno.of(-fd));
        }
        calls.attributes(fd);
        var node = new FileNode(new Fd(fd), calls.statx().mode(), volumes.of(calls, fd, calls.statx()));
        var features = (FEATURES | config.features()) & tenant.offeredFlags();
        var tree = Tree.of(config, tenant.clientArch(), volumes, node);
        var shareLocks =
                new ShareLocks(locks, config.locks(), handle -> tree.handles().get(handle) != null);
        return new UringShare(tree, shareLocks, features);
    }

    @Override
    public long features() {
        return features;
    }

    @Override
    public FileSystem attach(Lane lane, long negotiatedFlags) {
        return new UringFileSystem(new LaneTree(tree, lane, negotiatedFlags), locks);
    }

    @Override
    public void tell(Gauges gauges) {
        gauges.shows(Gauge.NODES, nodesKnown());
        gauges.shows(Gauge.HANDLES, handlesOpen());
    }

    /** How many nodes the guest knows beside the root. */
    int nodesKnown() {
        return tree.nodes().size();
    }

    /** How many files and directories the guest has open. */
    int handlesOpen() {
        return tree.handles().size();
    }

    /** What the guest has locked and waits for. */
    ShareLocks locks() {
        return locks;
    }

    @Override
    public void close() {
        tree.close();
        locks.close();
    }
}
