package org.dpfs4j.nfs.v4;

import java.util.concurrent.TimeUnit;

/**
 * The end of a client, said by one of its sessions. It presents itself once more, as one that has just been started: with
 * that, the server drops all that was open and locked, and all sessions. What is left then is taken back in order. A server
 * that does not answer soon forgets us when the lease ends.
 */
final class Farewell {
    private static final long PATIENCE_MILLIS = 1000;

    private final LaneSession session;
    private final Client client;
    private long clientId;

    Farewell(LaneSession session) {
        this.session = session;
        client = session.client();
    }

    void begin() {
        if (!session.isUp()) {
            session.close();
            return;
        }
        session.lane().eventLoop().schedule(session::close, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        var call = session.bare();
        Establishing.exchangeId(call, client.verifier() + 1, client.owner());
        session.sendBare(call, (asked, results) -> {
            if (results.isOk()) {
                var in = results.ok(Op.EXCHANGE_ID);
                clientId = in.getLong();
                createSession(in.getInt());
            } else {
                close();
            }
        });
    }

    private void createSession(int sequence) {
        var call = session.bare();
        Establishing.createSession(call, client.config(), clientId, sequence);
        session.sendBare(call, (asked, results) -> {
            if (results.isOk()) {
                destroySession(SessionId.read(results.ok(Op.CREATE_SESSION)));
            } else {
                close();
            }
        });
    }

    private void destroySession(SessionId id) {
        var call = session.bare();
        call.op(Op.DESTROY_SESSION);
        id.write(call.out());
        session.sendBare(call, (asked, results) -> destroyClient());
    }

    private void destroyClient() {
        var call = session.bare();
        call.op(Op.DESTROY_CLIENTID);
        call.out().putLong(clientId);
        session.sendBare(call, (asked, results) -> close());
    }

    private void close() {
        session.lane().execute(session::close);
    }
}
