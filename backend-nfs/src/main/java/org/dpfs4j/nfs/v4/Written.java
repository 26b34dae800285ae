package org.dpfs4j.nfs.v4;

import org.dpfs4j.nfs.rpc.Malformed;
import org.dpfs4j.nfs.rpc.XdrReader;

/** How durable data is that a server has taken, read over and over. */
public final class Written {
    /** {@code UNSTABLE4}: until the server is started again. */
    public static final int UNSTABLE = 0;

    /** {@code DATA_SYNC4}: the data, and what is needed to find it. */
    public static final int DATA = 1;

    /** {@code FILE_SYNC4}: all of it. */
    public static final int FILE = 2;

    private int committed;
    private long verifier;

    void read(XdrReader in) {
        committed = in.getInt();
        if (committed < UNSTABLE || committed > FILE) {
            throw new Malformed("data that is durable in no known way");
        }
        verifier = in.getLong();
    }

    /** Whether it is there after a restart of the server. */
    public boolean isDurable() {
        return committed != UNSTABLE;
    }

    /** Changes when the server is started again. */
    public long verifier() {
        return verifier;
    }
}
