package org.dpfs4j.uring;

import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.Statx;

/** The permission bits of a mode, as access(2) reads them. */
final class Permissions {
    private static final int EXECUTE = 1;
    private static final int ALL = 7;
    private static final int EXECUTE_BITS = 0111;
    private static final int OWNER_SHIFT = 6;
    private static final int GROUP_SHIFT = 3;

    private Permissions() {}

    /**
     * Whether a user with one group may do something.
     *
     * @param mask 4 read, 2 write, 1 execute; 0 asks for nothing
     */
    static boolean allow(Statx file, int uid, int gid, int mask) {
        var wanted = mask & ALL;
        var mode = file.mode();
        if (uid == 0) {
            var executable = Mode.isDirectory(mode) || (mode & EXECUTE_BITS) != 0;
            return executable || (wanted & EXECUTE) == 0;
        }
        var shift = uid == file.uid() ? OWNER_SHIFT : gid == file.gid() ? GROUP_SHIFT : 0;
        return (mode >> shift & wanted) == wanted;
    }
}
