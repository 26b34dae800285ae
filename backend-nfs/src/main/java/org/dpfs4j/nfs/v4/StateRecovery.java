package org.dpfs4j.nfs.v4;

/**
 * Opens a file again that the server has forgotten while the session went on: its lease ended, or an administrator took it
 * away. The request that met it is sent again with what came of that.
 */
final class StateRecovery {
    private static final int ATTEMPTS_MAX = 8;

    private final LaneSession session;

    StateRecovery(LaneSession session) {
        this.session = session;
    }

    /** Takes a call on whose state is gone; false when nothing can be done for it. */
    boolean recovers(Call call, int status) {
        var holder = call.holder(0);
        if (holder != null && call.kind() == Call.Kind.CONTROL) {
            return false; // opening it again would wait for the claims, or whatever else this is a part of
        }
        if (holder instanceof OpenState open && open.isRecovering()) {
            session.later(call);
            return true;
        }
        if (call.nextRecovery() >= ATTEMPTS_MAX) {
            return false;
        }
        if (holder == null) {
            return outlived(call, status);
        }
        if (call.stateHasChanged()) {
            session.admit(call);
            return true;
        }
        return switch (holder) {
            case OpenState open -> reopen(open, call, status);
            case LockState lock -> {
                lock.lose();
                yield false;
            }
            default -> false;
        };
    }

    /**
     * Our lease has ended, which a server may say of requests that name no state: NFS-Ganesha does of COMMIT, and forgets the
     * session a moment later. What is asked again then meets the next session.
     */
    private boolean outlived(Call call, int status) {
        if (status == Status.EXPIRED) {
            session.later(call);
        }
        return status == Status.EXPIRED;
    }

    private boolean reopen(OpenState state, Call waiting, int status) {
        if (state.isLost()) {
            return false;
        }
        if (!state.beginRecovery()) {
            session.later(waiting);
            return true;
        }
        var revoked = state.stateId();
        var free = session.call(session.client().config().machine());
        free.op(Op.FREE_STATEID);
        free.stateId(() -> revoked);
        free.insist().submit((asked, results) -> open(state, waiting, status));
        return true;
    }

    /** Opens it once more; what was revoked has been freed, or the server would give it again. */
    private void open(OpenState state, Call waiting, int status) {
        var call = session.call(state.credential());
        call.putfh(state.handle());
        OpenOps.open(call, state);
        call.insist().submit((asked, results) -> {
            var open = results.isOk();
            if (open) {
                results.ok(Op.PUTFH);
                state.opened(state.handle(), OpenOps.opened(results, state));
                session.client().states().locksOf(state).forEach(LockState::lose);
            } else if (results.status() != Status.NO_ANSWER) {
                state.lose();
            }
            state.endRecovery();
            session.client().lostState(status);
            if (open) {
                session.admit(waiting);
            } else {
                session.giveUp(waiting);
            }
        });
    }
}
