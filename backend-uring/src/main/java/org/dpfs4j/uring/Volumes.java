package org.dpfs4j.uring;

import java.util.concurrent.ConcurrentHashMap;
import org.dpfs4j.wire.Statx;

/** The file systems under the root, by device number. */
final class Volumes {
    /** Makes a volume of its {@code statfs(2)} type. */
    @FunctionalInterface
    interface Kind {
        Volume of(long type);
    }

    private final ConcurrentHashMap<Long, Volume> byDevice = new ConcurrentHashMap<>();
    private final Kind ofType;

    /** File systems that are made of their {@code statfs(2)} type when they are met. */
    Volumes(Kind ofType) {
        this.ofType = ofType;
    }

    /** What the file behind {@code fd}, which {@code statx} describes, lies on. */
    Volume of(FileCalls calls, int fd, Statx statx) {
        var device = FileKey.device(statx);
        var known = byDevice.get(device);
        if (known != null) {
            return known;
        }
        // Asked for outside of the map: others find their file systems meanwhile, however long this one takes to
        // answer.
        var fresh = ofType.of(calls.type(fd));
        var other = byDevice.putIfAbsent(device, fresh);
        return other == null ? fresh : other;
    }
}
