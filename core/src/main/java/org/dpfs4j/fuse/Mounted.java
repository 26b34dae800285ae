package org.dpfs4j.fuse;

import java.util.List;
import org.dpfs4j.wire.InitFlags;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session that has been opened: its mounts and what INIT agreed on.
 *
 * @param mounts the root first
 * @param flags {@link InitFlags} that both sides do
 */
record Mounted(List<Mount> mounts, long flags) {
    private static final Logger LOG = LoggerFactory.getLogger(Mounted.class);

    /** What one mount does is said by all, or by none. */
    static long features(List<Mount> mounts) {
        var all = mounts.stream().mapToLong(mount -> mount.share().features()).reduce(-1L, (some, one) -> some & one);
        // The parent of a mount's root is in another mount, which none of them knows.
        return mounts.size() > 1 ? all & ~InitFlags.EXPORT_SUPPORT : all;
    }

    /** The mount of a guest's node id, or null for a forged one. */
    Mount of(long guestNodeId) {
        var index = Mount.indexOf(guestNodeId);
        return index < mounts.size() ? mounts.get(index) : null;
    }

    /** Ends the session's shares; what is under way ends as it can. */
    void close() {
        for (var mount : mounts) {
            try {
                mount.share().close();
            } catch (RuntimeException e) {
                LOG.error("the share of a mount cannot be closed", e);
            }
        }
    }
}
