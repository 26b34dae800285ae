package org.dpfs4j.uring;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
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
            | InitFlags.ASYNC_DIO
            | InitFlags.HAS_IOCTL_DIR;

    private final Tree tree;
    private final ShareLocks locks;
    private final long features;
    private final List<LaneTree> lanes = new CopyOnWriteArrayList<>();

    private UringShare(Tree tree, ShareLocks locks, long features) {
        this.tree = tree;
        this.locks = locks;
        this.features = features;
    }

    /**
     * What the devices of a backend share.
     *
     * @param watch may be null
     */
    record Common(Volumes volumes, DescriptorBudget budget, HostWatch watch, Locks locks) {}

    /** Opens the tree below the directory {@code root}, which stays the caller's. */
    static UringShare open(UringConfig config, Tenant tenant, Common common, FileCalls calls, int root)
            throws IOException {
        var fd = calls.openRoot("/proc/self/fd/" + root);
        if (fd < 0) {
            throw new IOException("the root of " + config.root() + " cannot be opened: " + Errno.of(-fd));
        }
        long access;
        try {
            access = Terms.agreed(config.access(), tenant.offeredFlags(), calls, fd);
        } catch (IOException e) {
            calls.close(fd);
            throw e;
        }
        calls.attributes(fd);
        var statx = calls.statx();
        var mounts = new Mounts(config, common.volumes());
        var host = mounts.join(calls, fd, statx);
        if (host == null) {
            calls.close(fd);
            throw new IOException(noHandles(config));
        }
        var account = common.budget().open(config.budget(), calls);
        var exports = (tenant.offeredFlags() & InitFlags.EXPORT_SUPPORT) != 0;
        var nodes = new Nodes(config.budget(), mounts, account, new Nodes.Root(fd, host, statx), exports);
        var exporting = nodes.exports() ? InitFlags.EXPORT_SUPPORT : 0;
        var features = ((FEATURES | exporting | config.features()) & tenant.offeredFlags()) | access;
        var freshness = new Freshness(config.cache(), config.access().killprivV2(), common.watch());
        var tree = Tree.of(config, tenant.clientArch(), common.volumes(), freshness, nodes, account);
        var shareLocks = new ShareLocks(
                common.locks(),
                config.locks(),
                account,
                tenant.offeredFlags(),
                handle -> tree.handles().get(handle) != null);
        return new UringShare(tree, shareLocks, features);
    }

    /** Why a tree is not served. */
    static String noHandles(UringConfig config) {
        return config.root()
                + " cannot be served with inode-file-handles = \"mandatory\": its files have no handles here";
    }

    @Override
    public long features() {
        return features;
    }

    @Override
    public FileSystem attach(Lane lane, long negotiatedFlags) {
        locks.attach(lane);
        var onLane = new LaneTree(tree, lane, negotiatedFlags);
        lanes.add(onLane);
        var fileSystem = new UringFileSystem(onLane, locks);
        return Gate.before(fileSystem, tree.config().access());
    }

    @Override
    public void tell(Gauges gauges) {
        gauges.shows(Gauge.NODES, nodesKnown());
        gauges.shows(Gauge.HANDLES, handlesOpen());
        var nodes = tree.nodes();
        gauges.shows(Gauge.NODES_FORGOTTEN, nodes.dormant());
        gauges.shows(Gauge.NODE_MEMORY_BYTES, nodes.bytes());
        gauges.shows(Gauge.DESCRIPTORS_CACHED, nodes.cached());
        gauges.shows(Gauge.DESCRIPTORS_PINNED, nodes.pinned());
        gauges.shows(Gauge.DESCRIPTORS_GIVEN_UP, nodes.evictions());
        gauges.shows(Gauge.NODES_REOPENED, nodes.misses());
        gauges.shows(Gauge.LOCK_OWNERS, locks.ownerCount());
        gauges.shows(Gauge.LOCK_RANGES, locks.rangeCount());
        gauges.shows(Gauge.LOCK_WAITERS, locks.waiterCount());
    }

    /** How many nodes the guest knows beside the root. */
    int nodesKnown() {
        return tree.nodes().known();
    }

    /** The files that the guest knows, with what they take. */
    Nodes nodes() {
        return tree.nodes();
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
        // Nothing is kept ready any more: a closed tree has no descriptors for that.
        lanes.forEach(on -> on.lane().execute(on.ready()::clear));
    }
}
