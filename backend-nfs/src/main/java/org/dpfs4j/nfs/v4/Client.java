package org.dpfs4j.nfs.v4;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.dpfs4j.io.Lane;
import org.dpfs4j.metrics.LogBudget;
import org.dpfs4j.nfs.rpc.Dialer;
import org.dpfs4j.nfs.rpc.Malformed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of a server: a client id with what is open under it, shared by the sessions of all lanes. It lets one lane at a
 * time create a session; whichever finds that the server has forgotten the client id gets a new one and claims the state
 * again, while the others wait. Any thread; what it does is rare.
 */
public final class Client {
    private static final Logger LOG = LoggerFactory.getLogger(Client.class);
    private static final long LEASE_FIRST_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long CLAIMS_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int RESTART_RECLAIM_NEEDED = 0x100;

    /** The server cannot call us (0x1, 0x200, 0x400), or has taken something away (0x8 to 0x40): RFC 8881, 18.46.3. */
    private static final int DOUBTFUL = 0x1 | 0x200 | 0x400 | 0x8 | 0x10 | 0x20 | 0x40;

    private final ClientConfig config;
    private final Dialer dialer;
    private final States states = new States();
    private final LogBudget log = new LogBudget();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder reconnects = new LongAdder();
    private final LongAdder recoveries = new LongAdder();
    private final CompletableFuture<Void> usable = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final ArrayDeque<LaneSession> asking = new ArrayDeque<>();
    private final List<LaneSession> sessions = new ArrayList<>();
    private final AtomicBoolean toldFewer = new AtomicBoolean();
    private final long verifier = ThreadLocalRandom.current().nextLong();
    private volatile Consumer<FileHandle> lockListener = file -> {};
    private volatile Runnable restartListener = () -> {};
    private volatile Consumer<Throwable> downListener = why -> {};
    private volatile Recalls recalls = Recalls.OF_NONE;
    private volatile int minor;
    private volatile long leaseNanos = LEASE_FIRST_NANOS;
    private volatile ServerLimits limits;
    private LaneSession granted;
    private boolean known;
    private volatile int restarts;
    private boolean everKnown;
    private boolean claimed;
    private volatile int epoch;
    private long askedNanos = System.nanoTime() - CLAIMS_PAUSE_NANOS;
    private long claims;
    private long clientId;
    private int sequence;
    private boolean down;
    private boolean closed;

    /** A client that has not connected. */
    public Client(ClientConfig config, Dialer dialer) {
        this.config = config;
        this.dialer = dialer;
        minor = config.minorMax();
    }

    /** How it presents itself. */
    public ClientConfig config() {
        return config;
    }

    /** Whom it talks to, for the log. */
    public String name() {
        return "NFS server " + dialer.config().host();
    }

    byte[] owner() {
        return config.owner().getBytes(StandardCharsets.UTF_8);
    }

    long verifier() {
        return verifier;
    }

    /** The minor version that is spoken. */
    public int minor() {
        return minor;
    }

    /** The server does not speak the minor version: tries the one below; false when there is none. */
    synchronized boolean stepDown() {
        if (minor <= 1) {
            return false;
        }
        minor--;
        return true;
    }

    /** What the server holds for this client. */
    public States states() {
        return states;
    }

    /** What was granted; null before the first session. */
    public ServerLimits limits() {
        return limits;
    }

    long leaseNanos() {
        return leaseNanos;
    }

    /** How long the server keeps state of a client that says nothing. */
    public void lease(long nanos) {
        leaseNanos = Math.clamp(nanos, TimeUnit.SECONDS.toNanos(1), TimeUnit.HOURS.toNanos(1));
    }

    /** Hears of files whose locks the server says may be free. */
    public void onLockFree(Consumer<FileHandle> listener) {
        lockListener = listener;
    }

    /** Hears that the server has been restarted, before anything is sent to it again. */
    public void onRestart(Runnable listener) {
        restartListener = listener;
    }

    /** Hears why a connection could not be had, or has ended. */
    public void onDown(Consumer<Throwable> listener) {
        downListener = listener;
    }

    /** Hears what becomes of delegations. */
    public void onRecall(Recalls listener) {
        recalls = listener;
    }

    Recalls recalls() {
        return recalls;
    }

    void lockMayBeFree(FileHandle file) {
        lockListener.accept(file);
    }

    /** The session of a lane, from now on connecting. */
    public LaneSession attach(Lane lane) {
        var session = new LaneSession(lane, this, dialer);
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the client of " + name() + " is closed");
            }
            sessions.add(session);
        }
        lane.execute(session::start);
        return session;
    }

    /** Completes when the first session can be used. */
    public CompletableFuture<Void> usable() {
        return usable;
    }

    /** A lane that is connected wants to create a session. */
    synchronized void wantsSession(LaneSession session) {
        if (granted != session && !asking.contains(session)) {
            asking.add(session);
        }
        grantNext();
    }

    private void grantNext() {
        if (granted == null && !asking.isEmpty()) {
            granted = asking.removeFirst();
            var to = granted;
            var grant = new Grant(known, clientId, sequence);
            to.lane().execute(() -> to.granted(grant));
        }
    }

    /** A lane could not create its session; it asks again when it is connected again. */
    synchronized void failed(LaneSession session) {
        asking.remove(session);
        if (granted == session) {
            granted = null;
            grantNext();
        }
    }

    /**
     * There is a client id; it counts once a session of it was created and state has been claimed. A server says that it is
     * confirmed as soon as there was a session: whether all has been claimed only we know. True when it has.
     */
    synchronized boolean exchanged(long id, int firstSequence, boolean confirmed) {
        known = false;
        clientId = id;
        sequence = firstSequence;
        if (!confirmed) {
            claimed = false;
            claims++;
        }
        if (everKnown) {
            recoveries.add(confirmed ? 0 : 1);
            restarts++;
            restartListener.run();
            recalls.doubted();
        }
        return claimed;
    }

    /** How often the server may have lost what was not durable. */
    int restarts() {
        return restarts;
    }

    /** Counts how often state had to be claimed anew: what was claimed under this number need not be claimed again. */
    synchronized long claims() {
        return claims;
    }

    synchronized void sessionCreated(long id, int nextSequence, SessionParameters fore) {
        clientId = id;
        sequence = nextSequence;
        limits = new ServerLimits(fore.requestBytesMax(), fore.replyBytesMax());
    }

    /** A lane's session can be used, and so can the client id, unless there is something to be claimed since it was begun. */
    synchronized void established(LaneSession session, boolean hasClaimed) {
        everKnown = true;
        if (hasClaimed) {
            epoch++;
            claimed = true;
        }
        known = claimed;
        if (granted == session) {
            granted = null;
        }
        grantNext();
    }

    void isUp(LaneSession session) {
        synchronized (this) {
            if (down) {
                down = false;
                LOG.info("{} answers (lane {})", name(), session.lane().index());
            }
        }
        usable.complete(null);
    }

    void isDown(LaneSession session, Throwable why) {
        recalls.doubted();
        reconnects.increment();
        downListener.accept(why == null ? new IOException("closed") : why);
        synchronized (this) {
            if (!down && !closed) {
                down = true;
                if (log.take()) {
                    LOG.warn("{} cannot be asked: {}; trying again", name(), why == null ? "closed" : why.getMessage());
                }
            }
        }
    }

    void heardNonsense(Malformed nonsense) {
        malformed.increment();
        if (log.take()) {
            LOG.warn("{} sent nonsense: {}", name(), nonsense.getMessage());
        }
    }

    void lostState(int status) {
        if (log.take()) {
            LOG.warn("{} has forgotten an open file (NFS status {}); it is opened again", name(), status);
        }
    }

    /** Flags of SEQUENCE that say something of delegations. */
    void flagged(int flags) {
        if ((flags & DOUBTFUL) != 0) {
            recalls.doubted();
        }
    }

    /** A number that changes when all state has been claimed: what was sent before says nothing about what is after. */
    int epoch() {
        return epoch;
    }

    /**
     * Whether flags of SEQUENCE, in the reply to what was sent in an epoch, ask for what was open to be claimed (RFC 8881,
     * 18.46.3): the server has been restarted, and sessions have outlived that. Then each lane begins a session anew, and the
     * first to do so claims, as when the client id is stale. A server that asks again as soon as all was claimed is not heard.
     */
    synchronized boolean mustClaim(int flags, int sentIn) {
        if ((flags & RESTART_RECLAIM_NEEDED) == 0 || sentIn != epoch) {
            return false;
        }
        if (claimed) {
            var now = System.nanoTime();
            if (now - askedNanos < CLAIMS_PAUSE_NANOS) {
                return false;
            }
            askedNanos = now;
            known = false;
            claimed = false;
            claims++;
            recoveries.increment();
            recalls.doubted();
        }
        return true;
    }

    /** A connection of a session has ended, others go on. */
    void hasOneLess() {
        recalls.doubted();
        reconnects.increment();
    }

    /** Not all connections of a session can be had; said once. */
    void fewerConnections(int wanted, Throwable why) {
        if (!toldFewer.getAndSet(true)) {
            LOG.warn(
                    "{} does not give each session {} connections: {}; going on with fewer",
                    name(),
                    wanted,
                    why == null ? "closed" : why.getMessage());
        }
    }

    /** Replies that made no sense. */
    public long malformedCount() {
        return malformed.sum();
    }

    /** Connections that ended. */
    public long reconnectCount() {
        return reconnects.sum();
    }

    /** Times that the server had forgotten this client. */
    public long recoveryCount() {
        return recoveries.sum();
    }

    /** A lane's session has ended for good. */
    void ended(LaneSession session) {
        failed(session);
        boolean last;
        synchronized (this) {
            sessions.remove(session);
            last = closed && sessions.isEmpty();
        }
        if (last) {
            gone.complete(null);
        }
    }

    /** Completes when all sessions have ended after {@link #close}. */
    public CompletableFuture<Void> gone() {
        return gone;
    }

    /** Ends all sessions, with what is open; the server is told where it listens. */
    public void close() {
        List<LaneSession> all;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            all = List.copyOf(sessions);
        }
        usable.completeExceptionally(new IllegalStateException("closed"));
        for (int i = 0; i < all.size(); i++) {
            var session = all.get(i);
            session.lane().execute(i == 0 ? new Farewell(session)::begin : session::close);
        }
    }
}
