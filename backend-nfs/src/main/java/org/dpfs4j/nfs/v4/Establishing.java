package org.dpfs4j.nfs.v4;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.nfs.rpc.Connection;

/**
 * The conversation on a new connection that ends in a session that can be used: either the one from before is bound to it, or
 * a new one is created, after a client id was asked for where there is none, and with all state claimed again where the
 * server has lost it. It ends early with its connection.
 */
final class Establishing {
    private static final int USE_NON_PNFS = 0x10000;
    private static final int CONFIRMED = 0x8000_0000;
    private static final int WANT_BACKCHANNEL = 2;
    private static final int FORE = 1;
    private static final int BACK = 2;
    private static final int FORE_OR_BOTH = 3;
    private static final int ANSWER_BYTES_MAX = 1024;
    private static final int ATTEMPTS_MAX = 100;
    private static final long AGAIN_MILLIS = 200;

    private final LaneSession session;
    private final Client client;
    private final Trunk trunk;
    private final Connection connection;
    private int attempts;

    Establishing(LaneSession session, Trunk trunk) {
        this.session = session;
        this.trunk = trunk;
        client = session.client();
        connection = trunk.connection();
    }

    private void fail(String why) {
        connection.close(new IOException(why));
    }

    /** Whether a step has to be tried again later; there is an end to that. */
    private boolean again(int status, Runnable step) {
        if (status != Status.DELAY && status != Status.GRACE) {
            return false;
        }
        if (attempts++ > ATTEMPTS_MAX) {
            fail("the server has no time to begin a session");
            return true;
        }
        session.lane()
                .eventLoop()
                .schedule(
                        () -> {
                            if (!connection.isClosed()) {
                                step.run();
                            }
                        },
                        AGAIN_MILLIS,
                        TimeUnit.MILLISECONDS);
        return true;
    }

    /**
     * Goes on with the session there is, on a new connection: instead of one that has ended, or beside others. The server
     * calls us on one of them.
     */
    void bind(boolean asBackchannel) {
        var call = session.bare();
        call.op(Op.BIND_CONN_TO_SESSION);
        session.session().write(call.out());
        call.out().putInt(asBackchannel ? FORE_OR_BOTH : FORE);
        call.out().putFlag(false);
        trunk.sendBare(call, (asked, results) -> {
            var status = results.status();
            if (status == Status.OK) {
                bound(results);
            } else if (again(status, () -> bind(asBackchannel))) {
                return;
            } else if (session.isAnyBound()) {
                trunk.refused(new IOException("it answers " + status + " when one more is bound"));
            } else if (Status.isUnsupported(status) || status == Status.OP_NOT_IN_SESSION) {
                trunk.bound(false);
                session.bound();
            } else {
                session.lostSession("the server answers " + status + " when a connection is bound to it");
            }
        });
    }

    private void bound(Results results) {
        var in = results.ok(Op.BIND_CONN_TO_SESSION);
        SessionId.read(in);
        var direction = in.getInt();
        if ((direction & FORE) != 0) {
            trunk.bound((direction & BACK) != 0);
            session.bound();
        } else {
            fail("the server binds a connection that it wants to call on only");
        }
    }

    /** Creates a session. */
    void begin(Grant grant) {
        if (grant.known()) {
            createSession(grant.clientId(), grant.sequence(), true);
        } else {
            exchangeId();
        }
    }

    private void exchangeId() {
        var call = session.bare();
        exchangeId(call, client.verifier(), client.owner());
        trunk.sendBare(call, (asked, results) -> {
            var status = results.status();
            if (status == Status.OK) {
                exchanged(results);
            } else if (status == Status.MINOR_VERS_MISMATCH && client.stepDown()) {
                exchangeId();
            } else if (!again(status, this::exchangeId)) {
                fail("the server refuses a client id: " + reason(status));
            }
        });
    }

    /** Asks for a client id; another verifier than before means that we have been started anew. */
    static void exchangeId(Compound call, long verifier, byte[] owner) {
        call.op(Op.EXCHANGE_ID);
        call.out().putLong(verifier);
        call.out().putOpaque(owner);
        call.out().putInt(USE_NON_PNFS);
        call.out().putInt(0);
        call.out().putInt(0);
    }

    private static String reason(int status) {
        return switch (status) {
            case Status.REFUSED -> "it does not take who we are (AUTH_SYS)";
            case Status.UNAVAILABLE -> "it has no NFS 4";
            case Status.MINOR_VERS_MISMATCH -> "it does not speak NFS 4.1";
            case Status.CLID_INUSE -> "somebody else has our name (client-name)";
            default -> "NFS status " + status;
        };
    }

    private void exchanged(Results results) {
        var in = results.ok(Op.EXCHANGE_ID);
        var clientId = in.getLong();
        var sequence = in.getInt();
        var confirmed = (in.getInt() & CONFIRMED) != 0;
        if (in.getInt() != 0) {
            fail("the server wants state to be protected by Kerberos");
            return;
        }
        in.getLong();
        in.skipOpaque(ANSWER_BYTES_MAX);
        in.skipOpaque(ANSWER_BYTES_MAX);
        createSession(clientId, sequence, client.exchanged(clientId, sequence, confirmed));
    }

    /** {@code claimed}: the server has all our state, or has been told of it. */
    private void createSession(long clientId, int sequence, boolean claimed) {
        var call = session.bare();
        createSession(call, client.config(), clientId, sequence);
        trunk.sendBare(call, (asked, results) -> {
            var status = results.status();
            if (status == Status.OK) {
                created(clientId, sequence, claimed, results);
            } else if (status == Status.STALE_CLIENTID || status == Status.EXPIRED || status == Status.SEQ_MISORDERED) {
                forgotten();
            } else if (!again(status, () -> createSession(clientId, sequence, claimed))) {
                fail("the server refuses a session: " + reason(status));
            }
        });
    }

    /** Asks for a session with a backchannel. */
    static void createSession(Compound call, ClientConfig config, long clientId, int sequence) {
        call.op(Op.CREATE_SESSION);
        call.out().putLong(clientId);
        call.out().putInt(sequence);
        call.out().putInt(WANT_BACKCHANNEL);
        SessionParameters.fore(config.requestBytes(), config.replyBytes()).write(call.out());
        SessionParameters.BACK.write(call.out());
        call.out().putInt(Backchannel.PROGRAM);
        call.out().putInt(1);
        call.out().putInt(0);
    }

    private void forgotten() {
        if (attempts++ > ATTEMPTS_MAX) {
            fail("the server forgets its client ids at once");
        } else {
            exchangeId();
        }
    }

    private void created(long clientId, int sequence, boolean claimed, Results results) {
        var in = results.ok(Op.CREATE_SESSION);
        var id = SessionId.read(in);
        in.getInt();
        var backchannel = (in.getInt() & WANT_BACKCHANNEL) != 0;
        var fore = SessionParameters.read(in).checked();
        client.sessionCreated(clientId, sequence + 1, fore);
        session.created(trunk, id, fore.slots(), backchannel);
        if (claimed) {
            session.established(false);
        } else {
            session.claim();
        }
    }
}
