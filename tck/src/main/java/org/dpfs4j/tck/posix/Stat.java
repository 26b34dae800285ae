package org.dpfs4j.tck.posix;

import java.nio.ByteBuffer;

/**
 * What statx(2) says of a file.
 *
 * @param mask which fields it knows, {@code STATX_*}
 * @param links how many names
 * @param mode type and permissions
 * @param inode its number
 * @param sizeBytes its size
 * @param blocks of 512 bytes
 * @param device of a device node: major and minor number as one
 */
public record Stat(
        int mask,
        int links,
        int uid,
        int gid,
        int mode,
        long inode,
        long sizeBytes,
        long blocks,
        Time accessed,
        Time born,
        Time changed,
        Time modified,
        long device,
        long onDevice) {
    static final int BYTES = 256;
    static final int BASIC = 0x7FF;
    static final int BIRTH = 0x800;

    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;

    /** A point in time. */
    public record Time(long seconds, int nanos) implements Comparable<Time> {
        @Override
        public int compareTo(Time other) {
            var order = Long.compare(seconds, other.seconds);
            return order != 0 ? order : Integer.compare(nanos, other.nanos);
        }
    }

    /** Reads {@code struct statx}. */
    static Stat of(ByteBuffer struct) {
        return new Stat(
                struct.getInt(0),
                struct.getInt(16),
                struct.getInt(20),
                struct.getInt(24),
                Short.toUnsignedInt(struct.getShort(28)),
                struct.getLong(32),
                struct.getLong(40),
                struct.getLong(48),
                time(struct, 64),
                time(struct, 80),
                time(struct, 96),
                time(struct, 112),
                pair(struct, 128),
                pair(struct, 136));
    }

    private static Time time(ByteBuffer struct, int at) {
        return new Time(struct.getLong(at), struct.getInt(at + 8));
    }

    private static long pair(ByteBuffer struct, int at) {
        return Integer.toUnsignedLong(struct.getInt(at)) << 32 | Integer.toUnsignedLong(struct.getInt(at + 4));
    }

    /** Permissions with set-user-id, set-group-id and sticky bit. */
    public int permissions() {
        return mode & ~TYPE;
    }

    /** The type, {@code S_IF*}. */
    public int type() {
        return mode & TYPE;
    }

    public boolean isDirectory() {
        return type() == DIRECTORY;
    }

    /** What must be the same wherever a rule is played. */
    String comparable() {
        return "mode " + Integer.toOctalString(mode) + " links " + links + " owner " + uid + ":" + gid
                + (isDirectory() ? "" : " size " + sizeBytes) + " device " + device;
    }
}
