package org.dpfs4j.nfs.v4;

import org.dpfs4j.nfs.rpc.XdrReader;
import org.dpfs4j.nfs.rpc.XdrWriter;

/** What the server calls a session: sixteen bytes. */
record SessionId(long high, long low) {
    static SessionId read(XdrReader in) {
        return new SessionId(in.getLong(), in.getLong());
    }

    void write(XdrWriter out) {
        out.putLong(high);
        out.putLong(low);
    }
}
