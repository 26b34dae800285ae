package org.dpfs4j.nfs;

import java.util.HashMap;
import java.util.Map;
import org.dpfs4j.nfs.rpc.Credential;
import org.dpfs4j.wire.Protocol;

/** The credentials of the users of one lane, made once each; a guest with many users makes them anew now and then. */
final class Credentials {
    /** Stands for a group that was not named; no group has this number. */
    static final int NO_GROUP = Protocol.INVALID_ID;

    private static final int KEPT_MAX = 1024;
    private static final int[] NO_GROUPS = {};

    /** What a request says of who makes it. */
    private record User(int uid, int gid, int group) {}

    private final Callers callers;
    private final Map<User, Credential> kept = new HashMap<>();
    private final String host = ClientNames.host();
    private User last;
    private Credential lastCredential;

    Credentials(Callers callers) {
        this.callers = callers;
    }

    /** Who has these ids in the guest, and one group more, or {@link #NO_GROUP}. */
    Credential of(int uid, int gid, int group) {
        if (last == null || uid != last.uid || gid != last.gid || group != last.group) {
            last = new User(uid, gid, group);
            if (kept.size() >= KEPT_MAX) {
                kept.clear();
            }
            lastCredential = kept.computeIfAbsent(last, this::make);
        }
        return lastCredential;
    }

    private Credential make(User user) {
        var all = callers.squash() == Callers.Squash.ALL;
        var root = callers.squash() == Callers.Squash.ROOT;
        if (all || (root && user.uid == 0)) {
            return Credential.unix(host, callers.anonymousUid(), callers.anonymousGid());
        }
        var gid = root && user.gid == 0 ? callers.anonymousGid() : valid(user.gid);
        return Credential.unix(host, valid(user.uid), gid, groups(user, root));
    }

    private int[] groups(User user, boolean withoutRoot) {
        var others = callers.groups().getOrDefault(user.uid, NO_GROUPS);
        if (user.group == NO_GROUP || (withoutRoot && user.group == 0)) {
            return others;
        }
        // The one that the request names goes first: it decides, and there may be too many.
        var groups = new int[Math.min(Credential.GROUPS_MAX, others.length + 1)];
        groups[0] = user.group;
        System.arraycopy(others, 0, groups, 1, groups.length - 1);
        return groups;
    }

    /** The number that is none becomes nobody's: servers refuse it, or take it for somebody. */
    private static int valid(int id) {
        return id == Protocol.INVALID_ID ? Callers.NOBODY : id;
    }
}
