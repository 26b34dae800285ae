package org.dpfs4j.nfs.v4;

import org.dpfs4j.nfs.rpc.Dialer;

/**
 * The connections of a lane's session. The first one makes the session; the others are bound to it (RFC 8881, 18.34) once it can
 * be used. Large pieces of data stay away from the first connection that lives, where there are others, so that no small
 * request waits behind them; all else goes where the least is under way. Belongs to its lane.
 */
final class Trunks {
    /** Data that would keep others waiting. */
    private static final int LARGE_BYTES = 32 << 10;

    /** From then on the log says that a connection cannot be had. */
    private static final int ATTEMPTS_TOLD = 4;

    private final LaneSession session;
    private final Trunk[] trunks;

    Trunks(LaneSession session, Dialer dialer) {
        this.session = session;
        trunks = new Trunk[dialer.config().connections()];
        for (int i = 0; i < trunks.length; i++) {
            trunks[i] = new Trunk(session, dialer);
        }
    }

    /** The one that makes the session. */
    Trunk first() {
        return trunks[0];
    }

    /** One that requests can be sent on, if there is one. */
    Trunk speaking() {
        for (var trunk : trunks) {
            if (trunk.isBound()) {
                return trunk;
            }
        }
        return first();
    }

    boolean isAnyBound() {
        for (var trunk : trunks) {
            if (trunk.isBound()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the server can call us. */
    boolean isCalledBack() {
        for (var trunk : trunks) {
            if (trunk.callsBack()) {
                return true;
            }
        }
        return false;
    }

    /** Whether all have ended. */
    boolean areClosed() {
        for (var trunk : trunks) {
            if (!trunk.isClosed()) {
                return false;
            }
        }
        return true;
    }

    /** Sends a request of the session on one that lives; where none does it is sent when one does. */
    void send(Call call) {
        trunk(call).send(call);
    }

    private Trunk trunk(Call call) {
        if (trunks.length == 1) {
            return trunks[0];
        }
        var large = call.kind() == Call.Kind.BULK && call.dataBytes() >= LARGE_BYTES;
        Trunk first = null;
        Trunk best = null;
        for (var trunk : trunks) {
            if (!trunk.isBound()) {
                continue;
            }
            if (call.kind() == Call.Kind.CONTROL && trunk.callsBack() && trunk.underWayBytes() == 0) {
                return trunk; // an answer from there shows that the server can reach us, too
            }
            if (first == null) {
                first = trunk;
                if (large) {
                    continue;
                }
            }
            if (best == null || trunk.underWayBytes() < best.underWayBytes()) {
                best = trunk;
            }
        }
        return best != null ? best : first != null ? first : trunks[0];
    }

    /** The session can be used: all of them are wanted. */
    void raise() {
        for (var trunk : trunks) {
            if (trunk.isBound()) {
                trunk.works();
            } else if (!trunk.isRefused()) {
                trunk.dial();
            }
        }
    }

    /** A new session: what was refused for the one before is asked for again. */
    void begin(Trunk maker) {
        for (var trunk : trunks) {
            trunk.forgive();
        }
        maker.bound(true);
    }

    /** One has ended while others live. */
    void lost(Trunk trunk, Throwable why) {
        if (trunk.isRefused()) {
            session.client().fewerConnections(trunks.length, why);
            return;
        }
        trunk.dialLater(false);
        if (trunk.attempts() == ATTEMPTS_TOLD) {
            session.client().fewerConnections(trunks.length, why);
        }
    }

    /** Looks whether one has been reset unheard. */
    void look(long now) {
        for (var trunk : trunks) {
            trunk.look(now);
        }
    }

    /** Ends all that are open. */
    void close(Throwable why) {
        for (var trunk : trunks) {
            trunk.close(why);
        }
    }
}
