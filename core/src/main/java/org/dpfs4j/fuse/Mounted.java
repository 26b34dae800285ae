package org.dpfs4j.fuse;

import java.util.List;
import org.dpfs4j.wire.InitFlags;

/**
 * A session that has been opened: its mounts and what INIT agreed on.
 *
 * @param mounts the root first
 * @param flags {@link InitFlags} that both sides do
 */
record Mounted(List<Mount> mounts, long flags) {
    /** What one mount does is said by all, or by none. */
    static long features(List<Mount> mounts) {
        return mounts.stream().mapToLong(mount -> mount.share().features()).reduce(-1L, (all, one) -> all & one);
    }

    /** The mount of a guest's node id, or null for a forged one. */
    Mount of(long guestNodeId) {
        var index = Mount.indexOf(guestNodeId);
        return index < mounts.size() ? mounts.get(index) : null;
    }

    /** Ends the session's shares; what is under way ends as it can. */
    void close() {
        mounts.forEach(mount -> mount.share().close());
    }
}
