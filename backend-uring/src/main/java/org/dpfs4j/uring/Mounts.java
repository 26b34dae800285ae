package org.dpfs4j.uring;

import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Line;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Statx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mounts under the root that a device's guest knows files on, and whether those can be opened by their handles. */
final class Mounts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Mounts.class);

    private record Key(long mountId, long device) {}

    private final Path root;
    private final FileHandles wanted;
    private final Volumes volumes;
    private final ConcurrentHashMap<Key, HostMount> all = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Volume, Line> lines = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** None yet. */
    Mounts(UringConfig config, Volumes volumes) {
        root = config.root();
        wanted = config.budget().inodeFileHandles();
        this.volumes = volumes;
    }

    /**
     * The mount of a file, which a node on it is counted at.
     *
     * @param fd a descriptor of the file, O_PATH or not
     * @param statx its attributes
     * @return null when files must have handles and have none
     */
    HostMount join(FileCalls calls, int fd, Statx statx) {
        var key = new Key(statx.mountId(), FileKey.device(statx));
        while (true) {
            var known = all.get(key);
            if (known != null && known.join()) {
                return known;
            }
            var volume = volumes.of(calls, fd, statx);
            var descriptor = descriptor(calls, fd, statx, volume);
            if (descriptor == null && wanted == FileHandles.MANDATORY) {
                return null;
            }
            var fresh = new HostMount(volume, line(volume), descriptor);
            if (known == null ? all.putIfAbsent(key, fresh) == null : all.replace(key, known, fresh)) {
                if (closed) {
                    fresh.close();
                }
                return fresh;
            }
            fresh.close();
        }
    }

    /** Where this device's calls on a volume wait for their turn. */
    Line line(Volume volume) {
        return lines.computeIfAbsent(volume, key -> new Line(key.source()));
    }

    /** As {@link #join(FileCalls, int, Statx)}, if it is one whose files can be opened by their handles; else null. */
    HostMount joinByHandle(Statx statx) {
        var known = all.get(new Key(statx.mountId(), FileKey.device(statx)));
        return known != null && known.byHandle() && known.join() ? known : null;
    }

    /** The mount that a node is counted at. */
    HostMount get(long mountId, long device) {
        return all.get(new Key(mountId, device));
    }

    /** Takes a node away. */
    void leave(long mountId, long device) {
        var key = new Key(mountId, device);
        var mount = all.get(key);
        if (mount != null && mount.leave()) {
            all.remove(key, mount);
            mount.close();
        }
    }

    /** A descriptor that opens the files of a mount by their handles, or null. */
    private Fd descriptor(FileCalls calls, int fd, Statx statx, Volume volume) {
        if (wanted == FileHandles.NEVER) {
            return null;
        }
        if (wanted == FileHandles.PREFER && !volume.local()) {
            return without(volume, "it may wait for another machine, which would hold up others", statx);
        }
        var bytes = calls.handle(fd);
        if (bytes < 0) {
            return without(volume, "it has no file handles (" + Errno.of(-bytes) + ")", statx);
        }
        var mode = statx.mode();
        if (!Mode.isDirectory(mode) && !Mode.isRegular(mode)) {
            return without(volume, "what is mounted can only be named", statx);
        }
        var mount = calls.reopen(fd, Mode.isDirectory(mode) ? OpenFlags.DIRECTORY : 0);
        if (mount < 0) {
            return without(volume, "it cannot be opened (" + Errno.of(-mount) + ")", statx);
        }
        var again = calls.openHandle(mount, OpenFlags.PATH);
        if (again < 0) {
            calls.close(mount);
            return without(
                    volume,
                    again == -Errno.EPERM.code()
                            ? "opening by handle needs CAP_DAC_READ_SEARCH"
                            : "opening by handle fails (" + Errno.of(-again) + ")",
                    statx);
        }
        calls.close(again);
        return new Fd(mount);
    }

    private Fd without(Volume volume, String why, Statx statx) {
        if (volume.isFirstToSay()) {
            LOG.info(
                    "{}: device {}:{}: each file that a guest knows holds a descriptor: {}",
                    root,
                    statx.deviceMajor(),
                    statx.deviceMinor(),
                    why);
        }
        return null;
    }

    @Override
    public void close() {
        closed = true;
        all.values().forEach(HostMount::close);
    }
}
