package org.dpfs4j.nfs.v4;

import org.dpfs4j.nfs.rpc.Dialer;

/**
 * The connections of a lane's session. The first one makes the session; the others are bound to it (RFC 8881, 18.34) once it can
 * be used. Large pieces of data stay away from the first connection that lives, where there are others, so that no small
 * request waits behind them; all else goes where the least is under way. Belongs to its lane.
 */
final class Lines {
    /** Data that would keep others waiting. */
    private static final int LARGE_BYTES = 32 << 10;

    /** From then on the log says that a connection cannot be had. */
    private static final int ATTEMPTS_TOLD = 4;

    private final LaneSession session;
    private final Line[] lines;

    Lines(LaneSession session, Dialer dialer) {
        this.session = session;
        lines = new Line[dialer.config().connections()];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = new Line(session, dialer);
        }
    }

    /** The one that makes the session. */
    Line first() {
        return lines[0];
    }

    /** One that requests can be sent on, if there is one. */
    Line speaking() {
        for (var line : lines) {
            if (line.isBound()) {
                return line;
            }
        }
        return first();
    }

    boolean isAnyBound() {
        for (var line : lines) {
            if (line.isBound()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the server can call us. */
    boolean isCalledBack() {
        for (var line : lines) {
            if (line.callsBack()) {
                return true;
            }
        }
        return false;
    }

    /** Whether all have ended. */
    boolean areClosed() {
        for (var line : lines) {
            if (!line.isClosed()) {
                return false;
            }
        }
        return true;
    }

    /** Sends a request of the session on one that lives; where none does it is sent when one does. */
    void send(Call call) {
        line(call).send(call);
    }

    private Line line(Call call) {
        if (lines.length == 1) {
            return lines[0];
        }
        var large = call.kind() == Call.Kind.BULK && call.dataBytes() >= LARGE_BYTES;
        Line first = null;
        Line best = null;
        for (var line : lines) {
            if (!line.isBound()) {
                continue;
            }
            if (first == null) {
                first = line;
                if (large) {
                    continue;
                }
            }
            if (best == null || line.underWayBytes() < best.underWayBytes()) {
                best = line;
            }
        }
        return best != null ? best : first != null ? first : lines[0];
    }

    /** The session can be used: all of them are wanted. */
    void raise() {
        for (var line : lines) {
            if (line.isBound()) {
                line.works();
            } else if (!line.isRefused()) {
                line.dial();
            }
        }
    }

    /** A new session: what was refused for the one before is asked for again. */
    void begin(Line maker) {
        for (var line : lines) {
            line.forgive();
        }
        maker.bound(true);
    }

    /** One has ended while others live. */
    void lost(Line line, Throwable why) {
        if (line.isRefused()) {
            session.client().fewerConnections(lines.length, why);
            return;
        }
        line.dialLater(false);
        if (line.attempts() == ATTEMPTS_TOLD) {
            session.client().fewerConnections(lines.length, why);
        }
    }

    /** Ends all that are open. */
    void close(Throwable why) {
        for (var line : lines) {
            line.close(why);
        }
    }
}
