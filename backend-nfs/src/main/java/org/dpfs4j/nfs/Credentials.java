package org.dpfs4j.nfs;

import java.util.HashMap;
import java.util.Map;
import org.dpfs4j.nfs.rpc.Credential;
import org.dpfs4j.wire.Protocol;

/** The credentials of the users of one lane, made once each; a guest with many users makes them anew now and then. */
final class Credentials {
    private static final int KEPT_MAX = 1024;
    private static final int NOBODY = 65534;

    private final Map<Long, Credential> kept = new HashMap<>();
    private final String host = ClientNames.host();
    private long last;
    private Credential lastCredential;

    /** Who has these ids in the guest. */
    Credential of(int uid, int gid) {
        var key = (long) uid << Integer.SIZE | Integer.toUnsignedLong(gid);
        if (lastCredential == null || key != last) {
            lastCredential = find(key, uid, gid);
            last = key;
        }
        return lastCredential;
    }

    private Credential find(long key, int uid, int gid) {
        if (kept.size() >= KEPT_MAX) {
            kept.clear();
        }
        return kept.computeIfAbsent(key, _ -> Credential.unix(host, valid(uid), valid(gid)));
    }

    /** The number that is none becomes nobody's: servers refuse it, or take it for somebody. */
    private static int valid(int id) {
        return id == Protocol.INVALID_ID ? NOBODY : id;
    }
}
