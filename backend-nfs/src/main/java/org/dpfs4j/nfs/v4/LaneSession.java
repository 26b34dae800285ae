package org.dpfs4j.nfs.v4;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.io.Lane;
import org.dpfs4j.nfs.rpc.Connection;
import org.dpfs4j.nfs.rpc.Credential;
import org.dpfs4j.nfs.rpc.Dialer;
import org.dpfs4j.nfs.rpc.Malformed;
import org.dpfs4j.nfs.rpc.XdrReader;

/**
 * One lane's session with the server: connections, slots, and what waits for them. It outlives its connections, and requests
 * outlive the session: they wait until the server can be asked again, and are then sent as they are. Belongs to its lane.
 *
 * <p>Why this file is long: it is the one place where every outcome of a request is decided.
 */
public final class LaneSession {
    private enum State {
        /** There is no connection that is the session's. */
        DOWN,
        /** There is a connection, and no session on it yet: only control passes. */
        ESTABLISHING,
        UP,
        CLOSED
    }

    private static final int POOL_MAX = 256;
    private static final int LEASE_MOVED = 0x80;

    private final Lane lane;
    private final Client client;
    private final Trunks trunks;
    private final Slots slots = new Slots();
    private final WaitingCalls waiting = new WaitingCalls();
    private final ArrayDeque<Call> pool = new ArrayDeque<>();
    private final Results results = new Results();
    private final Delays delays = new Delays(this);
    private final Backchannel backchannel;
    private final Moves moves = new Moves(this);
    private final StateRecovery stateRecovery = new StateRecovery(this);
    private State state = State.DOWN;
    private SessionId session;
    private SessionId forsaken;
    private boolean ending;
    private boolean outdated;
    private Reclaiming claiming;
    private boolean controlPasses;
    private long sequencedNanos;
    private long renewedNanos;
    private long aliveNanos;
    private long grantedNanos;
    private boolean backchannelGranted;

    LaneSession(Lane lane, Client client, Dialer dialer) {
        this.lane = lane;
        this.client = client;
        trunks = new Trunks(this, dialer);
        backchannel = new Backchannel(this);
    }

    /** Begins to connect. */
    void start() {
        lane.eventLoop().schedule(delays::sweep, Delays.SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        trunks.first().dial();
    }

    /** The lane that it belongs to. */
    public Lane lane() {
        return lane;
    }

    /** The client that it is a session of. */
    public Client client() {
        return client;
    }

    SessionId session() {
        return session;
    }

    /** A new COMPOUND in the session. */
    public Call call(Credential credential) {
        var call = take();
        call.begin(credential, client.minor(), true);
        call.credential(credential);
        return call;
    }

    /** A new COMPOUND outside of any session. */
    Call bare() {
        var call = take();
        call.begin(client.config().machine(), client.minor(), false);
        return call;
    }

    private Call take() {
        var call = pool.pollLast();
        if (call == null) {
            call = new Call(this);
        }
        call.reset();
        return call;
    }

    /** A call is not needed any more. */
    void giveBack(Call call) {
        if (pool.size() < POOL_MAX && state != State.CLOSED) {
            pool.addLast(call);
        } else {
            call.free();
        }
    }

    /** Sends a call outside of any session at once, one at a time; it is forgotten with the connection. */
    void sendBare(Call call, Continuation then) {
        trunks.speaking().sendBare(call, then);
    }

    /** Sends a call, or lets it wait. */
    void submit(Call call) {
        call.submitted(System.nanoTime(), client.restarts());
        admit(call);
    }

    /** Sends a call when its turn has come. */
    void admit(Call call) {
        if (state == State.CLOSED) {
            end(call, results.none(Status.NO_ANSWER));
        } else if (waiting.isEmpty(call.kind()) && mayPass(call.kind()) && slots.enter(call)) {
            transmit(call);
        } else {
            waiting.add(call);
        }
    }

    private boolean mayPass(Call.Kind kind) {
        return session != null && !outdated && (state == State.UP || (controlPasses && kind == Call.Kind.CONTROL));
    }

    private void transmit(Call call) {
        var slot = call.slot();
        call.sequence(session.high(), session.low(), slots.sequence(slot), slot, slots.highestBusy(), call.isCached());
        call.sent(client.epoch());
        trunks.send(call);
    }

    /** Lets go what has waited for a slot. */
    void pump() {
        for (var kind : Call.KINDS) {
            for (var call = waiting.peek(kind); call != null && mayPass(kind); call = waiting.peek(kind)) {
                if (!slots.enter(call)) {
                    break;
                }
                waiting.remove(kind);
                transmit(call);
            }
        }
    }

    /** The reply to a call; see {@link Call#replied}. */
    void replied(Call call, XdrReader in) {
        var trunk = call.trunk();
        trunk.answered(call);
        try {
            results.wrap(in).check(call.operations());
            if (!call.inSession()) {
                end(call, results);
            } else if (results.left() == 0) {
                slots.leave(call);
                end(call, results);
            } else {
                sequenced(call, trunk, results.op(Op.SEQUENCE));
            }
        } catch (Malformed malformed) {
            refuse(call, trunk, malformed);
        }
        pump();
        leaveOutdated();
    }

    /** A session whose state is to be claimed goes when all that was under way in it has been answered. */
    private void leaveOutdated() {
        if (outdated && session != null && slots.busyCount() == 0) {
            lostSession("the server has been restarted");
        }
    }

    /** How many bytes of data the reply to a READ ends with, of which the head has come; 0 if this cannot be told. */
    int dataBytes(Call call, XdrReader in) {
        return session == null || call.slot() < 0
                ? 0
                : ReadHead.dataBytes(in, session, slots.sequence(call.slot()), call.slot(), call.readBytes());
    }

    /** What came in an earlier reply turns out to make no sense. */
    public void heardNonsense(Malformed malformed) {
        if (state == State.UP) {
            drop(trunks.speaking(), malformed);
        } else {
            client.heardNonsense(malformed);
        }
    }

    /** What the server thinks of our slots is not known any more. */
    private void drop(Trunk trunk, Malformed malformed) {
        trunk.close(malformed);
        abandon("the server sent nonsense: " + malformed.getMessage());
    }

    /** A reply makes no sense: its connection is dropped, and it is asked again, or that was the answer. */
    private void refuse(Call call, Trunk trunk, Malformed malformed) {
        drop(trunk, malformed);
        if (!call.inSession()) {
            giveBack(call);
            return;
        }
        slots.leave(call);
        if (call.insists()) {
            call.sessionLost();
            waiting.addFirst(call);
        } else {
            end(call, results.none(Status.NONSENSE));
        }
    }

    private void sequenced(Call call, Trunk trunk, int status) {
        switch (status) {
            case Status.OK -> {
                readSequence(call, trunk);
                done(call);
            }
            case Status.DELAY -> delays.sameSlotLater(call);
            case Status.SEQ_MISORDERED, Status.SEQ_FALSE_RETRY -> lostSession("its slots are not in step");
            case Status.EXPIRED -> lostSession("its lease has ended"); // NFS-Ganesha, for a moment
            case Status.BADSESSION, Status.DEADSESSION, Status.BADSLOT, Status.BAD_HIGH_SLOT -> {
                session = null;
                lostSession("the server does not know it any more");
            }
            case Status.CONN_NOT_BOUND_TO_SESSION -> trunk.close(new IOException("the connection has no session"));
            default -> {
                slots.leave(call);
                end(call, results);
            }
        }
    }

    private void readSequence(Call call, Trunk trunk) {
        var in = results.in();
        if (in.getLong() != session.high()
                || in.getLong() != session.low()
                || in.getInt() != slots.sequence(call.slot())
                || in.getInt() != call.slot()) {
            throw new Malformed("a reply from another session or slot");
        }
        in.getInt();
        var target = in.getInt();
        var flags = in.getInt();
        sequencedNanos = System.nanoTime();
        if (trunk.callsBack() && call.submittedNanos() - aliveNanos > 0) {
            aliveNanos = call.submittedNanos();
        }
        slots.advance(call.slot());
        slots.leave(call);
        slots.target(Math.max(0, target));
        if (flags != 0) {
            flagged(flags, call);
        }
    }

    /** What is not named here is to no effect: where state is gone, that shows where it is used. */
    private void flagged(int flags, Call call) {
        client.flagged(flags);
        if ((flags & LEASE_MOVED) != 0) {
            moves.flagged();
        }
        if (claiming == null && client.mustClaim(flags, call.sentInEpoch())) {
            outdated = true;
        }
    }

    /** SEQUENCE was done: what about the rest? */
    private void done(Call call) {
        var status = results.status();
        if (status == Status.MOVED) {
            moves.met(call.file());
        }
        if (status == Status.OK) {
            end(call, results);
        } else if (status == Status.RETRY_UNCACHED_REP && !call.isCached()) {
            admit(call);
        } else if (call.hasChangedSomething(results.left())) {
            end(call, results);
        } else if (status == Status.DELAY || status == Status.GRACE) {
            delays.later(call, status);
        } else if (outdated && Status.isStateLost(status)) {
            admit(call);
        } else if (!Status.isStateLost(status) || !stateRecovery.recovers(call, status)) {
            end(call, results);
        }
    }

    private void end(Call call, Results with) {
        try {
            call.finish(with);
        } catch (Malformed malformed) {
            if (!with.isNone()) {
                throw malformed;
            }
            giveBack(call);
            throw malformed;
        } catch (RuntimeException | Error cause) {
            giveBack(call);
            throw cause;
        }
        giveBack(call);
    }

    /** Gives a call up. */
    void giveUp(Call call) {
        end(call, results.none(Status.NO_ANSWER));
    }

    boolean isAnyBound() {
        return trunks.isAnyBound();
    }

    /** Sends a call again that the server is still busy with, in the same slot. */
    void resend(Call call) {
        if (session != null && call.slot() >= 0 && slots.call(call.slot()) == call && call.trunk() == null) {
            trunks.send(call);
        }
    }

    /** A connection can be used; what for? */
    void opened(Trunk trunk) {
        if (state == State.CLOSED) {
            trunk.close(null);
            return;
        }
        if (!trunks.isAnyBound()) {
            state = State.ESTABLISHING;
        }
        if (session != null) {
            new Establishing(this, trunk).bind(!trunks.isCalledBack());
        } else {
            client.wantsSession(this);
        }
    }

    /** This lane may create its session now, and is the only one that does. */
    void granted(Grant grant) {
        if (state == State.ESTABLISHING && session == null && !ending) {
            grantedNanos = System.nanoTime();
            new Establishing(this, trunks.first()).begin(grant);
        } else {
            client.failed(this);
        }
    }

    /** A session has been created, on this connection. */
    void created(Trunk trunk, SessionId id, int slotCount, boolean withBackchannel) {
        session = id;
        backchannelGranted = withBackchannel;
        aliveNanos = grantedNanos; // what created it was sent then, or later
        slots.reset(slotCount);
        trunks.begin(trunk);
    }

    /** The server has lost our state: in the new session only control passes until all of it has been claimed. */
    void claim() {
        controlPasses = true;
        claiming = new Reclaiming(this, this::claimed);
        claiming.begin();
    }

    private void claimed() {
        claiming = null;
        established(true);
    }

    /** The new session can be used, and so can the client id. */
    void established(boolean hasClaimed) {
        client.established(this, hasClaimed);
        up();
    }

    /** The session has a connection, or one more: it goes on where it was, with its claims or with everything. */
    void bound() {
        if (session == null) {
            return;
        }
        if (claiming == null) {
            var wasUp = state == State.UP;
            up();
            sequencedNanos -= wasUp ? 0 : client.leaseNanos(); // whether the lease is ours still is asked soon
        } else {
            controlPasses = true;
            goOn();
        }
    }

    private void up() {
        controlPasses = false;
        if (state != State.UP) {
            state = State.UP;
            sequencedNanos = System.nanoTime();
        }
        trunks.raise();
        goOn();
        client.isUp(this);
        if (forsaken != null) {
            destroy(forsaken);
            forsaken = null;
        }
    }

    /** Nobody needs this session any more, and no request that is still on its way to it shall be done. */
    private void destroy(SessionId gone) {
        var call = call(client.config().machine());
        call.op(Op.DESTROY_SESSION);
        gone.write(call.out());
        call.submitControl((done, answer) -> {});
    }

    /** What was under way before, or on a connection that has ended, is sent again, then what has waited. */
    private void goOn() {
        for (int slot = 0; slot < slots.count(); slot++) {
            var call = slots.call(slot);
            if (call != null && call.trunk() == null) {
                trunks.send(call);
            }
        }
        pump();
    }

    /** The session is of no use; its requests go into the next one, on a new connection. */
    void lostSession(String why) {
        abandon("the session is lost: " + why);
    }

    /** Ends all connections; with the last of them the session has ended. */
    private void abandon(String why) {
        forsaken = session != null ? session : forsaken;
        session = null;
        ending = true;
        trunks.close(new IOException(why));
        if (trunks.areClosed()) {
            sessionEnded();
            trunks.first().dialLater(true);
        }
    }

    /** Whether a connection that has ended is to be made anew. */
    boolean wants(Trunk trunk) {
        return state != State.CLOSED && !ending && (session != null || trunk == trunks.first());
    }

    /** The server calls us. */
    void called(Connection from, int xid, XdrReader in) {
        backchannel.called(from, xid, in);
    }

    /** A connection has ended, or could not be had. */
    void closed(Trunk trunk, Throwable why) {
        if (state == State.CLOSED) {
            if (trunks.areClosed()) {
                client.ended(this);
            }
            return;
        }
        if (why instanceof Malformed nonsense) {
            client.heardNonsense(nonsense);
        }
        slots.forgetTrunk(trunk);
        if (session != null && trunks.isAnyBound()) {
            client.hasOneLess();
            trunks.lost(trunk, why);
            goOn();
            return;
        }
        state = State.DOWN;
        controlPasses = false;
        if (session == null && trunks.areClosed()) {
            sessionEnded();
        }
        client.isDown(this, why);
        if (wants(trunk)) {
            trunk.dialLater(true);
        } else if (trunks.areClosed()) {
            trunks.first().dialLater(true);
        }
    }

    /**
     * There is no session any more: what was under way waits for the next, and another lane may have one first. What was to keep
     * or recover this one goes with it.
     */
    private void sessionEnded() {
        ending = false;
        outdated = false;
        if (claiming != null) {
            claiming.abandon();
            claiming = null;
        }
        requeue();
        giveUpOverdue(System.nanoTime());
        for (var call = waiting.take(Call.Kind.CONTROL); call != null; call = waiting.take(Call.Kind.CONTROL)) {
            giveUp(call);
        }
        delays.giveUp(Call.Kind.CONTROL);
        client.failed(this);
    }

    private void requeue() {
        for (int slot = slots.count() - 1; slot >= 0; slot--) {
            var call = slots.call(slot);
            if (call != null) {
                slots.leave(call);
                call.sessionLost();
                if (call.kind() == Call.Kind.CONTROL) {
                    giveUp(call);
                } else {
                    waiting.addFirst(call);
                }
            }
        }
    }

    /**
     * Whether what the server has promised us is to be relied on now. It keeps a delegation for a lease after it has tried to
     * recall it; so what we asked last and it answered, on the connection on which it calls us, must have been asked a good deal
     * less than that ago.
     */
    public boolean isTrusted(long now) {
        return state == State.UP && backchannelGranted && now - aliveNanos < client.leaseNanos() / 3 * 2;
    }

    /**
     * Once in a while: looks whether connections are still there, renews the lease where nothing was said, and gives up what has
     * waited too long.
     */
    void sweep(long now) {
        if (!isTrusted(now)) {
            client.recalls().doubted();
        }
        trunks.look(now);
        var third = client.leaseNanos() / 3;
        var deaf =
                now - aliveNanos > third && now - renewedNanos > third; // others of its connections were heard, perhaps
        if (state == State.UP && (deaf || now - sequencedNanos > third)) {
            sequencedNanos = now;
            renewedNanos = now;
            call(client.config().machine()).submitControl((call, answer) -> {});
        }
        var patience = client.config().patience().toNanos();
        if (patience > 0 && session != null && slots.hasOlderThan(now - patience)) {
            forsake();
        }
        if (state != State.UP) {
            giveUpOverdue(now);
        }
    }

    private void giveUpOverdue(long now) {
        var patience = client.config().patience().toNanos();
        if (patience > 0) {
            for (var call = waiting.takeOlderThan(now - patience);
                    call != null;
                    call = waiting.takeOlderThan(now - patience)) {
                giveUp(call);
            }
        }
    }

    /**
     * A guest has waited for an answer for as long as it wants to. Whether the server has done what was asked nobody knows, so
     * its slot cannot be used again; and what is given up may not be under way any more, since the guest's memory is.
     */
    private void forsake() {
        lostSession("no answer for as long as guests wait");
    }

    /** A delegation goes back to the server; {@code then} runs when the server has it. On its lane. */
    public void giveBackDelegation(StateId delegation, FileHandle file, Runnable then) {
        new DelegationReturn(this, delegation, file, then).begin();
    }

    /** Sends a call again a little later. */
    void later(Call call) {
        delays.later(call, Status.DELAY);
    }

    /** The server wants no slot above {@code highest} to be used. */
    void target(int highest) {
        slots.target(Math.max(0, highest));
    }

    /** Whether nobody is asked any more. */
    public boolean isClosed() {
        return state == State.CLOSED;
    }

    boolean isUp() {
        return state == State.UP;
    }

    /** Ends the session; what waits is given up. */
    void close() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        if (claiming != null) {
            claiming.abandon();
        }
        for (int slot = 0; slot < slots.count(); slot++) {
            var call = slots.call(slot);
            if (call != null) {
                slots.leave(call);
                giveUp(call);
            }
        }
        for (var call = waiting.take(); call != null; call = waiting.take()) {
            giveUp(call);
        }
        delays.close();
        backchannel.close();
        pool.forEach(Call::free);
        pool.clear();
        if (trunks.areClosed()) {
            client.ended(this);
        } else {
            trunks.close(null);
        }
    }
}
