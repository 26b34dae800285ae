package org.dpfs4j.nfs.v4;

import org.dpfs4j.nfs.rpc.XdrReader;

/**
 * What a server calls a piece of state (RFC 8881, 8.2), without its sequence number: requests name the latest one by 0.
 *
 * @param high the first eight bytes
 * @param low the other four
 */
public record StateId(long high, int low) {
    /** No state: access by everybody. */
    static final StateId ANONYMOUS = new StateId(0, 0);

    /** Reads one. */
    static StateId read(XdrReader in) {
        in.getInt();
        return new StateId(in.getLong(), in.getInt());
    }
}
