package org.dpfs4j.nfs.v4;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.nfs.rpc.Connection;
import org.dpfs4j.nfs.rpc.Dialer;
import org.dpfs4j.nfs.rpc.XdrReader;

/**
 * One connection of a lane's session: it is dialled, bound to the session and dialled again when it ends. What is under way on
 * it the session sends again, here or on another. Belongs to its lane.
 */
final class Trunk implements Connection.Events {
    private static final long REDIAL_FIRST_MILLIS = 50;
    private static final long REDIAL_MAX_MILLIS = 5000;
    private static final int DOUBLINGS_MAX = 10;

    private final LaneSession session;
    private final Dialer dialer;
    private Connection connection;
    private Call bare;
    private boolean bound;
    private boolean callsBack;
    private boolean refused;
    private boolean redials;
    private int attempts;
    private long underWayBytes;

    Trunk(LaneSession session, Dialer dialer) {
        this.session = session;
        this.dialer = dialer;
    }

    /** Begins to connect, where there is no connection. */
    void dial() {
        if (connection == null) {
            connection = dialer.dial(session.lane(), this);
        }
    }

    /** Connects again after a while, which is longer each time; at once the first time, if nobody else can be asked. */
    void dialLater(boolean atOnce) {
        if (redials) {
            return;
        }
        redials = true;
        refused = false;
        var pause = attempts++ == 0 && atOnce
                ? 0
                : Math.min(REDIAL_MAX_MILLIS, REDIAL_FIRST_MILLIS << Math.min(attempts, DOUBLINGS_MAX));
        var jitter = pause == 0 ? 0 : ThreadLocalRandom.current().nextLong(pause / 2);
        session.lane().eventLoop().schedule(this::dialAgain, pause - jitter, TimeUnit.MILLISECONDS);
    }

    private void dialAgain() {
        redials = false;
        if (session.wants(this)) {
            dial();
        }
    }

    /** How often it was dialled in vain. */
    int attempts() {
        return attempts;
    }

    /** It works: the next time, it is dialled soon. */
    void works() {
        attempts = 0;
    }

    /** Whether there is no connection, nor one that is just being made or just ending. */
    boolean isClosed() {
        return connection == null;
    }

    /** Whether requests of the session can be sent. */
    boolean isBound() {
        return bound && !connection.isClosed();
    }

    /** Whether the server may call us on it. */
    boolean callsBack() {
        return callsBack && isBound();
    }

    /** Whether the server does not want it to be one of the session's. */
    boolean isRefused() {
        return refused;
    }

    /** Bytes of requests and replies that are under way, about. */
    long underWayBytes() {
        return underWayBytes;
    }

    Connection connection() {
        return connection;
    }

    /** It belongs to the session from now on. */
    void bound(boolean withBackchannel) {
        bound = true;
        callsBack = withBackchannel;
    }

    /** The server does not bind it: there is no second attempt in this session. */
    void refused(Throwable why) {
        refused = true;
        connection.close(why);
    }

    /** A new session may be granted more than the one before. */
    void forgive() {
        refused = false;
    }

    /** Sends a request of the session; where that cannot be done, it is still nowhere under way. */
    void send(Call call) {
        if (isBound() && connection.send(call)) {
            call.trunk(this);
            underWayBytes += call.weightBytes();
        }
    }

    /** Sends a call outside of any session at once, one at a time; it is forgotten with the connection. */
    void sendBare(Call call, Continuation then) {
        assert bare == null;
        call.then(then);
        if (connection != null && connection.send(call)) {
            bare = call;
            call.trunk(this);
        } else {
            session.giveBack(call);
        }
    }

    /** A request has its reply. */
    void answered(Call call) {
        call.trunk(null);
        if (call == bare) {
            bare = null;
        } else {
            underWayBytes -= call.weightBytes();
        }
    }

    /** Looks whether it has been reset unheard. */
    void look(long now) {
        if (connection != null) {
            connection.look(now);
        }
    }

    /** Ends the connection, if there is one; it is dialled again as the session wants. */
    void close(Throwable why) {
        if (connection != null) {
            connection.close(why);
        }
    }

    @Override
    public void opened(Connection opened) {
        session.opened(this);
    }

    @Override
    public void called(Connection from, int xid, XdrReader in) {
        session.called(from, xid, in);
    }

    @Override
    public void closed(Connection from, Throwable why) {
        connection = null;
        bound = false;
        underWayBytes = 0;
        if (bare != null) {
            session.giveBack(bare);
            bare = null;
        }
        session.closed(this, why);
    }
}
