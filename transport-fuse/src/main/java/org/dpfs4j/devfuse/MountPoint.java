package org.dpfs4j.devfuse;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.nio.file.Path;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;

/**
 * What is at a path.
 *
 * @param errno why nothing is known; 0 when something is
 * @param mode type and permissions
 * @param deviceMinor of the file system; names a FUSE connection
 * @param mountId of the mount
 */
record MountPoint(Path path, long errno, int mode, int deviceMinor, long mountId) {
    private static final int AT_FDCWD = -100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_STATX_FORCE_SYNC = 0x2000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_TYPE_MODE_MNT_ID = 0x1003;
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int ENOTDIR = 20;

    /** {@code struct statx} of {@code linux/stat.h}. */
    private static final int MODE = 28;

    private static final int DEV_MINOR = 140;
    private static final int MNT_ID = 144;

    /** Looks, and asks who serves what is there, so that a dead mount is seen. */
    static MountPoint asked(Path path, Syscalls syscalls) {
        return of(path, AT_STATX_FORCE_SYNC, syscalls);
    }

    /** Looks as far as the kernel knows by itself: our own mount may not answer any more. */
    static MountPoint known(Path path, Syscalls syscalls) {
        return of(path, AT_STATX_DONT_SYNC, syscalls);
    }

    private static MountPoint of(Path path, int sync, Syscalls syscalls) {
        var at = syscalls.scratch();
        var flags = AT_NO_AUTOMOUNT | sync;
        var name = syscalls.path(path.toString());
        var result = syscalls.call(Syscall.STATX, AT_FDCWD, name, flags, STATX_TYPE_MODE_MNT_ID, at);
        if (result < 0) {
            return new MountPoint(path, -result, 0, 0, 0);
        }
        return new MountPoint(
                path,
                0,
                Short.toUnsignedInt(Memory.ALL.get(JAVA_SHORT, at + MODE)),
                Memory.ALL.get(JAVA_INT, at + DEV_MINOR),
                Memory.ALL.get(JAVA_LONG, at + MNT_ID));
    }

    /** Nothing can be mounted where there is no directory, or where a dead mount is. */
    void refuseUnusable() throws IOException {
        if (errno != 0) {
            throw new IOException("the mount point " + path + " cannot be used: " + Reason.of(errno));
        }
        if ((mode & TYPE) != DIRECTORY) {
            throw new IOException("the mount point " + path + " cannot be used: " + Reason.of(ENOTDIR));
        }
    }

    boolean isSame(MountPoint other) {
        return errno == 0 && mountId == other.mountId && deviceMinor == other.deviceMinor;
    }
}
