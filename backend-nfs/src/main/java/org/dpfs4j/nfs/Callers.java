package org.dpfs4j.nfs;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dpfs4j.nfs.rpc.Credential;

/**
 * Who the users of a guest are for the server.
 *
 * @param squash whose requests are made as {@code anonymousUid} and {@code anonymousGid}
 * @param groups by uid the groups that a user has beside the one of its process: requests of a guest do not name them
 */
record Callers(Squash squash, int anonymousUid, int anonymousGid, Map<Integer, int[]> groups) {
    /** Who is nobody in particular. */
    static final int NOBODY = 65534;

    /** All are who they are in the guest, and none has other groups than a request names. */
    static final Callers THEMSELVES = new Callers(Squash.NONE, NOBODY, NOBODY, Map.of());

    /** Whose requests are anonymous. */
    enum Squash {
        /** Nobody's. */
        NONE,
        /** Those of uid 0, and of gid 0. */
        ROOT,
        /** Everybody's. */
        ALL
    }

    /**
     * Reads lines of the form {@code UID:GID,GID,...}.
     *
     * @throws IllegalArgumentException when one has another form, names a user twice, or more groups than AUTH_SYS carries
     */
    static Map<Integer, int[]> groups(List<String> lines) {
        var groups = new HashMap<Integer, int[]>();
        for (var line : lines) {
            var colon = line.indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("not of the form UID:GID,GID: " + line);
            }
            var gids = Arrays.stream(line.substring(colon + 1).split(",", -1))
                    .mapToInt(gid -> id(gid, line))
                    .toArray();
            if (gids.length > Credential.GROUPS_MAX) {
                throw new IllegalArgumentException(
                        "more than " + Credential.GROUPS_MAX + " groups, which is all that AUTH_SYS carries: " + line);
            }
            if (groups.put(id(line.substring(0, colon), line), gids) != null) {
                throw new IllegalArgumentException("the user is named twice: " + line);
            }
        }
        return Map.copyOf(groups);
    }

    private static int id(String digits, String line) {
        try {
            return Integer.parseUnsignedInt(digits.strip());
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("not of the form UID:GID,GID: " + line);
        }
    }
}
