package org.dpfs4j.fuse;

import java.nio.charset.StandardCharsets;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.Share;
import org.dpfs4j.io.Lane;
import org.dpfs4j.wire.Errno;

/**
 * One tree of a device while its session lasts: where it hangs, its share, and the share's file system on each lane.
 *
 * <p>A node id as the guest knows it is the mount's index above and the share's own id below:
 * <pre>
 *   63      56 55                            0
 *   | mount   | the share's node id           |
 * </pre>
 */
final class Mount {
    private static final int INDEX_SHIFT = 56;

    private final int index;
    private final byte[] name;
    private final Share share;
    private final FileSystem[] fileSystems;
    private final boolean alone;

    /**
     * A mount of a session.
     *
     * @param index 0 for the root
     * @param name the entry of the root directory that this is; empty for the root itself
     * @param lanes how many lanes there are
     * @param alone whether the device has no other mount: the guest remembers ENOSYS for the whole device
     */
    Mount(int index, String name, Share share, int lanes, boolean alone) {
        this.index = index;
        this.name = name.getBytes(StandardCharsets.UTF_8);
        this.share = share;
        fileSystems = new FileSystem[lanes];
        this.alone = alone;
    }

    /** Which mount a guest's node id belongs to; any number from 0 to 255. */
    static int indexOf(long guestNodeId) {
        return (int) (guestNodeId >>> INDEX_SHIFT);
    }

    /** The share's own id in a guest's node id. */
    static long localId(long guestNodeId) {
        return guestNodeId & (1L << INDEX_SHIFT) - 1;
    }

    /** A share's node id as the guest shall know it. */
    long qualified(long localId) {
        return (long) index << INDEX_SHIFT | localId;
    }

    /** Whether this is the root of a device with other mounts. */
    boolean hasOthersBelow() {
        return index == 0 && !alone;
    }

    byte[] name() {
        return name;
    }

    /** Where it hangs in the device. */
    String path() {
        return '/' + new String(name, StandardCharsets.UTF_8);
    }

    Share share() {
        return share;
    }

    /** What a guest is told instead of ENOSYS. */
    Errno unsupported() {
        return alone ? Errno.ENOSYS : Errno.EOPNOTSUPP;
    }

    /** The file system on a lane, made at the lane's first request; only that lane asks for it. */
    FileSystem on(Lane lane, long flags) {
        var fileSystem = fileSystems[lane.index()];
        if (fileSystem == null) {
            fileSystem = share.attach(lane, flags);
            fileSystems[lane.index()] = fileSystem;
        }
        return fileSystem;
    }
}
