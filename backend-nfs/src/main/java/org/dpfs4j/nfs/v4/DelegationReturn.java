package org.dpfs4j.nfs.v4;

/** Gives a delegation back to the server, however often it takes; one that the server has taken away is let go there, too. */
final class DelegationReturn {
    private final LaneSession session;
    private final StateId delegation;
    private final FileHandle file;
    private final Runnable then;

    DelegationReturn(LaneSession session, StateId delegation, FileHandle file, Runnable then) {
        this.session = session;
        this.delegation = delegation;
        this.file = file;
        this.then = then;
    }

    /** Goes before all others: somebody waits for it. It ends with the session; then it waits for the next one. */
    void begin() {
        call().submitControl((asked, results) -> {
            if (results.status() == Status.NO_ANSWER && !session.isClosed()) {
                call().submit((again, answer) -> returned(answer.status()));
            } else {
                returned(results.status());
            }
        });
    }

    private Call call() {
        var call = session.call(session.client().config().machine());
        call.putfh(file);
        call.op(Op.DELEGRETURN);
        call.stateId(() -> delegation);
        return call.insist();
    }

    /** A delegation that was revoked is the server's to remember until we have said that we know (RFC 8881, 10.2.1). */
    private void returned(int status) {
        if (Status.isStateLost(status)) {
            var call = session.call(session.client().config().machine());
            call.op(Op.FREE_STATEID);
            call.stateId(() -> delegation);
            call.submit((asked, results) -> {});
        }
        then.run();
    }
}
