package org.dpfs4j.uring;

import org.dpfs4j.wire.Statx;

/** What makes two lookups the same node: the file, and the mount it was reached through. */
record FileKey(long device, long ino, long mountId) {
    static FileKey of(Statx statx) {
        return new FileKey(device(statx), statx.ino(), statx.mountId());
    }

    /** Where a file was reached, in one number: its device and its mount. */
    static long mount(Statx statx) {
        return device(statx) * 31 + statx.mountId();
    }

    /** The device that holds the file, in one number. */
    static long device(Statx statx) {
        return (long) statx.deviceMajor() << 32 | Integer.toUnsignedLong(statx.deviceMinor());
    }
}
