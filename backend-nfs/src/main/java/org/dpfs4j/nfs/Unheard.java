package org.dpfs4j.nfs;

import org.dpfs4j.nfs.v4.Call;
import org.dpfs4j.nfs.v4.FileHandle;
import org.dpfs4j.nfs.v4.OpenOps;
import org.dpfs4j.nfs.v4.OpenState;
import org.dpfs4j.nfs.v4.Status;

/**
 * Closes files of which nobody has heard whether they were opened: the reply made no sense, or did not come in time. Each open
 * file has an owner of its own, and to a server what an owner opens twice is open once (RFC 8881, 9.8). So the same owner opens
 * it again and closes it in the same request, whatever was there before. Where the server does not answer that either, it is
 * asked until it does.
 */
final class Unheard {
    private final LaneMount mount;

    Unheard(LaneMount mount) {
        this.mount = mount;
    }

    /** Whether an OPEN that ended so may have been done without anybody knowing as what. */
    static boolean isUnheard(Call call, OpenState state, int status) {
        return state.handle() == null
                && (status == Status.NONSENSE || status == Status.NO_ANSWER)
                && call.mayHaveBeenDone();
    }

    /** Closes what may be open of this file. */
    void close(OpenState state, FileHandle file) {
        close(state, file, null);
    }

    /** Closes what may be open under this name of a directory. */
    void close(OpenState state, FileHandle file, byte[] name) {
        var call = mount.session().call(state.credential());
        call.putfh(file);
        call.changes();
        if (name == null) {
            OpenOps.open(call, state);
        } else {
            OpenOps.open(call, state, name);
        }
        call.closeCurrent();
        call.insist().submit((done, results) -> {
            if (results.status() == Status.NO_ANSWER && !mount.session().isClosed()) {
                close(state, file, name);
            }
        });
    }
}
