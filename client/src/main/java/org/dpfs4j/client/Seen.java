package org.dpfs4j.client;

import org.dpfs4j.wire.Attr;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.Mode;

/** What a guest learns from answers, copied out of them. */
public final class Seen {
    /** Seconds since 1970, and nanoseconds. */
    public record Time(long seconds, int nanos) {}

    /** A node's attributes. */
    public record Attributes(
            long ino,
            long sizeBytes,
            long blocks,
            int mode,
            long linkCount,
            int uid,
            int gid,
            int rdev,
            int flags,
            Time atime,
            Time mtime,
            Time ctime) {
        /** A copy of them. */
        public static Attributes of(Attr attr) {
            return new Attributes(
                    attr.ino(),
                    attr.sizeBytes(),
                    attr.blocks(),
                    attr.mode(),
                    attr.linkCount(),
                    attr.uid(),
                    attr.gid(),
                    attr.rdev(),
                    attr.flags(),
                    new Time(attr.atimeSeconds(), attr.atimeNanos()),
                    new Time(attr.mtimeSeconds(), attr.mtimeNanos()),
                    new Time(attr.ctimeSeconds(), attr.ctimeNanos()));
        }

        /** The permission bits of the mode. */
        public int permissions() {
            return mode & Mode.PERMISSIONS;
        }

        /** The type bits of the mode. */
        public int format() {
            return mode & Mode.FORMAT;
        }
    }

    /** A node that was looked up or made. */
    public record Entry(
            long nodeId, long generation, long entryTimeoutNanos, long attrTimeoutNanos, Attributes attributes) {
        /** A copy of it. */
        public static Entry of(EntryOut entry) {
            return new Entry(
                    entry.nodeId(),
                    entry.generation(),
                    entry.entryTimeoutNanos(),
                    entry.attrTimeoutNanos(),
                    Attributes.of(entry.attr()));
        }
    }

    /** An open file or directory. */
    public record Opened(long nodeId, long handle, int flags) {
        /** One that nobody has given out. */
        public static Opened forged(long nodeId, long handle) {
            return new Opened(nodeId, handle, 0);
        }
    }

    /** A new file, open. */
    public record Created(Entry entry, Opened opened) {
        /** The node's id. */
        public long nodeId() {
            return entry.nodeId();
        }
    }

    /**
     * An entry of a directory.
     *
     * @param cookie where to go on after it
     * @param type DT_*
     * @param entry the node in a READDIRPLUS, else null
     */
    public record Listed(String name, long ino, long cookie, int type, Entry entry) {
        /** Whether this is "." or "..". */
        public boolean isDot() {
            return name.equals(".") || name.equals("..");
        }
    }

    /** The state of a file system. */
    public record Space(
            long blocks,
            long freeBlocks,
            long availableBlocks,
            long files,
            long freeFiles,
            long blockBytes,
            long fragmentBytes,
            long nameMax) {}

    /** A lock that is in the way. */
    public record Lock(long start, long end, int type, int pid) {}

    private Seen() {}
}
