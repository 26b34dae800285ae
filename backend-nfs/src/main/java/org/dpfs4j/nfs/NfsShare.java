package org.dpfs4j.nfs;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.HandleTable;
import org.dpfs4j.fs.NodeTable;
import org.dpfs4j.fs.Share;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Lane;
import org.dpfs4j.metrics.Gauge;
import org.dpfs4j.metrics.Gauges;
import org.dpfs4j.nfs.v4.Client;
import org.dpfs4j.nfs.v4.FileHandle;
import org.dpfs4j.nfs.v4.LaneSession;
import org.dpfs4j.wire.InitFlags;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An export as one device sees it: its client id at the server, and what its guest knows and has open. */
final class NfsShare implements Share {
    private static final Logger LOG = LoggerFactory.getLogger(NfsShare.class);
    private static final long FEATURES = InitFlags.ASYNC_READ
            | InitFlags.BIG_WRITES
            | InitFlags.ATOMIC_O_TRUNC
            | InitFlags.AUTO_INVAL_DATA
            | InitFlags.DO_READDIRPLUS
            | InitFlags.READDIRPLUS_AUTO
            | InitFlags.ASYNC_DIO
            | InitFlags.PARALLEL_DIROPS
            | InitFlags.POSIX_LOCKS
            | InitFlags.FLOCK_LOCKS
            | InitFlags.HANDLE_KILLPRIV
            | InitFlags.SUBMOUNTS
            | InitFlags.CREATE_SUPP_GROUP;

    private final NfsConfig config;
    private final Tenant tenant;
    private final Client client;
    private final LaneSession first;
    private final ServerFacts facts;
    private final Runnable ended;
    private final NodeTable<FileHandle, NfsNode> nodes;
    private final HandleTable<OpenThing> handles;

    private final OpenNames openNames = new OpenNames();
    private final LockTable locks;
    private final Abilities abilities;
    private final RetainedMemory retained;
    private final Delegations delegations;
    private final Set<NfsNode> dirty = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean syncing = new AtomicBoolean();
    private volatile boolean suspects;
    private volatile boolean closed;

    NfsShare(
            NfsConfig config,
            Tenant tenant,
            Client client,
            LaneSession first,
            ServerFacts facts,
            NfsNode root,
            Runnable ended) {
        this.config = config;
        this.tenant = tenant;
        this.client = client;
        this.first = first;
        this.facts = facts;
        this.ended = ended;
        delegations = new Delegations(config.delegationsMax(), client.states());
        if (config.delegationsMax() > 0) {
            client.onRecall(delegations);
        }
        nodes = new NodeTable<>(root, config.tableMax().nodes(), delegations::forgotten);
        handles = new HandleTable<>(config.tableMax().handles());
        locks = new LockTable(client.states());
        abilities = new Abilities(client.minor() > 1, facts.xattrs());
        client.onLockFree(locks::mayBeFree);
        retained = new RetainedMemory(config.retainBytes());
        client.onRestart(this::suspect);
    }

    NfsConfig config() {
        return config;
    }

    Tenant tenant() {
        return tenant;
    }

    Client client() {
        return client;
    }

    ServerFacts facts() {
        return facts;
    }

    NodeTable<FileHandle, NfsNode> nodes() {
        return nodes;
    }

    OpenNames openNames() {
        return openNames;
    }

    LockTable locks() {
        return locks;
    }

    Abilities abilities() {
        return abilities;
    }

    /** What the server has promised of files. */
    Delegations delegations() {
        return delegations;
    }

    /** Memory for data that is not durable yet. */
    RetainedMemory retained() {
        return retained;
    }

    /** Files with data that is not durable yet. */
    Set<NfsNode> dirty() {
        return dirty;
    }

    /** The server may have lost what is not durable. */
    private void suspect() {
        dirty.forEach(node -> node.uncommitted().suspect());
        suspects = true;
    }

    /** Whether there is a file of which the server may have lost data. */
    boolean hasSuspects() {
        if (suspects && dirty.stream().noneMatch(Commits::isSuspect)) {
            suspects = false;
        }
        return suspects;
    }

    HandleTable<OpenThing> handles() {
        return handles;
    }

    @Override
    public long features() {
        return FEATURES & tenant.offeredFlags();
    }

    @Override
    public FileSystem attach(Lane lane, long negotiatedFlags) {
        var session = first.lane() == lane ? first : client.attach(lane);
        var fileSystem = new NfsFileSystem(new LaneMount(this, session, negotiatedFlags));
        if (syncing.compareAndSet(false, true)) {
            syncLater(lane, fileSystem);
        }
        return fileSystem;
    }

    /** Once a second, until the share is closed. */
    private void syncLater(Lane lane, NfsFileSystem fileSystem) {
        if (!closed) {
            fileSystem.sync();
            lane.eventLoop().schedule(() -> syncLater(lane, fileSystem), 1, TimeUnit.SECONDS);
        }
    }

    @Override
    public void tell(Gauges gauges) {
        gauges.shows(Gauge.NODES, nodes.size());
        gauges.shows(Gauge.HANDLES, handles.size());
        gauges.shows(Gauge.LOCK_WAITERS, locks.waiterCount());
        gauges.shows(Gauge.SERVER_CONNECTIONS_LOST, client.reconnectCount());
        gauges.shows(Gauge.SERVER_REPLIES_MALFORMED, client.malformedCount());
        gauges.shows(Gauge.SERVER_RESTARTS, client.recoveryCount());
        gauges.shows(Gauge.SERVER_RETAINED_BYTES, retained.usedBytes());
        gauges.shows(Gauge.SERVER_DELEGATIONS_GRANTED, delegations.grantedCount());
        gauges.shows(Gauge.SERVER_DELEGATIONS_RETURNED, delegations.returnedCount());
        gauges.shows(Gauge.SERVER_DELEGATIONS_RECALLED, delegations.recalledCount());
    }

    @Override
    public void close() {
        closed = true;
        locks.close();
        delegations.close();
        handles.close(thing -> {});
        nodes.close();
        client.close();
        var unanswered =
                dirty.stream().filter(node -> node.uncommitted().isUnanswered()).count();
        if (unanswered > 0) {
            LOG.warn("{}: nobody knows whether data of {} files is durable", client.name(), unanswered);
        }
        dirty.forEach(node -> node.uncommitted().close());
        dirty.clear();
        ended.run();
    }
}
