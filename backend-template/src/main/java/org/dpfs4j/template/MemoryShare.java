package org.dpfs4j.template;

import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.HandleTable;
import org.dpfs4j.fs.NodeTable;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Lane;
import org.dpfs4j.metrics.Gauge;
import org.dpfs4j.metrics.Gauges;
import org.dpfs4j.wire.InitFlags;

/** What one guest knows of the tree: which nodes it has looked up, and what it has open. */
public final class MemoryShare implements Share {
    private static final int NODES_MAX = 1 << 20;
    private static final int HANDLES_MAX = 1 << 16;
    private static final long FEATURES = InitFlags.ASYNC_READ
            | InitFlags.BIG_WRITES
            | InitFlags.ATOMIC_O_TRUNC
            | InitFlags.DO_READDIRPLUS
            | InitFlags.READDIRPLUS_AUTO
            | InitFlags.PARALLEL_DIROPS;

    private final Tree tree;
    private final MemoryConfig config;
    private final Tenant tenant;
    private final NodeTable<Inode, MemoryNode> nodes;
    private final HandleTable<OpenFile> handles = new HandleTable<>(HANDLES_MAX);

    MemoryShare(Tree tree, MemoryConfig config, Tenant tenant) {
        this.tree = tree;
        this.config = config;
        this.tenant = tenant;
        nodes = new NodeTable<>(new MemoryNode(tree.use(tree.root())), NODES_MAX, node -> tree.drop(node.inode()));
    }

    @Override
    public long features() {
        return FEATURES & tenant.offeredFlags();
    }

    @Override
    public FileSystem attach(Lane lane, long negotiatedFlags) {
        return new MemoryFileSystem(tree, config, nodes, handles);
    }

    @Override
    public void tell(Gauges gauges) {
        gauges.shows(Gauge.NODES, nodes.size());
        gauges.shows(Gauge.HANDLES, handles.size());
    }

    /** Gives back what the guest held. The tables refuse what a lane still wants to enter. */
    @Override
    public void close() {
        handles.close(file -> tree.drop(file.inode()));
        nodes.close();
    }
}
